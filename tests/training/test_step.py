"""Which places of a crop a step trains at, and what it holds for right there."""

import pytest
import tensorflow as tf

from components.training.batches import Batch
from components.training.crops import FOREIGN, IGNORED, PADDING, PRODUCT
from components.training.settings import TrainerSettings
from components.training.step import BACKGROUND_PLACES, _training_places

pytestmark = pytest.mark.tfx

BOXES = [[0, 0, 40, 60], [50, 0, 90, 60], [100, 0, 140, 60], [150, 0, 190, 60], [0, 0, 0, 0]]
KINDS = [PRODUCT, PRODUCT, FOREIGN, IGNORED, PADDING]
TEMPLATES = [0, -1, -1, -1, -1]  # the second product's own was left out


def test_what_no_template_shows_is_a_place_where_none_is_right():
    nothing = tf.zeros([0])
    batch = Batch(
        photos=nothing,
        boxes=tf.constant([BOXES], tf.float32),
        template=tf.constant([TEMPLATES]),
        kind=tf.constant([KINDS]),
        canvases=nothing,
        canvas_boxes=nothing,
        present=nothing,
    )
    boxes, truth, label = _training_places(batch, TrainerSettings(places=5))
    assert boxes.shape == truth.shape == (1, 5 + BACKGROUND_PLACES, 4)
    said = {
        tuple(box): number
        for box, number in zip(truth[0, :5].numpy().tolist(), label[0, :5].numpy(), strict=True)
        if number > -2
    }
    assert said == {(0, 0, 40, 60): 0, (50, 0, 90, 60): -1, (100, 0, 140, 60): -1}
