"""What is wrong with an answer to a request, in sentences."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

# Boxes are computed in float32; half a pixel outside the photo is rounding.
_TOLERANCE_PIXELS = 0.5
_TOLERANCE_SCORE = 1e-6

# Numbers of detections, of which there are `count`; and of products, where padding scores 0.
_COUNTED = ("boxes", "scores", "runner_up_scores", "ambiguity")
_PADDED = ("product_boxes", "product_scores", "unknown_scores")
_BOXES = ("boxes", "product_boxes")


def problems_of_detections(
    answer: Mapping[str, np.ndarray],
    photo_sizes: Sequence[tuple[int, int]],
    skus: Collection[str],
) -> list[str]:
    """Check one batch of answers.

    Args:
        answer: The outputs of a detection signature as arrays; the first axis is the photo.
        photo_sizes: Height, width in pixels of every photo of the request.
        skus: The SKUs of the index.

    Returns:
        One sentence per kind of fault; empty for a good answer.
    """
    wrong_batch = [
        f"{name!r} answers {len(values)} photos, not {len(photo_sizes)}"
        for name, values in sorted(answer.items())
        if values.ndim == 0 or len(values) != len(photo_sizes)
    ]
    if wrong_batch:
        return wrong_batch
    reasons: list[str] = []
    for row, size in enumerate(photo_sizes):
        photo = {name: values[row] for name, values in answer.items()}
        for reason in _problems_of_photo(photo, size, skus):
            if reason not in reasons:
                reasons.append(reason)
    return reasons


def problems_of_map(score_map: np.ndarray) -> list[str]:
    """Check a class probability map, float `[h, w]`."""
    if score_map.ndim != 2 or score_map.size == 0:
        return [f"the map has shape {list(score_map.shape)}"]
    if not np.all(np.isfinite(score_map)):
        return ["the map holds numbers that are not finite"]
    if not _within_unit(score_map):
        return [f"the map goes from {score_map.min():.3g} to {score_map.max():.3g}, not 0 to 1"]
    return []


def problems_of_embedding(embedding: Mapping[str, np.ndarray], packshots: int) -> list[str]:
    """Check what `embed_catalog` gives for a number of packshots."""
    reasons = [
        f"{name!r} has {len(values)} rows for {packshots} packshots"
        for name, values in sorted(embedding.items())
        if len(values) != packshots
    ]
    for name in ("screen", "hubness"):
        if not np.all(np.isfinite(embedding[name])):
            reasons.append(f"{name!r} holds numbers that are not finite")
    if not reasons and not np.any(embedding["screen"]):
        reasons.append("every shortlist embedding is zero")
    return reasons


def _problems_of_photo(
    photo: Mapping[str, np.ndarray], size: tuple[int, int], skus: Collection[str]
) -> list[str]:
    height, width = size
    count, room = int(photo["count"]), len(photo["scores"])
    if not 0 <= count <= room:
        return [f"a count of {count} where there is room for {room} detections"]
    found = {name: photo[name][:count] for name in _COUNTED}
    found |= {name: photo[name] for name in _PADDED}
    reasons = [
        f"{name!r} holds numbers that are not finite"
        for name, values in found.items()
        if not np.all(np.isfinite(values))
    ]
    if reasons:
        return reasons
    reasons += [
        f"{name!r} goes beyond 0 to 1"
        for name, values in found.items()
        if name not in _BOXES and not _within_unit(values)
    ]
    if np.any(np.diff(found["scores"]) > _TOLERANCE_SCORE):
        reasons.append("detections are not sorted by score")
    boxes = np.concatenate([found[name] for name in _BOXES])
    low, high = boxes[:, :2], boxes[:, 2:]
    if np.any(high < low):
        reasons.append("a box ends before it begins")
    limit = np.array([width, height], dtype=np.float32)
    if np.any(low < -_TOLERANCE_PIXELS) or np.any(high > limit + _TOLERANCE_PIXELS):
        reasons.append("a box lies outside the photo")
    named = {_text(sku) for sku in photo["skus"][:count]}
    named |= {_text(sku) for sku in photo["runner_up_skus"][:count]} - {""}
    if unknown := sorted(named - set(skus)):
        reasons.append(f"SKU {unknown[0]!r} is not in the index")
    return reasons


def _within_unit(values: np.ndarray) -> bool:
    return bool(np.all(values >= -_TOLERANCE_SCORE) and np.all(values <= 1 + _TOLERANCE_SCORE))


def _text(value: bytes | str) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
