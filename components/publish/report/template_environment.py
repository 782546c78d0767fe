"""How templates of reports and model cards are read, and how numbers are written in them."""

from __future__ import annotations

from pathlib import Path

import jinja2

from components.publish.report import number_formats


def environment(escape: bool, *folders: Path) -> jinja2.Environment:
    """Return the environment of templates.

    Args:
        escape: Whether they are HTML.
        folders: Looked into before the templates of reports.
    """
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader([*folders, Path(__file__).parent]),
        autoescape=escape,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    found.filters.update(
        number=number_formats.number,
        measured=number_formats.measured,
        demand=number_formats.demand,
        percent=number_formats.percent,
        count=number_formats.count,
        signed=number_formats.signed,
        megabytes=number_formats.megabytes,
        milliseconds=number_formats.milliseconds,
        jpeg=number_formats.jpeg,
        md=number_formats.markdown,
    )
    return found
