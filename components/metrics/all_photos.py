"""The tallies of all photos, joined into one column per measure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from components.artifacts.evaluation_summary import PhotoCounts
from components.metrics.matching import IOU_THRESHOLDS
from components.metrics.tally import PhotoTally


def join(parts: Sequence[np.ndarray], dtype: type) -> np.ndarray:
    """Return one column of all parts; an empty one of `dtype` where there are none."""
    return np.concatenate([np.zeros(0, dtype), *parts])


class AllPhotos:
    """The tallies of all photos, joined. D detections, T truths that count, K IoU thresholds."""

    def __init__(self, tallies: Sequence[PhotoTally], new_skus: frozenset[str]):
        self.tallies = tallies
        self.skus = join([each.skus for each in tallies], object)
        self.scores = join([each.scores for each in tallies], float)
        self.ambiguity = join([each.ambiguity for each in tallies], float)
        self.shown = join([each.shown for each in tallies], bool)
        self.top2 = join([each.top2 for each in tallies], bool)
        self.new = join([each.new for each in tallies], bool)
        empty = np.zeros((len(IOU_THRESHOLDS), 0), bool)
        self.true = np.concatenate([empty, *(each.true for each in tallies)], axis=1)
        self.ignored = np.concatenate([empty, *(each.ignored for each in tallies)], axis=1)
        self.excused = join([each.excused for each in tallies], bool)
        self.truth_skus = join([each.truth_skus for each in tallies], object)
        self.truth_new = join([each.truth_new for each in tallies], bool)
        self.truth_found = join([each.truth_found for each in tallies], bool)
        self.new_skus = new_skus | set(self.truth_skus[self.truth_new])
        # The detections that are right or wrong where they are shown, and those that are shown.
        self.right = join([each.right for each in tallies], bool)
        self.judged = join([each.judged for each in tallies], bool)
        self.judged_shown = self.judged & self.shown

    @property
    def counts(self) -> PhotoCounts:
        """What the evaluation rests on."""
        return PhotoCounts(
            photos=len(self.tallies),
            boxed=sum(each.boxed for each in self.tallies),
            negatives=sum(each.negative for each in self.tallies),
            labelled=sum(each.label_rank is not None for each in self.tallies),
            boxes=len(self.truth_skus),
            detections=len(self.scores),
            invalid=sum(each.invalid for each in self.tallies),
        )
