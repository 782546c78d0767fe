import json
from pathlib import Path

import pytest

from components.artifacts.serving_check import ServingVerdict
from components.runtime.isolated import Outcome
from components.serving_check.check_saved_model import check_saved_model
from components.serving_check.settings import ServingCheckSettings

pytestmark = pytest.mark.tfx

SETTINGS = ServingCheckSettings(latency_requests=1)


@pytest.fixture
def check_here(photos, tmp_path):
    """Checks in this process: what a verdict says, without the start of another."""
    from components.serving_check.worker import CheckRequest, check

    files = []
    for number, data in enumerate(photos):
        path = tmp_path / f"photo-{number}.jpg"
        path.write_bytes(data)
        files.append(str(path))

    def run(model):
        request = CheckRequest(str(model), tuple(files), (1, 3), (37, 51), 1)
        return check(request, say=lambda line: None)

    return run


def test_a_good_model_passes_in_a_process_of_its_own(save_model, photos):
    verdict = check_saved_model(save_model(), photos, SETTINGS)

    assert verdict.reasons == ()
    assert verdict.ok
    assert verdict.requests == 10
    assert verdict.latency_ms > 0
    assert ServingVerdict.from_json(verdict.to_json()) == verdict


def test_a_real_model_passes(tiny_saved_model, check_here):
    verdict = check_here(tiny_saved_model)

    assert verdict.reasons == ()
    assert verdict.ok


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("missing signature", "signature 'score_map' is missing"),
        ("missing output", "has no output 'ambiguity'"),
        ("NaN scores", "'scores' holds numbers that are not finite"),
        ("unsorted", "not sorted by score"),
        ("over one", "'scores' goes beyond 0 to 1"),
        ("unknown SKU", "SKU 'gone' is not in the index"),
        ("outside the photo", "a box lies outside the photo"),
        ("count too large", "a count of 99 where there is room for 4"),
        ("one answer", "'boxes' answers 1 photos, not 3"),
        ("fails", "'serving_default', given a batch of 1: failed: "),
        ("map beyond one", "'score_map', given a photo: the map goes from 7"),
        ("blank embedding", "every shortlist embedding is zero"),
    ],
)
def test_a_broken_model_is_a_verdict_that_says_why(fault, said, save_model, check_here):
    verdict = check_here(save_model(fault))

    assert not verdict.ok
    assert any(said in reason for reason in verdict.reasons), verdict.reasons


def test_a_model_that_aborts_is_a_verdict(save_model, photos):
    verdict = check_saved_model(save_model("aborts"), photos, SETTINGS)

    assert not verdict.ok
    assert (
        "failed sending a batch of 1 to 'serving_default': was ended by SIGABRT"
        in (verdict.reasons[0])
    )


def test_a_model_that_hangs_is_a_verdict(save_model, photos):
    verdict = check_saved_model(save_model(), photos, ServingCheckSettings(timeout_seconds=0.2))

    assert verdict.reasons == (
        "the process failed starting: did not end within 0.2 s and was stopped",
    )


def test_without_a_photo_nothing_can_be_checked(tmp_path):
    with pytest.raises(ValueError, match="needs a photo"):
        check_saved_model(tmp_path, [], SETTINGS)


def test_every_setting_reaches_the_process_that_checks(tmp_path, monkeypatch):
    asked = {}

    def run(module, arguments, timeout_seconds):
        asked.update(json.loads(Path(arguments[0]).read_text()), timeout=timeout_seconds)
        return Outcome("", "was stopped")

    monkeypatch.setattr("components.serving_check.check_saved_model.run_isolated", run)
    settings = ServingCheckSettings(
        batch_sizes=(2, 5), odd_height=33, odd_width=47, latency_requests=9, timeout_seconds=7
    )

    assert not check_saved_model(tmp_path, [b"one", b"two"], settings).ok
    assert len(asked.pop("photos")) == 2
    assert asked == {
        "saved_model": str(tmp_path),
        "batch_sizes": [2, 5],
        "odd_size": [33, 47],
        "latency_requests": 9,
        "timeout": 7,
    }
