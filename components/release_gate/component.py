"""TFX component of the release gate."""

from tfx.types.standard_artifacts import InfraBlessing, Model, ModelBlessing, ModelEvaluation

from components.artifacts.types import EdgeCheckArtifact, ServingCheckArtifact, VerdictArtifact
from components.release_gate.executor import Executor
from components.runtime.stage import Input, Output, Property, Stage


class ReleaseGate(Stage):
    """Merges every verdict on the candidate into the one blessing that both Pushers take.

    The ModelBlessing says whether the candidate is good enough. The InfraBlessing says whether
    there is something to push, and as which version: a candidate that is the current release
    already is blessed, and not pushed again.
    """

    EXECUTOR = Executor
    FOR_PEOPLE = True

    model = Input(Model, "The Trainer's Model.")
    evaluation = Input(ModelEvaluation, "The Evaluator's ModelEvaluation.")
    baseline = Input(Model, "The Baseline's Model.")
    edge_check = Input(EdgeCheckArtifact, "EdgeExport's check.")
    serving_check = Input(ServingCheckArtifact, "ServingCheck's check.")

    releases = Property("The releases folder, whose current release the candidate is held against.")
    settings = Property("`GateSettings` as JSON.")
    run_id = Property(
        "Different in every run. What the gate says depends on the releases folder, so a "
        "cached verdict would be a stale one; judging takes no time."
    )

    blessing = Output(ModelBlessing)
    infra_blessing = Output(InfraBlessing)
    verdict = Output(VerdictArtifact)
