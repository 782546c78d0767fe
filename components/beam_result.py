"""How what a Beam pipeline found comes back to the executor that started it.

Workers may be other machines, so it comes by a file. For findings and counts: it is gathered in one
place, where photos would never fit.
"""

from __future__ import annotations

import json
from typing import Any

import apache_beam as beam
from tfx.dsl.io import fileio


class WriteJsonList(beam.PTransform):
    """Writes all elements, which JSON must know, as one list; an empty one where there are none."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def expand(self, elements: beam.PCollection) -> beam.PCollection:
        """Return the path, once it is written."""
        return elements | beam.combiners.ToList() | beam.Map(_write, self._path)


def read_json_list(path: str) -> list[Any]:
    """Read what `WriteJsonList` wrote."""
    with fileio.open(path) as file:
        found: list[Any] = json.load(file)
    return found


def _write(elements: list[Any], path: str) -> str:
    with fileio.open(path, "w") as file:
        json.dump(elements, file)
    return path
