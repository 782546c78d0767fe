"""Puts trained weights where `backbone.weights: start` finds them, at half precision.

    python -m components.recogniser.start_weights WEIGHTS.safetensors

The file named is what the Trainer writes as `weights.safetensors` into its Model artifact.
"""

import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from components.recogniser.weights import START_WEIGHTS

LARGEST = 8_000_000


def store(source: Path, target: Path = START_WEIGHTS) -> int:
    """Write `source` as float16 to `target`; return its size in bytes.

    Raises:
        ValueError: It is more than a package should carry.
    """
    arrays = {name: array.astype(np.float16) for name, array in load_file(str(source)).items()}
    size = sum(array.nbytes for array in arrays.values())
    if size > LARGEST:
        raise ValueError(f"{source}: {size:,} bytes as float16; at most {LARGEST:,} are shipped")
    save_file(arrays, str(target))
    return size


if __name__ == "__main__":
    print(f"{START_WEIGHTS}: {store(Path(sys.argv[1])):,} bytes")
