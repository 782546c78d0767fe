"""The pipeline nodes that read the catalogue and the shelf photos."""

from tfx.types.standard_artifacts import Examples

from components.example_gen.executor import CatalogExecutor, ShelfExecutor
from components.runtime.stage import BeamStage, Input, Output, Property


class CatalogExampleGen(BeamStage):
    """Reads `products.csv` and its packshots into examples, split ``catalog``."""

    EXECUTOR = CatalogExecutor

    products_csv = Property("Path of the catalogue.")
    input_hash = Property(
        "`digests.content_hash` of the catalogue's files; a replaced packshot changes "
        "it, and so misses the cache."
    )
    settings = Property("`DataSettings` as JSON.")

    examples = Output(Examples)


class ShelfExampleGen(BeamStage):
    """Reads shelf photos into examples, splits ``train``, ``eval`` and ``test``.

    Where none has boxes or a label, shelves to judge on are composed of the packshots: ``test``
    alone, beside the photos that are counted.
    """

    EXECUTOR = ShelfExecutor

    catalog = Input(
        Examples, "Examples of `CatalogExampleGen`: which SKUs there are, and which are held out."
    )

    shelves = Property("Path of the folder of spans; empty where there are no shelf photos.")
    input_hash = Property("`digests.content_hash` of the photos and their annotations.")
    settings = Property("`DataSettings` as JSON.")
    composing = Property(
        "`AugmentSettings` as JSON, for shelves to judge on; empty where it is known that no photo "
        "lacks boxes and label."
    )
    store = Property("Folder of what is kept to be used again; see `ShardStore`.")
    span_records = Property(
        "Folder of what spans held when they were first used; see `Ledger`. Empty for "
        "data that may change in its place."
    )

    examples = Output(Examples)
