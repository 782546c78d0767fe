"""The pipeline node that evaluates a model."""

from tfx.types.standard_artifacts import Examples, Model, ModelEvaluation

from components.evaluator.executor import Executor
from components.runtime.stage import BeamStage, Input, Output, Property


class ShelfEvaluator(BeamStage):
    """Measures a model, and the current release beside it, on photos neither has seen.

    The output holds TFMA's own files, `summary.json` (see `artifacts/evaluation_summary.py`) and
    the candidate's predictions (see `artifacts/judged_photos.py`).
    """

    EXECUTOR = Executor

    examples = Input(Examples, "Shelf photos; the split `test` is used.")
    catalog = Input(Examples, "Packshots: which SKUs are new, and what they are called.")
    model = Input(
        Model,
        "The candidate: `Format-Serving` with the signature `evaluate`, and "
        "`settings.json` with the operating threshold and what errors cost.",
    )
    baseline_model = Input(
        Model,
        "The current release, laid out like the candidate. An artifact with the custom "
        "property `absent` = 1 stands for none.",
        optional=True,
    )

    settings = Property("`EvaluatorSettings` as JSON.")

    evaluation = Output(ModelEvaluation)
