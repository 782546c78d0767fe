"""Whether two answers about a photo are the same, in whatever order equal scores come."""

import pytest

from components.records.prediction import Detection


def same_detections(some: list[Detection], others: list[Detection]) -> None:
    """Assert that every detection has its like, but for what int8 and other resizing change."""
    left = list(others)
    assert len(some) == len(left)
    for one in some:
        like = next((other for other in left if _alike(one, other)), None)
        assert like is not None, f"no detection like {one} among {left}"
        left.remove(like)


def _alike(one: Detection, other: Detection) -> bool:
    return (
        one.sku == other.sku
        and one.score == pytest.approx(other.score, abs=1e-3)
        and one.box == pytest.approx(other.box, abs=0.5)
        and one.ambiguity == pytest.approx(other.ambiguity, abs=1e-2)
        and (one.runner_up is None) == (other.runner_up is None)
    )
