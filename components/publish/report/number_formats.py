"""Numbers, texts and pictures as the templates of report and model card write them."""

from __future__ import annotations

import base64
import math
import re

from components.artifacts.verdict import GateResult

_SHOWN = 0.001
_UNIT = re.compile(r" [A-Za-z]+$")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")


def number(value: float | str | None) -> str:
    """Write three decimals below ten, one above; a dash for nothing."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if not math.isfinite(value):
        return str(value)
    if float(value).is_integer() and (abs(value) >= 2 or value == 0):
        return _minus(f"{value:,.0f}")
    return _minus(f"{value:.3f}" if abs(value) < 10 else f"{value:,.1f}")


def measured(gate: GateResult) -> str:
    """Write what a gate measured, in the unit of what was asked for."""
    value, unit = gate.value, _UNIT.search(gate.threshold or "")
    if not isinstance(value, float) or not math.isfinite(value):
        return number(value)
    if value.is_integer():
        written = f"{value:,.0f}"
    else:
        written = f"{value:.3f}" if unit is None else _short(value)
    return _minus(written) + (unit.group() if unit else "")


def demand(threshold: str | None) -> str:
    """Write what a gate asks for; a dash where it asks for nothing."""
    if threshold is None:
        return "–"
    return threshold.replace(">=", "≥").replace("<=", "≤").replace("-", "−")


def percent(share: float | None) -> str:
    """Write a share in whole percent; a dash for nothing."""
    return "–" if share is None else f"{100 * share:.0f} %"


def count(value: int) -> str:
    """Write a number of things."""
    return f"{value:,}"


def signed(value: float | None) -> str:
    """Write a change with its sign; a dash for nothing known."""
    if value is None:
        return "–"
    return "0" if abs(value) < _SHOWN / 2 else _minus(f"{value:+.3f}")


def megabytes(size: float | None) -> str:
    """Write a size in bytes as MB."""
    return "–" if size is None else f"{size / 1e6:.1f} MB"


def milliseconds(time: float | None) -> str:
    """Write a time in milliseconds."""
    return "–" if time is None else f"{time:,.0f} ms"


def jpeg(data: bytes) -> str:
    """Return a JPEG as the source of an `img`."""
    return "data:image/jpeg;base64," + base64.b64encode(data).decode()


def svg(text: str) -> str:
    """Return an SVG as the source of an `img`, in which nothing of it can run."""
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode()


def markdown(text: object) -> str:
    """Escape text for Markdown: a name cannot break a table or become a link."""
    return _MARKDOWN.sub(r"\\\1", " ".join(str(text).split()))


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _minus(text: str) -> str:
    return text.replace("-", "−")
