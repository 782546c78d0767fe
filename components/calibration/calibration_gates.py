"""Whether a calibration is worth a release, and what was asked of the one it comes from."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from components.artifacts.verdict import GateResult
from components.calibration.cross_validation import Fit
from components.metrics.operating_curve import SAME_COST
from components.releases.release import Release


def gains(fit: Fit, version: int) -> Iterator[GateResult]:
    """Ask whether fitted scores are more honest on photos they never saw, and errors no dearer."""
    before, after = fit.before.figures, fit.after.figures
    gap, was = after.get("ece", 1.0), before.get("ece", 1.0)
    honest = gap <= was
    yield GateResult(
        name="calibration.ece",
        title="scores more honest",
        value=gap,
        threshold=f"<= {was:.3f}",
        verdict="pass" if honest else "refuse",
        reason=(
            f"On photos it never saw, the calibration error is {gap:.3f}; release {version} has "
            f"{was:.3f} on the same photos"
            + ("." if honest else ", so nothing is gained: box more photos, of other visits.")
        ),
    )
    cost, limit = after["cost"], before["cost"] * (1 + SAME_COST)
    cheap = cost <= limit
    yield GateResult(
        name="calibration.cost",
        title="errors no dearer",
        value=cost,
        threshold=f"<= {limit:.3f}",
        verdict="pass" if cheap else "refuse",
        reason=(
            f"On photos it never saw, errors cost {cost:.2f} a photo; release {version}'s cost "
            f"{before['cost']:.2f} on the same photos"
            + ("." if cheap else ", which is less: box more photos, of other visits.")
        ),
    )


def carried_over(release: Release, asked: Collection[str]) -> tuple[GateResult, ...]:
    """Return the gates of a release that are not asked anew, as they were decided."""
    return tuple(
        gate.model_copy(
            update={"reason": f"As release {release.version} was judged: {gate.reason}"}
        )
        for gate in release.record.gates
        if gate.name not in asked
    )
