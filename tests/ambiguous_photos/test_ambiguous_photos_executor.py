"""A release looks at training photos; its every answer is known."""

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from tiny_artifacts import artifact, beam_context, examples, packshot

from components.releases.errors import DamagedRelease, NoRelease
from components.releases.registry import Registry
from components.releases.release_record import ReleaseRecord

pytestmark = pytest.mark.tfx

AMBIGUITY = {"a.jpg": 0.2, "b.jpg": 0.9, "clear.jpg": 0.0, "c.jpg": 0.6}


def _write_model(folder: Path) -> None:
    """A model that finds one thing in each photo, as ambiguous as the photo is bright."""
    import tensorflow as tf

    class Oracle(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
        def evaluate(self, examples):
            features = {"image/brightness": tf.io.FixedLenFeature([1], tf.float32)}
            ambiguity = tf.io.parse_example(examples, features)["image/brightness"]
            return {"scores": tf.ones_like(ambiguity), "ambiguity": ambiguity}

        @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="packshots")])
        def embed_catalog(self, packshots):
            views = tf.size(packshots)
            return {
                "screen": tf.zeros([views, 4]),
                "templates": tf.zeros([views, 3, 3, 2], tf.int8),
                "hubness": tf.ones([views]),
            }

    oracle = Oracle()
    signatures = {"evaluate": oracle.evaluate, "embed_catalog": oracle.embed_catalog}
    tf.saved_model.save(oracle, str(folder), signatures=signatures)


@pytest.fixture
def releases(tmp_path) -> Path:
    registry = Registry(tmp_path / "releases")
    staging = registry.stage(registry.allot(), "run")
    _write_model(staging.serving)
    record = ReleaseRecord(
        version=staging.version,
        parent=None,
        created=datetime(2024, 5, 1, tzinfo=timezone.utc),
        content_hash="abc",
        operating_threshold=0.5,
        model={},
        metrics={},
        gates=(),
    )
    registry.publish(staging, record)
    return registry.root


@pytest.fixture
def look(tmp_path):
    """Return a function that runs the executor and returns the names it wrote."""
    import numpy as np

    from components.ambiguous_photos.executor import Executor

    photos = [
        {"image/source_id": [name.encode()], "image/brightness": np.array([value], np.float32)}
        for name, value in AMBIGUITY.items()
    ]
    products = [packshot("cola")]

    def run(releases: Path, reference: str, share: float = 0.5, split: str = "train") -> list[str]:
        found = artifact("Model", tmp_path / "found")
        Path(found.uri).mkdir()
        Executor(beam_context(tmp_path)).Do(
            {
                "examples": [examples(tmp_path / "shelves", {split: photos})],
                "catalog": [examples(tmp_path / "catalog", {"catalog": products})],
            },
            {"photos": [found]},
            {
                "releases": str(releases),
                "reference_release": reference,
                "settings": json.dumps({"share": share}),
            },
        )
        (written,) = Path(found.uri).iterdir()
        return json.loads(written.read_text())

    return run


def test_the_most_ambiguous_half_is_named(look, releases):
    assert look(releases, "1") == ["b.jpg", "c.jpg"]


def test_nothing_is_looked_for_where_nobody_teaches(look, releases):
    assert look(releases, "0") == []


def test_nothing_is_looked_for_where_nothing_is_released(look, tmp_path):
    assert look(tmp_path / "none", "0") == []


def test_nothing_is_looked_for_where_all_shelves_to_train_on_are_composed(look, releases):
    assert look(releases, "1", split="test") == []


def test_the_look_can_be_switched_off(look, releases):
    assert look(releases, "1", share=0.0) == []


def test_a_damaged_reference_release_is_refused(look, releases):
    (releases / "1/serving/1/saved_model.pb").write_bytes(b"something else")
    with pytest.raises(DamagedRelease, match=r"saved_model\.pb has changed"):
        look(releases, "1")


def test_a_reference_release_that_is_gone_is_said(look, releases):
    with pytest.raises(NoRelease):
        look(releases, "7")
