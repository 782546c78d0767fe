"""TransformNet and aligned correlation: how well does a template fit a proposal, and where?

A *proposal* is a box with the features of the RoI grid over it and a margin around, `[G, G, D]`; a
*template* is a packshot's features on its own RoI grid, `[T, T, D]`, G = T + 2 * margin, every cell
of unit length. The idea is that of OS2D (Osokin et al., ECCV 2020); here it runs at proposals only,
and six parameters allow for tilt.
"""

import keras
import tensorflow as tf

from components.recogniser.geometry import centre_size
from components.recogniser.roi_align import grid_axis

PARAMETERS = 6


@keras.saving.register_keras_serializable("oneshelf")
class TransformNet(keras.layers.Layer):
    """Predicts the affine transform that lays a template onto a proposal.

    Attributes:
        points: T, template cells per axis.
        margin: Cells looked at around the box on each side.
    """

    def __init__(self, points: int, margin: int, **kwargs):
        super().__init__(**kwargs)
        self.points, self.margin = points, margin
        self.conv1 = keras.layers.Conv2D(48, 5, activation="relu", name="conv1")
        self.conv2 = keras.layers.Conv2D(48, 3, activation="relu", name="conv2")
        self.flatten = keras.layers.Flatten()
        self.hidden = keras.layers.Dense(64, activation="relu", name="hidden")
        # Zero at the start: training begins at the identity transform.
        self.head = keras.layers.Dense(PARAMETERS, kernel_initializer="zeros", name="head")

    def build(self, input_shape):
        """Build for correlations `[N, G, G, T * T]`."""
        side = self.points + 2 * self.margin
        self.conv1.build((None, side, side, self.points**2))
        self.conv2.build((None, side - 4, side - 4, 48))
        self.hidden.build((None, (side - 6) ** 2 * 48))
        self.head.build((None, 64))

    def call(self, correlation):
        """Map correlations `[N, G, G, T * T]` to transforms `[N, 6]`.

        Returns:
            dx, dy (shift in half boxes), log scale x, log scale y, shear x, shear y. All zero is
            the identity.
        """
        x = tf.nn.relu(correlation)
        x = x * tf.math.rsqrt(tf.reduce_sum(tf.square(x), axis=-1, keepdims=True) + 1e-6)
        x = self.hidden(self.flatten(self.conv2(self.conv1(x))))
        # Bounded: a template is never moved or stretched past the margin it can see.
        return 0.6 * tf.tanh(self.head(x))


def correlate(features: tf.Tensor, templates: tf.Tensor) -> tf.Tensor:
    """Return all cosines between the cells of proposals and of their templates.

    Args:
        features: Unit cells `[P, G, G, D]` of proposals.
        templates: Unit cells `[P, K, T, T, D]`.

    Returns:
        `[P, K, G, G, T * T]` in [-1, 1].
    """
    proposals, side, depth = tf.shape(features)[0], features.shape[1], features.shape[-1]
    count, points = tf.shape(templates)[1], templates.shape[2]
    flat_features = tf.reshape(features, [proposals, side * side, depth])
    flat_templates = tf.reshape(templates, [proposals, -1, depth])
    pairs = tf.matmul(flat_features, flat_templates, transpose_b=True)
    pairs = tf.reshape(pairs, [proposals, side, side, count, points * points])
    return tf.transpose(pairs, [0, 3, 1, 2, 4])


def warp_grid(transform: tf.Tensor, points: int) -> tf.Tensor:
    """Return where a transform takes the points of the template's RoI grid.

    Args:
        transform: `[N, 6]`, see `TransformNet.call`.
        points: T.

    Returns:
        `[N, T * T, 2]` x, y in the box frame, rows first.
    """
    axis = grid_axis(points)
    x = tf.reshape(tf.tile(axis[tf.newaxis, :], [points, 1]), [-1])
    y = tf.reshape(tf.tile(axis[:, tf.newaxis], [1, points]), [-1])
    return _apply(transform, x, y)


def _apply(transform: tf.Tensor, x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    dx, dy, log_x, log_y, shear_x, shear_y = tf.split(transform, PARAMETERS, axis=-1)
    return tf.stack(
        [tf.exp(log_x) * x + shear_x * y + dx, shear_y * x + tf.exp(log_y) * y + dy], axis=-1
    )


def warped_box(transform: tf.Tensor, boxes: tf.Tensor) -> tf.Tensor:
    """Return the axis-aligned hull of the warped template outline.

    Args:
        transform: `[N, 6]`.
        boxes: `[N, 4]` in pixels, the frames that the transforms refer to.

    Returns:
        `[N, 4]` in pixels.
    """
    corners = _apply(
        transform, tf.constant([-1.0, 1.0, 1.0, -1.0]), tf.constant([-1.0, -1.0, 1.0, 1.0])
    )
    low, high = tf.reduce_min(corners, axis=1), tf.reduce_max(corners, axis=1)
    centre, size = centre_size(boxes)
    return tf.concat([centre + low * size / 2.0, centre + high * size / 2.0], axis=-1)


def aligned_correlation(
    correlation: tf.Tensor, transform: tf.Tensor, points: int, margin: int
) -> tf.Tensor:
    """Return each template cell's own correlation, read where the transform says the cell is.

    Bilinear sampling written as multiply and reduce with hat weights, which TFLite takes as is.
    Points outside the margin read zero.

    Args:
        correlation: `[N, G, G, T * T]`.
        transform: `[N, 6]`.
        points: T.
        margin: Cells around the box on each side, G = T + 2 * margin.

    Returns:
        `[N, T * T]` in [-1, 1].
    """
    side = points + 2 * margin
    cell = (warp_grid(transform, points) + 1.0) * points / 2.0 - 0.5 + margin
    axis = tf.range(side, dtype=tf.float32)
    hat_x = tf.nn.relu(1.0 - tf.abs(cell[..., 0:1] - axis))
    hat_y = tf.nn.relu(1.0 - tf.abs(cell[..., 1:2] - axis))
    weights = hat_y[..., :, tf.newaxis] * hat_x[..., tf.newaxis, :]
    weights = tf.reshape(weights, [-1, points * points, side * side])
    own = tf.transpose(tf.reshape(correlation, [-1, side * side, points * points]), [0, 2, 1])
    return tf.reduce_sum(weights * own, axis=-1)
