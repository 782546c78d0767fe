"""Runs one stage in a container of a cluster.

Orchestrators name artifacts by addresses such as gs://bucket/x, and the stages of this project read
and write files. So addresses become mounted paths on the way in, and what the stage reports becomes
addresses again on the way out. All else is TFX's own entry point, given what it does not do by
itself: the artifact types of this project, types that Kubeflow leaves out, output folders.
"""

import json
import runpy
import sys
import traceback
from collections.abc import Sequence
from typing import Any

from components.records.problems import InputError
from components.releases.errors import ReleaseError
from components.runtime.system_errors import causes_of
from kubeflow.addresses import addressed, in_places, mounted
from kubeflow.executor_input import make_folders, parsed, report, with_types
from pipeline.exits import FAILED, WRONG_INPUT
from pipeline.memory import batch_by_size, keep_freed_memory

_ENTRY_POINT = "tfx.orchestration.kubeflow.v2.container.kubeflow_v2_run_executor"
_EXECUTOR = "--executor_class_path"
_INVOCATION = "--json_serialized_invocation_args"
_INPUTS_SPEC = "--json_serialized_inputs_spec_args"
_LOCAL_RUNNERS = ("", "DirectRunner", "BundleBasedDirectRunner", "SwitchingDirectRunner")


def invocation_of(arguments: Sequence[str]) -> dict[str, Any]:
    """Return what the stage is told, as it is to see it.

    Beam's workers on other machines have no mount: TFX's own Beam stages, which read by Beam's file
    systems only, keep addresses where workers are remote.
    """
    message = parsed(_value(arguments, _INVOCATION))
    message = with_types(message, json.loads(_value(arguments, _INPUTS_SPEC) or "{}"))
    by_workers = _value(arguments, _EXECUTOR).startswith("tfx.") and _is_remote(arguments)
    return message if by_workers else in_places(message, mounted)


def _value(arguments: Sequence[str], option: str) -> str:
    """Return what follows an option on a command line, or stands in it behind "="; "" without."""
    for number, word in enumerate(arguments):
        if word == option:
            return arguments[number + 1]
        if word.startswith(f"{option}="):
            return word.partition("=")[2]
    return ""


def _is_remote(arguments: Sequence[str]) -> bool:
    return _value(arguments, "--runner").rpartition(".")[2] not in _LOCAL_RUNNERS


def _register_artifact_types() -> None:
    """Tell TFX where the types of this project are: it takes their names for import paths."""
    from tfx.orchestration.kubeflow.v2.compiler_utils import TITLE_TO_CLASS_PATH
    from tfx.types.artifact import Artifact

    from components.artifacts import types

    for name, each in vars(types).items():
        title = getattr(each, "TYPE_NAME", None)
        if title and issubclass(each, Artifact):
            TITLE_TO_CLASS_PATH[title] = f"{types.__name__}.{name}"


def _said(error: InputError | ReleaseError) -> int:
    """Print what is wrong with what the stage was given; return the exit code."""
    problems = error.problems if isinstance(error, InputError) else [error]
    print("", *problems, sep="\n", file=sys.stderr)
    return WRONG_INPUT


def main() -> None:
    """Run the stage that the command line describes."""
    words = sys.argv[1:]
    invocation = invocation_of(words)
    words[words.index(_INVOCATION) + 1] = json.dumps(invocation)
    sys.argv = [sys.argv[0], *words]
    seen = in_places(invocation, mounted)
    make_folders(seen)
    _register_artifact_types()
    batch_by_size()
    try:
        runpy.run_module(_ENTRY_POINT, run_name="__main__")
    except SystemExit as ended:
        if ended.code:
            raise
    except Exception as error:
        # Behind the traceback, where a log ends: what is wrong and what to do, in sentences.
        traceback.print_exc()
        for cause in causes_of(error):
            if isinstance(cause, InputError | ReleaseError):
                sys.exit(_said(cause))
        sys.exit(FAILED)
    said = report(seen)
    told = in_places(json.loads(said.read_text(encoding="utf-8")), addressed)
    said.write_text(json.dumps(told, indent=2), encoding="utf-8")


if __name__ == "__main__":
    keep_freed_memory()
    main()
