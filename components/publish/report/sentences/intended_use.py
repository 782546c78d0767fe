"""What a model is for and what it does badly, in the words of report and model card alike."""

from __future__ import annotations

from components.artifacts.judged_on import caution
from components.publish.report.report_content import ReportContent

FOR = (
    "Counting and naming products on shelf photos, as a proposal to people: stock checks, "
    "planogram checks, price audits."
)
NOT_FOR = "Identifying people, and decisions that nobody reviews."
HOW = (
    "Finds the products of a catalogue on photos of store shelves: a box, a SKU, a probability "
    "and, where another SKU came near, the runner-up and how ambiguous the choice was. Products "
    "are matched with the packshots in its catalogue index; a new product needs a packshot and a "
    "new index, not a new model."
)

_ALWAYS = (
    "Near-identical products (flavours, sizes) on small, blurred or covered facings: some of these "
    "detections carry a high ambiguity. Show both candidates, or ask a person.",
    "Products outside the catalogue are not named, and may be taken for one that looks like them, "
    "with a low ambiguity: it compares products of the catalogue only.",
    "A packshot that no longer looks like the pack on the shelf: replace it and rebuild the index.",
)
_WEAKEST = 5
_WEAK = 0.5
"""AP@0.5 below which a product is named as a weak one."""


def limits(content: ReportContent) -> list[str]:
    """Say what the model does badly; the last sentences are about this very model."""
    summary = content.summary
    said = [warned] if (warned := caution(summary.judged_on)) else []
    said += _ALWAYS
    weak = [row for row in summary.skus if row.ap50 is not None and row.ap50 < _WEAK]
    weak.sort(key=lambda row: (row.ap50 or 0.0, row.sku))
    if weak:
        named = ", ".join(row.sku for row in weak[:_WEAKEST])
        more = f" and {len(weak) - _WEAKEST} more" if len(weak) > _WEAKEST else ""
        said.append(f"Weak products here, with an AP@0.5 below {_WEAK}: {named}{more}.")
    if content.model.weights_source == "random":
        said.append("Its backbone was never pretrained: expect much less on other photos.")
    return said
