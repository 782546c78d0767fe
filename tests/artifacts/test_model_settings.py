import json

import pytest

from components.artifacts.model_settings import ModelSettings

WRITTEN = {
    "operating_threshold": 0.41,
    "costs": {"false_alarm": 1.0, "miss": 2.0},
    "weights_source": "start",
    "recogniser": {"dims": 64},
    "calibration": [1.5, -0.25],
    "model_hash": "abc",
    "of_a_later_version": [1, 2],
}


@pytest.mark.parametrize("left_out", [(), ("costs",), ("recogniser", "of_a_later_version")])
def test_the_content_is_what_the_file_says_and_no_more(left_out):
    """What makes two candidates one release is a hash of it: a default would change the hash."""
    written = {name: value for name, value in WRITTEN.items() if name not in left_out}
    settings = ModelSettings.model_validate_json(json.dumps(written))
    assert json.loads(settings.to_json()) == written
    assert json.dumps(settings.content, sort_keys=True) == json.dumps(written, sort_keys=True)
