"""RoIAlign: the features under a box, read bilinearly at the points of a grid over it.

(He et al., "Mask R-CNN", ICCV 2017; here with one sample per point.) A *RoI grid* is T x T points
laid over a box: point (r, c) is at the centre of one of the T x T equal parts. In the box's own
frame the box spans [-1, 1] on both axes.
"""

from collections.abc import Sequence
from typing import NamedTuple

import tensorflow as tf

from components.recogniser.cells import unit
from components.recogniser.geometry import centre_size
from components.recogniser.strides import STRIDE


class FeaturePyramid(NamedTuple):
    """L feature maps, one behind the other in one tensor: the pyramid levels of one photo.

    Maps of L pictures of one size are kept alike, see `maps_of_pictures`.
    """

    cells: tf.Tensor  # [cells of all maps, D], map by map, row by row
    first: tf.Tensor  # [L] int32, where a map begins in `cells`
    shape: tf.Tensor  # [L, 2] int32, its height and width in cells
    stride: tf.Tensor  # [L] float32, pixels of the photo per cell


def pyramid_of(maps: Sequence[tf.Tensor]) -> FeaturePyramid:
    """Return the pyramid of maps `[1, h, w, D]`, each of half the resolution of the one before."""
    shapes = [tf.shape(each)[1:3] for each in maps]
    first = [tf.constant(0)]
    for shape in shapes[:-1]:
        first.append(first[-1] + shape[0] * shape[1])
    return FeaturePyramid(
        cells=tf.concat([tf.reshape(each, [-1, each.shape[-1]]) for each in maps], axis=0),
        first=tf.stack(first),
        shape=tf.stack(shapes),
        stride=tf.constant([float(STRIDE * 2**number) for number in range(len(maps))]),
    )


def maps_of_pictures(features: tf.Tensor) -> FeaturePyramid:
    """Return the maps `[B, h, w, D]` of B pictures, map b in place of pyramid level b."""
    shape = tf.shape(features)
    return FeaturePyramid(
        cells=tf.reshape(features, [-1, features.shape[-1]]),
        first=tf.range(shape[0]) * shape[1] * shape[2],
        shape=tf.tile(shape[tf.newaxis, 1:3], [shape[0], 1]),
        stride=tf.fill([shape[0]], float(STRIDE)),
    )


def roi_align(
    pyramid: FeaturePyramid, map_number: tf.Tensor, boxes: tf.Tensor, points: int, margin: int = 0
) -> tf.Tensor:
    """Read the features under boxes.

    Args:
        pyramid: The feature maps.
        map_number: int32 `[N]`, which of the maps each box is read from: its pyramid level.
        boxes: `[N, 4]` in pixels.
        points: T, points inside the box on each axis.
        margin: Points around the box on each side.

    Returns:
        Unit cells `[N, G, G, D]`, G = T + 2 * margin.
    """
    return unit(sample_maps(pyramid, map_number, boxes, points, margin))


def sample_maps(
    pyramid: FeaturePyramid, map_number: tf.Tensor, boxes: tf.Tensor, points: int, margin: int = 0
) -> tf.Tensor:
    """Read maps as `roi_align` does, cells `[N, G, G, D]` of any length."""
    side = points + 2 * margin
    stride = tf.gather(pyramid.stride, map_number)[:, tf.newaxis, tf.newaxis]
    at = tf.reshape(roi_grid(boxes, points, margin), [-1, side * side, 2]) / stride - 0.5
    first, shape = tf.gather(pyramid.first, map_number), tf.gather(pyramid.shape, map_number)
    sampled = sample_bilinear(pyramid.cells, at, first, shape)
    return tf.reshape(sampled, [-1, side, side, pyramid.cells.shape[-1]])


def grid_axis(points: int, margin: int = 0) -> tf.Tensor:
    """Return the positions of a RoI grid on one axis, in the box frame, `[points + 2 * margin]`.

    The `points` inner ones are the centres of equal parts of [-1, 1]; `margin` more of the same
    spacing follow outside on either side.
    """
    number = tf.range(-margin, points + margin, dtype=tf.float32)
    return (2.0 * number + 1.0) / points - 1.0


def roi_grid(boxes: tf.Tensor, points: int, margin: int = 0) -> tf.Tensor:
    """Return the RoI grids of boxes.

    Args:
        boxes: `[..., 4]` in pixels.
        points: Grid points inside the box on each axis.
        margin: Grid points outside on each side.

    Returns:
        `[..., G, G, 2]` x, y in pixels, rows first, with G = points + 2 * margin.
    """
    centre, size = centre_size(boxes)
    axis = grid_axis(points, margin)
    x = centre[..., 0:1] + axis * size[..., 0:1] / 2.0
    y = centre[..., 1:2] + axis * size[..., 1:2] / 2.0
    side = axis.shape[0]
    shape = tf.concat([tf.shape(x)[:-1], [side, side]], axis=0)
    return tf.stack(
        [
            tf.broadcast_to(x[..., tf.newaxis, :], shape),
            tf.broadcast_to(y[..., :, tf.newaxis], shape),
        ],
        axis=-1,
    )


def sample_bilinear(
    cells: tf.Tensor, at: tf.Tensor, first: tf.Tensor, shape: tf.Tensor
) -> tf.Tensor:
    """Read maps that are one behind the other in one tensor, clamping at each map's border.

    Args:
        cells: `[cells of all maps, D]`, each map row by row.
        at: `[N, M, 2]` x, y in cells of the map that row N reads; centres are whole numbers.
        first: int32 `[N]`, where that map begins in `cells`.
        shape: int32 `[N, 2]`, its height and width.

    Returns:
        `[N, M, D]`.
    """
    limit = shape[:, tf.newaxis, ::-1] - 1
    at = tf.minimum(tf.maximum(at, 0.0), tf.cast(limit, tf.float32))
    floor = tf.floor(at)
    part = at - floor
    # Once more as whole numbers: a coordinate that is no number becomes any of them.
    low = tf.minimum(tf.maximum(tf.cast(floor, tf.int32), 0), limit)
    high = tf.minimum(low + 1, limit)
    width, first = shape[:, 1:2], first[:, tf.newaxis]

    def take(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        return tf.gather(cells, first + y * width + x)

    fx, fy = part[..., 0:1], part[..., 1:2]
    # One sum of four is faster than interpolating twice along x and once along y.
    return tf.add_n(
        [
            take(low[..., 0], low[..., 1]) * ((1.0 - fx) * (1.0 - fy)),
            take(high[..., 0], low[..., 1]) * (fx * (1.0 - fy)),
            take(low[..., 0], high[..., 1]) * ((1.0 - fx) * fy),
            take(high[..., 0], high[..., 1]) * (fx * fy),
        ]
    )
