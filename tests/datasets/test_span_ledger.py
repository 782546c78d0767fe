"""A span that was used is never changed again."""

import json
import os

import pytest
from tiny_data import TinyData
from tiny_spans import Photo, write_span

from components.datasets import span_ledger as subject
from components.datasets.span_folders import find_spans
from components.datasets.span_ledger import Ledger, files_of
from components.records.problems import InputError


@pytest.fixture
def shelves(tmp_path):
    folder = tmp_path / "shelves"
    write_span(folder, 1, [Photo("a.jpg", 1), Photo("b.jpg", 2)])
    write_span(folder, 2, [Photo("c.jpg", 3)])
    return folder


@pytest.fixture
def ledger(tmp_path, shelves):
    """A ledger of both spans as they are."""
    made = Ledger(tmp_path / "records", shelves)
    record(made, find_spans(shelves)[0].items())
    return made


def record(ledger, spans):
    ledger.note(files_of(spans))
    ledger.settle()


def sentences(ledger, shelves, selection="all"):
    spans, _ = find_spans(shelves)
    return [str(found) for found in ledger.problems(files_of(spans.items()), [*spans], selection)]


def test_a_span_that_stays_as_it_was_is_no_problem(ledger, shelves):
    assert sentences(ledger, shelves) == []


def test_a_span_is_free_to_change_until_it_is_recorded(tmp_path, shelves):
    (shelves / "span-1" / "a.jpg").unlink()
    assert sentences(Ledger(tmp_path / "records", shelves), shelves) == []


def test_what_is_noted_binds_nobody_until_a_model_was_trained(tmp_path, shelves):
    ledger, spans = Ledger(tmp_path / "records", shelves), find_spans(shelves)[0]
    ledger.note(files_of(spans.items()))
    (shelves / "span-1" / "a.jpg").unlink()
    assert sentences(ledger, shelves) == []
    ledger.note(files_of([(1, spans[1])]))  # the next run takes only one of them
    ledger.settle()
    assert sentences(ledger, shelves) == []
    (shelves / "span-1" / "b.jpg").unlink()
    (shelves / "span-2" / "c.jpg").unlink()
    (said,) = sentences(ledger, shelves)
    assert said.startswith(f"{shelves}/span-1/b.jpg: is gone since span-1 was first used")
    ledger.settle()
    assert [path.name for path in ledger._folder.iterdir()] == ["span-1.json"]


def test_every_changed_added_and_missing_file_is_named(ledger, shelves):
    span = shelves / "span-1"
    stat = (span / "a.jpg").stat()
    (span / "a.jpg").write_bytes((span / "a.jpg").read_bytes()[::-1])
    os.utime(span / "a.jpg", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    (span / "b.jpg").unlink()
    (span / "new").mkdir()
    (span / "new" / "d.jpg").write_bytes(b"d")
    date = json.loads(next((ledger._folder).glob("span-1.json")).read_text())["first_used"][:10]
    since = f"since span-1 was first used, on {date}"
    publish = "put it back, and publish what is new as span-3"
    assert sentences(ledger, shelves) == [
        f"{span}/a.jpg: has changed {since}; {publish}",
        f"{span}/b.jpg: is gone {since}; {publish}",
        f"{span}/new/d.jpg: was added after span-1 was first used, on {date}; "
        "take it out, and publish it in span-3",
    ]


def test_hidden_files_do_not_count(ledger, shelves):
    (shelves / "span-1" / ".DS_Store").write_bytes(b"x")
    (shelves / "span-1" / ".cache").mkdir()
    (shelves / "span-1" / ".cache" / "x").write_bytes(b"x")
    assert sentences(ledger, shelves) == []


def test_of_many_files_some_are_named_and_the_rest_is_counted(ledger, shelves):
    for number in range(subject.MOST_NAMED + 5):
        (shelves / "span-2" / f"{number:02}.jpg").write_bytes(b"x")
    said = sentences(ledger, shelves)
    assert len(said) == subject.MOST_NAMED + 1
    assert said[-1].startswith(f"{shelves / 'span-2'}: 5 more of its files differ since span-2")


def test_a_span_that_is_gone_is_missed_unless_it_is_left_out(ledger, shelves):
    (shelves / "span-2").rename(shelves / "elsewhere")
    assert sentences(ledger, shelves) == [
        f"{shelves}: no longer holds span 2, used before; put it back, or leave it out by "
        "data.spans"
    ]
    assert sentences(ledger, shelves, "1") == []


def test_a_record_is_never_replaced(ledger, shelves):
    file = next(ledger._folder.glob("span-1.json"))
    before = file.read_bytes()
    (shelves / "span-1" / "a.jpg").unlink()
    record(ledger, find_spans(shelves)[0].items())
    assert file.read_bytes() == before
    assert [path.name for path in ledger._folder.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"first_used": "x"}', '{"files": 3}'])
def test_a_record_that_cannot_be_read_gets_a_sentence(ledger, shelves, content):
    file = next(ledger._folder.glob("span-1.json"))
    file.write_text(content)
    assert sentences(ledger, shelves) == [
        f"{file}: the record of what span-1 held cannot be read; restore it, or remove it where "
        "you know that the span is as it was"
    ]


def test_shelves_in_another_place_have_records_of_their_own(tmp_path, ledger, shelves):
    other = tmp_path / "other" / "shelves"
    write_span(other, 1, [Photo("z.jpg", 9)])
    assert sentences(Ledger(tmp_path / "records", other), other) == []


def test_a_folder_that_is_its_own_span_is_recorded_too(tmp_path, shelves):
    span = shelves / "span-1"
    ledger = Ledger(tmp_path / "records", span)
    record(ledger, [(1, span)])
    (span / "a.jpg").unlink()
    (said,) = sentences(ledger, span)
    assert said.startswith(f"{span}/a.jpg: is gone since span-1 was first used")


def test_a_file_that_cannot_be_read_gets_a_sentence(shelves, monkeypatch):
    def denied(paths):
        raise PermissionError(13, "Permission denied", str(shelves / "span-1" / "a.jpg"))

    monkeypatch.setattr(subject, "file_digests", denied)
    with pytest.raises(InputError, match=r"a\.jpg: cannot be read \(Permission denied\); check"):
        files_of([(1, shelves / "span-1")])


def test_a_run_refuses_a_span_that_changed(tmp_path):
    from pipeline import inputs
    from pipeline.config import load

    data = TinyData(tmp_path / "data")
    config = load(
        overrides={
            "catalog": str(data.products_csv),
            "shelves": str(data.shelves),
            "root": str(tmp_path / "out"),
        }
    )
    report = inputs.check(config)
    before = inputs.identify(config, report)
    Ledger(tmp_path / "out" / "spans", data.shelves).settle()  # as the Trainer does
    assert inputs.identify(config, report) == before
    data.document["annotations"].pop()
    data.save()
    with pytest.raises(InputError, match=r"annotations\.json: has changed since span-1 was first"):
        inputs.identify(config, inputs.check(config))
    # What OneShelf draws itself it may draw anew.
    assert inputs.identify(config, inputs.check(config), generated=True).generated
