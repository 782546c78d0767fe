"""Makes a release recognise today's catalogue: an index built with its weights, no training.

An index folder holds

    catalog.index    the templates
    labels.txt       one SKU a line, after a tab its name (as in the edge folder)
    products.csv     one row per SKU with all columns of the catalogue but the packshot's
    index.json       `IndexStamp`: which model the index belongs to
    serving/<n>/     with `serving=True`: the release's SavedModel with this index
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from components.artifacts.model import INDEX_FILE, copy_with_index
from components.artifacts.product_table import (
    CATEGORY,
    NAME,
    PRODUCTS_FILE,
    Products,
    groups_of,
    with_groups,
    write_products,
)
from components.datasets.read_catalog import scan_catalog, unusable_packshot
from components.imaging.decoding import BadImage, ImageLimits, stored_form
from components.predict.index_stamp import STAMP_FILE, IndexMismatch, IndexStamp, model_hash_of
from components.recogniser.alike import alike_groups
from components.recogniser.index import write_index
from components.records.catalog_row import CatalogRow
from components.records.groups import GROUP
from components.records.problems import InputError
from components.releases.edge_folder import LABELS_FILE, hash_file, write_labels
from components.releases.registry import Registry, registry_of, resolve
from components.releases.release import Release

_SERVING = "serving"

OnProgress = Callable[[int, int], None]
"""Called with packshots done and packshots in all."""


@dataclass(frozen=True)
class BuiltIndex:
    """What `build_index` wrote.

    Attributes:
        folder: The index folder.
        stamp: What its `index.json` says.
        serving: The new serving version, None where none was asked for.
        older: Numbers of serving versions that an earlier call wrote, with the index of then.
        alike: A group for each SKU that the model cannot tell from another one.
    """

    folder: Path
    stamp: IndexStamp
    serving: Path | None
    older: tuple[int, ...] = ()
    alike: Mapping[str, str] = field(default_factory=dict)


def build_index(
    release_dir: Path | str,
    products_csv: Path,
    out_dir: Path,
    serving: bool = False,
    on_progress: OnProgress = lambda done, total: None,
) -> BuiltIndex:
    """Embed the packshots of a catalogue with a release's weights.

    Args:
        release_dir: A version folder, or a releases folder (then: its current release); a path, or
            an address such as gs://bucket/releases.
        products_csv: The catalogue.
        out_dir: Where the index folder goes; an earlier index there is replaced, its serving
            versions stay.
        serving: Also write the SavedModel with the new index, under a number of its own from the
            releases folder: greater than any before it, and no later release will bear it.
        on_progress: Called as packshots are embedded.

    Raises:
        ReleaseError: There is no release, its files are damaged, or there is no number to be had.
        InputError: The catalogue cannot be used; every problem is named.
        IndexMismatch: `out_dir` holds something that is not an index.
    """
    found = resolve(release_dir)
    if out_dir.exists() and (not out_dir.is_dir() or not _is_index_folder(out_dir)):
        raise IndexMismatch(f"{out_dir}: holds something other than an index; name a new folder")
    registry = registry_of(found) if serving else None
    catalog = scan_catalog(products_csv, ImageLimits())
    if catalog.problems:
        raise InputError(catalog.problems)
    packshots = _read_packshots(products_csv, catalog.rows)

    with found.checked() as release:
        return _build(release, registry, catalog.rows, packshots, out_dir, on_progress)


def _build(
    release: Release,
    registry: Registry | None,
    rows: Sequence[CatalogRow],
    packshots: Sequence[tuple[str, bytes]],
    out_dir: Path,
    on_progress: OnProgress,
) -> BuiltIndex:
    from components.recogniser.embed_packshots import embed_packshots, saved_embedding

    embed = saved_embedding(release.serving)
    index = embed_packshots(embed, packshots, lambda done: on_progress(done, len(packshots)))
    with (
        _index_folder(out_dir),
        tempfile.TemporaryDirectory(prefix=".fresh-", dir=out_dir) as scratch,
    ):
        fresh = Path(scratch)
        model_hash = model_hash_of(release)
        write_index(fresh / INDEX_FILE, index, {"model_hash": model_hash})
        write_labels(fresh / LABELS_FILE, index.labels, {row.sku: row.name for row in rows})
        products = _products(rows)
        alike = alike_groups(index, groups_of(products))
        write_products(fresh / PRODUCTS_FILE, with_groups(products, alike).items())
        stamp = IndexStamp(
            model_hash=model_hash,
            release=release.version,
            skus=len(index.labels),
            views=len(index.skus),
            sha256=hash_file(fresh / INDEX_FILE),
        )
        (fresh / STAMP_FILE).write_text(json.dumps(asdict(stamp), indent=2) + "\n")
        version = None
        if registry is not None:
            number = registry.reserve(f"index of {stamp.skus:,} products for {release.version}")
            version = out_dir / _SERVING / str(number)
            copy_with_index(release.serving, fresh / INDEX_FILE, fresh / version.name)
            version.parent.mkdir(exist_ok=True)
            # By one rename: a server that watches the folder never sees half a version.
            (fresh / version.name).rename(version)
        # The stamp last: it carries the hash of the index, so a mixture of old and new is noticed.
        for name in (LABELS_FILE, PRODUCTS_FILE, INDEX_FILE, STAMP_FILE):
            (fresh / name).replace(out_dir / name)
    return BuiltIndex(out_dir, stamp, version, _older(out_dir, version), alike=alike)


def _products(rows: Sequence[CatalogRow]) -> Products:
    return {
        row.sku: {
            NAME: row.name,
            CATEGORY: row.category,
            **row.extra,
            **({GROUP: row.group} if row.group else {}),
        }
        for row in rows
        if row.view == 0
    }


@contextmanager
def _index_folder(folder: Path) -> Iterator[None]:
    """Make the folder; where nothing comes of the index, take it away again."""
    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        if new:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _older(folder: Path, written: Path | None) -> tuple[int, ...]:
    versions = [path for path in (folder / _SERVING).glob("*") if path.name.isdigit()]
    return tuple(sorted(int(path.name) for path in versions if path != written))


def _read_packshots(products_csv: Path, rows: Sequence[CatalogRow]) -> list[tuple[str, bytes]]:
    """Return SKU and encoded packshot per row, all of them decodable by TensorFlow."""
    packshots, problems = [], []
    for row in rows:
        try:
            encoded, _, _ = stored_form(row.image.read_bytes(), ImageLimits())
            packshots.append((row.sku, encoded))
        except BadImage as error:
            problems.append(unusable_packshot(str(products_csv), row, error))
    if problems:
        raise InputError(problems)
    return packshots


def _is_index_folder(folder: Path) -> bool:
    return (folder / STAMP_FILE).is_file() or not any(folder.iterdir())
