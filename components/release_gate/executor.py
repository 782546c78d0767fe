"""TFX executor of the release gate: reads every verdict, and writes the one that counts."""

from __future__ import annotations

import posixpath
from typing import Any

from tfx import types
from tfx.components.evaluator import constants
from tfx.dsl.components.base import base_executor
from tfx.dsl.io import fileio
from tfx.types import artifact_utils

from components.artifacts.edge_check import EDGE_CHECK_FILE, EdgeCheck
from components.artifacts.evaluation_summary import load_summary
from components.artifacts.model import ModelArtifact
from components.artifacts.model_settings import ModelSettings
from components.artifacts.serving_check import SERVING_CHECK_FILE, ServingVerdict
from components.artifacts.verdict import CONTENT_PROPERTY, VERDICT_FILE, VERSION_PROPERTY, Verdict
from components.release_gate.content_hash import content_hash
from components.release_gate.evidence import EdgeEvidence, ServingEvidence, gather
from components.release_gate.gates import judge
from components.release_gate.program_hash import SAVED_MODEL_FILE, program_hash
from components.release_gate.settings import GateSettings
from components.releases.registry import Registry
from components.runtime.progress import report

_STAGE = "ReleaseGate"


class Executor(base_executor.BaseExecutor):
    """Judges one candidate and, where it may be released, allots it a version."""

    def Do(
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Write verdict.json and both blessings. A refusal is a verdict, never an error."""
        settings = GateSettings.model_validate_json(exec_properties["settings"])
        registry = Registry(exec_properties["releases"])
        model = ModelArtifact(artifact_utils.get_single_uri(input_dict["model"]))
        trained = ModelSettings.model_validate_json(_read(model.settings))
        program = program_hash(_read(posixpath.join(model.serving, SAVED_MODEL_FILE)))
        content = content_hash(trained, _read(model.index), program)
        current = registry.current()
        same = current is not None and content in current.record.contents
        summary = load_summary(artifact_utils.get_single_uri(input_dict["evaluation"]))
        incomparable = None
        if current is None:
            incomparable = "there is no current release"
        elif same:
            incomparable = "the candidate is the current release itself"
        photos_judged = current is not None and current.record.judged_on == "photos"
        evidence = gather(
            summary,
            EdgeEvidence.of(
                EdgeCheck.from_json(_read_in(input_dict["edge_check"], EDGE_CHECK_FILE))
            ),
            ServingEvidence.of(
                ServingVerdict.from_json(_read_in(input_dict["serving_check"], SERVING_CHECK_FILE))
            ),
            trained.weights_source,
            incomparable,
            withdrawn=None if same else registry.history().withdrawn_as(content),
            displaces=current.version if current and photos_judged and not same else None,
        )
        gates = judge(evidence, settings)
        blessed = all(gate.verdict != "refuse" for gate in gates)
        verdict = Verdict(
            version=registry.allot() if blessed and not same else None,
            blessed=blessed,
            same_as_current=same,
            content_hash=content,
            parent=current.version if current else None,
            gates=gates,
            judged_on=summary.judged_on,
        )
        _write_verdict(output_dict, verdict)
        report(_STAGE, 1, 1, verdict.headline)


def _read_in(artifacts: list[types.Artifact], name: str) -> bytes:
    return _read(posixpath.join(artifact_utils.get_single_uri(artifacts), name))


def _write_verdict(output_dict: dict[str, list[types.Artifact]], verdict: Verdict) -> None:
    record = artifact_utils.get_single_instance(output_dict["verdict"])
    _write(record.uri, VERDICT_FILE, verdict.to_json())
    if verdict.version is not None:
        record.set_int_custom_property(VERSION_PROPERTY, verdict.version)

    blessing = artifact_utils.get_single_instance(output_dict["blessing"])
    _bless(blessing, verdict.blessed)

    # Whether there is anything to push: a version, and a model that serves.
    infra = artifact_utils.get_single_instance(output_dict["infra_blessing"])
    _bless(infra, verdict.version is not None)
    if verdict.version is not None:
        infra.set_int_custom_property(VERSION_PROPERTY, verdict.version)
        infra.set_string_custom_property(CONTENT_PROPERTY, verdict.content_hash)


def _bless(blessing: types.Artifact, blessed: bool) -> None:
    """Mark a blessing the way TFX's own Evaluator does and its Pusher expects."""
    name = constants.BLESSED_FILE_NAME if blessed else constants.NOT_BLESSED_FILE_NAME
    _write(blessing.uri, name, "")
    value = constants.BLESSED_VALUE if blessed else constants.NOT_BLESSED_VALUE
    blessing.set_int_custom_property(constants.ARTIFACT_PROPERTY_BLESSED_KEY, value)


def _read(path: str) -> bytes:
    with fileio.open(path, "rb") as file:
        return file.read()


def _write(folder: str, name: str, text: str) -> None:
    fileio.makedirs(folder)
    with fileio.open(posixpath.join(folder, name), "w") as file:
        file.write(text)
