"""Adds feedback: `add_feedback` is what the command line calls."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from components.datasets.input_check import nothing_to_judge_on, nothing_to_train_on
from components.datasets.named_files import NamedFiles
from components.datasets.read_shelves import scan_shelves
from components.datasets.settings import DataSettings
from components.datasets.span_folders import TABLES, find_spans
from components.feedback.feedback_photos import SeenPhoto, fit_boxes, see_photo
from components.feedback.feedback_span import alone_in, write_span
from components.feedback.parse_feedback import Feedback, Unusable
from components.feedback.read_feedback import read_feedback, skus_of
from components.feedback.settle_feedback import (
    PhotoFeedback,
    homes,
    latest_of_each,
    new_to_spans,
    shortened,
)
from components.imaging.decoding import ImageLimits
from components.importers.collected_faults import Faults, refusal
from components.records.digests import file_digests
from components.records.problems import InputError, Problem
from components.records.review import VERDICTS
from components.records.shelf_photo import ShelfPhoto
from components.records.words import counted
from components.runtime import progress as progress_log

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class FeedbackReport:
    """What came of feedback.

    Attributes:
        span: The new span; None where nothing was new.
        verdicts: Number of photos in it by verdict.
        boxes: Products on them.
        known: Photos whose feedback a span held already.
        conflicts: Sentences on photos that were corrected differently, and what stands.
        shortened: Sentences on photos that lost most of their boxes.
        stops_a_run: Why no run can be made of the spans there are now.
        stops_training: Why a run would train on none of their photos.
        new_folder: Whether the folder of spans was made.
    """

    span: Path | None
    verdicts: Counter[str]
    boxes: int
    known: int
    conflicts: tuple[str, ...]
    shortened: tuple[str, ...]
    stops_a_run: tuple[Problem, ...] = ()
    stops_training: tuple[Problem, ...] = ()
    new_folder: bool = False

    def __str__(self) -> str:
        """Return a line for people."""
        already = f"{counted(self.known, 'photo')} whose feedback was added before"
        if self.span is None:
            return f"nothing new: {already}"
        words = ", ".join(
            f"{self.verdicts[verdict]:,} {verdict}"
            for verdict in VERDICTS
            if self.verdicts[verdict]
        )
        rest = f"; and {already}" if self.known else ""
        photos, boxes = counted(self.verdicts.total(), "photo"), counted(self.boxes, "box", "boxes")
        return f"{self.span}: {photos} ({words}; {boxes}){rest}"


def add_feedback(
    file: Path,
    shelves: Path,
    catalog: Path | None = None,
    photos: Path | None = None,
    progress: Progress | None = None,
    settings: DataSettings | None = None,
) -> FeedbackReport:
    """Make a span of what people said of photos.

    Nothing is written where anything is wrong. The span appears by one rename. Feedback that a span
    holds already is not written again, so adding a file twice does no harm.

    Args:
        file: JSON Lines, see `parse_feedback.parse_line`.
        shelves: The folder of spans, which gets another one; made where there is none.
        catalog: `products.csv`, to check that its SKUs exist; None to take any.
        photos: Where photos lie; the folder of `file` where None.
        progress: Called with photos done and photos in all.
        settings: Bounds of photos.

    Raises:
        InputError: With everything that is wrong.
    """
    settings, tell = settings or DataSettings(), progress or _report
    _check_shelves(shelves)
    skus = None if catalog is None else skus_of(catalog)
    faults = Faults()
    records = read_feedback(file, skus, datetime.now(timezone.utc), faults)
    entries = _see_photos(file, records, photos or file.parent, settings.limits, faults, tell)
    standing, overruled = latest_of_each(entries, file, faults)
    if faults.problems:
        raise InputError(sorted(faults.problems, key=_line))
    new_folder = not shelves.exists()
    if new_folder:
        _make(shelves)
    with alone_in(shelves):
        earlier = _earlier(shelves, settings, {each.photo.size for each in standing})
        new, conflicts = new_to_spans(standing, earlier, file)
        span = None
        if new:
            span = write_span(shelves, new, homes(new, earlier), settings.limits)
        there, problems = scan_shelves(shelves, None, settings)
    return FeedbackReport(
        span=span,
        verdicts=Counter(each.feedback.review.verdict for each in new),
        boxes=sum(len(each.feedback.objects) for each in new),
        known=len(standing) - len(new),
        conflicts=(*overruled, *conflicts),
        shortened=tuple(shortened(new, earlier, file)),
        stops_a_run=tuple(problems or nothing_to_judge_on(shelves, there, settings)),
        stops_training=tuple(nothing_to_train_on(shelves, there, settings)),
        new_folder=new_folder,
    )


def _check_shelves(shelves: Path) -> None:
    if shelves.exists() and not shelves.is_dir():
        raise refusal(shelves, "is not a folder", "give the folder that holds span-1, or a new one")
    for table in TABLES:
        if (shelves / table).exists() and not any(shelves.glob("span-*")):
            what = f"is itself a span: it holds {table}"
            raise refusal(shelves, what, "move its files into a folder span-1 inside it")


def _make(shelves: Path) -> None:
    """Make the folder of the first span, but no folder around it: that one is a slip of the pen."""
    try:
        shelves.mkdir()
    except OSError as error:
        what = f"the folder cannot be made ({error.strerror})"
        raise refusal(shelves, what, "check the path and the permissions") from error


def _see_photos(
    file: Path,
    records: Sequence[Feedback | Unusable],
    folder: Path,
    limits: ImageLimits,
    faults: Faults,
    tell: Progress,
) -> list[PhotoFeedback]:
    """Look at every photo once, however many lines speak of it."""
    if not folder.is_dir():
        raise refusal(folder, "is no folder of photos", "give an existing one with --photos")
    files = NamedFiles(folder)
    seen: dict[str, SeenPhoto | None] = {}
    entries: list[PhotoFeedback] = []
    for done, record in enumerate(records, start=1):

        def report(what: str, remedy: str, line: int = record.line) -> None:
            faults.add(file, line, what, remedy)

        if record.photo not in seen:
            seen[record.photo] = see_photo(record.photo, files, limits, report)
        photo = seen[record.photo]
        if photo is not None:
            boxes = fit_boxes(record.boxes, photo.header, report)
            if isinstance(record, Feedback):
                entries.append(PhotoFeedback(record.with_boxes(boxes), photo))
        tell(done, len(records))
    return entries


def _earlier(
    shelves: Path, settings: DataSettings, sizes: Collection[int]
) -> dict[str, list[ShelfPhoto]]:
    """Return the photos of spans whose files have one of these sizes, by content, in order."""
    if not find_spans(shelves)[0]:
        return {}
    found, _ = scan_shelves(shelves, None, settings.model_copy(update={"spans": "all"}))
    everything = sorted(
        (*found.photos, *found.superseded), key=lambda photo: (photo.span, photo.position)
    )
    alike = [photo for photo in everything if photo.path.stat().st_size in sizes]
    digests = file_digests(photo.path for photo in alike)
    by_content: defaultdict[str, list[ShelfPhoto]] = defaultdict(list)
    for photo in alike:
        by_content[digests[photo.path]].append(photo)
    return dict(by_content)


def _line(problem: Problem) -> int:
    return problem.row if isinstance(problem.row, int) else 0


def _report(done: int, total: int) -> None:
    progress_log.report("Feedback", done, total, "photos looked at")
