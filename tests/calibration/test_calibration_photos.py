"""Which photos a release can be calibrated on."""

import json
from datetime import datetime, timezone

import pytest
from tiny_data import SKUS, TinyData
from tiny_spans import BOX, OTHER_BOX, Photo, picture, write_span

from components.calibration.calibration_photos import LEAST_BOXES, read_photos
from components.datasets.span_ledger import files_of
from components.records.problems import InputError
from components.releases.release_record import ReleaseRecord


def record(**changes) -> ReleaseRecord:
    fields = {
        "version": 4,
        "parent": 3,
        "created": datetime(2024, 5, 1, tzinfo=timezone.utc),
        "content_hash": "content",
        "operating_threshold": 0.5,
        "model": {},
        "metrics": {},
        "gates": (),
    }
    return ReleaseRecord(**{**fields, **changes})


def boxed(count: int, **changes) -> list[Photo]:
    """Photos of two boxes each."""
    two = ((SKUS[0], BOX), (SKUS[1], OTHER_BOX))
    return [Photo(f"{number}.jpg", number, two, **changes) for number in range(count)]


def refusal(shelves, **changes) -> list[str]:
    with pytest.raises(InputError) as refused:
        read_photos(shelves, record(**changes), SKUS)
    return [str(problem) for problem in refused.value.problems]


def test_boxed_photos_and_negatives_are_taken(tmp_path):
    negative = Photo("none.jpg", 40, (), {"negative": 1})
    write_span(tmp_path, 1, [*boxed(LEAST_BOXES // 2), negative])
    labelled = read_photos(tmp_path, record(), SKUS)
    assert (len(labelled.photos), labelled.boxes) == (LEAST_BOXES // 2 + 1, LEAST_BOXES)
    assert labelled.remarks == ()
    assert labelled.photos[0].encoded == (tmp_path / "span-1/0.jpg").read_bytes()


def test_too_few_boxes_are_refused(tmp_path):
    write_span(tmp_path, 1, boxed(4))
    (problem,) = refusal(tmp_path)
    assert "8 boxes in photos of 4 visits are too few to calibrate on: 30 boxes of 3" in problem


def test_photos_of_one_visit_are_refused(tmp_path):
    write_span(tmp_path, 1, boxed(20, attributes={"visit": "monday"}))
    (problem,) = refusal(tmp_path)
    assert "40 boxes in photos of 1 visit are too few" in problem


def test_boxes_that_cannot_be_blamed_do_not_count(tmp_path):
    strangers = [Photo(f"{n}.jpg", n, (("unknown_product", BOX),)) for n in range(40)]
    write_span(tmp_path, 1, strangers)
    (problem,) = refusal(tmp_path)
    assert "0 boxes in photos of 40 visits" in problem


def test_a_product_that_the_index_does_not_hold_is_named_once(tmp_path):
    write_span(tmp_path, 1, boxed(20))
    with pytest.raises(InputError) as refused:
        read_photos(tmp_path, record(), SKUS[1:])
    (problem,) = map(str, refused.value.problems)
    assert "0.jpg" in problem
    assert "SKU 'milk-0' is not in the index of release 4; did you mean 'milk-" in problem
    assert problem.endswith("correct it, or call it 'unknown_product'")


def test_photos_without_any_box_are_refused(tmp_path):
    write_span(tmp_path, 1, [Photo(f"{n}.jpg", n, ()) for n in range(4)])
    first, *_ = refusal(tmp_path)
    assert "none of its 4 photos has a box" in first


def test_photos_that_the_release_has_learned_from_are_left_out(tmp_path):
    TinyData(tmp_path)
    span = tmp_path / "shelves/span-1"
    learned = {7: files_of([(1, span)])[0].content}
    (problem,) = refusal(tmp_path / "shelves", span_hashes=learned)
    assert "4 boxes in photos of 2 visits" in problem or "4 boxes in photos of 3 visits" in problem
    assert "left out: 6 photos that release 4 has learned from" in problem


def test_photos_labelled_as_a_whole_are_left_out(tmp_path):
    write_span(tmp_path, 1, boxed(LEAST_BOXES // 2))
    second = write_span(tmp_path, 2, [Photo(f"{number}.jpg", number) for number in (50, 51, 52)])
    (second / "annotations.json").unlink()
    lines = ["image,sku", *(f"{number}.jpg,{SKUS[0]}" for number in (50, 51, 52))]
    (second / "photos.csv").write_text("\n".join(lines) + "\n")
    labelled = read_photos(tmp_path, record(configuration={"data": {"photo_split": ""}}), SKUS)
    assert labelled.boxes == LEAST_BOXES
    assert labelled.remarks == ("left out: 3 photos labelled as a whole, not boxed",)


def test_photos_that_are_only_counted_are_left_out_and_are_no_negatives(tmp_path):
    span = write_span(tmp_path, 1, boxed(LEAST_BOXES // 2))
    (span / "extra.jpg").write_bytes(picture(60))
    (span / "counts.csv").write_text(f"photo,sku,count\nextra.jpg,{SKUS[0]},2\n")
    labelled = read_photos(tmp_path, record(), SKUS)
    assert (len(labelled.photos), labelled.boxes) == (LEAST_BOXES // 2, LEAST_BOXES)
    assert labelled.remarks == ("left out: 1 photo with counts and no boxes",)


def test_a_broken_photo_is_named(tmp_path):
    span = write_span(tmp_path, 1, boxed(20))
    whole = (span / "3.jpg").read_bytes()
    (span / "3.jpg").write_bytes(whole[: len(whole) // 2])
    assert any("3.jpg" in problem for problem in refusal(tmp_path))


def test_a_fault_of_the_annotations_is_told_as_everywhere(tmp_path):
    span = write_span(tmp_path, 1, boxed(20))
    document = json.loads((span / "annotations.json").read_text())
    document["annotations"][0]["bbox"] = [10, 10, -5, 5]
    (span / "annotations.json").write_text(json.dumps(document))
    assert any("annotation" in problem for problem in refusal(tmp_path))
