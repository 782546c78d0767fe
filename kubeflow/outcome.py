"""The last task of a cluster's run: fails where a gate refused the candidate, so the run fails."""

import sys
from pathlib import Path

from kubeflow.addresses import addressed
from kubeflow.executor_input import parameters, parsed
from kubeflow.run_record import RunRecord
from pipeline.config import PipelineConfig
from pipeline.exits import DONE, FAILED, REFUSED


def main() -> int:
    """Run the task; return its exit code."""
    given = parameters(parsed(sys.argv[1]))
    config = PipelineConfig.model_validate_json(given["configuration"])
    record = RunRecord(Path(config.runs) / given["run_id"])
    outcome = record.outcome()
    if outcome is None:
        print(f"{record.folder}: Publish left no outcome there", file=sys.stderr)
        return FAILED
    print(outcome.headline, f"report: {addressed(outcome.report)}", sep="\n", flush=True)
    return REFUSED if outcome.status == "refused" else DONE


if __name__ == "__main__":
    sys.exit(main())
