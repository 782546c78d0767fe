"""What the data stages found, in sentences. Where one found nothing, it has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from components.artifacts.balance import Balance
from components.artifacts.compared_features import COMPARED, MEASURES
from components.artifacts.data_findings import CheckReport, Finding, Severity
from components.artifacts.photo_comparison import Comparison, ComparisonKind
from components.publish.report.report_content import ReportContent

_LABELS: Mapping[str, str] = {
    "products": "products per photo",
    "facing_height": "height of products on the photo",
    "sku": "mix of products",
    "category": "mix of categories",
    "label": "mix of labels",
}
"""What people call what is compared, where its limit has another name."""

_THERE: Mapping[ComparisonKind, str] = {"drift": "was", "skew": "there"}
_NAMED = 5


def label(name: str) -> str:
    """Return what people call the thing whose limit is called `name`."""
    return _LABELS.get(name, name)


def looked_at(report: CheckReport) -> str:
    """Say what was looked at, and how much was found; "" where nothing was."""
    if not report.findings:
        return ""
    return f"The check of pictures and boxes looked at {report.counts}. It found {report.total}."


def of_severity(report: CheckReport, severity: Severity) -> list[Finding]:
    """Return the findings of one severity, in order."""
    return [finding for finding in report.findings if finding.severity == severity]


def unlike_others(content: ReportContent) -> list[str]:
    """Say how far the photos are from those of the current release, and from production photos.

    Nothing is said where there is no release, or where no production photos are given.
    """
    asked = {
        "drift": content.verdict.parent is not None,
        "skew": bool(content.configuration.get("production_photos")),
    }
    return [
        _compared(kind, comparison)
        for kind, comparison in content.distances.items()
        if not comparison.skipped or asked[kind]
    ]


def evenness(balance: Balance, products: int) -> list[str]:
    """Say how evenly training photos show the products.

    Args:
        balance: Balance of the training photos.
        products: Number of products of the catalogue.
    """
    return list(_evenness(balance, products)) if balance.skus else []


def _compared(kind: ComparisonKind, comparison: Comparison) -> str:
    if comparison.skipped:
        return f"The photos were not compared with {comparison.against}: {comparison.skipped}."
    far = comparison.farthest
    if far is None:
        return f"The photos have nothing in common with {comparison.against} that has a limit."
    photos = f"those of {comparison.against}" if kind == "drift" else comparison.against
    return (
        f"Beside {photos}, {label(far.name)} comes nearest to its limit: {far.now}, "
        f"{_THERE[kind]} {far.other}; {MEASURES[COMPARED[far.name].measure]} "
        f"{far.distance:.2f} of {far.limit:g} allowed."
    )


def _evenness(balance: Balance, products: int) -> Iterator[str]:
    facings = [share.facings for share in balance.skus.values()]
    yield (
        f"It trained on {balance.photos:,} photos, variants and composed shelves included. They "
        f"show {len(facings):,} of {products:,} products, each {min(facings):,} to "
        f"{max(facings):,} times: the most frequent {balance.imbalance:.1f} times as often as the "
        "rarest."
    )
    if balance.rare:
        more = len(balance.rare) - _NAMED
        named = ", ".join(
            f"{sku} (on {balance.skus[sku].photos:,})" for sku in balance.rare[:_NAMED]
        )
        yield f"Rare, on few of these photos: {named}{f' and {more:,} more' if more > 0 else ''}."
    repeated = [share.repeat for share in balance.skus.values() if share.repeat > 1]
    if repeated:
        yield (
            f"Photos of the {len(repeated):,} rarest products were trained on more often, up to "
            f"{max(repeated):.2f} times."
        )
