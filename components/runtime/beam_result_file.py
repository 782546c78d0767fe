"""The file by which the result of a Beam pipeline comes back to the executor that started it.

Workers may be other machines. The result is JSON and gathered in one place, so it may be findings
and counts, never photos.
"""

from __future__ import annotations

import json
from typing import Any

import apache_beam as beam
from tfx.dsl.io import fileio


class WriteResult(beam.PTransform):
    """Writes a collection's one element, made of what JSON knows, to a file."""

    def __init__(self, path: str) -> None:
        """Prepare.

        Args:
            path: The file; may be an address that Beam's workers reach.
        """
        super().__init__()
        self._path = path

    def expand(self, element: beam.PCollection) -> beam.PCollection:
        """Return the path, once it is written."""
        return element | beam.Map(_write, self._path)


def read_result(path: str) -> Any:
    """Read what `WriteResult` wrote."""
    with fileio.open(path) as file:
        return json.load(file)


def _write(element: Any, path: str) -> str:
    with fileio.open(path, "w") as file:
        json.dump(element, file, indent=1)
    return path
