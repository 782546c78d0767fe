"""Answers at the group of a product, where nothing tells its members apart."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from components.records.prediction import Detection, best_at_places, same_place

GROUP = "group"
"""The column of a catalogue that joins products which may be answered together."""


def grouped(detections: Sequence[Detection], groups: Mapping[str, str]) -> tuple[Detection, ...]:
    """Return detections with the group of each SKU that has one, and the group's probability.

    It is the sum over the members that are candidates at the place: probabilities of SKUs at one
    place leave room for each other.

    Args:
        detections: Of one photo.
        groups: Group by SKU.
    """
    members: dict[str, list[Detection]] = {}
    for each in detections:
        if group := groups.get(each.sku):
            members.setdefault(group, []).append(each)

    def of_group(one: Detection, group: str) -> Detection:
        best = {one.sku: one.score}
        for other in members[group]:
            if other.sku != one.sku and same_place(one.box, other.box):
                best[other.sku] = max(best.get(other.sku, 0.0), other.score)
        runner_up = one.runner_up
        if runner_up is not None and groups.get(runner_up.sku) == group:
            best.setdefault(runner_up.sku, runner_up.score)
        return replace(one, group=group, group_score=min(sum(best.values()), 1.0))

    return tuple(
        of_group(each, group) if (group := groups.get(each.sku)) else each for each in detections
    )


def count_groups(detections: Sequence[Detection], threshold: float) -> dict[str, int]:
    """Count facings per group: of the answers at a place, group or SKU, the surest counts once.

    Args:
        detections: Of `grouped`.
        threshold: Score from which an answer counts.
    """

    def sureness(each: Detection) -> float:
        return each.score if each.group_score is None else each.group_score

    sure = [each for each in detections if sureness(each) >= threshold]
    sure.sort(key=sureness, reverse=True)
    counted = itertools.compress(sure, best_at_places([each.box for each in sure]))
    return dict(sorted(Counter(each.group for each in counted if each.group).items()))
