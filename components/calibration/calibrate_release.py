"""Makes a calibrated release of a release: the same weights and index, other probabilities.

Whether the photos are fit for it is told before anything slow is loaded.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from components.artifacts.model import INDEX_ASSET, INDEX_FILE
from components.calibration.calibration_photos import read_photos
from components.predict.index_stamp import check_index
from components.recogniser.index import read_index
from components.releases.registry import registry_of, resolve

if TYPE_CHECKING:
    from components.calibration.fit_release import CalibratedRelease


def calibrate_release(
    release_dir: Path | str,
    shelves: Path,
    code_revision: str,
    index_dir: Path | None = None,
    say: Callable[[str], None] = lambda what: None,
) -> CalibratedRelease:
    """Fit probabilities and threshold of a release on boxed photos, and publish the outcome.

    The new release has the weights and the index of the old one, which is its parent. It becomes
    current where its parent is.

    Args:
        release_dir: A version folder, or a releases folder (then: its current release); a path, or
            an address such as gs://bucket/releases.
        shelves: Boxed photos, as a run takes them.
        code_revision: Of this code, for the record.
        index_dir: What `build_index` wrote, of the products on the photos, where these are others
            than the release's own; the new release keeps its own index.
        say: Is told how it goes.

    Raises:
        ReleaseError: There is no release, it is damaged, or made by other code than this.
        IndexMismatch: The index is unreadable or of another model.
        InputError: The photos cannot be used; every problem is named.
        ExportFailed: The model cannot be made for phones.
    """
    found = resolve(release_dir)
    registry = registry_of(found)
    with found.checked() as release, tempfile.TemporaryDirectory(prefix="oneshelf-") as scratch:
        if index_dir is not None:
            check_index(index_dir, release)
        own = release.serving / INDEX_ASSET
        index_file = own if index_dir is None else index_dir / INDEX_FILE
        say(f"reading the photos of {shelves}")
        boxed = read_photos(shelves, release.record, read_index(index_file).labels)
        for remark in boxed.remarks:
            say(remark)
        say(f"loading the model of release {release.version}: some ten seconds")
        # Imports TensorFlow.
        from components.calibration.fit_release import fit_release

        return fit_release(
            registry, release, shelves, boxed, index_file, code_revision, say, Path(scratch)
        )
