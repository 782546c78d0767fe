"""One photo in several spans, and one visit over several spans, on real files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_data import SKUS, TinyData
from tiny_spans import BOX, OTHER_BOX, Photo, reviewed, write_span

from components.datasets.input_check import check_input
from components.datasets.read_shelves import read_shelves
from components.datasets.settings import DataSettings
from components.datasets.standing_truth import settle_visits
from components.records.problems import InputError
from components.records.shelf_photo import ShelfPhoto

TRUTH = ((SKUS[1], BOX), (SKUS[2], OTHER_BOX))


@pytest.fixture
def shelves(tmp_path):
    return tmp_path / "shelves"


def standing(shelves, spans="all"):
    """(source id, SKUs) of the photos that stand."""
    found = read_shelves(shelves, SKUS, DataSettings(spans=spans))
    return {
        photo.source_id: [thing.sku for thing in photo.objects] for photo in found.photos
    }, found


def test_a_persons_truth_stands_before_an_imported_one_even_a_later_one(shelves):
    write_span(shelves, 1, [Photo("a.jpg", 1), Photo("b.jpg", 2)])
    write_span(shelves, 2, [Photo("x.jpg", 1, TRUTH, reviewed("2026-05-01T10:00:00Z"), hard=True)])
    write_span(shelves, 3, [Photo("again.jpg", 1), Photo("c.jpg", 3)])
    photos, found = standing(shelves)
    assert photos == {
        "span-1/b.jpg": [SKUS[0]],
        "span-2/x.jpg": [SKUS[1], SKUS[2]],
        "span-3/c.jpg": [SKUS[0]],
    }
    assert {photo.source_id for photo in found.superseded} == {"span-1/a.jpg", "span-3/again.jpg"}
    assert [photo.hard for photo in found.photos] == [False, True, False]


@pytest.mark.parametrize(
    ("first", "second", "stands"),
    [
        ("2026-05-01T10:00:00Z", "2026-05-02T10:00:00Z", "span-3/new.jpg"),
        ("2026-05-02T10:00:00Z", "2026-05-01T10:00:00Z", "span-2/old.jpg"),
        # Later by the clock on the wall, earlier in truth.
        ("2026-05-01T10:00:00-05:00", "2026-05-01T12:00:00+02:00", "span-2/old.jpg"),
        ("2026-05-01T10:00:00Z", "2026-05-01T10:00:00Z", "span-3/new.jpg"),
    ],
)
def test_the_later_correction_stands_whatever_its_span(shelves, first, second, stands):
    write_span(shelves, 2, [Photo("old.jpg", 1, TRUTH, reviewed(first))])
    write_span(shelves, 3, [Photo("new.jpg", 1, (), reviewed(second, "nothing_here"))])
    photos, _ = standing(shelves)
    assert list(photos) == [stands]


def test_a_confirmation_is_a_persons_truth_too(shelves):
    write_span(shelves, 1, [Photo("a.jpg", 1, (), reviewed("2026-05-01T10:00:00Z", "confirmed"))])
    write_span(shelves, 2, [Photo("a.jpg", 1)])
    photos, found = standing(shelves)
    assert photos == {"span-1/a.jpg": []}
    assert not found.photos[0].hard


def test_of_two_imports_the_later_stands(shelves):
    write_span(shelves, 1, [Photo("a.jpg", 1)])
    write_span(shelves, 2, [Photo("a.jpg", 1, TRUTH)])
    assert list(standing(shelves)[0]) == ["span-2/a.jpg"]
    assert list(standing(shelves, "1")[0]) == ["span-1/a.jpg"]


def test_photos_of_one_size_and_other_content_are_different(shelves):
    write_span(shelves, 1, [Photo("a.jpg", 1)])
    span = write_span(shelves, 2, [Photo("a.jpg", 2)])
    size = (shelves / "span-1" / "a.jpg").stat().st_size
    data = (span / "a.jpg").read_bytes()
    (span / "a.jpg").write_bytes((data[:-2] + bytes(size))[: size - 2] + data[-2:])
    assert len(standing(shelves)[0]) == 2


def test_a_photo_stays_where_the_first_span_put_it(shelves):
    home = {"store": "north", "visit": "v1", "split": "test"}
    write_span(shelves, 1, [Photo("a.jpg", 1, attributes=home)])
    write_span(shelves, 2, [Photo("b.jpg", 1, TRUTH, reviewed("2026-05-01T10:00:00Z"))])
    _, found = standing(shelves)
    (photo,) = found.photos
    assert (photo.source_id, photo.store, photo.visit, photo.split) == (
        "span-2/b.jpg",
        "north",
        "v1",
        "test",
    )


def test_photos_of_a_visit_follow_its_first_photo_into_later_spans(shelves):
    write_span(shelves, 1, [Photo("a.jpg", 1, attributes={"visit": "v1", "split": "test"})])
    write_span(shelves, 2, [Photo(f"{n}.jpg", n, attributes={"visit": "v1"}) for n in range(2, 9)])
    _, found = standing(shelves)
    assert {photo.split_for(0) for photo in found.photos} == {"test"}


def test_a_visit_torn_between_splits_gets_a_sentence(tmp_path):
    data = TinyData(tmp_path / "data")
    extra = {"visit": "v0", "split": "test"}
    span = write_span(
        data.shelves, 2, [Photo(f"{n}.jpg", n + 50, attributes=extra) for n in (1, 2)]
    )
    with pytest.raises(InputError) as caught:
        check_input(data.products_csv, data.shelves, DataSettings())
    assert str(caught.value) == (
        f"{span.resolve()}/1.jpg: is in the split 'test', and 'span-1/photo-0.jpg' of the same "
        "visit 'v0' in 'train'; give all photos of a visit one split"
    )


def test_a_run_says_what_it_takes_and_what_is_superseded(tmp_path):
    data = TinyData(tmp_path / "data")
    write_span(data.shelves, 2, [Photo("a.jpg", 70)])
    write_span(data.shelves, 4, [Photo("b.jpg", 70, TRUTH, reviewed("2026-05-01T10:00:00Z"))])
    said = str(check_input(data.products_csv, data.shelves, DataSettings()))
    assert "shelves: spans 1 to 2, 4, 10 photos (" in said
    assert "1 superseded by what another span says of them" in said
    said = str(check_input(data.products_csv, data.shelves, DataSettings(spans="1")))
    assert "shelves: span 1 of 3, 9 photos (" in said


def test_spans_that_are_not_there_get_a_sentence(tmp_path):
    data = TinyData(tmp_path / "data")
    with pytest.raises(InputError) as caught:
        check_input(data.products_csv, data.shelves, DataSettings(spans="2-5"))
    assert str(caught.value) == (
        f"{data.shelves}: holds none of data.spans=2-5: it has span 1; "
        "set data.spans to one of them, or all"
    )


_PHOTOS = st.lists(
    st.tuples(st.sampled_from(["", "v1", "v2", "v3"]), st.sampled_from([None, "train", "test"])),
    max_size=6,
)


@given(st.lists(_PHOTOS, max_size=4), st.integers(0, 5))
def test_adding_a_span_moves_no_photo_and_tears_no_visit(spans, seed):
    photos = [
        ShelfPhoto(None, f"{span}-{place}.jpg", span, 9, 9, visit=visit, split=split)
        for span, listed in enumerate(spans, start=1)
        for place, (visit, split) in enumerate(listed)
    ]
    before: list[str] = []
    for last in range(1, len(spans) + 1):
        settled, torn = settle_visits([photo for photo in photos if photo.span <= last], seed)
        after = [photo.split_for(seed) for photo in settled]
        assert after[: len(before)] == before
        before = after
        places: dict[str, set[str]] = {}
        for photo in settled:
            places.setdefault(photo.visit, set()).add(photo.split_for(seed))
        torn_visits = {visit for visit, splits in places.items() if visit and len(splits) > 1}
        assert {problem.what.split("'")[5] for problem in torn} == torn_visits
