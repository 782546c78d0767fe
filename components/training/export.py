"""Writes a trained recogniser as the Model artifact that the later stages read."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import tensorflow as tf

from components.artifacts.trained_model import (
    EDGE_FOLDER,
    MODEL_SETTINGS_FILE,
    SERVING_FOLDER,
    ModelSettings,
)
from components.metrics.costs import Costs
from components.recogniser.edge import export_edge
from components.recogniser.export import ServedRecogniser, export_saved_model
from components.recogniser.index import INDEX_FILE, CatalogIndex, write_index
from components.recogniser.model import Recogniser
from components.recogniser.reindex import index_of
from components.recogniser.weights import weights_hash


class Indexer:
    """Embeds packshots with a recogniser in memory, as it is at that moment."""

    def __init__(self, recogniser: Recogniser):
        with tempfile.TemporaryDirectory() as folder:
            # The served graph wants an index asset; embedding does not read it.
            path = Path(folder) / INDEX_FILE
            write_index(path, _empty_index(recogniser))
            self._served = ServedRecogniser(recogniser, path)

    def build(self, rows: Sequence[tuple[str, bytes]]) -> CatalogIndex:
        """The index of (SKU, encoded packshot) rows."""
        return index_of(lambda encoded: self._served.embed_catalog(tf.constant(encoded)), rows)


def _empty_index(recogniser: Recogniser) -> CatalogIndex:
    settings = recogniser.settings
    lattice = settings.lattice
    return CatalogIndex(
        screen=tf.zeros([1, settings.screen_dims]).numpy(),
        templates=tf.zeros([1, lattice, lattice, settings.dims], tf.int8).numpy(),
        hubness=tf.zeros([1]).numpy(),
        skus=("none",),
    )


def export_model(
    recogniser: Recogniser,
    index: CatalogIndex,
    out_dir: Path,
    *,
    operating_threshold: float,
    costs: Costs,
    weights_source: str,
    backbone: str,
) -> None:
    """Writes `Format-Serving/`, `Format-Edge/` and `settings.json` into `out_dir`.

    Args:
      recogniser: the trained model.
      index: of the catalogue, embedded with this very recogniser.
      out_dir: the Model artifact's folder.
      operating_threshold: score from which detections count.
      costs: of errors, which the threshold was chosen by.
      weights_source: where training started from, see `weights.Built`.
      backbone: its name.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / INDEX_FILE
        write_index(path, index)
        export_saved_model(recogniser, path, out_dir / SERVING_FOLDER)
    export_edge(recogniser, out_dir / EDGE_FOLDER)
    settings = ModelSettings(
        operating_threshold=operating_threshold,
        costs=costs._asdict(),
        backbone=backbone,
        weights_source=weights_source,
        edge_photo=(recogniser.settings.photo_side, recogniser.settings.photo_side),
        recogniser=recogniser.settings.model_dump(),
        calibration=tuple(float(value) for value in recogniser.calibration.numpy()),
        model_hash=weights_hash(recogniser),
        index_hash=index.content_hash(),
    )
    (out_dir / MODEL_SETTINGS_FILE).write_text(settings.to_json())
