from components.release_gate.content_hash import content_hash

SETTINGS = {"model_hash": "abc", "operating_threshold": 0.5}


def test_equal_content_has_an_equal_hash():
    shuffled = dict(reversed(SETTINGS.items()))
    assert content_hash(SETTINGS, b"index", "1") == content_hash(shuffled, b"index", "1")


def test_anything_that_changes_an_answer_changes_the_hash():
    hashes = {
        content_hash(SETTINGS, b"index", "1"),
        content_hash({**SETTINGS, "operating_threshold": 0.6}, b"index", "1"),
        content_hash({**SETTINGS, "model_hash": "abd"}, b"index", "1"),
        content_hash(SETTINGS, b"other", "1"),
        content_hash(SETTINGS, b"index", "2"),
        content_hash(SETTINGS, b"index1", ""),
    }
    assert len(hashes) == 6
