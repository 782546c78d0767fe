"""Compares boxed photos with the pictures themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path

from components.datasets.box_plausibility import BoxForm, Complaint
from components.datasets.box_size import size_fault
from components.datasets.nearest_name import nearest_sku
from components.datasets.photo_edge import sticks_out
from components.imaging.decoding import ImageHeader
from components.importers.clip_box import clip
from components.importers.collected_faults import Faults
from components.importers.source_contents import BoxedPhoto, RawBox
from components.records.prediction import Box
from components.records.problems import InputError, Problem
from components.records.shelf_photo import ShelfObject, ShelfPhoto
from components.records.splits import UNKNOWN_PRODUCT

_FAR = 1.0
"""Fractions may leave 0 to 1 by this much; beyond, they are no fractions of the photo."""

_MANY = 0.1  # part of a table's boxes: beyond, the fault is not that of single photos


class BoxedPhotoReader:
    """Turns photos of a source into shelf photos, and reports what is left out.

    Attributes:
        clipped: Boxes cut at the edge of their photo, beyond what rounding explains.
    """

    def __init__(self, skus: Collection[str] | None, faults: Faults) -> None:
        """Start.

        Args:
            skus: SKUs of the catalogue; None where there is none, and every name is taken.
            faults: Takes what is left out.
        """
        self.clipped = 0
        self._skus = skus
        self._faults = faults
        self._unknown_skus: Counter[tuple[Path, str]] = Counter()
        self._forms: defaultdict[Path, BoxForm] = defaultdict(BoxForm)

    def read(self, photo: BoxedPhoto, header: ImageHeader) -> ShelfPhoto | None:
        """Return the photo with its boxes as OneShelf has them, or None where it is left out.

        A photo that loses most of its boxes is left out: the products would count as background,
        and without any box the photo as a negative.
        """
        if not self._frame_is_certain(photo, header):
            return None
        boxes = list(photo.boxes)
        if not photo.fractions and (said := self._implausible(photo, boxes, header)):
            what = f"photo '{photo.name}' is left out: {said.boxes:,} of its boxes {said.what}"
            self._faults.add(photo.table, photo.row, what, said.remedy)
            return None
        objects = [
            thing
            for box in boxes
            if (thing := self._object(photo, box, header.width, header.height)) is not None
        ]
        if 2 * len(objects) < photo.annotated:
            self._faults.add(
                photo.table,
                photo.row,
                f"photo '{photo.name}' is left out: of {photo.annotated:,} boxes, {len(objects):,} "
                "can be used",
                "correct its boxes; what is not boxed would count as no product",
            )
            return None
        return ShelfPhoto(
            path=photo.file,
            name=photo.name,
            span=1,
            width=header.width,
            height=header.height,
            objects=tuple(objects),
            store=photo.store,
            visit=photo.visit,
            split=photo.split,
        )

    def finish(self) -> None:
        """Report the SKUs that have boxes and no packshot.

        Raises:
            InputError: Many boxes of a table are in another form than the one they were read in.
        """
        complaints = [(table, form.complaint(_MANY)) for table, form in self._forms.items()]
        if problems := [Problem(str(table), None, *said) for table, said in complaints if said]:
            raise InputError(problems)
        for (table, sku), count in self._unknown_skus.items():
            self._faults.add(
                table,
                None,
                f"SKU '{sku}' has no usable packshot: boxes with it ({count:,}) become "
                f"'{UNKNOWN_PRODUCT}'",
                f"{nearest_sku(sku, self._skus or ())}add the packshot and import again",
            )

    def _frame_is_certain(self, photo: BoxedPhoto, header: ImageHeader) -> bool:
        """Return whether boxes are sure to be relative to the photo as displayed.

        OneShelf reads boxes in the photo as displayed; some tools draw them in the photo as
        stored. Where EXIF turns the photo, its declared size may tell which; nothing is guessed.
        """
        shown = (header.width, header.height)
        stored = shown if header.orientation <= 4 else shown[::-1]
        if photo.declared not in (None, shown, stored):
            assert photo.declared is not None
            self._faults.add(
                photo.table,
                photo.row,
                f"photo '{photo.name}' is {shown[0]} x {shown[1]} as displayed, annotated as "
                f"{photo.declared[0]:g} x {photo.declared[1]:g}",
                "give the photo that was annotated, at its full size",
            )
            return False
        upright = header.orientation == 1
        tells = shown != stored and photo.declared == shown
        if upright or tells or not photo.annotated:
            return True
        self._faults.add(
            photo.table,
            photo.row,
            f"photo '{photo.name}' is displayed turned (EXIF orientation {header.orientation}), "
            + (
                "and its boxes are for the photo as stored"
                if shown != stored and photo.declared == stored
                else "and nothing says whether its boxes are for the photo as displayed or stored"
            ),
            "store the photo upright, without EXIF orientation, with boxes to match",
        )
        return False

    def _implausible(
        self, photo: BoxedPhoto, boxes: Sequence[RawBox], header: ImageHeader
    ) -> Complaint | None:
        as_read = [(*box.corners[:2], *_sides(box.corners)) for box in boxes]
        form = self._forms[photo.table]
        return form.see(photo.name, as_read, header.width, header.height)

    def _object(
        self, photo: BoxedPhoto, box: RawBox, width: int, height: int
    ) -> ShelfObject | None:
        corners = box.corners
        if photo.fractions:
            if min(corners) < -_FAR or max(corners) > 1 + _FAR:
                what = f"its box {_written(corners)} is not in fractions of the photo"
                self._faults.add(photo.table, box.row, what, "give numbers from 0 to 1")
                return None
            left, top, right, bottom = corners
            corners = (left * width, top * height, right * width, bottom * height)
        inside = clip(corners, width, height)
        fault = size_fault(*((0, 0) if inside is None else _sides(inside)))
        if inside is None or fault:
            what = f"its box {_written(box.corners)} {fault} inside the photo '{photo.name}'"
            self._faults.add(photo.table, box.row, what, "draw it again or remove it")
            return None
        self.clipped += sticks_out(corners, width, height)
        sku = box.sku
        if self._skus is not None and sku != UNKNOWN_PRODUCT and sku not in self._skus:
            self._unknown_skus[photo.table, sku] += 1
            sku = UNKNOWN_PRODUCT
        return ShelfObject(sku, inside, box.occlusion, box.difficult, box.crowd, box.hard)


def _sides(corners: Box) -> tuple[float, float]:
    left, top, right, bottom = corners
    return right - left, bottom - top


def _written(corners: Box) -> str:
    left, top, right, bottom = corners
    return f"({left:g}, {top:g}) to ({right:g}, {bottom:g})"
