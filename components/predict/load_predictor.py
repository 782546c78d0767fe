"""The predictor of a release: the server's model or the phone's."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from components.artifacts.model import INDEX_FILE
from components.artifacts.product_table import (
    NAME,
    PRODUCTS_FILE,
    Products,
    groups_of,
    read_products,
)
from components.predict.index_stamp import check_index
from components.predict.predictor import Predictor
from components.releases.edge_folder import (
    LABELS_FILE,
    MODEL_FILE,
    BadEdgeFolder,
    read_labels,
)
from components.releases.registry import resolve
from components.releases.release import Release

Target = Literal["serving", "edge"]

_USUAL_SIDE = 640
"""Of releases whose record does not say."""


@dataclass(frozen=True)
class LoadedRelease:
    """A release, ready to be asked.

    Attributes:
        predictor: Its model.
        products: What people want to read of the products that it looks for.
        photo_side: Longer side of a photo as the model sees it, pixels.
    """

    predictor: Predictor
    products: Products
    photo_side: int = _USUAL_SIDE


def load_release(
    release_dir: Path | str,
    target: Target | None = None,
    index_dir: Path | None = None,
    say: Callable[[str], None] = lambda what: None,
) -> LoadedRelease:
    """Load the model of a release, and what is known of its products.

    Args:
        release_dir: A version folder, or a releases folder (then: its current release); a path, or
            an address such as gs://bucket/releases.
        target: `serving` for the SavedModel, `edge` for the TFLite model; None for the one that
            answers first, which is the TFLite model where there is one.
        index_dir: What `build_index` wrote, to look for its products instead of the release's.
        say: Is told what takes a while.

    Raises:
        ReleaseError: There is no release, or its files are damaged.
        IndexMismatch: The index is unreadable or of another model.
        BadEdgeFolder: The files for phones are incomplete or do not belong together.
        BadSavedModel: The SavedModel cannot be loaded.
        NoInterpreter: No TFLite interpreter is installed.
    """
    with resolve(release_dir).checked() as release:
        if index_dir is not None:
            check_index(index_dir, release)
        if target is None:
            target = "edge" if (release.edge / MODEL_FILE).is_file() else "serving"
        products = _products(index_dir or release.edge)
        if target == "serving":
            say(f"loading the server's model of release {release.version}: some ten seconds")
        side = int(release.record.model.get("recogniser", {}).get("photo_side", _USUAL_SIDE))
        return LoadedRelease(_predictor(release, target, index_dir, products), products, side)


def load_predictor(
    release_dir: Path | str, target: Target | None = None, index_dir: Path | None = None
) -> Predictor:
    """Load the model of a release; see `load_release`."""
    return load_release(release_dir, target, index_dir).predictor


def _predictor(
    release: Release, target: Target, index_dir: Path | None, products: Products
) -> Predictor:
    if target == "edge":
        from components.predict.edge_predictor import EdgePredictor

        return EdgePredictor(release.edge, index_dir, release=release.version)
    # TensorFlow takes seconds to import.
    from components.predict.server_predictor import ServerPredictor

    return ServerPredictor(
        release.serving,
        release.record.operating_threshold,
        read_labels((index_dir or release.edge) / LABELS_FILE),
        index_dir and index_dir / INDEX_FILE,
        release=release.version,
        groups=groups_of(products),
    )


def _products(folder: Path) -> Products:
    """Return what is known of the products of an index; earlier ones know their names only."""
    if not (folder / PRODUCTS_FILE).is_file():
        names = read_labels(folder / LABELS_FILE)
        return {sku: {NAME: name} for sku, name in names.items()}
    try:
        return read_products(folder / PRODUCTS_FILE)
    except OSError as error:
        why = f"cannot be read ({error.strerror})"
        raise BadEdgeFolder(f"{folder / PRODUCTS_FILE}: {why}") from error
    except ValueError as error:
        raise BadEdgeFolder(str(error)) from error
