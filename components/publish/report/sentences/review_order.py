"""Which detections people should look at first: the order that finds most errors here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from components.publish.report.number_formats import percent

Order = Literal["score", "ambiguity"]

_TENTH: Mapping[Order, str] = {
    "score": "lowest-scored tenth",
    "ambiguity": "most ambiguous tenth",
}
_ASK: Mapping[Order, str] = {
    "score": "with the lowest scores",
    "ambiguity": "with the highest ambiguity",
}
_SAME = 0.005
"""Difference of two shares below which they read the same."""


def best_first(metrics: Mapping[str, float]) -> tuple[Order, Order] | None:
    """Return both orders, the one that finds more errors first; None where no error is known."""
    caught = _caught(metrics)
    if caught is None:
        return None
    return (
        ("ambiguity", "score") if caught["ambiguity"] > caught["score"] else ("score", "ambiguity")
    )


def where_to_look(metrics: Mapping[str, float]) -> str:
    """Say which order to review in and what the other would find; "" where no error is known."""
    caught, orders = _caught(metrics), best_first(metrics)
    if caught is None or orders is None:
        return ""
    first, other = orders
    if caught[first] - caught[other] < _SAME:
        return (
            f"It is all the same whether people look first at the {_TENTH[first]} of the "
            f"detections shown or at the {_TENTH[other]}: either holds {percent(caught[first])} "
            "of the errors; a tenth taken at random, 10 %."
        )
    said = (
        f"People should look first at the detections {_ASK[first]}: the {_TENTH[first]} holds "
        f"{percent(caught[first])} of the errors shown, the {_TENTH[other]} "
        f"{percent(caught[other])}, one taken at random 10 %."
    )
    if first == "score":
        said += " Ambiguity then says which two products to choose between."
    return said


def _caught(metrics: Mapping[str, float]) -> dict[Order, float] | None:
    """Return the share of the errors in the first tenth of either order."""
    if "errors_caught_at_10" not in metrics:
        return None
    return {
        "ambiguity": metrics["errors_caught_at_10"],
        "score": metrics["errors_caught_at_10_by_score"],
    }
