"""The catalogue as the trainer needs it: encoded packshots, SKU numbers, who is held out."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from components.recogniser.packshots import decode_canvas


@dataclass(frozen=True)
class TrainingCatalog:
    """V packshots of S SKUs, in order of SKU.

    Only encoded bytes are kept; pictures are decoded when a batch needs them.

    Attributes:
      skus: `[S]`, sorted.
      held_out: `[S]` bool: never trained on, kept to measure new SKUs.
      packshots: `[V]` encoded pictures, the views of one SKU together.
      first_view, views: `[S]` where a SKU's packshots start, and how many there are.
    """

    skus: tuple[str, ...]
    held_out: np.ndarray
    packshots: tuple[bytes, ...]
    first_view: np.ndarray
    views: np.ndarray

    @property
    def new_skus(self) -> frozenset[str]:
        """The SKUs that are held out."""
        return frozenset(sku for sku, new in zip(self.skus, self.held_out, strict=True) if new)

    def rows(self) -> list[tuple[str, bytes]]:
        """(SKU, encoded packshot) of every view."""
        return [
            (sku, self.packshots[view])
            for sku, first, count in zip(self.skus, self.first_view, self.views, strict=True)
            for view in range(first, first + count)
        ]


def read_catalog(paths: Iterable[str]) -> TrainingCatalog:
    """Reads gzip TFRecords of catalogue examples.

    Raises:
      ValueError: if they hold no product.
    """
    features = {
        "product/sku": tf.io.FixedLenFeature([], tf.string),
        "product/view": tf.io.FixedLenFeature([], tf.int64),
        "product/held_out": tf.io.FixedLenFeature([], tf.int64),
        "image/encoded": tf.io.FixedLenFeature([], tf.string),
    }
    rows = []
    for record in tf.data.TFRecordDataset(list(paths), compression_type="GZIP"):
        parsed = tf.io.parse_single_example(record, features)
        rows.append(
            (
                parsed["product/sku"].numpy().decode(),
                int(parsed["product/view"]),
                bool(parsed["product/held_out"]),
                parsed["image/encoded"].numpy(),
            )
        )
    if not rows:
        raise ValueError("the catalogue examples hold no product")
    rows.sort(key=lambda row: row[:2])
    skus = sorted({row[0] for row in rows})
    number = {sku: index for index, sku in enumerate(skus)}
    of_row = np.array([number[row[0]] for row in rows])
    held_out = np.zeros(len(skus), bool)
    held_out[of_row] = [row[2] for row in rows]
    return TrainingCatalog(
        skus=tuple(skus),
        held_out=held_out,
        packshots=tuple(row[3] for row in rows),
        first_view=np.searchsorted(of_row, np.arange(len(skus))),
        views=np.bincount(of_row, minlength=len(skus)),
    )


def canvases(packshots: tf.Tensor, side: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Decodes `[N]` encoded packshots to canvases `[N, side, side, 3]` and boxes `[N, 4]`."""
    return tf.map_fn(
        lambda encoded: decode_canvas(encoded, side),
        packshots,
        fn_output_signature=(
            tf.TensorSpec([side, side, 3], tf.float32),
            tf.TensorSpec([4], tf.float32),
        ),
    )
