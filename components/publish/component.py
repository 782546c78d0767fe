"""TFX component that publishes."""

from tfx.types.standard_artifacts import (
    ExampleAnomalies,
    Examples,
    ExampleStatistics,
    Model,
    ModelEvaluation,
    PushedModel,
    Schema,
    TransformGraph,
    TunerResults,
)

from components.artifacts.types import (
    DataFindingsArtifact,
    EdgeCheckArtifact,
    PhotoComparisonArtifact,
    ReleaseRecordArtifact,
    ServingCheckArtifact,
    VerdictArtifact,
)
from components.publish.executor import Executor
from components.runtime.stage import Input, Output, Property, Stage


class Publish(Stage):
    """Completes a release and makes it current, or reports why there is none.

    Either way the run folder gets `outcome.json`, and so does the output artifact. The report goes
    into the release, or, where nothing is released, into the run folder.
    """

    EXECUTOR = Executor
    FOR_PEOPLE = True

    verdict = Input(VerdictArtifact, "The ReleaseGate's verdict.")
    evaluation = Input(ModelEvaluation, "The Evaluator's ModelEvaluation.")
    model = Input(Model, "The Trainer's Model; its settings.json goes into the record.")
    baseline = Input(Model, "The Baseline's Model; it says which release that is.")
    pushed_serving = Input(PushedModel, "Of the ServingPusher.")
    pushed_edge = Input(PushedModel, "Of the EdgePusher.")
    edge_check = Input(EdgeCheckArtifact, "EdgeExport's check.")
    serving_check = Input(ServingCheckArtifact, "ServingCheck's check.")
    examples = Input(Examples, "The shelf Examples; the report shows photos of split `test`.")
    catalog = Input(Examples, "The packshots' Examples.")
    catalog_statistics = Input(ExampleStatistics, "The catalogue's statistics.")
    shelf_statistics = Input(ExampleStatistics, "The shelf photos' statistics.")
    catalog_anomalies = Input(ExampleAnomalies, "What the catalogue's validator found.")
    shelf_anomalies = Input(ExampleAnomalies, "What the shelf photos' validator found.")
    catalog_schema = Input(Schema, "The catalogue's schema.")
    shelf_schema = Input(Schema, "The shelf photos' schema.")
    findings = Input(DataFindingsArtifact, "What DataCheck found.")
    comparison = Input(PhotoComparisonArtifact, "How far photos differ from others.")
    transform_graph = Input(TransformGraph, "The Transform's graph; balance.json lies beside it.")
    tuner_results = Input(TunerResults, "The settings that the Tuner tried.")

    releases = Property("The releases folder.")
    runs = Property("Folder that holds a folder of each run.")
    run_id = Property("Names this run; different in every run, so that each has its outcome.")
    configuration = Property("The whole configuration of the run, as a JSON object.")
    inputs_hash = Property("Hash of everything that the run started from, for the record.")
    training_hash = Property("Hash of the data and settings that decide the training, likewise.")
    span_hashes = Property(
        "Number of each span taken to the hash of its content, as JSON, likewise."
    )
    reference_release = Property("Release whose ambiguous photos were trained on harder, or 0.")
    code_revision = Property("Revision of the code, for the record.")

    record = Output(ReleaseRecordArtifact)
