"""Fits the scores of a release on photos that were read, and publishes what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf

from components.artifacts.model import ModelArtifact
from components.calibration.calibrated_record import calibrated_record
from components.calibration.calibration_gates import carried_over, gains
from components.calibration.calibration_photos import (
    CalibrationPhoto,
    CalibrationPhotos,
    left_open,
)
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
from components.recogniser.index import CatalogIndex, read_index
from components.recogniser.model import Recogniser
from components.records.problems import InputError, Problem
from components.release_gate.content_hash import content_hash
from components.release_gate.gates import standing
from components.release_gate.program_hash import SAVED_MODEL_FILE, program_hash
from components.release_gate.settings import GateSettings
from components.releases.layout import DEPLOY, EDGE, serving_folder
from components.releases.photo_statistics import FOLDER as STATISTICS
from components.releases.registry import Registry
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


def fit_release(
    registry: Registry,
    release: Release,
    shelves: Path,
    boxed: CalibrationPhotos,
    index_file: Path,
    code_revision: str,
    say: Say,
    scratch: Path,
) -> CalibratedRelease:
    """Fit probabilities and threshold of a release on boxed photos; see `calibrate_release`.

    Args:
        registry: Of the releases folder.
        release: What is calibrated.
        shelves: Where the photos lie.
        boxed: The photos.
        index_file: The index of the products on them.
        code_revision: Of this code, for the record.
        say: Is told how it goes.
        scratch: An empty folder.
    """
    index = read_index(index_file)
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
