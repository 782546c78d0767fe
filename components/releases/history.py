"""history.jsonl: what was done with releases and version numbers, one JSON object a line.

Lines are added at the end, never changed. The file is rewritten whole and put in place in one
step, so it is never half written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from components.records.lines import as_lines, lines_of
from components.releases.errors import ReleaseError
from components.releases.release import Release

HISTORY_FILE = "history.jsonl"

Deed = Literal["withdrawn", "restored", "pinned", "unpinned", "removed", "allotted"]
_PINNING = ("pinned", "unpinned")


class Event(BaseModel):
    """One line of the history."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    deed: Deed
    version: int = Field(ge=1)
    when: datetime
    content_hash: str = Field(default="", description="Of the release, where its content matters.")
    why: str = Field(default="", description="The reason, as given.")

    @classmethod
    def about(cls, deed: Deed, release: Release, why: str = "") -> Event:
        """Return the event that happens to a release now."""
        return cls(
            deed=deed,
            version=release.version,
            when=now(),
            content_hash=release.record.content_hash,
            why=why,
        )


@dataclass(frozen=True)
class History:
    """All events, the latest last."""

    events: tuple[Event, ...] = ()

    @classmethod
    def parse(cls, text: str, place: str) -> History:
        """Read the text of the file at `place`; raise ReleaseError where a line is no event."""
        events = []
        for number, line in enumerate(lines_of(text), 1):
            try:
                events.append(Event.model_validate_json(line))
            except ValidationError as error:
                fault = error.errors()[0]["msg"]
                raise ReleaseError(
                    f"{place}, line {number}: not an event ({fault}); restore the file from a copy"
                ) from None
        return cls(tuple(events))

    def to_text(self) -> str:
        """Return the text of the file."""
        return as_lines(event.model_dump_json(exclude_defaults=True) for event in self.events)

    def followed_by(self, *events: Event) -> History:
        """Return this history and what happened next."""
        return History((*self.events, *events))

    @property
    def pinned(self) -> frozenset[int]:
        """Versions that are kept whatever their age."""
        said = {each.version: each.deed for each in self.events if each.deed in _PINNING}
        return frozenset(version for version, deed in said.items() if deed == "pinned")

    @property
    def removed(self) -> frozenset[int]:
        """Versions that were removed, or were to be."""
        return frozenset(event.version for event in self.events if event.deed == "removed")

    @property
    def numbers(self) -> frozenset[int]:
        """Every version that was ever heard of."""
        return frozenset(event.version for event in self.events)

    def withdrawn_as(self, content_hash: str) -> str | None:
        """Say how this content was withdrawn; None where it is not."""
        withdrawal = self.withdrawal(content_hash)
        if withdrawal is None:
            return None
        why = f" ({withdrawal.why})" if withdrawal.why else ""
        return f"withdrawn as release {withdrawal.version} on {withdrawal.when:%Y-%m-%d}{why}"

    def withdrawal(self, content_hash: str) -> Event | None:
        """Return the event that withdrew this content; None where it is not withdrawn."""
        for event in reversed(self.events):
            if event.content_hash == content_hash and event.deed in ("withdrawn", "restored"):
                return event if event.deed == "withdrawn" else None
        return None


def now() -> datetime:
    """Return the time, to the second."""
    return datetime.now(timezone.utc).replace(microsecond=0)
