"""Real TFX artifacts for tests, and the ways to run an executor on them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from components.transform.settings import TransformSettings


def beam_context(folder: Path) -> Any:
    """A context for Beam executors: in memory, one worker, temporary files in `folder`.

    Without arguments, as in a run: given any, TFX packs itself into an archive before every stage.
    """
    from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor

    return BaseBeamExecutor.Context(
        beam_pipeline_args=[],
        tmp_dir=str(folder),
        unique_id="1",
    )


def artifact(type_name: str, folder: Path) -> Any:
    """An artifact of a standard type, with nothing in it."""
    from tfx.types import standard_artifacts

    made = getattr(standard_artifacts, type_name)()
    made.uri = str(folder)
    return made


def examples(folder: Path, splits: dict[str, Iterable[dict[str, Any]]]) -> Any:
    """An Examples artifact that holds the given features, split by split."""
    import tensorflow as tf

    from components.records.example_files import mark_as_examples
    from components.records.tf_example import serialize

    made = artifact("Examples", folder)
    mark_as_examples(made, list(splits))
    for split, photos in splits.items():
        target = folder / f"Split-{split}"
        target.mkdir(parents=True)
        with tf.io.TFRecordWriter(str(target / "data_tfrecord-00000-of-00001.gz"), "GZIP") as out:
            for features in photos:
                out.write(serialize(features))
    return made


def shelf_photos(data: Any, numbers: Sequence[int], split: str = "test") -> list[dict[str, Any]]:
    """Features of photos of a `TinyData`."""
    from tiny_data import SKUS

    from components.datasets.read_shelves import read_shelves
    from components.imaging.decoding import ImageLimits
    from components.records.features import shelf_features

    photos = read_shelves(data.shelves, SKUS).photos
    return [
        shelf_features(
            photos[number], photos[number].path.read_bytes(), split, frozenset(), ImageLimits()
        )
        for number in numbers
    ]


def packshot(
    sku: str, encoded: bytes = b"", name: str = "", category: str = "", held_out: bool = False
) -> dict[str, Any]:
    """Features of the only packshot of a SKU; `encoded` is taken as it is."""
    return {
        "product/sku": [sku.encode()],
        "product/name": [(name or sku).encode()],
        "product/category": [category.encode()],
        "product/view": np.array([0]),
        "product/row": np.array([2]),
        "product/held_out": np.array([int(held_out)]),
        "image/filename": [f"{sku}.png".encode()],
        "image/encoded": [encoded],
    }


def packshots(data: Any, held_out: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Features of all packshots of a `TinyData`."""
    from components.datasets.read_catalog import read_catalog
    from components.imaging.decoding import ImageLimits
    from components.records.features import catalog_features

    return [
        catalog_features(row, row.image.read_bytes(), row.sku in held_out, ImageLimits())
        for row in read_catalog(data.products_csv)
    ]


def transform_graph(folder: Path, photos: Sequence[dict[str, Any]]) -> str:
    """The folder of what Transform makes of shelf photos, as the pipeline runs it."""
    from tfx.components.transform.executor import Executor

    graph = artifact("TransformGraph", folder / "graph")
    Executor(beam_context(folder / "tmp")).Do(
        {
            "examples": [examples(folder / "examples", {"train": photos, "eval": photos[:1]})],
            "schema": [schema(folder / "schema", "shelves")],
        },
        {"transform_graph": [graph]},
        {
            "preprocessing_fn": "components.transform.preprocessing.preprocessing_fn",
            "module_file": None,
            "module_path": None,
            "custom_config": json.dumps({"settings": TransformSettings().model_dump_json()}),
            "splits_config": None,
            "force_tf_compat_v1": 0,
            "disable_statistics": 1,
        },
    )
    return graph.uri


def schema(folder: Path, name: str) -> Any:
    """A Schema artifact that holds one of the curated schemas."""
    source = Path(__file__).parent.parent / "schemas" / f"{name}.pbtxt"
    folder.mkdir(parents=True)
    (folder / "schema.pbtxt").write_text(source.read_text())
    return artifact("Schema", folder)
