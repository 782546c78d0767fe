"""When scheduled runs start, in the five fields of cron.

Every target reads them in another way: Kubeflow wants seconds, and Sundays as 0; systemd has a
format of its own; and where a day of the month and a day of the week are given, some take either
and some take both. So fields are read here, and written for each target as plain lists of numbers.
"""

import re
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.errors import WrongInput

EXAMPLE = "'0 3 * * 1', Mondays at 3:00"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_TERM = re.compile(r"(?:(?P<all>\*)|(?P<low>\w+)(?:-(?P<high>\w+))?)(?:/(?P<step>[1-9]\d?))?")


class _Field(NamedTuple):
    name: str
    low: int
    high: int
    words: tuple[str, ...] = ()  # the first stands for `low`


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 7, _DAYS),
)


class Cron(NamedTuple):
    """Times to start at; a field is empty where every value of it counts."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]  # 0 is Sunday

    @property
    def fields(self) -> str:
        """The five fields, as every cron takes them."""
        return " ".join(",".join(map(str, values)) or "*" for values in self)

    def on_calendar(self, time_zone: str) -> str:
        """Return what systemd calls a calendar event."""

        def listed(values: tuple[int, ...]) -> str:
            return ",".join(f"{value:02}" for value in values) or "*"

        weekdays = ",".join(_DAYS[day].capitalize() for day in self.weekdays)
        date = f"*-{listed(self.months)}-{listed(self.days)}"
        time = f"{listed(self.hours)}:{listed(self.minutes)}:00"
        return f"{weekdays} {date} {time} {time_zone}".lstrip()


def read_cron(text: str) -> Cron:
    """Read five fields: minute, hour, day of the month, month, day of the week.

    Raises:
        WrongInput: With every fault found.
    """
    words = text.split()
    if len(words) != len(_FIELDS):
        raise WrongInput([f"--cron '{text}': expected five fields, as in {EXAMPLE}"])
    problems: list[str] = []
    values = []
    for word, field in zip(words, _FIELDS, strict=True):
        try:
            values.append(_read(word, field))
        except ValueError as error:
            problems.append(f"--cron '{text}': {field.name}: {error}")
    if problems:
        raise WrongInput(problems)
    cron = Cron(*values)
    if cron.days and cron.weekdays:
        what = "schedulers differ in what a day of the month and a day of the week mean together"
        raise WrongInput([f"--cron '{text}': {what}; give one, and * for the other"])
    return cron


def check_time_zone(name: str) -> None:
    """Refuse what is no time zone.

    Raises:
        WrongInput: There is no such time zone.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        problem = f"--time-zone {name}: no such time zone; give a name such as Europe/Zurich"
        raise WrongInput([problem]) from None


def _read(word: str, field: _Field) -> tuple[int, ...]:
    """Return the values that a field names, in order; none where it names all."""
    values: set[int] = set()
    for term in word.split(","):
        match = _TERM.fullmatch(term)
        if match is None or (match["step"] and not (match["all"] or match["high"])):
            raise ValueError(f"{term!r} is none of *, */2, 1, 1-5, 1-5/2 or a list of such")
        low, high = field.low, field.high
        if not match["all"]:
            low = _number(match["low"], field)
            high = _number(match["high"], field) if match["high"] else low
        if low > high:
            raise ValueError(f"{term!r} begins after it ends")
        values.update(range(low, high + 1, int(match["step"] or 1)))
    if field.words == _DAYS:
        values = {value % len(_DAYS) for value in values}
    everything = len(_DAYS) if field.words == _DAYS else field.high - field.low + 1
    return () if len(values) == everything else tuple(sorted(values))


def _number(word: str, field: _Field) -> int:
    words = field.words
    if word.lower() in words:
        return field.low + words.index(word.lower())
    if not re.fullmatch(r"[0-9]{1,2}", word) or not field.low <= int(word) <= field.high:
        raise ValueError(f"{word!r} is not between {field.low} and {field.high}")
    return int(word)
