"""What `oneshelf data list` says of spans."""

import json
from datetime import datetime, timezone

import pytest
import typer
from tiny_data import SKUS
from tiny_spans import BOX, OTHER_BOX, Photo, picture, reviewed, write_span

from components.datasets.settings import DataSettings
from components.datasets.span_listing import list_spans
from components.releases.data_used import used_by
from components.releases.registry import Registry
from components.releases.release_record import ReleaseRecord
from pipeline.commands import main as cli

TRUTH = ((SKUS[1], BOX), ("unknown_product", OTHER_BOX))


@pytest.fixture
def shelves(tmp_path):
    folder = tmp_path / "shelves"
    test = {"store": "north", "visit": "v1", "split": "test"}
    write_span(folder, 1, [Photo("a.jpg", 1, attributes=test), Photo("b.jpg", 2, ())])
    corrected = reviewed("2026-05-01T10:00:00Z")
    nothing = {**reviewed("2026-05-04T10:00:00Z", "nothing_here", "bea"), "hard": 1}
    write_span(
        folder,
        3,
        [Photo("x.jpg", 1, TRUTH, corrected, hard=True), Photo("y.jpg", 9, (), nothing)],
    )
    return folder


def oneshelf(*arguments):
    return typer.main.get_command(cli.app).main(
        [str(argument) for argument in arguments], standalone_mode=False
    )


def publish(releases, first, last):
    registry = Registry(releases)
    version = registry.allot()
    staging = registry.stage(version, "run")
    split = {"photos": 9, "spans": [first, last]}
    registry.publish(
        staging,
        ReleaseRecord(
            version=version,
            parent=None,
            created=datetime(2026, 5, 1, tzinfo=timezone.utc),
            content_hash="x",
            operating_threshold=0.5,
            model={},
            metrics={},
            gates=(),
            data={"shelf photos": {"train": split, "test": {**split, "spans": None}}},
        ),
    )


def test_a_span_is_summed_up(shelves):
    (first, third), left_out, problems = list_spans(shelves, DataSettings())
    assert (left_out, problems) == (0, ())
    assert (first.span, first.photos, first.boxes, first.skus) == (1, 2, 1, 1)
    assert (first.negatives, first.superseded, first.hard) == (1, 1, 0)
    assert (first.stores, first.visits, first.reviewers, first.first) == (1, 1, {}, "")
    assert (third.photos, third.boxes, third.skus, third.negatives, third.hard) == (2, 2, 1, 1, 2)
    assert third.splits["test"] >= 1, "a correction stays in the split of its photo"
    assert (third.reviewers, third.first, third.last) == (
        {"ann": 1, "bea": 1},
        "2026-05-01",
        "2026-05-04",
    )


def test_releases_tell_the_range_of_spans_that_they_used(tmp_path):
    publish(tmp_path, 1, 1)
    publish(tmp_path, 2, 3)
    assert used_by(Registry(tmp_path)) == {1: (1, 1), 2: (2, 3)}


def test_the_command_line_lists_spans_for_people(shelves, tmp_path, capfd):
    publish(tmp_path / "releases", 1, 1)
    publish(tmp_path / "releases", 1, 3)
    assert not oneshelf("data", "list", tmp_path, "--releases", tmp_path / "releases")
    head, one, three = (line.split() for line in capfd.readouterr().out.splitlines())
    assert head[0] == "span"
    assert (one[0], one[-2:], three[0], three[-1]) == ("1", ["1,", "2"], "3", "2")
    assert "bea" in three


def test_the_command_line_lists_spans_for_machines(shelves, tmp_path, capfd):
    publish(tmp_path / "releases", 1, 1)
    arguments = ("--shelves", shelves, "--releases", tmp_path / "releases", "--json")
    assert not oneshelf("data", "list", *arguments)
    said = json.loads(capfd.readouterr().out)
    assert [(span["span"], span["releases"]) for span in said["spans"]] == [(1, [1]), (3, [])]
    assert said["problems"] == []


def test_labelled_photos_of_other_splits_are_counted(tmp_path, capfd):
    span = tmp_path / "shelves" / "span-1"
    span.mkdir(parents=True)
    for number, name in enumerate(("a.jpg", "b.jpg", "c.jpg")):
        (span / name).write_bytes(picture(number))
    rows = [f"a.jpg,{SKUS[0]},val", f"b.jpg,{SKUS[0]},train", f"c.jpg,{SKUS[0]},train"]
    (span / "photos.csv").write_text("\n".join(["image,sku,split", *rows]))
    assert not oneshelf("data", "list", tmp_path)
    said = capfd.readouterr().out.splitlines()
    assert said[-1] == "2 labelled photos are left out: those of split val are evaluated"


def test_what_is_wrong_is_said_beside_what_can_be_listed(shelves, capfd):
    (shelves / "span-4").mkdir()
    assert oneshelf("data", "list", shelves) == 2
    said = capfd.readouterr()
    assert len(said.out.splitlines()) == 4
    assert said.err == (
        f"{shelves}/span-4: has neither annotations.json nor photos.csv; "
        "annotate the span or remove it\n"
    )


def test_a_list_of_nothing_says_what_to_give(capfd):
    assert oneshelf("data", "list") == 2
    assert capfd.readouterr().err == "nothing to list: give DIR or --shelves\n"
