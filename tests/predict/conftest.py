"""Pictures for models that are tiny and untrained; `release_dir` is a release of one."""

import numpy as np
import pytest

from components.imaging.decoding import encode_jpeg


@pytest.fixture(scope="session")
def blocks() -> list[bytes]:
    """Two pictures of coloured blocks, of the very size of the model's input."""
    rng = np.random.default_rng(11)
    pictures = rng.integers(0, 255, (2, 16, 16, 3), np.uint8)
    return [encode_jpeg(np.kron(each, np.ones((8, 8, 1), np.uint8))) for each in pictures]
