"""`oneshelf calibrate`: a release with scores fitted on real photos."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from components.calibration.calibrate_release import calibrate_release
from components.edge_export.export_failed import ExportFailed
from components.releases.release_record import ReleaseRecord
from pipeline.commands.release_faults import as_wrong_input
from pipeline.commands.release_tables import Shown, print_table
from pipeline.errors import WrongInput
from pipeline.inputs import code_revision
from pipeline.quiet import without_noise

if TYPE_CHECKING:
    from components.calibration.fit_release import CalibratedRelease


def calibrate(release: str, shelves: Path, index: Path | None) -> bool:
    """Calibrate a release, and print what came of it.

    Returns:
        Whether there is a new release; not where a gate refused.

    Raises:
        InputError: The photos cannot be used.
        ReleaseError: There is no such release, or it is not of this code.
        WrongInput: The release's files cannot be used, or give no model for phones.
    """
    with as_wrong_input(), without_noise() as terminal:

        def say(what: str) -> None:
            print(what, file=terminal, flush=True)

        try:
            done = calibrate_release(release, shelves, code_revision(), index, say)
        except ExportFailed as error:
            raise WrongInput([str(error)]) from error
        # Imports TensorFlow, which has much to say.
        from components.calibration.calibration_report import figure_rows, losses
    calibration = done.record.calibration
    assert calibration is not None
    rows = [
        (row.title, _number(row.before), _number(row.after)) for row in figure_rows(calibration)
    ]
    before, after = calibration.threshold_before, done.record.operating_threshold
    rows.append(("operating threshold", _number(before), _number(after)))
    on = f"on {calibration.photos:,} photos, {calibration.boxes:,} boxes"
    print_table(Shown((on, f"release {calibration.release}", "calibrated"), rows))
    for loss in losses(calibration):
        print(f"worse: {loss}")
    for line in outcome(done):
        print(line)
    return done.release is not None


def outcome(done: CalibratedRelease) -> list[str]:
    """Say in lines what came of a calibration."""
    if done.release is None:
        return ["not released", *_refusals(done.record)]
    version, parent = done.record.version, done.record.parent
    if done.current:
        return [f"{done.release}: the current release from now on; it follows release {parent}"]
    return [
        f"{done.release}: released; release {parent} is not the current one, so this is not either",
        f"`oneshelf releases rollback --to {version}` makes it current",
    ]


def _refusals(record: ReleaseRecord) -> list[str]:
    return [f"{gate.title}: {gate.reason}" for gate in record.gates if gate.verdict == "refuse"]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
