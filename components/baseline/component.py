"""The pipeline node that provides the model to compare with."""

from tfx.types.standard_artifacts import Examples, Model

from components.baseline.executor import Executor
from components.runtime.stage import Input, Output, Property, Stage


class Baseline(Stage):
    """Provides the current release with an index of today's catalogue.

    The output model is laid out like the Trainer's, with the custom properties `absent` (1 where
    nothing is released yet; then there is no model inside) and `release` (its version).
    """

    EXECUTOR = Executor

    catalog = Input(Examples, "Packshots of today's catalogue.")

    releases = Property("Path of the releases folder; it need not exist yet.")
    current = Property(
        'What `current` names when the pipeline is built, "" for nothing. Only so that a '
        "new release misses the cache; the executor looks for itself."
    )

    model = Output(Model)
