"""What `oneshelf releases` shows: tables for people, tab-separated lines for other programs."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from components.artifacts.judged_on import caution
from components.metrics.metric_names import METRIC_NAMES
from components.records.texts import printable
from components.releases.compare_releases import Change, MetricChange, ReleaseComparison
from components.releases.data_used import spans, splits
from components.releases.errors import NoRelease
from components.releases.history import History
from components.releases.release import Release
from components.releases.release_record import Calibration
from components.releases.retention import Plan
from pipeline.local.run_summary import HEADLINE_METRICS

_DAMAGED = "damaged"
_TIME = "%Y-%m-%d %H:%M"


class Shown(NamedTuple):
    """A table: names of its columns, rows of text, and the column that is broken into lines."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    broken: int = -1


def print_table(shown: Shown) -> None:
    """Print a table on a terminal, without empty columns, and lines with tabs anywhere else."""
    columns, broken = shown.columns, shown.broken
    # What people and files said: reasons, products, settings, names of data.
    rows = [[printable(cell) for cell in row] for row in shown.rows]
    if not sys.stdout.isatty():
        for row in (columns, *rows) if any(columns) else rows:
            print("\t".join(row))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=any(columns))
    used = [at for at in range(len(columns)) if any(row[at] for row in rows)]
    for at in used:
        table.add_column(columns[at], no_wrap=at != broken % len(columns), overflow="fold")
    for row in rows:
        # As text: what a record says is no markup.
        table.add_row(*(Text(row[at]) for at in used))
    Console().print(table)


def overview(
    entries: Iterable[tuple[int, Release | NoRelease]],
    current: int | None,
    history: History,
    checksums: bool,
) -> tuple[Shown, list[str], bool]:
    """One row a release, the oldest first, a line on each that wants explaining, and one more.

    The last is whether the current release is damaged. Reads the releases' files as it goes;
    `current` is None where no release is.
    """
    rows: list[Sequence[str]] = []
    notes: list[str] = []
    damaged = False
    for version, entry in entries:
        if isinstance(entry, NoRelease):
            rows.append((str(version), "no release", *[""] * (2 + len(HEADLINE_METRICS))))
            notes.append(str(entry))
            continue
        words = ["current"] if version == current else []
        for word, explained in _state(entry, history, checksums):
            words.append(word)
            damaged |= version == current and word == _DAMAGED
            notes += [f"{entry}: {word}: {explained}"] if explained else []
        record = entry.record
        if caution(record.judged_on):
            notes.append(f"{entry}: {caution(record.judged_on)}")
        if record.calibration:
            notes.append(f"{entry}: {_calibrated(record.calibration)}")
        rows.append(
            (
                str(version),
                ", ".join(words),
                record.created.strftime("%Y-%m-%d"),
                spans(record),
                *(_number(record.metrics.get(name)) for name in HEADLINE_METRICS),
            )
        )
    return (
        Shown(("version", "state", "released", "spans", *HEADLINE_METRICS), rows, broken=1),
        notes,
        damaged,
    )


def details(release: Release, current: int | None, history: History) -> list[Shown]:
    """Lineage, gates, data and, since they are many, last the metrics of one release."""
    record = release.record
    before = record.baseline_metrics or {}
    lineage = {
        "release": f"{release.version}{', current' if release.version == current else ''}",
        "folder": str(release),
        "state": "; ".join(
            f"{word}: {explained}" if explained else word
            for word, explained in _state(release, history, checksums=True)
        ),
        "released": f"{record.created.strftime(_TIME)} UTC",
        "parent": str(record.parent or "none"),
        "calibrated": _calibrated(record.calibration) if record.calibration else "",
        "judged on": record.judged_on,
        "run": record.run_id,
        "code": record.code_revision,
        "inputs": record.inputs_hash,
        "content": record.content_hash,
        "weights": str(record.model.get("weights_source", "")),
        "threshold": _number(record.operating_threshold),
        "size": f"{release.size / 1e6:.1f} MB in {len(record.files)} files",
        **{f"schema {name}": digest for name, digest in record.data_schema.items()},
    }
    return [
        Shown(("", ""), [(name, value) for name, value in lineage.items() if value]),
        Shown(
            ("gate", "verdict", "asked", "why"),
            [(gate.name, gate.verdict, gate.threshold or "", gate.reason) for gate in record.gates],
        ),
        Shown(("data", ""), list(splits(record).items())),
        Shown(
            ("metric", "value", "parent", "what"),
            [
                (name, _number(value), _number(before.get(name)), _meaning(name))
                for name, value in record.metrics.items()
            ],
        ),
    ]


def differences(found: ReleaseComparison, before: int, after: int) -> list[Shown]:
    """Return what differs, one table for each kind of thing that does."""
    sides = (str(before), str(after))
    products = [(sku, "known", "") for sku in found.skus_removed]
    products += [(sku, "", "known") for sku in found.skus_added]
    tables = [
        Shown(
            ("metric", *sides, f"{before}, on {after}'s photos", "change"),
            [_metric(change) for change in found.metrics],
        ),
        Shown(("gate", *sides), _sides(found.gates)),
        Shown(("product", *sides), products),
        Shown(("data", *sides), _sides(found.data)),
        Shown(("scores", *sides), _sides(found.scoring)),
        Shown(("setting", *sides), _sides(found.configuration)),
    ]
    return [table for table in tables if table.rows]


def retention(planned: Plan) -> Shown:
    """Return what stays and why, and what goes."""
    kept = [(str(version), f"stays: {why}") for version, why in planned.kept.items()]
    gone = [
        (str(release.version), f"goes: {release.size / 1e6:.1f} MB") for release in planned.removed
    ]
    return Shown(("version", ""), sorted(kept + gone, key=lambda row: int(row[0])))


def _state(release: Release, history: History, checksums: bool) -> Iterator[tuple[str, str]]:
    """Words for the state of a release, each with what explains it, if anything does."""
    problems = release.problems(checksums)
    yield (_DAMAGED, "; ".join(problems)) if problems else ("valid", "")
    if withdrawal := history.withdrawal(release.record.content_hash):
        yield "withdrawn", " ".join((withdrawal.when.strftime(_TIME), withdrawal.why)).strip()
    if release.version in history.pinned:
        yield "pinned", ""


def _calibrated(calibration: Calibration) -> str:
    """Say what figures of a calibrated release are of."""
    return (
        f"release {calibration.release} with scores fitted on {calibration.photos:,} boxed photos; "
        "its figures are of these photos, cross-validated"
    )


def _metric(change: MetricChange) -> tuple[str, ...]:
    moved = "" if change.change is None else f"{change.change:+.3f}"
    numbers = (change.before, change.after, change.alike)
    return (change.name, *map(_number, numbers), moved)


def _sides(changes: Iterable[Change]) -> list[tuple[str, str, str]]:
    return [(change.name, change.before or "-", change.after or "-") for change in changes]


def _meaning(metric: str) -> str:
    return METRIC_NAMES[metric].meaning if metric in METRIC_NAMES else ""


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
