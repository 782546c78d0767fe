from components.artifacts.model_settings import ModelSettings
from components.release_gate.content_hash import content_hash

SETTINGS = {"model_hash": "abc", "operating_threshold": 0.5, "weights_source": "start"}


def hashed(settings, index=b"index", program="1") -> str:
    return content_hash(ModelSettings.model_validate(settings), index, program)


def test_equal_content_has_an_equal_hash():
    shuffled = dict(reversed(SETTINGS.items()))
    dearer = {**SETTINGS, "costs": {"miss": 2.0}}
    assert hashed(SETTINGS) == hashed(dearer)
    assert hashed(SETTINGS) == hashed(shuffled)


def test_anything_that_changes_an_answer_changes_the_hash():
    hashes = {
        hashed(SETTINGS),
        hashed({**SETTINGS, "operating_threshold": 0.6}),
        hashed({**SETTINGS, "model_hash": "abd"}),
        hashed({**SETTINGS, "calibration": (1.0, 2.0)}),
        hashed(SETTINGS, index=b"other"),
        hashed(SETTINGS, program="2"),
        hashed(SETTINGS, index=b"index1", program=""),
    }
    assert len(hashes) == 7
