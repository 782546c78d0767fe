"""What `oneshelf data list` says of spans."""

import json
import shutil
from datetime import datetime, timezone

import pytest
import typer
from tiny_data import SKUS
from tiny_spans import BOX, OTHER_BOX, Photo, picture, reviewed, write_span

from components.datasets.settings import DataSettings
from components.datasets.span_ledger import files_of
from components.datasets.span_listing import list_spans
from components.releases.data_used import SpanUse, use_of
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


def content_of(folder):
    (files,) = files_of([(1, folder)])
    return files.content


def publish(releases, first, last, **hashes):
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
            **hashes,
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


def test_a_release_used_a_span_by_content_and_an_old_one_by_number(tmp_path):
    publish(tmp_path, 1, 1)
    publish(tmp_path, 2, 3)
    publish(tmp_path, 1, 2, span_hashes={1: "a", 2: "b"})
    publish(tmp_path, 1, 1, span_hashes={1: "b"})
    records = [release.record for release in Registry(tmp_path).list()]
    assert use_of(records, 2, "b") == SpanUse((3, 4), (), (2,))
    assert use_of(records, 1, "changed") == SpanUse((), (3, 4), (1,))
    assert use_of(records, 9, "new") == SpanUse((), (), ())


def test_the_content_of_a_span_is_names_and_bytes_wherever_it_lies(shelves, tmp_path):
    content = content_of(shelves / "span-1")
    shutil.copytree(shelves / "span-1", tmp_path / "elsewhere" / "span-7")
    assert content_of(tmp_path / "elsewhere" / "span-7") == content
    (shelves / "span-1" / "a.jpg").rename(shelves / "span-1" / "c.jpg")
    renamed = content_of(shelves / "span-1")
    (shelves / "span-1" / "b.jpg").write_bytes(picture(200))
    assert len({content, renamed, content_of(shelves / "span-1")}) == 3


def test_the_command_line_lists_spans_for_people(shelves, tmp_path, capfd):
    releases = tmp_path / "releases"
    first, third = content_of(shelves / "span-1"), content_of(shelves / "span-3")
    publish(releases, 1, 3, span_hashes={1: first, 3: third})
    publish(releases, 1, 3, span_hashes={1: first, 3: "held other files"})
    assert not oneshelf("data", "list", tmp_path, "--releases", releases)
    head, one, three, *explained = capfd.readouterr().out.splitlines()
    assert head.split()[0] == "span"
    assert (one.split()[0], one.rstrip()[-4:], three.split()[0]) == ("1", "1, 2", "3")
    assert three.rstrip().endswith("1, 2 (other content)")
    assert "bea" in three
    assert [line.split(":")[0] for line in explained] == ["other content"]

    publish(releases, 1, 1)
    assert not oneshelf("data", "list", tmp_path, "--releases", releases)
    _, one, _, *explained = capfd.readouterr().out.splitlines()
    assert one.rstrip().endswith("1, 2, 3 (by number)")
    assert [line.split(":")[0] for line in explained] == ["other content", "by number"]


def test_releases_that_are_not_there_are_no_releases_that_used_nothing(shelves, tmp_path, capfd):
    assert oneshelf("data", "list", tmp_path, "--releases", tmp_path / "relaeses") == 2
    assert capfd.readouterr().err.startswith(f"{tmp_path}/relaeses: no such folder; ")


def test_the_command_line_lists_spans_for_machines(shelves, tmp_path, capfd):
    publish(tmp_path / "releases", 1, 1)
    hashes = {1: content_of(shelves / "span-1"), 3: "held other files"}
    publish(tmp_path / "releases", 1, 3, span_hashes=hashes)
    arguments = ("--shelves", shelves, "--releases", tmp_path / "releases", "--json")
    assert not oneshelf("data", "list", *arguments)
    said = json.loads(capfd.readouterr().out)
    told = ("span", "releases", "releases_with_other_content", "releases_by_number")
    assert [[span[key] for key in told] for span in said["spans"]] == [
        [1, [2], [], [1]],
        [3, [], [2], []],
    ]
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
        f"{shelves}/span-4: has no annotations.json, photos.csv or counts.csv; "
        "annotate the span or remove it\n"
    )


def test_a_list_of_nothing_says_what_to_give(capfd):
    assert oneshelf("data", "list") == 2
    assert capfd.readouterr().err == "nothing to list: give DIR or --shelves\n"
