"""Where training starts when only the backbone is trained: the projection to matching features.

A random projection of ImageNet features tells products apart much worse than the features
themselves. Their leading principal components, partly whitened, do so better (Jegou and Chum,
"Negative evidences and co-occurrences in image retrieval: the benefit of PCA and whitening", 2012).
"""

from collections.abc import Iterable

import numpy as np
import tensorflow as tf

from components.recogniser.model import Recogniser
from components.runtime import progress
from components.training.batches import no_neighbours, training_batches
from components.training.photo_files import PhotoFiles
from components.training.settings import TrainerSettings
from components.training.training_catalog import TrainingCatalog

# Variances are raised to minus this: 0 leaves them as they are, 0.5 makes all components alike.
WHITENING = 0.25
# Photos have many cells that look like the next one; every so many are counted.
CELL_STEP = 3
# Crops enough for the covariance of 1,500 channels.
BATCHES = 24


def training_crops(
    files: PhotoFiles, catalog: TrainingCatalog, settings: TrainerSettings, packshot_side: int
) -> tf.data.Dataset:
    """Return the crops `[B, crop, crop, 3]` of the first batches of a training."""
    batches = training_batches(
        files, catalog, no_neighbours(catalog), settings, packshot_side, settings.seed
    )
    return batches.take(BATCHES).map(lambda batch: batch.photos)


def fit_projection(recogniser: Recogniser, photos: Iterable[tf.Tensor]) -> None:
    """Set the projection to the principal components of the backbone's features, in place.

    Args:
        recogniser: With a trained backbone.
        photos: Batches `[B, H, W, 3]`, 0..255; at least `dims` cells altogether.
    """
    channels = recogniser.lateral8.kernel.shape[2] + recogniser.lateral16.kernel.shape[2]
    count, total, products = 0, np.zeros(channels), np.zeros((channels, channels))

    @tf.function(reduce_retracing=True)
    def moments(batch: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        fine, coarse = recogniser.backbone_maps(batch)
        cells = tf.concat([fine, coarse], axis=-1)[:, ::CELL_STEP, ::CELL_STEP]
        cells = tf.reshape(cells, [-1, channels])
        return tf.shape(cells)[0], tf.reduce_sum(cells, 0), tf.matmul(cells, cells, True)

    for number, batch in enumerate(photos, start=1):
        progress.report("Trainer", number, BATCHES, "crops for the first projection")
        cells, added, squares = moments(batch)
        count += int(cells)
        total += added.numpy()
        products += squares.numpy()
    mean = total / count
    components, scale = principal_components(
        products / count - np.outer(mean, mean), recogniser.settings.dims
    )
    matrix = components * scale
    split = recogniser.lateral8.kernel.shape[2]
    recogniser.lateral8.kernel.assign(matrix[np.newaxis, np.newaxis, :split])
    recogniser.lateral16.kernel.assign(matrix[np.newaxis, np.newaxis, split:])
    recogniser.lateral8.bias.assign(-mean @ matrix)
    recogniser.lateral16.bias.assign(np.zeros(matrix.shape[1]))


def principal_components(covariance: np.ndarray, dims: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the leading components of features, and what to multiply each with.

    Args:
        covariance: `[C, C]`.
        dims: How many components.

    Returns:
        Unit columns `[C, dims]`, and scales `[dims]` after which the variances are partly whitened
        and one on average.
    """
    variances, vectors = np.linalg.eigh(covariance)
    order = np.argsort(-variances)[:dims]
    kept = np.maximum(variances[order], 1e-6 * variances[order[0]])
    whitened = kept ** (1 - 2 * WHITENING)
    return vectors[:, order], kept**-WHITENING / np.sqrt(whitened.mean())
