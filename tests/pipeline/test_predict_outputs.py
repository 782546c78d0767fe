"""`oneshelf predict` takes the place of no file but an earlier answer of its own."""

import os

import pytest

from components.predict.count_table import CountTable
from components.predict.table_files import csv_table, xlsx_table
from components.records.prediction import PredictionRecord
from pipeline.commands.predict_outputs import Outputs


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("a.jpg", "b.png", "odd"):
        (folder / name).write_bytes(b"a photo")
    return [folder / name for name in ("a.jpg", "b.png", "odd")]


def fault(photos, **outputs):
    (line,) = Outputs(**outputs).faults(photos)
    return line


@pytest.mark.parametrize("option", ["json", "csv", "xlsx"])
def test_a_photo_is_written_over_by_nothing(photos, option):
    line = fault(photos[1:], **{option: photos[0]})
    assert line == f"--{option} {photos[0]}: is called like a photo; name the file to write"
    line = fault(photos, **{option: photos[2]})
    assert line == f"--{option} {photos[2]}: is one of the photos; name a file of its own"
    os.link(photos[2], photos[2].with_name("other"))
    assert "is one of the photos" in fault(photos, **{option: photos[2].with_name("other")})


def test_two_answers_are_two_files(photos, tmp_path):
    (tmp_path / "link.csv").symlink_to("t.csv")
    line = fault(photos, csv=tmp_path / "t.csv", xlsx=tmp_path / "link.csv")
    assert line.endswith("link.csv: is where --csv goes; name a file of its own")


def test_what_is_expected_is_no_answer(photos, tmp_path):
    (tmp_path / "e.csv").write_text("sku\n1\n")
    line = fault(photos, csv=tmp_path / "e.csv", expected=tmp_path / "e.csv")
    assert "is what --expected names" in line


@pytest.mark.parametrize("name", ["counts.csv", "photos.csv"])
def test_a_table_beside_the_photos_may_hold_corrections(photos, name):
    for folder in photos[0].parents[:2]:
        outputs = Outputs(csv=folder / name)
        assert outputs.faults(photos) == []
        (folder / name).write_text("photo,store,visit,sku,count\na.jpg,,,1,2\n")
        (line,) = outputs.faults(photos)
        assert "maybe with counts that somebody corrected; name another file, or remove it" in line


@pytest.mark.parametrize(
    "text",
    ["sku,name\n1,Milk\n", '{"photo": "a.jpg", "who": "ann", "objects": []}\n', "[" * 99_999, "\0"],
)
@pytest.mark.parametrize("option", ["json", "csv", "xlsx"])
def test_files_of_other_kinds_stay(photos, tmp_path, option, text):
    (tmp_path / "file").write_text(text)
    line = fault(photos, **{option: tmp_path / "file"})
    assert "is there already, and nothing that predict wrote; name another file" in line


def test_earlier_answers_and_empty_files_are_written_over(photos, tmp_path):
    outputs = Outputs(json=tmp_path / "j", csv=tmp_path / "c", xlsx=tmp_path / "x")
    for path in (tmp_path / "j", tmp_path / "c", tmp_path / "x"):
        path.touch()
    assert outputs.faults(photos) == []
    record = PredictionRecord("a.jpg", 9, 9)
    (tmp_path / "j").write_text(record.to_json() + "\n")
    for path, table in ((tmp_path / "c", csv_table), (tmp_path / "x", xlsx_table)):
        with table(path, CountTable({}).header):
            pass
    assert outputs.faults(photos) == []


def test_a_workbook_of_somebody_else_stays(photos, tmp_path):
    from openpyxl import Workbook

    Workbook().save(tmp_path / "stock.xlsx")
    assert "nothing that predict wrote" in fault(photos, xlsx=tmp_path / "stock.xlsx")


def test_of_a_device_nothing_is_lost(photos, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert Outputs(json=tmp_path / "pipe", csv=tmp_path / "pipe").faults(photos) == []


def test_no_drawing_takes_the_place_of_a_photo(photos):
    drawn = photos[0].with_name("a.boxes.jpg")
    drawn.touch()
    assert Outputs(drawings=drawn.parent).faults(photos) == []
    assert "a drawing may take the place of the photo" in fault(
        [photos[0], drawn], drawings=drawn.parent
    )
