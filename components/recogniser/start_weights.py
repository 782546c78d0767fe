"""Puts trained weights where `backbone.weights: start` finds them, at half precision.

    python -m components.recogniser.start_weights WEIGHTS.safetensors --note TEXT

The file named is what the Trainer writes as `weights.safetensors` into its Model artifact. It says
which backbone and settings it was trained with; the note says by which command, from which weights
and under which licence.
"""

import argparse
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from components.recogniser.weights import START_WEIGHTS, weights_metadata

LARGEST = 14_000_000
NOTE = "note"


def store(source: Path, note: str, target: Path = START_WEIGHTS) -> int:
    """Write `source` as float16 to `target`, with a note of how it came about; return its bytes.

    Raises:
        ValueError: It is more than a package should carry, or than float16 holds.
    """
    with np.errstate(over="ignore"):
        arrays = {name: array.astype(np.float16) for name, array in load_file(str(source)).items()}
    size = sum(array.nbytes for array in arrays.values())
    if size > LARGEST:
        raise ValueError(f"{source}: {size:,} bytes as float16; at most {LARGEST:,} are shipped")
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise ValueError(f"{source}: {name} is beyond what float16 holds")
    save_file(arrays, str(target), weights_metadata(source) | {NOTE: note})
    return size


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--note", required=True, help="command, seed, licence")
    given = parser.parse_args()
    print(f"{START_WEIGHTS}: {store(given.weights, given.note):,} bytes")
