"""What is wrong with packshots, one by one and beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from components.artifacts.data_findings import Shot
from components.data_check.findings import Findings
from components.data_check.measure_pictures import MeasuredPackshot
from components.imaging.near_duplicates import earlier_twins
from components.records.catalog_row import CatalogRow
from components.records.problems import Problem


def check_packshot(
    findings: Findings, file: str, row: CatalogRow, packshot: MeasuredPackshot
) -> bool:
    """Note what is wrong with one packshot; return whether it is worth comparing with others."""
    settings = findings.settings
    name, shot = f"image '{row.image_name}'", _packshot_shot(row)
    contrast = packshot.fingerprint.contrast
    if contrast < settings.blank_contrast:
        what = f"{name} is blank: a contrast of {contrast:.3f}"
        findings.add("blank_packshot", Problem(file, row.line, what, "replace the image"), shot)
        return False
    if packshot.border > settings.border_share and packshot.background is not None:
        colour = "#{:02x}{:02x}{:02x}".format(*packshot.background)
        what = f"{name} is not isolated: it stands on {colour}, which is not white"
        findings.add(
            "not_isolated", Problem(file, row.line, what, "put the product on white"), shot
        )
    elif packshot.border > settings.border_share:
        what = f"{name} is filled to its border: {packshot.border:.0%} of that is not white"
        remedy = "leave it if it is cropped to the pack, else put the product on white"
        findings.add("fills_picture", Problem(file, row.line, what, remedy), shot)
    elif packshot.products > 1:
        what = f"{name} shows {packshot.products} products side by side"
        remedy = "show one, as it stands on the shelf"
        findings.add("several_products", Problem(file, row.line, what, remedy), shot)
    return True


def compare_packshots(
    findings: Findings, file: str, packshots: Sequence[tuple[CatalogRow, MeasuredPackshot]]
) -> None:
    """Note packshots of two SKUs that are one, or nearly."""
    settings = findings.settings
    twins = earlier_twins(
        [packshot.fingerprint for _, packshot in packshots],
        [row.sku for row, _ in packshots],
        settings.hash_bits,
        settings.colour_difference,
    )
    first_of_pixels: dict[bytes, CatalogRow] = {}
    for (row, packshot), twin in zip(packshots, twins.other.tolist(), strict=True):
        same = first_of_pixels.setdefault(packshot.digest, row)
        if same.sku != row.sku:
            other, kind = same, "the very image"
        elif twin >= 0:
            other, kind = packshots[twin][0], "nearly the image"
        else:
            continue
        if row.group and row.group == other.group:
            continue  # nobody wants them told apart
        what = f"image '{row.image_name}' of '{row.sku}' is {kind} of '{other.sku}' in row "
        problem = Problem(
            file,
            row.line,
            f"{what}{other.line}",
            "give each SKU its own packshot, make one SKU of the two, or give both one group",
        )
        shots = (_packshot_shot(other), _packshot_shot(row))
        findings.add(
            "same_packshot" if same.sku != row.sku else "near_duplicate_packshot", problem, *shots
        )


def _packshot_shot(row: CatalogRow) -> Shot:
    return Shot(row.image, row.sku)
