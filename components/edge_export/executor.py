"""TFX executor of the export to phones."""

from pathlib import Path
from typing import Any

from tfx import types
from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils

from components.artifacts.edge_check import EDGE_CHECK_FILE
from components.artifacts.model import ModelArtifact
from components.artifacts.product_table import CATEGORY, NAME, Products
from components.edge_export.make_edge_folder import check_edge, export_edge
from components.edge_export.settings import EdgeExportSettings
from components.records.catalog_examples import CATALOG_SPLIT, read_packshots
from components.records.groups import GROUP
from components.records.photo_sample import sample_photos
from components.runtime.progress import report

_STAGE = "EdgeExport"
_SPLIT = "test"


class Executor(base_executor.BaseExecutor):
    """Converts the model, and compares the result with the SavedModel on test photos."""

    def Do(
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Write the edge folder and `check.json`.

        Raises:
            ExportFailed: The model cannot be converted, or fails on photos.
        """
        settings = EdgeExportSettings.model_validate_json(exec_properties["settings"])
        model = ModelArtifact(artifact_utils.get_single_uri(input_dict["model"]))
        catalog = Path(artifact_utils.get_split_uri(input_dict["catalog"], CATALOG_SPLIT))
        photos = Path(artifact_utils.get_split_uri(input_dict["examples"], _SPLIT))
        edge = Path(artifact_utils.get_single_uri(output_dict["edge_model"]))
        check_dir = Path(artifact_utils.get_single_uri(output_dict["edge_check"]))

        report(_STAGE, 0, 3, "converting to TFLite")
        written = export_edge(model, _products(catalog), settings, edge)
        steps = iter((1, 2))
        check = check_edge(
            edge,
            Path(model.serving),
            sample_photos(photos, settings.parity_photos),
            written.operating_threshold,
            settings,
            on_step=lambda step: report(_STAGE, next(steps), 3, step),
        )
        check_dir.mkdir(parents=True, exist_ok=True)
        (check_dir / EDGE_CHECK_FILE).write_text(check.to_json(), encoding="utf-8")
        report(
            _STAGE,
            3,
            3,
            f"parity {check.parity:.3f}, {check.size_bytes / 1e6:.1f} MB, "
            f"{check.latency_ms:.0f} ms",
        )


def _products(catalog_split: Path) -> Products:
    files = sorted(str(path) for path in catalog_split.glob("*") if path.is_file())
    return {
        packshot.sku: {
            NAME: packshot.name,
            CATEGORY: packshot.category,
            **({GROUP: packshot.group} if packshot.group else {}),
        }
        for packshot in read_packshots(files)
        if packshot.view == 0
    }
