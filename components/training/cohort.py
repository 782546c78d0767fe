"""Takes a recogniser's cohort: places of photos in use, for hubness (see recogniser/hubness.py)."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from components.imaging.decoding import ALREADY_CHECKED, stored_form
from components.recogniser.detect import find_places, fit_photo
from components.recogniser.export import decode, quantise_templates
from components.recogniser.model import Recogniser

# Photos looked at, and places kept of each where the recogniser is sure that a product stands.
PHOTOS = 48
PLACES = 6


class Cohort:
    """Gives a recogniser its cohort, again and again while it learns."""

    def __init__(self, recogniser: Recogniser, photos: Sequence[str], seed: int):
        """Draws the photos to look at; `photos` are files, and were checked on their way in."""
        self._recogniser, self._seed = recogniser, seed
        drawn = np.random.default_rng(seed).permutation(len(photos))[:PHOTOS]
        self._photos = [photos[number] for number in drawn]

        @tf.function(input_signature=[tf.TensorSpec([], tf.string)])
        def look(encoded: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            photo = decode(encoded)[tf.newaxis]
            places, _ = find_places(recogniser, fit_photo(photo, recogniser.settings.photo_side)[0])
            sure = tf.logical_and(places.valid, places.objectness > 0.0)
            return quantise_templates(places.features), sure

        self._look = look

    def take(self) -> None:
        """Replaces the recogniser's cohort."""
        # Anew each time: a training that was killed takes what an unbroken one would have taken.
        random = np.random.default_rng(self._seed)
        taken = [self._recogniser.cohort[:0].numpy()]
        for photo in self._photos:
            encoded, _, _ = stored_form(Path(photo).read_bytes(), ALREADY_CHECKED)
            places, sure = (each.numpy() for each in self._look(tf.constant(encoded)))
            taken.append(places[random.permutation(np.flatnonzero(sure))[:PLACES]])
        self._recogniser.cohort.assign(np.concatenate(taken))
