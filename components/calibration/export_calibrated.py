"""Both targets of a calibrated release, and the checks that a run puts to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from components.artifacts.model import INDEX_ASSET, ModelArtifact
from components.artifacts.model_settings import ModelSettings
from components.artifacts.product_table import PRODUCTS_FILE, read_products
from components.artifacts.verdict import GateResult
from components.calibration.cross_validation import Scoring
from components.edge_export.make_edge_folder import check_edge, export_edge
from components.edge_export.settings import EdgeExportSettings
from components.metrics.costs import Costs
from components.recogniser.index import read_index
from components.recogniser.model import Recogniser
from components.release_gate.evidence import EdgeEvidence, ServingEvidence
from components.release_gate.gates import of_targets
from components.release_gate.settings import GateSettings
from components.releases.edge_folder import read_settings
from components.releases.release import Release
from components.serving_check.check_saved_model import check_saved_model
from components.serving_check.settings import ServingCheckSettings
from components.training.export import export_model

Settings = TypeVar("Settings", bound=BaseModel)


def export_calibrated(
    recogniser: Recogniser,
    release: Release,
    scoring: Scoring,
    costs: Costs,
    folder: Path,
) -> ModelSettings:
    """Write the model of a release with other scores, as the Trainer writes one.

    Args:
        recogniser: The release's.
        release: What is calibrated.
        scoring: The new scores.
        costs: Of errors, which the threshold was chosen by.
        folder: Gets what `ModelArtifact` says.

    Returns:
        The settings of the model.
    """
    model = release.record.model
    recogniser.calibration.assign(scoring.coefficients)
    export_model(
        recogniser,
        read_index(release.serving / INDEX_ASSET),
        folder,
        operating_threshold=scoring.threshold,
        costs=costs,
        weights_source=model["weights_source"],
        backbone=model["backbone"],
    )
    path = Path(ModelArtifact(folder).settings)
    written = ModelSettings.model_validate_json(path.read_bytes())
    # Embeddings are the same, so indexes made for the old release fit the new one.
    settings = written.model_copy(update={"model_hash": model["model_hash"]})
    path.write_text(settings.to_json())
    return settings


def check_targets(
    release: Release,
    model: ModelArtifact,
    edge: Path,
    photos: Sequence[bytes],
    say: Callable[[str], None],
) -> tuple[GateResult, ...]:
    """Convert a model for phones, and ask both targets what the run of the release asked.

    Args:
        release: What is calibrated.
        model: The calibrated model.
        edge: Gets the files for phones.
        photos: Encoded photos to ask about.
        say: Is told how it goes.

    Raises:
        ExportFailed: The model cannot be converted, or fails on photos.
    """
    made_with = settings_of(release, EdgeExportSettings, "edge_export").model_copy(
        update={"quantization": read_settings(release.edge).quantization}
    )
    say("converting the model for phones")
    products = read_products(release.edge / PRODUCTS_FILE)
    written = export_edge(model, products, made_with, edge)
    sample, serving = photos[: made_with.parity_photos], Path(model.serving)
    threshold = written.operating_threshold
    agreement = check_edge(edge, serving, sample, threshold, made_with, on_step=say)
    say("loading the model as a server does")
    asked = settings_of(release, ServingCheckSettings, "serving_check")
    answers = check_saved_model(serving, photos[: asked.photos], asked)
    return of_targets(
        EdgeEvidence.of(agreement),
        ServingEvidence.of(answers),
        settings_of(release, GateSettings, "release_gate"),
    )


def settings_of(release: Release, kind: type[Settings], part: str) -> Settings:
    """Return settings that a release was made with; the defaults where it names other ones."""
    try:
        return kind.model_validate(release.record.configuration.get(part, {}))
    except ValidationError:  # of another version
        return kind()
