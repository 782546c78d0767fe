"""How well products are counted: on boxed photos, and on those of which only counts are known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from components.artifacts.evaluation_summary import Counting, CountSlice
from components.metrics.metric_names import UNBOXED
from components.metrics.product_counts import ProductCount
from components.metrics.slice_names import NEW, SEEN
from components.metrics.tally import PhotoTally

_Key = Callable[[PhotoTally, ProductCount], str]


def count_metrics(tallies: Sequence[PhotoTally]) -> dict[str, float | None]:
    """Return the metrics of counting: on boxed photos, and on photos with counts and no boxes."""
    result: dict[str, float | None] = {}
    for suffix, photos in (
        ("", [each for each in tallies if each.boxed]),
        (UNBOXED, [each for each in tallies if each.counts_alone]),
    ):
        whole = _slice("all", photos)
        result[f"count_error{suffix}"] = whole.count_error
        result[f"count_mae{suffix}"] = whole.count_mae
        result[f"count_exact{suffix}"] = whole.count_exact
        result[f"count_total_error{suffix}"] = whole.count_total_error
    return result


def counting(
    tallies: Sequence[PhotoTally], new_skus: Collection[str], categories: Mapping[str, str]
) -> Counting | None:
    """Return how well products are counted on photos with counts and no boxes, in all and in parts.

    Args:
        tallies: Tallies of all photos.
        new_skus: SKUs held out of training.
        categories: The catalogue's, by SKU.

    Returns:
        None where there are no such photos.
    """
    photos = [each for each in tallies if each.counts_alone]
    if not photos:
        return None
    keys: tuple[_Key, ...] = (
        lambda photo, product: NEW if product.sku in new_skus else SEEN,
        lambda photo, product: _named("category", categories.get(product.sku)),
        lambda photo, product: _named("store", photo.store),
        lambda photo, product: _named("span", photo.span),
    )
    boxed = [each for each in tallies if each.boxed]
    return Counting(
        whole=_slice("all", photos),
        boxed=_slice("all", boxed) if boxed else None,
        slices=tuple(row for key in keys for row in _parts(photos, key)),
        skus=tuple(_parts(photos, lambda photo, product: product.sku)),
    )


def _named(family: str, value: str | int | None) -> str:
    return "" if value in ("", None) else f"{family}.{value}"


def _parts(photos: Sequence[PhotoTally], key: _Key) -> list[CountSlice]:
    """Return a slice of each key but "", by name."""
    parts: dict[str, list[tuple[str, ProductCount]]] = {}
    for photo in photos:
        for product in photo.counts:
            if name := key(photo, product):
                parts.setdefault(name, []).append((photo.source_id, product))
    return [_of_pairs(name, pairs) for name, pairs in sorted(parts.items())]


def _slice(name: str, photos: Sequence[PhotoTally]) -> CountSlice:
    pairs = [(photo.source_id, product) for photo in photos for product in photo.counts]
    return _of_pairs(name, pairs).model_copy(update={"photos": len(photos)})


def _of_pairs(name: str, pairs: Iterable[tuple[str, ProductCount]]) -> CountSlice:
    photos, products = {photo for photo, _ in pairs}, [product for _, product in pairs]
    return CountSlice(
        name=name,
        photos=len(photos),
        pairs=len(products),
        products=sum(each.true for each in products),
        counted=sum(each.counted for each in products),
        error=sum(each.error for each in products),
        exact=sum(each.error == 0 for each in products),
    )
