"""What a schedule is, whichever target keeps it."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, Protocol

from kubeflow.cron import Cron
from pipeline.errors import WrongInput

Request = dict[str, Any]
"""What is sent to a target, as JSON has it."""
Change = Literal["created", "changed", "unchanged"]


class Timing(NamedTuple):
    """When runs start."""

    cron: Cron
    time_zone: str

    @property
    def with_zone(self) -> str:
        """The five fields of cron, with the time zone before them."""
        return f"TZ={self.time_zone} {self.cron.fields}"


class Schedule(NamedTuple):
    """A schedule as its target tells of it."""

    name: str
    when: str
    state: str
    next_start: str = ""


class Schedules(Protocol):
    """Schedules on one target, by name; two never run at once, and what was missed is left."""

    def list(self) -> list[Schedule]:
        """Return those that `oneshelf schedule` made."""

    def pause(self, name: str) -> None:
        """Start no more runs until it is resumed."""

    def resume(self, name: str) -> None:
        """Start runs again from now on."""

    def delete(self, name: str) -> None:
        """Take a schedule away; runs that are at work go on."""


def digest(request: Request) -> str:
    """Return what tells whether a schedule is what it would be made anew."""
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()[:32]


def none_of_that_name(name: str, names: Iterable[str], where: str) -> WrongInput:
    """Say that there is no such schedule, and which there are."""
    there = ", ".join(sorted(names))
    rest = f"there are {there}" if there else "there is none; `oneshelf schedule create` makes one"
    return WrongInput([f"{name}: no such schedule {where}; {rest}"])


def several_of_that_name(name: str, ids: Iterable[str], where: str) -> WrongInput:
    """Say that a name is not enough to know which schedule is meant."""
    return WrongInput(
        [f"{name}: several schedules of this name {where}; delete all but one: {', '.join(ids)}"]
    )
