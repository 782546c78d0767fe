"""Photos that are packshots of the index themselves: nothing is as easy to find."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from components.calibration.calibration_photos import CalibrationPhoto
from components.recogniser.embed_catalog import embedding_of
from components.recogniser.embed_packshots import embed_packshots
from components.recogniser.index import CatalogIndex
from components.recogniser.model import Recogniser
from components.records.problems import InputError, Problem

SAME_PICTURE = 0.99
"""Mean cosine of the cells of two templates from which on they are of one picture."""


def refuse_packshots(
    recogniser: Recogniser, index: CatalogIndex, photos: Sequence[CalibrationPhoto]
) -> None:
    """Raise InputError naming each photo of one product that a packshot of the index is, too."""
    alone = [each for each in photos if len(each.photo.objects) == 1]
    if not alone:
        return
    # The index sorts its rows by SKU; numbers keep the photos in order.
    rows = [(f"{number:09}", each.encoded) for number, each in enumerate(alone)]
    looks = embed_packshots(embedding_of(recogniser), rows).templates
    same = (_rows(looks) @ _rows(index.templates).T).max(axis=1) >= SAME_PICTURE
    problems = [
        Problem(
            str(each.photo.path),
            None,
            "is a packshot of the index, not a photo of a shelf",
            "leave it out",
        )
        for each, is_packshot in zip(alone, same, strict=True)
        if is_packshot
    ]
    if problems:
        raise InputError(problems)


def _rows(templates: np.ndarray) -> np.ndarray:
    """Return templates `[V, T, T, D]` as rows `[V, T * T * D]` whose products are mean cosines."""
    cells = templates.astype(np.float32)
    cells /= np.maximum(np.linalg.norm(cells, axis=-1, keepdims=True), 1e-6)
    return cells.reshape(len(cells), -1) / np.sqrt(templates.shape[1] * templates.shape[2])
