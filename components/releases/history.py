"""history.jsonl: what was done with releases and version numbers, one JSON object a line.

Lines are added at the end, never changed. The file is rewritten whole and put in place in one step, so it is
never half written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from components.releases.errors import ReleaseError

FILE_NAME = "history.jsonl"

Deed = Literal["withdrawn", "restored", "pinned", "unpinned", "removed", "allotted"]


class Event(BaseModel):
    """One line of the history."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    deed: Deed
    version: int = Field(ge=1)
    when: datetime
    content_hash: str = Field(default="", description="Of the release, where its content matters.")
    why: str = Field(default="", description="In the words of whoever did it.")


@dataclass(frozen=True)
class History:
    """All events, the latest last."""

    events: tuple[Event, ...] = ()

    @classmethod
    def parse(cls, text: str, place: str) -> History:
        """Reads the text of the file at `place`; raises ReleaseError naming a line that is none."""
        events = []
        for number, line in enumerate(text.splitlines(), 1):
            try:
                events.append(Event.model_validate_json(line))
            except ValidationError as error:
                fault = error.errors()[0]["msg"]
                raise ReleaseError(
                    f"{place}, line {number}: not an event ({fault}); restore the file from a copy"
                ) from None
        return cls(tuple(events))

    def to_text(self) -> str:
        """The text of the file."""
        return "".join(event.model_dump_json(exclude_defaults=True) + "\n" for event in self.events)

    def followed_by(self, *events: Event) -> History:
        """This history and what happened next."""
        return History((*self.events, *events))

    @property
    def pinned(self) -> frozenset[int]:
        """Versions that are kept whatever their age."""
        return frozenset(self._last("pinned", "unpinned"))

    @property
    def numbers(self) -> frozenset[int]:
        """Every version that was ever heard of."""
        return frozenset(event.version for event in self.events)

    def withdrawal(self, content_hash: str) -> Event | None:
        """The event by which this content was taken back; None where it is in good standing."""
        for event in reversed(self.events):
            if event.content_hash == content_hash and event.deed in ("withdrawn", "restored"):
                return event if event.deed == "withdrawn" else None
        return None

    def _last(self, yes: Deed, no: Deed) -> list[int]:
        """Versions of which `yes` was said later than `no`."""
        said = {event.version: event.deed for event in self.events if event.deed in (yes, no)}
        return [version for version, deed in said.items() if deed == yes]
