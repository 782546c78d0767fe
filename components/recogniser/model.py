"""The recogniser's trained weights, and what each group of layers computes.

    photo ── features ──┬─ proposal head: where is a product, and how large?
                        └─ RoIAlign: features on a grid over each proposed box
    packshot ─ features ── template: features on the same grid over the pack
    proposal, template ── shortlist embedding: do they look alike? (one matrix product for all SKUs)
    proposal, template ── TransformNet ── aligned correlation: which SKU, and its exact box
    proposal, packshot ── local descriptors ── late interaction: which SKU, wherever its print lies

No layer knows how many SKUs there are: the catalogue is an input. See detect.py for the order in
which a photo goes through them.
"""

import keras
import tensorflow as tf

from components.recogniser import scores
from components.recogniser.cells import unit
from components.recogniser.late_interaction import max_similarities
from components.recogniser.probabilities import UNCALIBRATED
from components.recogniser.product_mask import on_product
from components.recogniser.roi_align import FeaturePyramid, maps_of_pictures, roi_align
from components.recogniser.settings import RecogniserSettings
from components.recogniser.strides import SIDE_UNIT, STRIDE
from components.recogniser.transform_net import (
    TransformNet,
    aligned_correlation,
    correlate,
    warped_box,
)


class Recogniser(keras.Model):
    """All trained weights, and the steps that training and serving share.

    Layers and weights keep the names that files of weights hold.

    Attributes:
        settings: Shapes of the head.
        calibration: `[7]`, see probabilities.py.
        background_set: Quantised cells int8 `[N, G, G, D]` of proposals in production photos, see
            hubness.py. It is no weight: whoever trains takes a new one.
    """

    def __init__(self, backbone: keras.Model, settings: RecogniserSettings):
        super().__init__(name="recogniser")
        self.settings = settings
        self.backbone = backbone
        dims = settings.dims
        self.lateral8 = keras.layers.Conv2D(dims, 1, name="lateral8")
        self.lateral16 = keras.layers.Conv2D(dims, 1, name="lateral16")
        # Each looks two cells around and then mixes channels: a seventh of the price of full
        # convolutions of that reach.
        self.propose_layers = [
            layer
            for number in range(1, 4)
            for layer in (
                keras.layers.DepthwiseConv2D(5, padding="same", name=f"propose{number}_around"),
                keras.layers.Conv2D(
                    settings.proposal_channels, 1, activation="relu", name=f"propose{number}"
                ),
            )
        ]
        self.propose_out = keras.layers.Conv2D(
            5, 1, bias_initializer=keras.initializers.Constant([-3.0, 0, 0, 0, 0]), name="propose4"
        )
        self.shortlist_cells = keras.layers.Dense(64, activation="relu", name="screen_cells")
        self.shortlist_embedding = keras.layers.Dense(settings.shortlist_dims, name="screen_vector")
        self.saliency = keras.layers.Dense(1, kernel_initializer="zeros", name="saliency")
        # At the start the leading channels, which the first projection orders by their variance.
        self.descriptor = keras.layers.Dense(
            settings.descriptor_dims, kernel_initializer="identity", name="descriptor"
        )
        self.transform_net = TransformNet(settings.roi_grid, settings.margin, name="transform_net")
        self.calibration = self.add_weight(
            name="calibration",
            shape=(len(UNCALIBRATED),),
            initializer=keras.initializers.Constant(UNCALIBRATED),
            trainable=False,
        )
        self.background_set = tf.Variable(
            tf.zeros([0, self.grid, self.grid, dims], _background_type()),
            trainable=False,
            shape=[None, self.grid, self.grid, dims],
        )
        self._build_all()

    def _build_all(self) -> None:
        """Run every part once, so that all weights exist before any are loaded."""
        side = self.settings.packshot_side
        square = tf.zeros([1, side, side, 3])
        box = tf.constant([[0.0, 0.0, side, side]])
        features, context = self.features(square)
        self.propose_at_cells(context)
        templates, _ = self.views(square, box)
        self.embed(templates)
        proposal = self.roi_align(maps_of_pictures(features), tf.constant([0]), box)
        self.align(proposal, templates[tf.newaxis])
        self.built = True

    @property
    def grid(self) -> int:
        """Points per axis of the RoI grid of a proposal, margin included."""
        return self.settings.roi_grid + 2 * self.settings.margin

    def features(self, photos: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Extract features.

        Args:
            photos: `[B, H, W, 3]` 0..255, H and W multiples of `COARSE_STRIDE`.

        Returns:
            Unit features `[B, H/8, W/8, D]` for matching, and the same before normalisation for the
            proposals.
        """
        fine, coarse = self.backbone(photos, training=False)
        fine = self.lateral8(_balanced(fine))
        coarse = self.lateral16(_balanced(coarse))
        mixed = fine + _at_size_of(fine, coarse)
        return unit(mixed), mixed

    def backbone_maps(self, photos: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return what the projection gets of photos `[B, H, W, 3]`, both `[B, H/8, W/8, C]`."""
        fine, coarse = self.backbone(photos, training=False)
        return _balanced(fine), _at_size_of(fine, _balanced(coarse))

    def propose_at_cells(self, context: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Propose a product at every cell.

        Args:
            context: `[B, h, w, D]`, features before normalisation.

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

    def roi_align(
        self, pyramid: FeaturePyramid, map_number: tf.Tensor, boxes: tf.Tensor
    ) -> tf.Tensor:
        """Return the features of proposals, unit cells `[N, G, G, D]`; see `roi_align.roi_align`.

        Args:
            pyramid: Feature maps.
            map_number: int32 `[N]`, which of them each box is read from: its pyramid level.
            boxes: `[N, 4]` in pixels.
        """
        return roi_align(pyramid, map_number, boxes, self.settings.roi_grid, self.settings.margin)

    def core(self, features: tf.Tensor) -> tf.Tensor:
        """Return the part of proposals `[..., G, G, D]` without the margin, `[..., T, T, D]`."""
        low, high = self.settings.margin, self.settings.margin + self.settings.roi_grid
        return features[..., low:high, low:high, :]

    def descriptors(
        self, pyramid: FeaturePyramid, map_number: tf.Tensor, boxes: tf.Tensor
    ) -> tf.Tensor:
        """Return the local descriptors under boxes, unit vectors `[N, A, A, d]`.

        Args:
            pyramid: Feature maps.
            map_number: int32 `[N]`, which of them each box is read from: its pyramid level.
            boxes: `[N, 4]` in pixels.
        """
        # Unit cells have entries near 1/sqrt(dims): bring them to unit variance first. Whole maps
        # are projected, and then read, since their cells are fewer than the points to read.
        projected = self.descriptor(pyramid.cells * self.settings.dims**0.5)
        return roi_align(
            pyramid._replace(cells=projected), map_number, boxes, self.settings.descriptor_grid
        )

    def views(self, squares: tf.Tensor, boxes: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return what is matched of packshots.

        Args:
            squares: `[V, side, side, 3]` 0..255, see `packshots.packshot_square`.
            boxes: `[V, 4]` the packs' boxes on them, in pixels.

        Returns:
            Templates, unit cells `[V, T, T, D]`, and local descriptors, unit vectors
            `[V, A, A, d]`, zero where the background is.
        """
        features, _ = self.features(squares)
        maps, pictures = maps_of_pictures(features), tf.range(tf.shape(boxes)[0])
        templates = roi_align(maps, pictures, boxes, self.settings.roi_grid)
        descriptors = self.descriptors(maps, pictures, boxes)
        product = on_product(squares, boxes, self.settings.descriptor_grid)
        return templates, tf.where(product[..., tf.newaxis], descriptors, 0.0)

    def embed(self, cores: tf.Tensor) -> tf.Tensor:
        """Return the shortlist embeddings of templates or proposals.

        Args:
            cores: Unit cells `[N, T, T, D]`.

        Returns:
            `[N, E]`, unit length: the cosine of two tells how alike they look.
        """
        # Unit cells have entries near 1/sqrt(dims): bring them to unit variance first.
        x = self.shortlist_cells(cores * self.settings.dims**0.5)
        x = tf.reshape(x, [-1, self.settings.roi_grid**2 * x.shape[-1]])
        return unit(self.shortlist_embedding(x))

    def align(
        self, features: tf.Tensor, templates: tf.Tensor, learns: tf.Tensor | None = None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Align templates with proposals.

        Args:
            features: Unit cells `[P, G, G, D]` of proposals.
            templates: Unit cells `[P, K, T, T, D]`: K candidates for each proposal.
            learns: bool `[P, K]`, whether TransformNet learns from the pair; None for all. A wrong
                SKU has no right alignment, so negatives must not teach one.

        Returns:
            Scores `[P, K]` in [-1, 1] and transforms `[P, K, 6]` (see `TransformNet`).
        """
        points, margin = self.settings.roi_grid, self.settings.margin
        correlation = correlate(features, templates)
        shape = tf.shape(correlation)
        flat = tf.reshape(correlation, [-1, self.grid, self.grid, points**2])
        transform = self.transform_net(flat)
        if learns is not None:
            transform = tf.where(
                tf.reshape(learns, [-1, 1]), transform, tf.stop_gradient(transform)
            )
        cosines = aligned_correlation(flat, transform, points, margin)
        return (
            scores.aligned_scores(self.saliency, cosines, templates),
            tf.reshape(transform, [shape[0], shape[1], transform.shape[-1]]),
        )

    def compare_unaligned(self, features: tf.Tensor, templates: tf.Tensor) -> tf.Tensor:
        """Return how well templates fit proposals as they are, without a transform.

        Args:
            features: Unit cells `[P, G, G, D]` of proposals.
            templates: `[P, K, T, T, D]`, cells of any length.

        Returns:
            `[P, K]` in [-1, 1].
        """
        return scores.unaligned_scores(self.saliency, self.core(features), templates)

    def max_similarities(self, photo: tf.Tensor, packshots: tf.Tensor) -> tf.Tensor:
        """Return `[P, K, 2]` of proposals and packshots, see late_interaction.py.

        Args:
            photo: Unit vectors `[P, A, A, d]` of proposals.
            packshots: Unit or zero vectors `[P, K, A, A, d]`: K candidates for each proposal.
        """
        points, depth = self.settings.descriptor_grid**2, self.settings.descriptor_dims
        return max_similarities(
            tf.reshape(photo, [-1, points, depth]),
            tf.reshape(packshots, [-1, tf.shape(packshots)[1], points, depth]),
        )

    def aligned_boxes(self, transforms: tf.Tensor, boxes: tf.Tensor) -> tf.Tensor:
        """Return the hulls of warped templates.

        Args:
            transforms: `[P, K, 6]`.
            boxes: `[P, 4]` of the proposals, in pixels.

        Returns:
            `[P, K, 4]` in pixels.
        """
        count = tf.shape(transforms)[1]
        repeated = tf.repeat(boxes, count, axis=0)
        flat = warped_box(tf.reshape(transforms, [-1, transforms.shape[-1]]), repeated)
        return tf.reshape(flat, [-1, count, 4])


def cell_centres(height: tf.Tensor, width: tf.Tensor) -> tf.Tensor:
    """Return the centres of the cells of a map in pixels, `[height, width, 2]` x, y."""
    columns, rows = tf.meshgrid(tf.range(width), tf.range(height))
    return (tf.cast(tf.stack([columns, rows], axis=-1), tf.float32) + 0.5) * STRIDE


def _background_type() -> tf.DType:
    """Return int8; where several machines train int32, as collective operations carry no int8.

    There it costs nothing: what they train never gets a background set.
    """
    together = isinstance(tf.distribute.get_strategy(), tf.distribute.MultiWorkerMirroredStrategy)
    return tf.int32 if together else tf.int8


def _at_size_of(fine: tf.Tensor, coarse: tf.Tensor) -> tf.Tensor:
    return tf.image.resize(coarse, tf.shape(fine)[1:3], method="bilinear")


def _balanced(x: tf.Tensor) -> tf.Tensor:
    """Return unit root mean square over channels: maps of any backbone enter on one scale."""
    return x * tf.math.rsqrt(tf.reduce_mean(tf.square(x), axis=-1, keepdims=True) + 1e-6)
