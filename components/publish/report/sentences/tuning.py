"""What trying settings before training came to, in words."""

from __future__ import annotations

from collections.abc import Sequence

from components.synthesis.variants.levels import LEVELS
from components.training.trials import Trial, best_of

CHANCE = 0.02
"""Short trainings that differ in their seed alone differ by about as much mAP@0.5."""


def in_order(trials: Sequence[Trial]) -> list[Trial]:
    """Return the trials by level, the weakest augmentation first."""
    levels = list(LEVELS)
    return sorted(trials, key=lambda trial: levels.index(trial.tried.level))


def verdict(trials: Sequence[Trial]) -> str:
    """Say which settings were chosen, and whether the choice is more than chance.

    Args:
        trials: At least one.
    """
    chosen = best_of(trials)
    said = f"It trained with {_named(chosen, trials)}"
    others = [trial for trial in trials if trial is not chosen]
    if not others:
        return f"{said}: nothing else was tried."
    worst = min(others, key=lambda trial: trial.score)
    said += (
        f", the best of {len(trials):,} trials: mAP@0.5 {chosen.score:.3f} on validation photos, "
        f"beside {worst.score:.3f} with {_named(worst, trials)}, the worst."
    )
    if chosen.score - worst.score < CHANCE:
        said += " Short trainings differ as much by chance: the choice matters little here."
    return said


def _named(trial: Trial, trials: Sequence[Trial]) -> str:
    """Name the settings of a trial, without those that all trials share."""
    tried = trial.tried
    parts = [f"level '{tried.level}'"]
    if len({each.tried.learning_rate for each in trials}) > 1:
        parts.append(f"learning rate {tried.learning_rate:g}")
    if len({each.tried.backbone for each in trials}) > 1:
        parts.append(tried.backbone)
    return ", ".join(parts)
