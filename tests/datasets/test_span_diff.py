"""What `oneshelf data diff` finds between two sets of photos."""

import json

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from tiny_data import SKUS
from tiny_spans import BOX, OTHER_BOX, Photo, reviewed, write_span

from components.datasets.box_changes import box_changes
from components.datasets.read_shelves import read_shelves
from components.datasets.settings import DataSettings
from components.datasets.span_diff import diff
from components.records.shelf_photo import ShelfObject
from pipeline.commands import main as cli


def things(*pairs):
    return [ShelfObject(sku, tuple(box)) for sku, box in pairs]


def kinds(before, after):
    return sorted((change.kind, change.was, change.sku) for change in box_changes(before, after))


def test_every_kind_of_change_is_told():
    before = things(("a", (0, 0, 10, 10)), ("b", (20, 0, 30, 10)), ("c", (40, 0, 50, 10)))
    after = things(("a", (1, 1, 11, 11)), ("x", (20, 0, 30, 10)), ("d", (60, 0, 70, 10)))
    assert kinds(before, after) == [
        ("added", "", "d"),
        ("moved", "a", "a"),
        ("removed", "c", "c"),
        ("renamed", "b", "x"),
    ]


def test_boxes_of_one_sku_at_one_place_are_one_thing_before_others_are():
    before = things(("a", (0, 0, 10, 10)), ("b", (2, 0, 12, 10)))
    after = things(("b", (0, 0, 10, 10)), ("a", (2, 0, 12, 10)))
    assert kinds(before, after) == [("moved", "a", "a"), ("moved", "b", "b")]


def test_less_than_half_a_pixel_is_no_move():
    assert not box_changes(things(("a", (0, 0, 10, 10))), things(("a", (0.4, 0, 10, 9.7))))


_THINGS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.tuples(*[st.integers(0, 40)] * 2).map(lambda at: (*at, at[0] + 10, at[1] + 10)),
    ),
    max_size=6,
    unique_by=lambda pair: pair[1],
)


@given(_THINGS, _THINGS)
def test_every_box_is_accounted_for_once(one, other):
    before, after = things(*one), things(*other)
    assert not box_changes(before, list(reversed(before)))
    changes = box_changes(before, after)
    count = dict.fromkeys(("added", "removed", "renamed", "moved"), 0)
    for change in changes:
        count[change.kind] += 1
    assert len(before) - count["removed"] == len(after) - count["added"]
    assert count["renamed"] + count["moved"] <= min(len(before), len(after))


@pytest.fixture
def shelves(tmp_path):
    folder = tmp_path / "shelves"
    write_span(folder, 1, [Photo("a.jpg", 1), Photo("b.jpg", 2), Photo("c.jpg", 3)])
    truth = ((SKUS[0], BOX), (SKUS[4], OTHER_BOX))
    write_span(folder, 2, [Photo("0001-a.jpg", 1, truth, reviewed("2026-05-01T10:00:00Z"))])
    return folder


def test_a_correction_says_who_changed_which_boxes(shelves):
    first = read_shelves(shelves, SKUS, DataSettings(spans="1"))
    both = read_shelves(shelves, SKUS)
    found = diff(first, both)
    (truth,) = found.truths
    assert (truth.photo, truth.was) == ("span-2/0001-a.jpg", "a.jpg")
    assert (truth.who, truth.when, truth.verdict) == (
        "ann",
        "2026-05-01T10:00:00+00:00",
        "corrected",
    )
    assert [(change.kind, change.sku) for change in truth.boxes] == [("added", SKUS[4])]
    assert (found.skus_added, found.skus_removed, found.removed) == ((SKUS[4],), (), ())
    assert diff(both, both).nothing


def test_a_confirmation_is_a_difference_without_a_box(shelves, tmp_path):
    confirmed = reviewed("2026-05-01T10:00:00Z", "confirmed", "bea")
    write_span(tmp_path / "new", 1, [Photo("a.jpg", 1, attributes=confirmed)])
    found = diff(read_shelves(shelves / "span-1", SKUS), read_shelves(tmp_path / "new", SKUS))
    (truth,) = found.truths
    assert (truth.who, truth.verdict, truth.boxes) == ("bea", "confirmed", ())
    assert found.removed == ("b.jpg", "c.jpg")


def test_photos_are_added_removed_and_replaced(shelves, tmp_path):
    write_span(tmp_path / "new", 1, [Photo("b.jpg", 70), Photo("d.jpg", 80), Photo("e.jpg", 3)])
    found = diff(read_shelves(shelves / "span-1", SKUS), read_shelves(tmp_path / "new", SKUS))
    assert (found.added, found.removed, found.replaced) == (("d.jpg",), ("a.jpg",), ("b.jpg",))
    assert found.truths == (), "c.jpg is called e.jpg now, and nothing else"


def test_a_label_that_changed_is_told(tmp_path):
    for name, sku in (("old", SKUS[0]), ("new", SKUS[1])):
        span = write_span(tmp_path / name, 1, [Photo("a.jpg", 1)])
        (span / "annotations.json").unlink()
        (span / "photos.csv").write_text(f"image,sku\na.jpg,{sku}\n")
    old, new = (read_shelves(tmp_path / name, SKUS) for name in ("old", "new"))
    (truth,) = diff(old, new).truths
    assert truth.label == (SKUS[1], SKUS[0])


def oneshelf(*arguments):
    return typer.main.get_command(cli.app).main(
        [str(argument) for argument in arguments], standalone_mode=False
    )


def test_the_command_line_compares_selections_and_folders(shelves, capfd):
    assert not oneshelf("data", "diff", "1", "all", "--shelves", shelves)
    said = capfd.readouterr().out
    assert "photos of another truth" in said
    assert "ann 2026-05-01" in said
    assert "1 added milk-4" in said
    assert not oneshelf("data", "diff", shelves / "span-1", shelves / "span-2", "--json")
    said = json.loads(capfd.readouterr().out)
    assert said["removed"] == ["b.jpg", "c.jpg"]
    assert said["truths"][0]["boxes"][0]["sku"] == SKUS[4]
    assert not oneshelf("data", "diff", shelves, shelves)
    assert capfd.readouterr().out == "no difference\n"


@pytest.mark.parametrize(
    ("first", "complaint"),
    [
        ("one", "one: expected all, latest, a number, or a range such as 2-5"),
        ("7", "holds no span 7; it has spans 1 to 2"),
    ],
)
def test_a_selection_that_cannot_be_used_gets_a_sentence(shelves, first, complaint, capfd):
    assert oneshelf("data", "diff", first, "2", "--shelves", shelves) == 2
    assert complaint in capfd.readouterr().err


def test_what_is_not_there_is_not_the_same(shelves, capfd):
    assert oneshelf("data", "diff", "1-4", "all", "--shelves", shelves) == 2
    assert capfd.readouterr().err == f"1-4: {shelves} holds no span 4; it has spans 1 to 2\n"
    assert oneshelf("data", "diff", "1", "2") == 2
    assert "for spans by number, name their folder: --shelves" in capfd.readouterr().err
