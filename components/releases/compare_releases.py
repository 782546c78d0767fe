"""What differs between two releases."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.releases.data_used import splits
from components.releases.release_record import ReleaseRecord


@dataclass(frozen=True)
class Change:
    """One thing in two releases; None where a release has no such thing."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class MetricChange:
    """One metric in two releases.

    `alike` is the earlier release's on the later one's photos and catalogue, known where the later
    release was held against it. Only that may be compared: each release is measured on the photos
    of its day.
    """

    name: str
    before: float | None
    after: float | None
    alike: float | None

    @property
    def change(self) -> float | None:
        """Later minus earlier, on the same photos where that is known."""
        before = self.before if self.alike is None else self.alike
        return None if before is None or self.after is None else self.after - before


@dataclass(frozen=True)
class ReleaseComparison:
    """Everything that differs, each part empty where nothing does."""

    metrics: tuple[MetricChange, ...]
    gates: tuple[Change, ...]
    data: tuple[Change, ...]
    scoring: tuple[Change, ...]
    configuration: tuple[Change, ...]
    skus_added: tuple[str, ...]
    skus_removed: tuple[str, ...]


def compare(
    before: ReleaseRecord,
    after: ReleaseRecord,
    skus_before: Mapping[str, str],
    skus_after: Mapping[str, str],
) -> ReleaseComparison:
    """Compare two releases.

    Args:
        before: The record of one release.
        after: The record of the other.
        skus_before: The products that the first one knows, by SKU.
        skus_after: The products that the second one knows.
    """
    return ReleaseComparison(
        metrics=tuple(_metrics(before, after)),
        gates=tuple(_changes(_gates(before), _gates(after))),
        data=tuple(_changes(splits(before), splits(after))),
        scoring=tuple(_changes(_scoring(before), _scoring(after))),
        configuration=tuple(_changes(_flat(before.configuration), _flat(after.configuration))),
        skus_added=tuple(sorted(skus_after.keys() - skus_before.keys())),
        skus_removed=tuple(sorted(skus_before.keys() - skus_after.keys())),
    )


def _metrics(before: ReleaseRecord, after: ReleaseRecord) -> Iterator[MetricChange]:
    alike = (after.baseline_metrics or {}) if after.parent == before.version else {}
    for name in dict.fromkeys((*before.metrics, *after.metrics)):
        change = MetricChange(
            name, before.metrics.get(name), after.metrics.get(name), alike.get(name)
        )
        if len({change.before, change.after, change.alike} - {None}) > 1 or change.change is None:
            yield change


def _scoring(record: ReleaseRecord) -> dict[str, str]:
    """Return how scores are made, and from which on detections are shown."""
    coefficients = record.model.get("calibration", ())
    return {
        "fitted on": f"{record.calibration.photos:,} photos after release"
        f" {record.calibration.release}"
        if record.calibration
        else "validation photos",
        "operating threshold": f"{record.operating_threshold:.3f}",
        "coefficients": ", ".join(f"{value:.3f}" for value in coefficients),
    }


def _gates(record: ReleaseRecord) -> dict[str, str]:
    return {gate.name: f"{gate.verdict} ({gate.threshold or '-'})" for gate in record.gates}


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield Change(name, before.get(name), after.get(name))


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return dotted keys to values as JSON; lists count as values."""
    flat: dict[str, str] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = json.dumps(value, ensure_ascii=False)
    return flat
