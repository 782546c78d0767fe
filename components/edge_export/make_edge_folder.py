"""From a trained model to an edge folder and its check. Every step that may abort is isolated."""

import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from tensorflow.core.protobuf import saved_model_pb2

from components.artifacts.edge_check import EdgeCheck
from components.artifacts.model import INDEX_FILE, ModelArtifact
from components.artifacts.model_settings import ModelSettings
from components.artifacts.product_table import (
    NAME,
    PRODUCTS_FILE,
    Products,
    groups_of,
    with_groups,
    write_products,
)
from components.edge_export import convert_worker, measure_worker
from components.edge_export.export_failed import ExportFailed
from components.edge_export.measure_worker import MeasureRequest, Measures
from components.edge_export.parity import compare
from components.edge_export.prediction_script import prediction_script
from components.edge_export.settings import EdgeExportSettings
from components.recogniser.alike import alike_groups
from components.recogniser.index import read_index
from components.records.lines import lines_of
from components.records.prediction import PredictionRecord, read_record
from components.releases.edge_folder import (
    LABELS_FILE,
    MODEL_FILE,
    SCRIPT_FILE,
    SIGNATURE,
    EdgeSettings,
    hash_file,
    write_labels,
    write_settings,
)
from components.runtime.isolated import run_isolated

OnStep = Callable[[str], None]
"""Called with what is done next."""


def export_edge(
    trained: ModelArtifact,
    products: Products,
    settings: EdgeExportSettings,
    out_dir: Path,
    converter: str = convert_worker.__name__,
) -> EdgeSettings:
    """Convert a model and write the edge folder.

    Args:
        trained: The Trainer's output.
        products: What people want to read of products.
        settings: How to convert.
        out_dir: The edge folder; made where it does not exist.
        converter: Module that converts, run as a process of its own.

    Raises:
        ExportFailed: The converter failed, aborted or hung.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    model = out_dir / MODEL_FILE
    outcome = run_isolated(
        converter,
        [trained.edge, str(model), settings.quantization],
        settings.timeout_seconds,
    )
    if not outcome.ok:
        raise ExportFailed(f"the conversion to TFLite failed: {outcome.complaint}")
    shutil.copyfile(trained.index, out_dir / INDEX_FILE)
    names = {sku: columns[NAME] for sku, columns in products.items()}
    index = read_index(out_dir / INDEX_FILE)
    write_labels(out_dir / LABELS_FILE, index.labels, names)
    grouped = with_groups(products, alike_groups(index, groups_of(products)))
    write_products(out_dir / PRODUCTS_FILE, grouped.items())
    (out_dir / SCRIPT_FILE).write_text(prediction_script(), encoding="utf-8")
    made_with = ModelSettings.model_validate_json(Path(trained.settings).read_bytes())
    height, width = _photo_size(Path(trained.edge))
    written = EdgeSettings(
        operating_threshold=made_with.operating_threshold,
        photo_height=height,
        photo_width=width,
        quantization=settings.quantization,
        model_hash=made_with.model_hash,
        sha256={
            name: hash_file(out_dir / name)
            for name in (MODEL_FILE, INDEX_FILE, LABELS_FILE, PRODUCTS_FILE, SCRIPT_FILE)
        },
    )
    write_settings(out_dir, written)
    return written


def _photo_size(edge_model: Path) -> tuple[int, int]:
    """Return height and width of the photo that a SavedModel's signature `edge` takes."""
    saved = saved_model_pb2.SavedModel.FromString((edge_model / "saved_model.pb").read_bytes())
    image = saved.meta_graphs[0].signature_def[SIGNATURE].inputs["image"]
    _, height, width, _ = (dimension.size for dimension in image.tensor_shape.dim)
    return height, width


def check_edge(
    edge_dir: Path,
    saved_model: Path,
    photos: Sequence[bytes],
    threshold: float,
    settings: EdgeExportSettings,
    on_step: OnStep = lambda step: None,
) -> EdgeCheck:
    """Compare an edge folder with the SavedModel on photos, and measure both.

    Args:
        edge_dir: What `export_edge` wrote.
        saved_model: The SavedModel it must agree with.
        photos: Encoded photos; at least one.
        threshold: The operating threshold.
        settings: How to measure.
        on_step: Called before each of the two models runs.

    Raises:
        ExportFailed: One of the models fails, aborts or hangs.
    """
    if not photos:
        raise ValueError("a parity check needs a photo")
    with tempfile.TemporaryDirectory(prefix="oneshelf-") as scratch:
        files = []
        for number, data in enumerate(photos):
            file = Path(scratch) / f"photo-{number:04}"
            file.write_bytes(data)
            files.append(str(file))
        answers = {}
        # The edge model first: if one of them fails, it is the new one.
        for target, model in (("edge", edge_dir), ("serving", saved_model)):
            on_step(f"{len(photos)} photos through the {target} model")
            request = MeasureRequest(target, str(model), tuple(files), threshold, settings.threads)
            answers[target] = _measured(request, Path(scratch), settings.timeout_seconds)
    (server, serving), (phone, edge) = answers["serving"], answers["edge"]
    return EdgeCheck(
        **asdict(compare(server, phone, threshold)),
        size_bytes=(edge_dir / MODEL_FILE).stat().st_size,
        latency_ms=edge.latency_ms,
        memory_bytes=edge.memory_bytes,
        serving_latency_ms=serving.latency_ms,
        serving_memory_bytes=serving.memory_bytes,
        threads=settings.threads,
        quantization=settings.quantization,
    )


def _measured(
    request: MeasureRequest, scratch: Path, timeout_seconds: float
) -> tuple[list[PredictionRecord], Measures]:
    paths = [scratch / f"{request.target}-{name}" for name in ("request", "records", "measures")]
    paths[0].write_text(json.dumps(asdict(request)), encoding="utf-8")
    outcome = run_isolated(measure_worker.__name__, [str(path) for path in paths], timeout_seconds)
    if not outcome.ok:
        raise ExportFailed(f"the {request.target} model failed on photos: {outcome.complaint}")
    records = [read_record(line) for line in lines_of(paths[1].read_text(encoding="utf-8"))]
    return records, Measures(**json.loads(paths[2].read_text(encoding="utf-8")))
