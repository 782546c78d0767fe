"""A page of composed shelves and their variants, to look at before training on thousands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from components.augment.companions import companion_features
from components.augment.draw_example import draw_example
from components.datasets.read_catalog import read_catalog, unusable_packshot
from components.datasets.settings import DataSettings
from components.drawing.contact_sheet import Tile, check_target, lay_out, write_picture
from components.embedded_data.settings import EmbeddedDataSettings
from components.imaging.decoding import BadImage, decode_photo, encode_jpeg
from components.records.catalog_examples import packshot_of
from components.records.features import Features
from components.records.problems import InputError, Problem
from components.records.shelf_examples import ShelfExample
from components.records.splits import DISTRACTOR, held_out_skus
from components.synthesis.augment_settings import AugmentSettings
from components.synthesis.distractors import distractors
from components.synthesis.products.packshots import make_catalog
from components.synthesis.shelf_composer import ShelfComposer
from components.synthesis.variants.augmentation import augmentation
from components.synthesis.variants.photo_variant import make_variant

Progress = Callable[[int, int], None]
"""Called with pictures made and pictures in all."""

_MOST_VARIANTS = 3
_MOST_FAMILIES = 16  # of companions: a page shows no more, and drawing hundreds takes a minute
_TILE = (660, 640)


@dataclass(frozen=True)
class PreviewSummary:
    """What a preview shows.

    Attributes:
        shelves: Number of composed shelves.
        variants: Number of variants of them.
        objects: How many objects of the variants were ``kept``, became ``difficult``, or were
            ``dropped`` because hardly anything of them is left.
    """

    shelves: int
    variants: int
    objects: Mapping[str, int]

    def __str__(self) -> str:
        return (
            f"{self.shelves} composed shelves, {self.variants} variants of them: "
            f"{_fates(self.objects)}"
        )


def write_preview(
    out: Path,
    settings: AugmentSettings,
    number: int = 4,
    products_csv: Path | None = None,
    data: DataSettings | None = None,
    progress: Progress | None = None,
) -> PreviewSummary:
    """Write a page with shelves composed for training, each beside its variants, with boxes.

    The shelves are the first ones that the pipeline would compose with these settings; only
    companions are fewer.

    Args:
        out: A .png or .jpg.
        settings: How shelves are composed and varied; its seed decides everything.
        number: How many shelves.
        products_csv: The catalogue; without, the one of the generated data set.
        data: How the catalogue is read, and which SKUs are held out of training.
        progress: Told how far it is.

    Raises:
        InputError: The catalogue cannot be used, or the page cannot be written.
    """
    check_target(out)
    if number < 1:
        raise InputError([Problem("preview", None, f"{number} shelves", "ask for one or more")])
    data = data or DataSettings()
    packshots = _packshots(products_csv, data) if products_csv else _generated_packshots()
    composer = _composer(packshots, settings, data)
    vary = augmentation(settings.level)
    each = min(settings.variants, _MOST_VARIANTS)
    tell = progress or (lambda done, total: None)

    tiles: list[Tile] = []
    objects: Counter[str] = Counter()
    for shelf in range(number):
        composed = composer.compose("train", shelf)
        tiles.append(_tile(composed, f"Composed shelf {shelf}", _described(composed)))
        for which in range(each):
            variant = make_variant(composed, which, vary.apply, settings.seed, settings.max_side)
            objects.update(variant.objects)
            title = f"Variant {which} of shelf {shelf}"
            tiles.append(_tile(variant.features, title, f"{_fates(variant.objects)}."))
        tell(len(tiles), number * (1 + each))
    summary = PreviewSummary(number, number * each, dict(objects))
    notes = [
        f"{summary}. Level '{settings.level}', seed {settings.seed}.",
        "Blue: counts. Orange, dashed: difficult, found or not it does not count. Grey: of no "
        "catalogue. The number is the share of a product that can still be seen, where that is "
        "less than 95%.",
    ]
    if settings.variants > each:
        notes.append(f"Of {settings.variants} variants of each photo, {each} are shown.")
    write_picture(out, lay_out("Augmentation", notes, tiles, 1 + each, _TILE))
    return summary


def _generated_packshots() -> dict[str, list[bytes]]:
    settings = EmbeddedDataSettings()
    catalog = make_catalog(settings.seed, settings.families, settings.variants)
    return {packshot.sku: [encode_jpeg(packshot.image, 95)] for packshot in catalog}


def _packshots(products_csv: Path, data: DataSettings) -> dict[str, list[bytes]]:
    packshots: dict[str, list[bytes]] = {}
    problems: list[Problem] = []
    for row in read_catalog(products_csv, data.limits):
        try:
            encoded = row.image.read_bytes()
            decode_photo(encoded, data.limits)
        except (BadImage, OSError) as error:
            why = error if isinstance(error, BadImage) else BadImage("cannot be read")
            problems.append(unusable_packshot(str(products_csv), row, why))
        else:
            packshots.setdefault(row.sku, []).append(encoded)
    if problems:
        raise InputError(problems)
    return packshots


def _composer(
    packshots: Mapping[str, Sequence[bytes]], settings: AugmentSettings, data: DataSettings
) -> ShelfComposer:
    held_out = held_out_skus(packshots, data.held_out_share, data.seed)
    companions: dict[str, list[bytes]] = {}
    held_companions: set[str] = set()
    for features in companion_features(min(settings.companion_families, _MOST_FAMILIES)):
        companion = packshot_of(features)
        companions[companion.sku] = [companion.encoded]
        if companion.held_out:
            held_companions.add(companion.sku)
    return ShelfComposer(packshots, held_out | held_companions, distractors(), settings, companions)


def _fates(objects: Mapping[str, int]) -> str:
    kept, faint, gone = (objects.get(fate, 0) for fate in ("kept", "difficult", "dropped"))
    return f"{kept:,} objects kept, {faint:,} became difficult, {gone:,} dropped"


def _described(features: Features) -> str:
    shelf = ShelfExample(features)
    skus = Counter(shelf.skus)
    unknown = skus.pop(DISTRACTOR, 0)
    difficult = int(shelf.difficult.sum())
    return (
        f"{skus.total()} products of {len(skus)} SKUs and {unknown} of no catalogue; "
        f"{difficult} of them difficult."
    )


def _tile(features: Features, title: str, text: str) -> Tile:
    return Tile((draw_example(features),), title=title, text=text)
