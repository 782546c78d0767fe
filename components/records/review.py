"""A person's review of a photo, and how `annotations.json` keeps it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from pydantic import AwareDatetime, TypeAdapter

Verdict = Literal["corrected", "confirmed", "nothing_here"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_TIME = TypeAdapter(AwareDatetime)


@dataclass(frozen=True)
class Review:
    """Who gave a photo's truth.

    Attributes:
        who: The person.
        when: With its time zone: of two reviews of one photo, the later stands.
        release: What the person had before their eyes.
        verdict: What they said of it.
    """

    who: str
    when: datetime
    release: str
    verdict: Verdict

    def attributes(self) -> dict[str, str]:
        """Return what an image's `attributes` say of it."""
        return {
            "who": self.who,
            "when": self.when.isoformat(),
            "release": self.release,
            "verdict": self.verdict,
        }


def review_of(attributes: Mapping[str, Any]) -> Review | None:
    """Return the review that an image's `attributes` tell of; None where nobody reviewed it.

    Raises:
        ValueError: They tell of one that cannot be understood; the message is a clause.
    """
    if attributes.get("when") is None:
        return None
    when, verdict = parse_time(attributes["when"]), attributes.get("verdict")
    if verdict not in VERDICTS:
        raise ValueError(f"verdict {verdict!r} is none of {', '.join(VERDICTS)}")
    who, release = attributes.get("who", ""), attributes.get("release", "")
    return Review(str(who), when, str(release), verdict)


def parse_time(value: Any) -> datetime:
    """Read a time in the form of RFC 3339.

    Raises:
        ValueError: It is none; the message is a clause.
    """
    complaint = f"when {str(value)[:40]!r} is no time such as 2026-05-31T14:07:00+02:00"
    if not isinstance(value, str) or not _RFC_3339.fullmatch(value):
        raise ValueError(complaint)
    try:
        # Its own kind of time zone is nothing that can be handed to another process.
        return datetime.fromisoformat(_TIME.validate_python(value).isoformat())
    except ValueError as error:
        raise ValueError(complaint) from error
