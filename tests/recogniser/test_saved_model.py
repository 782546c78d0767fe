"""The SavedModel: signatures, the index as an asset, a catalogue exchanged without training."""

import cv2
import numpy as np
import pytest
import tensorflow as tf
from tiny import draw_packshot

from components.artifacts.model import INDEX_ASSET
from components.recogniser.embed_packshots import embed_packshots, saved_embedding
from components.recogniser.index import read_index
from components.recogniser.reindex import reindex

pytestmark = pytest.mark.tfx


def png(picture: np.ndarray) -> bytes:
    return cv2.imencode(".png", picture[..., ::-1])[1].tobytes()


def photo(height: int = 100, width: int = 160) -> np.ndarray:
    picture = np.full((height, width, 3), 90, np.uint8)
    shown = draw_packshot(1)[: height - 2, : width - 10]
    picture[2 : 2 + shown.shape[0], 10 : 10 + shown.shape[1]] = shown
    return picture


@pytest.fixture(scope="module")
def model(tiny_saved_model):
    return tf.saved_model.load(str(tiny_saved_model))


def test_every_signature_gives_the_same_answer(model):
    picture = photo()
    example = tf.train.Example()
    example.features.feature["image/encoded"].bytes_list.value.append(png(picture))
    served = model.signatures["serving_default"](photos=tf.constant([png(picture)]))
    decoded = model.signatures["image"](image=tf.constant(picture[np.newaxis]))
    evaluated = model.signatures["evaluate"](examples=tf.constant([example.SerializeToString()]))
    assert served.pop("error").numpy().tolist() == [b""]
    assert served.keys() == decoded.keys() == evaluated.keys()
    for name, value in served.items():
        np.testing.assert_array_equal(value, decoded[name])
        np.testing.assert_array_equal(value, evaluated[name])


def test_answers_are_sorted_inside_the_photo_and_padded(model):
    answer = model.signatures["image"](image=tf.constant(photo()[np.newaxis]))
    count = int(answer["count"][0])
    scores, boxes = answer["scores"][0].numpy(), answer["boxes"][0].numpy()
    assert 0 < count <= 20
    assert (np.diff(scores) <= 0).all()
    assert (scores[count:] == 0).all()
    assert (answer["skus"][0].numpy()[count:] == b"").all()
    assert boxes.min() >= 0
    assert (boxes[:, [0, 2]] <= 160).all()
    assert (boxes[:, [1, 3]] <= 100).all()


def test_photos_of_one_batch_do_not_touch_each_other(model):
    first, second = png(photo()), png(photo(64, 64))
    both = model.signatures["serving_default"](photos=tf.constant([first, second]))
    alone = model.signatures["serving_default"](photos=tf.constant([second]))
    np.testing.assert_allclose(both["scores"][1], alone["scores"][0], atol=1e-6)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: b"",
        lambda whole: b"no picture at all",
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:40] + bytes(len(whole) - 40),
    ],
    ids=["empty", "text", "cut off", "damaged"],
)
def test_a_photo_that_does_not_decode_harms_no_other(model, spoil):
    good = png(photo())
    batch = model.signatures["serving_default"](photos=tf.constant([good, spoil(good), good]))
    alone = model.signatures["serving_default"](photos=tf.constant([good]))
    assert [bool(each) for each in batch["error"].numpy()] == [False, True, False]
    assert int(batch["count"][1]) == 0
    assert (batch["skus"][1].numpy() == b"").all()
    assert int(alone["count"][0]) > 0
    for row in (0, 2):
        for name, value in alone.items():
            np.testing.assert_array_equal(batch[name][row], value[0])


def test_the_evaluator_is_told_of_a_photo_that_does_not_decode(model):
    """Its photos were checked on their way in; to go on without one would flatter the model."""
    example = tf.train.Example()
    example.features.feature["image/encoded"].bytes_list.value.append(b"no picture at all")
    with pytest.raises(tf.errors.InvalidArgumentError):
        model.signatures["evaluate"](examples=tf.constant([example.SerializeToString()]))


def test_score_map_covers_the_photo_with_probabilities(model):
    answer = model.signatures["score_map"](
        image=tf.constant(photo(96, 128)[np.newaxis]), sku=tf.constant("sku-1")
    )
    assert answer["map"].shape == (6, 8)
    assert 0.0 <= float(tf.reduce_min(answer["map"])) <= float(tf.reduce_max(answer["map"])) <= 1.0


def test_score_map_refuses_an_unknown_sku(model):
    with pytest.raises(tf.errors.InvalidArgumentError, match="not in the index"):
        model.signatures["score_map"](
            image=tf.constant(photo()[np.newaxis]), sku=tf.constant("nobody")
        )


def test_the_asset_is_what_embed_catalog_says(tiny_saved_model):
    rows = [(f"sku-{number}", png(draw_packshot(number))) for number in (2, 0, 1, 3)]
    embedded = embed_packshots(saved_embedding(tiny_saved_model), rows)
    stored = read_index(tiny_saved_model / INDEX_ASSET)
    assert embedded.skus == stored.skus
    np.testing.assert_allclose(embedded.embeddings, stored.embeddings, atol=1e-5)
    assert np.abs(embedded.templates.astype(int) - stored.templates).max() <= 1


def test_another_catalogue_needs_no_training(tiny_saved_model, tmp_path):
    """A copy with other packshots answers with other SKUs, with several views of one as one."""
    rows = [(name, png(draw_packshot(seed))) for name, seed in (("x", 7), ("y", 8), ("y", 9))]
    index = reindex(tiny_saved_model, rows, tmp_path / "other")
    assert index.skus == ("x", "y", "y")
    other = tf.saved_model.load(str(tmp_path / "other"))
    answer = other.signatures["image"](image=tf.constant(photo()[np.newaxis]))
    named = set(answer["skus"][0].numpy()[: int(answer["count"][0])])
    assert named
    assert named <= {b"x", b"y"}


def test_an_index_needs_a_packshot(tiny_saved_model):
    with pytest.raises(ValueError, match="at least one packshot"):
        embed_packshots(saved_embedding(tiny_saved_model), [])
