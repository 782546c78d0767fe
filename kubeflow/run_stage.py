"""Runs one stage in a container of a cluster.

Vertex AI names artifacts by gs:// addresses and mounts every bucket below /gcs. The stages of this
project read and write files, so addresses become mounted paths on the way in, and what the stage
reports becomes addresses again on the way out. All else is TFX's own entry point.
"""

import json
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.memory import batch_by_size, keep_freed_memory

ADDRESS = "gs://"
MOUNT = "/gcs/"

_ENTRY_POINT = "tfx.orchestration.kubeflow.v2.container.kubeflow_v2_run_executor"
_INVOCATION = "--json_serialized_invocation_args"


def mounted(arguments: Sequence[str]) -> list[str]:
    """Return the command line with mounted paths for addresses, except Beam's arguments."""
    words = list(arguments)
    at = words.index(_INVOCATION) + 1
    words[at] = words[at].replace(ADDRESS, MOUNT)
    return words


def addressed(report: Path) -> None:
    """Turn mounted paths in a stage's report back into addresses, in place."""
    report.write_text(report.read_text(encoding="utf-8").replace(MOUNT, ADDRESS), encoding="utf-8")


def main() -> None:
    """Run the stage that the command line describes."""
    sys.argv = [sys.argv[0], *mounted(sys.argv[1:])]
    invocation = json.loads(sys.argv[sys.argv.index(_INVOCATION) + 1])
    batch_by_size()
    try:
        runpy.run_module(_ENTRY_POINT, run_name="__main__")
    except SystemExit as ended:
        if ended.code:
            raise
    addressed(Path(invocation["outputs"]["outputFile"]))


if __name__ == "__main__":
    keep_freed_memory()
    main()
