"""The recogniser: feature extractor, proposals, screen, TransformNet, in that order.

    photo ── features ──┬─ proposals: where is a product, and how large?
                        └─ places: features on a lattice over each proposed box
    packshot ─ features ── template: features on the same lattice
    place x all templates ── screen: which SKUs could it be? (one matrix product)
    place x the likeliest ── TransformNet: where exactly is it? (then the place is read anew)
    place x those templates, laid on as they are: which few of them? (cell by cell)
    place x those few ── TransformNet ── aligned correlation: which SKU, and its exact box

No layer knows how many SKUs there are: the catalogue is an input.
"""

import keras
import tensorflow as tf

from components.recogniser import geometry
from components.recogniser.settings import RecogniserSettings
from components.recogniser.transform_net import (
    TransformNet,
    aligned_correlation,
    correlate,
    warped_box,
)

STRIDE = 8
# Proposed sides are exp(output) times this many pixels.
SIDE_UNIT = 32.0
# Where nothing was measured yet: weights of the aligned and the screening score, then the bias of
# "none of these" and what objectness takes from it. Training replaces them (see calibrate.py).
UNCALIBRATED = (20.0, 5.0, 14.0, 1.0)


def unit(x: tf.Tensor) -> tf.Tensor:
    """Scales the last axis to unit length; a zero vector stays zero."""
    # Flat, since the TFLite operator that this becomes takes four dimensions at most.
    flat = tf.reshape(x, [-1, x.shape[-1]])
    length = tf.maximum(tf.reduce_sum(tf.square(flat), axis=-1, keepdims=True), 1e-8)
    return tf.reshape(flat * tf.math.rsqrt(length), tf.shape(x))


class Recogniser(keras.Model):
    """All trained weights, and the steps that training and serving share.

    Attributes:
      settings: shapes of the head.
      calibration: `[4]`, see `probabilities`.
      cohort: `[N, G, G, D]` int8, cells to be scaled to unit length: places of photos in use, see
        hubness.py. It is no weight: whoever trains takes a new one.
    """

    def __init__(self, backbone: keras.Model, settings: RecogniserSettings):
        super().__init__(name="recogniser")
        self.settings = settings
        self.backbone = backbone
        dims = settings.dims
        self.lateral8 = keras.layers.Conv2D(dims, 1, name="lateral8")
        self.lateral16 = keras.layers.Conv2D(dims, 1, name="lateral16")
        self.propose_layers = [
            keras.layers.Conv2D(
                settings.proposal_channels,
                3,
                padding="same",
                dilation_rate=dilation,
                activation="relu",
                name=f"propose{number}",
            )
            for number, dilation in enumerate((1, 2, 4), start=1)
        ]
        self.propose_out = keras.layers.Conv2D(
            5, 1, bias_initializer=keras.initializers.Constant([-3.0, 0, 0, 0, 0]), name="propose4"
        )
        self.screen_cells = keras.layers.Dense(64, activation="relu", name="screen_cells")
        self.screen_vector = keras.layers.Dense(settings.screen_dims, name="screen_vector")
        self.saliency = keras.layers.Dense(1, kernel_initializer="zeros", name="saliency")
        self.transform_net = TransformNet(settings.lattice, settings.margin, name="transform_net")
        self.calibration = self.add_weight(
            name="calibration",
            shape=(len(UNCALIBRATED),),
            initializer=keras.initializers.Constant(UNCALIBRATED),
            trainable=False,
        )
        self.cohort = tf.Variable(
            tf.zeros([0, self.grid, self.grid, dims], tf.int8),
            trainable=False,
            shape=[None, self.grid, self.grid, dims],
        )
        self._build_all()

    def _build_all(self) -> None:
        """Runs every part once, so that all weights exist before any are loaded."""
        side = self.settings.packshot_side
        canvas = tf.zeros([1, side, side, 3])
        box = tf.constant([[0.0, 0.0, side, side]])
        features, context = self.features(canvas)
        self.propose(context)
        templates = self.templates(canvas, box)
        self.screen(templates)
        place = self.places(features, box[tf.newaxis])
        self.align(place[:, 0], templates[tf.newaxis])
        self.built = True

    def features(self, photos: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Extracts features.

        Args:
          photos: `[B, H, W, 3]` float 0..255, H and W multiples of 32.

        Returns:
          Unit features `[B, H/8, W/8, dims]` for matching, and the same before normalisation for
          the proposals.
        """
        fine, coarse = self.backbone(photos, training=False)
        fine = self.lateral8(_balanced(fine))
        coarse = self.lateral16(_balanced(coarse))
        mixed = fine + _at_size_of(fine, coarse)
        return unit(mixed), mixed

    def maps(self, photos: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """What the projection gets from photos `[B, H, W, 3]`, both `[B, H/8, W/8, channels]`."""
        fine, coarse = self.backbone(photos, training=False)
        return _balanced(fine), _at_size_of(fine, _balanced(coarse))

    def propose(self, context: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Proposes a product at every cell.

        Args:
          context: `[B, h, w, dims]`.

        Returns:
          Objectness logits `[B, h, w]` and boxes `[B, h, w, 4]` in pixels.
        """
        x = context
        for layer in self.propose_layers:
            x = layer(x)
        x = self.propose_out(x)
        sides = SIDE_UNIT * tf.exp(tf.clip_by_value(x[..., 1:], -4.0, 4.0))
        centres = cell_centres(tf.shape(x)[1], tf.shape(x)[2])
        boxes = tf.concat([centres - sides[..., :2], centres + sides[..., 2:]], axis=-1)
        return x[..., 0], boxes

    def places(self, features: tf.Tensor, boxes: tf.Tensor) -> tf.Tensor:
        """Features on the lattice over boxes, with the margin around.

        Args:
          features: `[B, h, w, dims]`, unit cells.
          boxes: `[B, N, 4]` in pixels.

        Returns:
          `[B, N, G, G, dims]`, unit cells, G = lattice + 2 * margin.
        """
        points = geometry.lattice_points(boxes, self.settings.lattice, self.settings.margin)
        shape = tf.shape(points)
        flat = tf.reshape(points, [shape[0], -1, 2])
        sampled = geometry.sample_points(features, flat, STRIDE)
        grid = self.grid
        return unit(tf.reshape(sampled, [shape[0], shape[1], grid, grid, self.settings.dims]))

    @property
    def grid(self) -> int:
        """Lattice cells per axis of a place, margin included."""
        return self.settings.lattice + 2 * self.settings.margin

    def core(self, places: tf.Tensor) -> tf.Tensor:
        """The part of places `[..., G, G, dims]` without the margin, `[..., T, T, dims]`."""
        low, high = self.settings.margin, self.settings.margin + self.settings.lattice
        return places[..., low:high, low:high, :]

    def templates(self, canvases: tf.Tensor, boxes: tf.Tensor) -> tf.Tensor:
        """Templates of packshots.

        Args:
          canvases: `[V, side, side, 3]` float 0..255, see `packshots.packshot_canvas`.
          boxes: `[V, 4]` the products' boxes on them, in pixels.

        Returns:
          `[V, T, T, dims]`, unit cells.
        """
        features, _ = self.features(canvases)
        points = geometry.lattice_points(boxes, self.settings.lattice)
        lattice = self.settings.lattice
        sampled = geometry.sample_points(
            features, tf.reshape(points, [tf.shape(boxes)[0], -1, 2]), STRIDE
        )
        return unit(tf.reshape(sampled, [-1, lattice, lattice, self.settings.dims]))

    def screen(self, cores: tf.Tensor) -> tf.Tensor:
        """Screening vectors of templates or places.

        Args:
          cores: `[N, T, T, dims]`, unit cells.

        Returns:
          `[N, screen_dims]`, unit length: the cosine of two tells how alike they look.
        """
        # Unit cells have entries near 1/sqrt(dims): bring them to unit variance first.
        x = self.screen_cells(cores * self.settings.dims**0.5)
        return unit(self.screen_vector(tf.reshape(x, [-1, self.settings.lattice**2 * 64])))

    def align(
        self, places: tf.Tensor, templates: tf.Tensor, learns: tf.Tensor | None = None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Aligns templates with places.

        Args:
          places: `[P, G, G, dims]`, unit cells.
          templates: `[P, K, T, T, dims]`, unit cells: K candidates for each place.
          learns: `[P, K]` bool, whether TransformNet learns from the pair; None for all. A wrong
            SKU has no right alignment, so negatives must not teach one.

        Returns:
          Scores `[P, K]` in [-1, 1] and transforms `[P, K, 6]` (see `TransformNet`).
        """
        correlation = correlate(places, templates)
        shape = tf.shape(correlation)
        lattice = self.settings.lattice
        flat = tf.reshape(correlation, [-1, self.grid, self.grid, lattice**2])
        transform = self.transform_net(flat)
        if not self.settings.transform:
            transform = tf.zeros_like(transform)
        if learns is not None:
            transform = tf.where(
                tf.reshape(learns, [-1, 1]), transform, tf.stop_gradient(transform)
            )
        return (
            self.aligned_score(flat, transform, templates),
            tf.reshape(transform, [shape[0], shape[1], transform.shape[-1]]),
        )

    def aligned_score(
        self, correlation: tf.Tensor, transform: tf.Tensor, templates: tf.Tensor
    ) -> tf.Tensor:
        """Mean aligned correlation, each template cell weighted by its saliency.

        Args:
          correlation: `[P * K, G, G, T * T]`.
          transform: `[P * K, 6]`.
          templates: `[P, K, T, T, dims]`.

        Returns:
          `[P, K]` in [-1, 1].
        """
        own = aligned_correlation(
            correlation, transform, self.settings.lattice, self.settings.margin
        )
        shape, cells = tf.shape(templates), self.settings.lattice**2
        flat = tf.reshape(templates, [-1, cells, self.settings.dims])
        weight = self.saliency(flat * self.settings.dims**0.5)[..., 0]
        score = tf.reduce_sum(tf.nn.softmax(weight) * tf.reshape(own, [-1, cells]), axis=-1)
        return tf.reshape(score, [shape[0], shape[1]])

    def unaligned_score(self, places: tf.Tensor, templates: tf.Tensor) -> tf.Tensor:
        """The same without a transform: templates laid onto places as these lie.

        Args:
          places: `[P, G, G, dims]`, unit cells.
          templates: `[P, K, T, T, dims]`, cells of any length: scores are brought to scale at the
            end, since templates of many SKUs are too large to be copied for it.

        Returns:
          `[P, K]` in [-1, 1].
        """
        cells, dims = self.settings.lattice**2, self.settings.dims
        core = tf.reshape(self.core(places), [-1, 1, cells, dims])
        flat = tf.reshape(templates, [-1, templates.shape[1], cells, dims])
        own = tf.reduce_sum(core * flat, axis=-1)
        scale = tf.math.rsqrt(tf.maximum(tf.reduce_sum(tf.square(flat), axis=-1), 1e-8))
        # Its bias is the same for every cell, so that the softmax would cancel it.
        weight = tf.matmul(tf.reshape(flat, [-1, dims]), self.saliency.kernel)
        weight = tf.reshape(weight, tf.shape(scale)) * scale * dims**0.5
        return tf.reduce_sum(tf.nn.softmax(weight) * own * scale, axis=-1)

    def boxes(self, transforms: tf.Tensor, boxes: tf.Tensor) -> tf.Tensor:
        """Hulls of warped templates: `[P, K, 6]` at `[P, 4]` in pixels to `[P, K, 4]` in pixels."""
        count = tf.shape(transforms)[1]
        repeated = tf.repeat(boxes, count, axis=0)
        flat = warped_box(tf.reshape(transforms, [-1, transforms.shape[-1]]), repeated)
        return tf.reshape(flat, [-1, count, 4])

    def probabilities(
        self, aligned: tf.Tensor, screened: tf.Tensor, objectness: tf.Tensor
    ) -> tf.Tensor:
        """Calibrated probability of each candidate at a place, leaving room for none of them.

        A multinomial logistic model over the K candidates and "none", with four coefficients
        fitted on validation photos.

        Args:
          aligned: `[P, K]` aligned scores; -inf or very low for candidates to leave out.
          screened: `[P, K]` screening cosines.
          objectness: `[P]` logits.

        Returns:
          `[P, K]`, each row sums to at most one.
        """
        return candidate_probabilities(self.calibration, aligned, screened, objectness)


def candidate_probabilities(
    coefficients: tf.Tensor, aligned: tf.Tensor, screened: tf.Tensor, objectness: tf.Tensor
) -> tf.Tensor:
    """The model behind `Recogniser.probabilities`, with its `[4]` coefficients as an argument."""
    logits = coefficients[0] * aligned + coefficients[1] * screened
    none = coefficients[2] - coefficients[3] * objectness
    return tf.nn.softmax(tf.concat([logits, none[:, tf.newaxis]], axis=-1), axis=-1)[:, :-1]


def cell_centres(height: tf.Tensor, width: tf.Tensor) -> tf.Tensor:
    """Centres of the cells of a map in pixels, `[height, width, 2]` x, y."""
    x = (tf.range(width, dtype=tf.int32), tf.range(height, dtype=tf.int32))
    columns, rows = tf.meshgrid(*x)
    return (tf.cast(tf.stack([columns, rows], axis=-1), tf.float32) + 0.5) * STRIDE


def _at_size_of(fine: tf.Tensor, coarse: tf.Tensor) -> tf.Tensor:
    return tf.image.resize(coarse, tf.shape(fine)[1:3], method="bilinear")


def _balanced(x: tf.Tensor) -> tf.Tensor:
    """Unit root mean square over channels: maps of any backbone enter the sum on one scale."""
    return x * tf.math.rsqrt(tf.reduce_mean(tf.square(x), axis=-1, keepdims=True) + 1e-6)
