"""Takes the background set of a recogniser from production photos: see recogniser/hubness.py."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from components.imaging.decoding import ALREADY_CHECKED, stored_form
from components.recogniser.cells import quantise
from components.recogniser.decode_photo import decode
from components.recogniser.fit_photo import fit_photo
from components.recogniser.model import Recogniser
from components.recogniser.proposals import propose

# Photos looked at, and proposals kept of each where the recogniser is sure that there is a product.
PHOTOS = 48
PER_PHOTO = 6


class BackgroundSet:
    """Gives a recogniser its background set, again and again while it learns."""

    def __init__(self, recogniser: Recogniser, photos: Sequence[str], seed: int):
        """Draw the photos to look at; `photos` are files, and were checked on their way in."""
        self._recogniser, self._seed = recogniser, seed
        drawn = np.random.default_rng(seed).permutation(len(photos))[:PHOTOS]
        self._photos = [photos[number] for number in drawn]

        @tf.function(input_signature=[tf.TensorSpec([], tf.string)])
        def quantised_proposals(encoded: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            photo, _ = fit_photo(decode(encoded)[tf.newaxis], recogniser.settings.photo_side)
            proposals, _ = propose(recogniser, photo)
            sure = tf.logical_and(proposals.valid, proposals.objectness > 0.0)
            return quantise(proposals.features), sure

        self._proposals = quantised_proposals

    def take(self) -> None:
        """Replace the recogniser's background set."""
        # Anew each time: a training that was killed takes what an unbroken one would have taken.
        random = np.random.default_rng(self._seed)
        taken = [self._recogniser.background_set[:0].numpy()]
        for photo in self._photos:
            encoded, _, _ = stored_form(Path(photo).read_bytes(), ALREADY_CHECKED)
            features, sure = (each.numpy() for each in self._proposals(tf.constant(encoded)))
            taken.append(features[random.permutation(np.flatnonzero(sure))[:PER_PHOTO]])
        self._recogniser.background_set.assign(np.concatenate(taken))
