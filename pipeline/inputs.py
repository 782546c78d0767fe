"""What a run starts from: its data, found or generated, checked, and identified by content."""

import hashlib
import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from components.curated_schema import files as schema_files
from components.datasets.input_check import InputReport, check_input
from components.datasets.production_photos import production_photos
from components.datasets.span_ledger import Ledger, files_of
from components.records.digests import content_hash
from components.records.problems import InputError
from components.releases.registry import Registry
from pipeline.config import PipelineConfig
from pipeline.source_hash import source_hash

_PROJECT = Path(__file__).resolve().parent.parent
_TRAINING = {
    "data",
    "augment",
    "transform",
    "tuner",
    "ambiguous_photos",
    "backbone",
    "recogniser",
    "trainer",
}
_WHERE_NOT_WHAT = {"profile", "root", "releases", "cache", "cloud", "beam_args"}


@dataclass(frozen=True)
class Inputs:
    """What was found out about the data when a run starts.

    Attributes:
        catalog_hash: Content hash of the catalogue and its packshots.
        shelves_hash: Content hash of the shelf photos and their annotations.
        span_hashes: Number of a span to the hash of its content, of every span taken.
        production_hash: Content hash of the production photos; "" where there are none.
        inputs_hash: Identifies data, configuration and code together.
        training_hash: Identifies the data and the settings that decide the training.
        code_revision: For people: the commit that the code is at.
        compared_release: Version that a candidate is compared with; None where there is none.
        reference_release: Version whose ambiguous photos are trained on harder; 0 where there is
            none.
        generated: The data set is the embedded one; its spans are not held to what they were.
        composed: Whether no photo has boxes or a label, so that shelves to find products on are
            composed.
    """

    catalog_hash: str = ""
    shelves_hash: str = ""
    span_hashes: Mapping[int, str] = field(default_factory=dict)
    production_hash: str = ""
    inputs_hash: str = ""
    training_hash: str = ""
    code_revision: str = ""
    compared_release: int | None = None
    reference_release: int = 0
    generated: bool = False
    composed: bool = False


def check(config: PipelineConfig) -> InputReport:
    """Read what `config.catalog` and `config.shelves` name.

    Raises:
        InputError: With every problem.
    """
    assert config.catalog is not None
    shelves = Path(config.shelves) if config.shelves else None
    return check_input(Path(config.catalog), shelves, config.data)


def without_unlabelled(config: PipelineConfig, report: InputReport) -> tuple[PipelineConfig, str]:
    """Return the settings of a run whose shelf photos may have no label, and what to tell of it.

    Photos without any label show what phones take, which is all that is asked of production photos.

    Args:
        config: With `shelves` as it was checked.
        report: Of `check`.

    Returns:
        The settings, without `shelves` where nothing there is labelled; a sentence, or "".
    """
    if config.shelves is None or report.shelves.photos:
        return config, ""
    alone = config.model_copy(update={"shelves": None})
    if config.production_photos is not None:
        return alone, f"{config.shelves}: not used, since production_photos names others"
    said = f"{config.shelves}: its photos serve as production photos"
    return alone.model_copy(update={"production_photos": config.shelves}), said


def identify(config: PipelineConfig, report: InputReport, generated: bool = False) -> Inputs:
    """Identify the inputs of a run by content, and hold spans to what they were before.

    What new spans hold is noted, for a record of it when they have been trained on.

    Args:
        config: With `catalog` set, and `shelves` where there are shelf photos with labels.
        report: Of `check`.
        generated: The data set is the embedded one, which other settings draw anew in its place.

    Raises:
        InputError: `production_photos` names no folder of photos, or a span is no longer what it
            was when it was first used; with every difference.
        ReleaseError: The releases folder names a current release that is not one.
    """
    catalog_hash = content_hash(report.catalog_files)
    files = files_of(report.shelves.spans)
    if config.shelves is not None and not generated:
        ledger = Ledger(Path(config.span_records), Path(config.shelves))
        if problems := ledger.problems(files, report.shelves.available, config.data.spans):
            raise InputError(problems)
        # ShelfExampleGen does so, too, where no run starts here; from the cache it would not.
        ledger.note(files)
    known = {path: digest for each in files for path, digest in each.digests.items()}
    shelves_hash = content_hash(report.shelf_files, known)
    production_hash = _production_hash(config)
    data = {"catalog": catalog_hash, "shelves": shelves_hash}
    inputs_hash = _hash(
        {
            **data,
            "serving": production_hash,
            "schemas": content_hash(schema_files.FOLDER.glob("*.pbtxt")),
            "code": source_hash("pipeline.graph"),
            "configuration": config.model_dump(
                mode="json", exclude=_WHERE_NOT_WHAT | {"catalog", "shelves", "production_photos"}
            ),
        }
    )
    training_hash = _hash(
        {
            **data,
            "serving": production_hash,
            "configuration": config.model_dump(mode="json", include=_TRAINING),
        }
    )
    releases = Registry(config.releases_folder)
    return Inputs(
        catalog_hash=catalog_hash,
        shelves_hash=shelves_hash,
        span_hashes={each.span: each.content for each in files},
        production_hash=production_hash,
        inputs_hash=inputs_hash,
        training_hash=training_hash,
        code_revision=code_revision(),
        compared_release=_compared_release(releases, inputs_hash),
        reference_release=_reference_release(releases, training_hash),
        generated=generated,
        composed=report.composed,
    )


def _production_hash(config: PipelineConfig) -> str:
    if config.production_photos is None:
        return ""
    return content_hash(
        Path(photo.path) for photo in production_photos(Path(config.production_photos))
    )


def code_revision() -> str:
    """Return the commit that last changed the code; "" without git.

    "+edits" follows where files differ from it.

    Commits that leave the code alone do not count: they make no other release.
    """
    folders = ["pipeline", "components", "schemas"]

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments, "--", *folders],
            cwd=_PROJECT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

    try:
        revision = git("log", "-1", "--format=%h")
        return revision + ("+edits" if revision and git("status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def _compared_release(releases: Registry, inputs_hash: str) -> int | None:
    """Return the version to compare a candidate with.

    That is the current release. But where the current release came of these very inputs, the
    candidate is that release; it is compared with what that one was compared with, and the whole
    run comes from the cache.
    """
    current = releases.current()
    if current is None:
        return None
    if current.record.inputs_hash == inputs_hash:
        return current.record.parent
    return current.version


def _reference_release(releases: Registry, training_hash: str) -> int:
    """Return the version whose ambiguous photos are trained on harder; 0 where there is none.

    That is the current release. But where the current release came of this very training, its own
    reference release still is: a changed gate trains nothing anew.
    """
    current = releases.current()
    if current is None:
        return 0
    earlier = current.record.reference_release
    if current.record.training_hash == training_hash and (
        earlier is None or earlier in releases.entries()
    ):
        return earlier or 0
    return current.version


def _hash(values: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
