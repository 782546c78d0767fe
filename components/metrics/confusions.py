"""Which SKU is shown in place of which other one, and in which photos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from components.artifacts.evaluation_summary import Confusion, ConfusionExample
from components.metrics.tally import ConfusedDetection, PhotoTally

_EXAMPLES = 3


def confusions(tallies: Sequence[PhotoTally]) -> tuple[Confusion, ...]:
    """Return every pair of SKUs that were mistaken for each other, the most frequent first."""
    pairs: dict[tuple[str, str], list[tuple[str, ConfusedDetection]]] = {}
    for tally in tallies:
        for mistake in tally.confused:
            pair = (mistake.true, mistake.predicted)
            pairs.setdefault(pair, []).append((tally.source_id, mistake))
    products = Counter(sku for tally in tallies for sku in tally.truth_skus)
    found = [
        _confusion(true, predicted, mistakes, products[true])
        for (true, predicted), mistakes in pairs.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.n, each.true, each.predicted)))


def _confusion(
    true: str, predicted: str, mistakes: Sequence[tuple[str, ConfusedDetection]], products: int
) -> Confusion:
    n = len(mistakes)
    surest = sorted(mistakes, key=lambda each: -each[1].score)[:_EXAMPLES]
    return Confusion(
        true=true,
        predicted=predicted,
        n=n,
        share=n / products,
        runner_up_right=sum(mistake.runner_up == true for _, mistake in mistakes) / n,
        examples=tuple(
            ConfusionExample(source_id=source_id, box=mistake.box, score=mistake.score)
            for source_id, mistake in surest
        ),
    )
