"""Who is told how a training goes: it shows nothing itself."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from components.records.prediction import Detection


class ValidatedPhoto(NamedTuple):
    """A validation photo, and what the recogniser sees in it."""

    encoded: bytes
    detections: tuple[Detection, ...]


class Observer(Protocol):
    """Shows people how a training goes."""

    def on_losses(self, step: int, losses: Mapping[str, float]) -> None:
        """Take the means of the losses since the last call."""

    def on_validation(
        self, step: int, metrics: Mapping[str, float], photos: Sequence[ValidatedPhoto]
    ) -> None:
        """Take what a validation came to."""


class Unobserved:
    """Shows nothing."""

    def on_losses(self, step: int, losses: Mapping[str, float]) -> None:
        """Do nothing."""

    def on_validation(
        self, step: int, metrics: Mapping[str, float], photos: Sequence[ValidatedPhoto]
    ) -> None:
        """Do nothing."""


UNOBSERVED: Observer = Unobserved()
