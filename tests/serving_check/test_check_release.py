"""The serving check of a release, on a real SavedModel; what is tampered with, see releases."""

from datetime import datetime, timezone

import pytest

from components.releases.registry import Registry
from components.releases.release_record import ReleaseRecord
from components.serving_check.check_release import check_release
from components.serving_check.settings import ServingCheckSettings

pytestmark = pytest.mark.tfx

SETTINGS = ServingCheckSettings(latency_requests=1)


@pytest.fixture
def release(save_model, photos, tmp_path):
    """Publishes a model with its warm-up photos; `fault` names what is wrong with it."""
    from components.releases.warmup import write_warmup

    def publish(fault="", warm_up=True):
        model = save_model(fault)
        if warm_up:
            write_warmup(model, photos)
        registry = Registry(tmp_path / "releases")
        staging = registry.stage(1, "run")
        staging.folder.sub("serving/1").fill(model)
        record = ReleaseRecord(
            version=1,
            parent=None,
            created=datetime(2024, 5, 1, tzinfo=timezone.utc),
            content_hash="content",
            operating_threshold=0.5,
            model={},
            metrics={},
            gates=(),
        )
        return registry.publish(staging, record)

    return publish


def test_a_whole_release_answers_its_own_warm_up_photos(release):
    verdict = check_release(release(), SETTINGS)
    assert verdict.reasons == ()
    assert verdict.requests == 10


def test_a_release_that_answers_wrongly_is_refused(release):
    verdict = check_release(release("unsorted"), SETTINGS)
    assert not verdict.ok
    assert any("not sorted by score" in reason for reason in verdict.reasons)


def test_a_release_without_warm_up_photos_cannot_be_checked(release):
    verdict = check_release(release(warm_up=False), SETTINGS)
    assert verdict.reasons == ("there is no warm-up request to send",)
