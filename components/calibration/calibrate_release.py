"""Makes a calibrated release of a release: the same weights and index, other probabilities."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf

from components.artifacts.model import INDEX_ASSET, INDEX_FILE, ModelArtifact
from components.calibration.calibrated_record import calibrated_record
from components.calibration.calibration_gates import carried_over, gains
from components.calibration.calibration_photos import CalibrationPhoto, left_open, read_photos
from components.calibration.calibration_report import render_card, render_report
from components.calibration.cross_validation import (
    Fit,
    Scoring,
    cross_validated,
    nothing_matched,
)
from components.calibration.export_calibrated import check_targets, export_calibrated, settings_of
from components.calibration.packshot_photos import refuse_packshots
from components.calibration.restored_model import refuse_other_answers, restored_model
from components.metrics.costs import Costs
from components.predict.index_stamp import check_index
from components.recogniser.index import CatalogIndex, read_index
from components.recogniser.model import Recogniser
from components.records.problems import InputError, Problem
from components.release_gate.content_hash import content_hash
from components.release_gate.gates import standing
from components.release_gate.program_hash import SAVED_MODEL_FILE, program_hash
from components.release_gate.settings import GateSettings
from components.releases.layout import DEPLOY, EDGE, serving_folder
from components.releases.photo_statistics import FOLDER as STATISTICS
from components.releases.registry import Registry, registry_of, resolve
from components.releases.release import Release
from components.releases.release_record import ReleaseRecord
from components.releases.warmup import read_warmup, write_warmup
from components.serving_kit.kit import kit_files
from components.training.matched_photos import MatchedPhoto, PhotoMatcher
from components.training.photo_files import Photo

Say = Callable[[str], None]
"""Called with how far it is."""

_REPORT_EVERY = 10


@dataclass(frozen=True)
class CalibratedRelease:
    """What came of a calibration.

    Attributes:
        record: Of the release, as it is or would have been.
        release: The new release; None where a gate refused.
        current: Whether it has become the current release.
    """

    record: ReleaseRecord
    release: Release | None = None
    current: bool = False


def calibrate_release(
    release_dir: Path | str,
    shelves: Path,
    code_revision: str,
    index_dir: Path | None = None,
    say: Say = lambda what: None,
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
        return _calibrated(
            registry, release, shelves, index_file, code_revision, say, Path(scratch)
        )


def _calibrated(
    registry: Registry,
    release: Release,
    shelves: Path,
    index_file: Path,
    code_revision: str,
    say: Say,
    scratch: Path,
) -> CalibratedRelease:
    index = read_index(index_file)
    boxed = read_photos(shelves, release.record, index.labels)
    for remark in boxed.remarks:
        say(remark)
    recogniser = restored_model(release)
    refuse_packshots(recogniser, index, boxed.photos)
    matched = list(_matched(recogniser, index, boxed.photos, say))
    refuse_other_answers(recogniser, release, index_file, matched)
    if nothing_matched(matched):
        what = "nothing that the release finds lies in a box of its product"
        remedy = "see that boxes are in pixels of the photos as displayed, and name what is there"
        raise InputError([Problem(str(shelves), None, what, remedy)])

    say("fitting, and judging what is fitted on photos that it never saw")
    costs = Costs(**release.record.model.get("costs", {}))
    fit = _fit(recogniser, release, matched, boxed.photos, index, costs)
    model = ModelArtifact(scratch / "model")
    settings = export_calibrated(recogniser, release, fit.scoring, costs, scratch / "model")
    # The old release's program: both answer alike but for the scores, see `refuse_other_answers`.
    program = program_hash((release.serving / SAVED_MODEL_FILE).read_bytes())
    content = content_hash(settings, Path(model.index).read_bytes(), program)
    photos = [each.encoded for each in boxed.photos]
    write_warmup(Path(model.serving), read_warmup(release.serving) or photos[:1])
    policy = settings_of(release, GateSettings, "release_gate")
    asked = (
        *gains(fit, release.version),
        *check_targets(release, model, scratch / EDGE, photos, say),
        standing(registry.history().withdrawn_as(content), policy.allow_withdrawn),
    )
    carried = carried_over(release, {gate.name for gate in asked})
    record = calibrated_record(
        release,
        registry.allot(),
        settings,
        content,
        fit,
        boxed,
        (*asked, *carried),
        [gate.name for gate in carried],
        code_revision,
    )
    if any(gate.verdict == "refuse" for gate in asked):
        return CalibratedRelease(record)
    say(f"publishing release {record.version}")
    current = registry.current_if_sound()
    becomes_current = current is not None and current.version == release.version
    published = _publish(
        registry, release, record, fit, Path(model.serving), scratch / EDGE, becomes_current
    )
    return CalibratedRelease(record, published, becomes_current)


def _matched(
    recogniser: Recogniser, index: CatalogIndex, photos: Sequence[CalibrationPhoto], say: Say
) -> Iterator[MatchedPhoto]:
    matcher = PhotoMatcher(recogniser, [_prepared(each) for each in photos])
    for done, photo in enumerate(matcher.match(index), start=1):
        if done % _REPORT_EVERY == 0 or done == len(photos):
            say(f"{done:,} of {len(photos):,} photos looked at")
        yield photo


def _prepared(boxed: CalibrationPhoto) -> Photo:
    photo = boxed.photo
    size = np.array([photo.width, photo.height] * 2, np.float32)
    boxes = np.array([thing.box for thing in photo.objects], np.float32).reshape(-1, 4)
    return Photo(
        encoded=tf.constant(boxed.encoded),
        boxes=tf.constant(boxes / size),
        skus=tf.constant([thing.sku for thing in photo.objects], tf.string),
        ignore=tf.constant([left_open(thing) for thing in photo.objects], tf.bool),
        weight=tf.constant(1.0),
    )


def _fit(
    recogniser: Recogniser,
    release: Release,
    matched: Sequence[MatchedPhoto],
    photos: Sequence[CalibrationPhoto],
    index: CatalogIndex,
    costs: Costs,
) -> Fit:
    coefficients = tuple(float(value) for value in recogniser.calibration.numpy())
    return cross_validated(
        recogniser,
        matched,
        [each.photo.home for each in photos],
        index.labels,
        Scoring(coefficients, release.record.operating_threshold),
        costs,
    )


def _publish(
    registry: Registry,
    release: Release,
    record: ReleaseRecord,
    fit: Fit,
    serving: Path,
    edge: Path,
    make_current: bool,
) -> Release:
    pages = {"report.html": render_report(record, fit), "model_card.md": render_card(record)}
    kit = {
        f"{DEPLOY}/{name}": text
        for name, text in kit_files(record.version, release.version).items()
    }
    staging = registry.stage(record.version, record.content_hash)
    staging.folder.sub(serving_folder(record.version)).fill(serving)
    staging.folder.sub(EDGE).fill(edge)
    if (release.path / STATISTICS).is_dir():
        staging.folder.sub(STATISTICS).fill(release.path / STATISTICS)
    for name, text in (pages | kit).items():
        staging.folder.put(name, text)
    return registry.publish(staging, record, make_current)
