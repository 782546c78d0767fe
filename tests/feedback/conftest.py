"""What tests of feedback share."""

import pytest
from tiny_feedback import Shop


@pytest.fixture
def shop(tmp_path) -> Shop:
    return Shop(tmp_path / "shop")
