"""Feedback that nobody writes by hand: made of predictions, changed by numbers, added as it is."""

import json
import os
from datetime import datetime, timezone

import pytest
import typer
from tiny_data import SKUS
from tiny_feedback import Shop

from components.feedback.edit_feedback import Edits, edit_feedback
from components.feedback.feedback_template import write_template
from components.records.prediction import Detection, Origin, PredictionRecord, shown_at
from components.records.problems import InputError
from pipeline.commands import feedback as cli
from pipeline.exits import WRONG_INPUT

NOW = datetime(2026, 5, 1, 10, tzinfo=timezone.utc)
LATER = datetime(2026, 5, 1, 11, tzinfo=timezone.utc)


def record(photo, *boxes):
    found = [Detection(SKUS[at % len(SKUS)], box, 0.9 - 0.1 * at) for at, box in enumerate(boxes)]
    found.append(Detection(SKUS[0], (1.0, 1.0, 4.0, 4.0), 0.2))
    return PredictionRecord(
        str(photo), 80, 60, shown_at(found, 0.5, {}), {}, None, Origin(3, "c0ffee"), 0.5
    )


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


@pytest.fixture
def found(shop):
    """Predictions of two photos, written beside them, and of one that could not be read."""
    records = [
        record(shop.photos / "a.jpg", (5.0, 5.0, 20.0, 30.0), (30.0, 5.0, 50.0, 30.0)),
        record(shop.photos / "b.jpg"),
        PredictionRecord("gone.jpg", error="no such file"),
    ]
    file = shop.photos / "found.jsonl"
    file.write_text("".join(each.to_json() + "\n" for each in records))
    return file


def lines(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_what_was_shown_is_feedback_that_is_added_as_it_is(shop, found):
    written = write_template(found, "ann", NOW)

    assert (written.photos, written.boxes, written.unread, written.folder) == (2, 2, 1, None)
    first, second = lines(written.file)
    assert first["photo"] == "a.jpg"
    assert [each["number"] for each in first["objects"]] == [1, 2]
    assert (first["verdict"], second["verdict"]) == ("confirmed", "nothing_here")
    shop.file = written.file
    report = shop.add()
    assert (report.boxes, dict(report.verdicts)) == (2, {"confirmed": 1, "nothing_here": 1})


def test_the_command_that_template_names_makes_the_folder_of_spans(
    shop, found, feedback, monkeypatch
):
    monkeypatch.chdir(shop.photos)
    _, said = feedback("template", "found.jsonl", "--who", "ann")
    program, group, *rest = said.splitlines()[-1].removeprefix("then: ").split()
    assert (program, group) == ("oneshelf", "feedback")
    code, said = feedback(*rest)
    assert code == 0, said
    assert "shelves: a new folder; a run reads it with --shelves shelves" in said.splitlines()
    assert (shop.photos / "shelves" / "span-1" / "annotations.json").is_file()
    assert "a new folder" not in feedback(*rest)[1]


def test_no_folder_is_made_where_anything_is_wrong(shop, found):
    shop.file = write_template(found, "ann", NOW).file
    shop.file.write_text(shop.file.read_text().replace("ann", ""))
    shop.shelves.rmdir()
    with pytest.raises(InputError):
        shop.add()
    assert not shop.shelves.exists()


def test_photos_of_another_folder_are_named_whole_and_add_is_told_where(shop, found, tmp_path):
    away = tmp_path / "desk"
    away.mkdir()
    written = write_template(found, "ann", NOW, away / "mine.jsonl")

    assert written.folder == shop.photos.resolve()
    shop.file = written.file
    assert shop.add(photos=written.folder).verdicts.total() == 2


def test_a_box_is_changed_removed_and_added_by_its_number(shop, found):
    file = write_template(found, "ann", NOW).file
    before = file.read_text().splitlines()[1]
    added = (SKUS[0], (55.0, 5.0, 70.0, 30.0))

    said = edit_feedback(file, "a.jpg", Edits([(2, "unknown_product")], [1], [added]), LATER)

    assert said.said.endswith("row 1: photo 'a.jpg' has 2 boxes, corrected")
    line = lines(file)[0]
    assert [(each["number"], each["sku"]) for each in line["objects"]] == [
        (2, "unknown_product"),
        (3, SKUS[0]),
    ]
    assert (line["verdict"], line["when"]) == ("corrected", "2026-05-01T11:00:00+00:00")
    assert file.read_text().splitlines()[1] == before
    shop.file = file
    assert dict(shop.add().verdicts) == {"corrected": 1, "nothing_here": 1}


def test_without_its_last_box_a_photo_shows_nothing(found):
    file = write_template(found, "ann", NOW).file
    edit_feedback(file, "a.jpg", Edits(remove=[1, 2]), LATER)
    assert lines(file)[0]["verdict"] == "nothing_here"


@pytest.mark.parametrize(
    ("photo", "edits", "words"),
    [
        ("a.jpg", Edits(remove=[7]), r"photo 'a.jpg' has no box 7; take one of its numbers: 1, 2"),
        ("aa.jpg", Edits(remove=[1]), r"has no photo 'aa.jpg'; did you mean 'a.jpg'\?"),
        ("a.jpg", Edits(remove=[2, 2]), r"is to have box 2 changed twice; say once what becomes"),
        ("a.jpg", Edits([(1, "x")], [1]), r"is to have box 1 changed twice"),
        (
            "a.jpg",
            Edits(add=[("x", (10.0, 10.0, 10.001, 10.001))]),
            r"row 1: photo 'a.jpg' is to have a box of 'x' that is less than a pixel wide or high",
        ),
        (None, Edits(remove=[1]), r"has 2 photos that could be meant .*; say which with --photo"),
    ],
)
def test_an_edit_that_cannot_be_is_refused_and_changes_nothing(found, photo, edits, words):
    file = write_template(found, "ann", NOW).file
    before = file.read_bytes()
    with pytest.raises(InputError, match=words):
        edit_feedback(file, photo, edits, LATER)
    assert file.read_bytes() == before


NUMBERS = {
    "two of one": ([1, 1], r"row 1: photo 'a.jpg' has two boxes 1; give each box a number of"),
    "one missing": ([1, None], r"has no whole number of box at object 2 \(null\); give each box"),
    "truth": ([True, 2], r"has no whole number of box at object 1 \(true\); give each box"),
    "text": ([1, "2"], r'has no whole number of box at object 2 \("2"\); give each box'),
}


@pytest.mark.parametrize("case", NUMBERS)
def test_boxes_whose_numbers_are_no_numbers_are_not_lost(found, case):
    numbers, words = NUMBERS[case]
    file = write_template(found, "ann", NOW).file
    line, other = lines(file)
    for each, number in zip(line["objects"], numbers, strict=True):
        each["number"] = number
    file.write_text(f"{json.dumps(line)}\n{json.dumps(other)}\n")
    before = file.read_bytes()
    with pytest.raises(InputError, match=words):
        edit_feedback(file, "a.jpg", Edits(remove=[1]), LATER)
    assert file.read_bytes() == before


def test_boxes_that_nobody_numbered_count_from_one(found):
    file = write_template(found, "ann", NOW).file
    line, other = lines(file)
    boxes = [each["box"] for each in line["objects"]]
    line["objects"] = [{"sku": SKUS[0], "box": box} for box in boxes]
    file.write_text(f"{json.dumps(line)}\n{json.dumps(other)}\n")
    edit_feedback(file, "a.jpg", Edits([(2, SKUS[1])]), LATER)
    edited = lines(file)[0]["objects"]
    assert [(each["sku"], each["box"]) for each in edited] == list(zip(SKUS, boxes, strict=False))


def test_a_sku_is_checked_against_the_catalogue_where_it_is_given(shop, found, feedback):
    file = write_template(found, "ann", NOW).file
    before, slip = file.read_bytes(), SKUS[1] + "x"
    options = ("edit", file, "--photo", "a.jpg", "--sku")

    code, said = feedback(*options, f"2={slip}", "--catalog", shop.catalog)
    assert code == WRONG_INPUT
    assert said.startswith(
        f"{file}: SKU '{slip}' is not in the catalogue; did you mean '{SKUS[1]}'? correct it"
    )
    assert file.read_bytes() == before
    known = feedback(*options, f"2={SKUS[1]}", "--catalog", shop.catalog)
    assert (known[0], len(known[1].splitlines())) == (0, 1)


def test_a_sku_that_is_not_checked_and_new_to_the_file_is_told(found):
    file = write_template(found, "ann", NOW).file
    slip = SKUS[1] + "x"

    def unchecked(*skus):
        edits = Edits([(1, skus[0])], add=[(sku, (1.0, 1.0, 9.0, 9.0)) for sku in skus])
        return edit_feedback(file, "a.jpg", edits, LATER).unchecked

    assert unchecked(SKUS[0], SKUS[1], "unknown_product") == ()
    assert unchecked(slip) == (
        f"SKU '{slip}' is new to this file and was not checked: did you mean '{SKUS[1]}'? give "
        "--catalog to have it checked, here or with `oneshelf feedback add`",
    )


def test_a_sku_that_can_be_none_is_refused(found):
    file = write_template(found, "ann", NOW).file
    with pytest.raises(InputError, match="correct the SKU"):
        edit_feedback(file, "a.jpg", Edits([(1, "a\x07b")]), LATER)


def test_corrections_are_not_written_over(found):
    write_template(found, "ann", NOW)
    with pytest.raises(InputError, match="is there already, maybe with corrections"):
        write_template(found, "ann", NOW)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "says nothing of any photo"),
        ("not json\n", "row 1: is no prediction"),
        (PredictionRecord("gone.jpg", 9, 9).to_json() + "\n", "photo 'gone.jpg' is not there"),
        (
            PredictionRecord("a.jpg", 9, 9, (Detection("x", (0, 0, 1, 1), 0.9),)).to_json(),
            "row 1: does not say what was shown; predict again",
        ),
    ],
)
def test_what_is_no_prediction_is_refused(shop, text, words):
    file = shop.photos / "found.jsonl"
    file.write_text(text)
    with pytest.raises(InputError, match=words):
        write_template(file, "ann", NOW)


def test_a_pipe_is_not_waited_for(shop):
    pipe = shop.photos / "pipe"
    os.mkfifo(pipe)
    words = "cannot be read \\(a pipe or a device, not a file\\)"
    with pytest.raises(InputError, match=words):
        write_template(pipe, "ann", NOW)
    with pytest.raises(InputError, match=words):
        edit_feedback(pipe, None, Edits(remove=[1]), NOW)


def test_nobody_s_word_is_no_feedback(found):
    with pytest.raises(InputError, match="say with --who whose word it is"):
        write_template(found, " ", NOW)


@pytest.mark.parametrize(
    ("who", "words"),
    [("a" * 501, "with --who has 501 letters, more than 500"), ("a\nb", "control character")],
)
def test_a_name_that_no_feedback_may_have_is_refused_at_once(found, who, words):
    with pytest.raises(InputError, match=words):
        write_template(found, who, NOW)
    assert not found.with_name("found.feedback.jsonl").exists()


def test_a_photo_that_no_feedback_can_name_is_refused_at_once(shop):
    photo = shop.photos / "a\x1b[31m.jpg"
    (shop.photos / "a.jpg").rename(photo)
    file = shop.photos / "found.jsonl"
    file.write_text(record(photo).to_json() + "\n")
    with pytest.raises(InputError) as refused:
        write_template(file, "ann", NOW)
    assert r"a\x1b[31m.jpg' contains a control character; rename the file" in str(refused.value)


@pytest.fixture
def feedback(capfd):
    def command(*arguments):
        given = [os.fspath(each) for each in arguments]
        code = typer.main.get_command(cli.app).main(given, standalone_mode=False)
        said = capfd.readouterr()
        return code or 0, said.out + said.err

    return command


def test_the_commands_say_what_comes_next(shop, found, feedback):
    code, said = feedback("template", found, "--who", "ann")
    file = shop.photos / "found.feedback.jsonl"
    assert code == 0
    assert said.splitlines()[-1] == f"then: oneshelf feedback add {file}"
    code, said = feedback(
        *("edit", file, "--photo", "a.jpg", "--sku", "1=x=y", "--remove", "2"),
        *("--add", "a=b=1,2,30,40"),
    )
    first, *unchecked = said.splitlines()
    assert (code, first.split(": ")[-1]) == (0, "photo 'a.jpg' has 2 boxes, corrected")
    assert [each.split()[1] for each in unchecked] == ["'x=y'", "'a=b'"]
    objects = lines(file)[0]["objects"]
    assert [each["sku"] for each in objects] == ["x=y", "a=b"]
    assert objects[1]["box"] == [1, 2, 30, 40]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "nothing to change"),
        (("--sku", "x"), "--sku x: give the number of a box and its SKU"),
        (("--add", "milk"), "--add milk: give a SKU and the edges"),
        (("--add", "milk=1,2,3"), "edges of its box"),
        (("--add", "milk=30,2,3,40"), "edges of its box"),
        (("--add", "milk=nan,2,3,40"), "edges of its box"),
    ],
)
def test_an_option_that_says_nothing_is_refused(found, feedback, options, words):
    code, said = feedback("edit", found, *options)
    assert (code, words in said) == (WRONG_INPUT, True)
