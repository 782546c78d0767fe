"""Photos that overlap, brought onto one plane; those that do not are planes of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from components.joining.overlap import Overlap
from components.joining.sight import Sight
from components.records.moved_boxes import moved_boxes

_LARGEST = 6.0
"""How many times larger or smaller a photo may be on the plane than it is: beyond that it was taken
at an angle at which facings cannot be told apart."""

Plane = dict[int, np.ndarray]
"""By number of a photo: float `[3, 3]`, from its pixels to the plane, which are those of one."""


def planes_of(sights: Sequence[Sight], overlaps: Mapping[tuple[int, int], Overlap]) -> list[Plane]:
    """Return the planes, in the order of their first photos.

    Args:
        sights: The photos.
        overlaps: By numbers of two photos, the lower first: how the second lies on the first.
    """
    joined: dict[int, dict[int, np.ndarray]] = {at: {} for at in range(len(sights))}
    group = list(range(len(sights)))
    # The surest overlaps first, each photo reached on one way only.
    for (one, other), found in sorted(overlaps.items(), key=lambda each: each[1].wrong):
        if group[one] == group[other]:
            continue
        was = group[other]
        group = [group[one] if each == was else each for each in group]
        joined[one][other] = found.homography
        joined[other][one] = np.linalg.inv(found.homography)
    planes: list[Plane] = []
    left = list(range(len(sights)))
    while left:
        members = [at for at in left if group[at] == group[left[0]]]
        plane = _laid_out(_middle_of(members, joined), joined, sights)
        planes.append(plane)
        # What cannot lie on the plane is one of its own, with what hangs on it.
        left = [at for at in left if at not in plane]
    return sorted(planes, key=min)


def _middle_of(members: Sequence[int], joined: Mapping[int, Mapping[int, np.ndarray]]) -> int:
    """Return the photo from which all others are reached in the fewest steps."""

    def farthest(start: int) -> int:
        steps = {start: 0}
        queue = [start]
        for at in queue:
            for to in joined[at]:
                if to not in steps and to in members:
                    steps[to] = steps[at] + 1
                    queue.append(to)
        return max(steps.values()) - 1000 * len(steps)

    return min(members, key=farthest)


def _laid_out(
    start: int, joined: Mapping[int, Mapping[int, np.ndarray]], sights: Sequence[Sight]
) -> Plane:
    plane: Plane = {start: np.eye(3)}
    queue = [start]
    for at in queue:
        for to, homography in joined[at].items():
            onto = plane[at] @ homography
            if to not in plane and lies_well(onto, sights[to].size):
                plane[to] = onto
                queue.append(to)
    return plane


def lies_well(homography: np.ndarray, size: tuple[int, int]) -> bool:
    """Return whether a photo is about as large on the plane as it is, none of it behind us."""
    corners = np.array([[0, 0, 1], [size[0], 0, 1], [*size, 1], [0, size[1], 1]], float)
    far = (homography @ corners.T)[2]
    if far.min() <= 0 <= far.max():
        return False
    box = moved_boxes(homography, np.array([[0.0, 0.0, *size]]))[0]
    larger = (box[2:] - box[:2]) / np.array(size)
    return bool((larger < _LARGEST).all() and (larger > 1 / _LARGEST).all())
