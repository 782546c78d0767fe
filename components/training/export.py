"""Writes a trained recogniser as the Model artifact that the later stages read."""

import tempfile
from pathlib import Path

from components.artifacts.model import INDEX_FILE, ModelArtifact
from components.artifacts.model_settings import ModelSettings
from components.metrics.costs import Costs
from components.recogniser.edge import export_edge
from components.recogniser.index import CatalogIndex, write_index
from components.recogniser.model import Recogniser
from components.recogniser.served import export_served
from components.recogniser.weights import weights_hash


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
    """Write both SavedModels and the settings of a Model artifact.

    Args:
        recogniser: The trained model.
        index: Of the catalogue, embedded with this very recogniser.
        out_dir: The Model artifact's folder.
        operating_threshold: Score from which detections count.
        costs: Of errors, which the threshold was chosen by.
        weights_source: Where training started from, see `weights.Built`.
        backbone: Its name.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    model = ModelArtifact(out_dir)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / INDEX_FILE
        write_index(path, index)
        export_served(recogniser, path, Path(model.serving))
    export_edge(recogniser, Path(model.edge))
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
    Path(model.settings).write_text(settings.to_json())
