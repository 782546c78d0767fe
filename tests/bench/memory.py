"""How much memory everything before the trainer takes, and whether it grows with the data.

Each figure is the largest resident set of any process of `oneshelf run --to-stage Transform`.
Photos are those of `added_span`, in ten spans.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from added_span import SPANS, write_data
from tables import Figure


def measure(photos: int) -> list[Figure]:
    """Run on so many photos, and on ten times as many.

    Args:
        photos: At least ten, one for each span; rounded down to a multiple of ten.
    """
    each = max(photos // SPANS, 1)
    few, many = (_peak(count) for count in (each, 10 * each))
    note = f"{many / 2**30:.2f} ÷ {few / 2**30:.2f} GiB"
    what = f"peak memory before the trainer: {100 * each:,} photos ÷ {10 * each:,}"
    return [Figure(what, many / few, "<= 1.5", "<= 1.1", note=note)]


def _peak(photos: int) -> int:
    """Bytes, for so many photos in each span."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        write_data(data, photos)
        command = [sys.executable, "-m", "pipeline.commands.main", "run", "--to-stage", "Transform"]
        given = {
            "catalog": data / "products.csv",
            "shelves": data / "shelves",
            "root": Path(folder) / "out",
        }
        options = [str(word) for name, value in given.items() for word in (f"--{name}", value)]
        process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if os.waitstatus_to_exitcode(status):
            raise RuntimeError(f"the run on {photos * SPANS} photos failed")
    return usage.ru_maxrss * 1024  # Linux counts it in KiB
