"""The real recogniser, broken: what its evaluation then says, and that the gates refuse it."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from tiny_data import SKUS, draw_packshot, draw_shelf

from components.artifacts.evaluation_summary import Summary
from components.evaluator.extractors import read_detections
from components.metrics.detection_metrics import DetectionMetrics
from components.metrics.photo_record import PhotoRecord, PhotoTruth, Truth
from components.release_gate.evidence import EdgeEvidence, ServingEvidence, gather
from components.release_gate.gates import judge
from components.release_gate.settings import GateSettings, MetricGate

pytestmark = pytest.mark.tfx

POLICY = GateSettings(metrics=(MetricGate(metric="map50_seen", min=0.5),))
BOXES = np.array([[10, 12, 70, 108], [80, 12, 140, 108]], float)


@pytest.fixture
def recogniser():
    from components.recogniser.settings import BackboneSettings, RecogniserSettings
    from components.recogniser.weights import build_recogniser

    return build_recogniser(
        BackboneSettings(weights="start"), RecogniserSettings(photo_side=384)
    ).recogniser


@pytest.fixture
def index(recogniser):
    from components.recogniser.embed_catalog import embedding_of
    from components.recogniser.embed_packshots import embed_packshots

    packshots = [cv2.imencode(".png", draw_packshot(n)[..., ::-1])[1] for n in range(len(SKUS))]
    rows = [(sku, shot.tobytes()) for sku, shot in zip(SKUS, packshots, strict=True)]
    return embed_packshots(embedding_of(recogniser), rows)


@pytest.fixture
def refusals(tmp_path):
    """Return a function: the gates that refuse a recogniser with an index, on three photos."""

    def run(recogniser, index):
        import tensorflow as tf

        from components.recogniser.index import write_index
        from components.recogniser.served import ServedRecogniser

        write_index(tmp_path / "catalog.index", index)
        served = ServedRecogniser(recogniser, tmp_path / "catalog.index")
        metrics = DetectionMetrics(0.5)
        tallies = []
        for number in range(3):
            shown = [number, number + 1]
            photo = draw_shelf(number, shown)
            answer = served.image(tf.constant(photo[np.newaxis]))
            (found,) = read_detections({name: value.numpy() for name, value in answer.items()})
            skus = np.array([SKUS[n] for n in shown], object)
            no = np.zeros(2, bool)
            truth = PhotoTruth(str(number), "", 160, 120, Truth(BOXES, skus, no, no, no))
            tallies.append(metrics.tally(PhotoRecord(truth, found)))
        summary = Summary(**dict(metrics.summarise(tallies)), baseline=None, products={})
        evidence = gather(
            summary,
            EdgeEvidence(parity=1.0, size_bytes=1e6, latency_ms=1.0),
            ServingEvidence(ok=True, reason="Loads and answers."),
            weights_source="start",
            incomparable="there is no current release",
        )
        return {gate.name for gate in judge(evidence, POLICY) if gate.verdict == "refuse"}

    return run


def test_as_shipped_it_passes(recogniser, index, refusals):
    assert refusals(recogniser, index) == set()


def test_an_index_whose_rows_are_shuffled_is_refused(recogniser, index, refusals):
    shuffled = replace(index, skus=(*index.skus[2:], *index.skus[:2]))
    assert refusals(recogniser, shuffled) == {"metric.map50_seen"}


@pytest.mark.parametrize("part", ["transform_net", "backbone", "everything"])
def test_weights_that_are_not_numbers_are_refused(recogniser, index, refusals, part):
    """Refused by a gate: the graph must not crash on them, which would end the run as failed."""
    broken = recogniser if part == "everything" else getattr(recogniser, part)
    for variable in broken.variables:
        variable.assign(np.full(variable.shape, np.nan, np.float32))
    assert "metric.map50_seen" in refusals(recogniser, index)
