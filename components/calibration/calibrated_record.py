"""release.json of a calibrated release."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timezone

from components.artifacts.evaluation_summary import ModelSummary
from components.artifacts.model_settings import ModelSettings
from components.artifacts.verdict import GateResult
from components.calibration.calibration_photos import CalibrationPhotos
from components.calibration.cross_validation import Fit
from components.releases.release import Release
from components.releases.release_record import Calibration, ReleaseRecord

CALIBRATED_ON = "calibration"
"""The data set of the boxed photos, in `ReleaseRecord.data`."""
_SEEN_OR_NEW = ("_seen", "_new", ".seen.", ".new.")
"""In names of metrics that tell trained from new SKUs, which a release does not record."""


def calibrated_record(
    release: Release,
    version: int,
    settings: ModelSettings,
    content_hash: str,
    fit: Fit,
    boxed: CalibrationPhotos,
    gates: Sequence[GateResult],
    carried: Collection[str],
    code_revision: str,
) -> ReleaseRecord:
    """Return the record; the registry adds the checksums.

    What decided the training stays as it was. Metrics are those of the boxed photos,
    cross-validated, beside those of the old release on the same photos.

    Args:
        release: What was calibrated.
        version: Of the new release.
        settings: Of its model.
        content_hash: Of its model.
        fit: What was fitted, and what it gains.
        boxed: The photos.
        gates: All of them.
        carried: Names of those that were not asked anew.
        code_revision: Of this code.
    """
    old = release.record
    trained = old.calibration.trained_content if old.calibration else old.content_hash
    split = {
        "name": CALIBRATED_ON,
        "photos": len(boxed.photos),
        "boxes": boxed.boxes,
        "spans": None,
    }
    return old.model_copy(
        update={
            "version": version,
            "parent": old.version,
            "created": datetime.now(timezone.utc).replace(microsecond=0),
            "content_hash": content_hash,
            "operating_threshold": fit.scoring.threshold,
            "model": settings.content,
            "metrics": _metrics(fit.after.summary),
            "baseline_metrics": _metrics(fit.before.summary),
            "slices": {},
            "gates": tuple(gates),
            "judged_on": "photos",
            "data": {**old.data, "boxed photos": {CALIBRATED_ON: split}},
            "code_revision": code_revision or old.code_revision,
            "calibration": Calibration(
                release=old.version,
                trained_content=trained,
                photos=len(boxed.photos),
                boxes=boxed.boxes,
                folds=fit.folds,
                coefficients=fit.scoring.coefficients,
                coefficients_before=fit.was.coefficients,
                threshold_before=fit.was.threshold,
                before=dict(fit.before.figures),
                after=dict(fit.after.figures),
                carried_over=tuple(carried),
            ),
        }
    )


def _metrics(summary: ModelSummary) -> dict[str, float]:
    return {
        name: value
        for name, value in summary.metrics.items()
        if not any(part in name for part in _SEEN_OR_NEW)
    }
