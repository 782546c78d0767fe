"""The list of what to do as one page to print, with pictures, and counts on a further one."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path

import jinja2

from components.drawing.palette import INK
from components.records.texts import printable
from components.shelf.answers import Answers
from components.shelf.shelf_marks import COLOURS

TASKS_ON_PAGE = 12
"""So many lines fit on a page with a photo."""


def page(
    answers: Answers,
    summary: Sequence[str],
    photos: Mapping[str, bytes],
    details: Mapping[int, bytes],
) -> str:
    """Return the page, HTML.

    Args:
        answers: What is said.
        summary: Lines above the list.
        photos: By name: a photo with marks, JPEG.
        details: By rank: what a line is about, JPEG.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    tasks = [
        {
            "rank": rank,
            "kind": task.kind,
            "what": printable(task.what),
            "colour": COLOURS[task.kind],
            "picture": _encoded(details[rank]) if rank in details else "",
        }
        for rank, task in enumerate(answers.tasks[:TASKS_ON_PAGE], start=1)
    ]
    return environment.get_template("page.html").render(
        ink=INK,
        summary=[printable(line) for line in summary],
        photos=[
            {"name": printable(name), "picture": _encoded(jpeg)} for name, jpeg in photos.items()
        ],
        tasks=tasks,
        more=max(len(answers.tasks) - TASKS_ON_PAGE, 0),
        changes=[
            {
                "kind": each.kind,
                "name": printable(answers.names.get(each.sku) or each.sku),
                "before": each.before,
                "after": each.after,
                "noise": f"{each.noise:.0%}",
            }
            for each in (answers.since.changes if answers.since else ())
        ],
        counts=[
            {
                "name": printable(answers.names.get(each.sku) or each.sku),
                "shown": each.shown,
                "range": each.range,
            }
            for each in answers.counts
        ],
    )


def _encoded(jpeg: bytes) -> str:
    return base64.b64encode(jpeg).decode("ascii")
