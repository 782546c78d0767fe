"""Photos that nobody labelled are never taken for photos without products."""

import pytest
from tiny_data import SKUS, TinyData
from tiny_spans import Photo, reviewed, write_span

from components.datasets.input_check import check_input
from components.datasets.read_shelves import read_shelves, scan_shelves
from components.datasets.settings import DataSettings
from components.records.problems import InputError


def scan(shelves):
    return scan_shelves(shelves, SKUS, DataSettings())


def bare(*numbers, attributes=None):
    return [Photo(f"{n}.jpg", n, objects=(), attributes=attributes or {}) for n in numbers]


def no_table(shelves):
    (write_span(shelves, 1, bare(1, 2)) / "annotations.json").unlink()


def photos_alone(shelves):
    no_table(shelves)
    for photo in (shelves / "span-1").iterdir():
        photo.rename(shelves / photo.name)
    (shelves / "span-1").rmdir()


@pytest.mark.parametrize(
    "make",
    [no_table, photos_alone, lambda shelves: write_span(shelves, 1, bare(1, 2))],
)
def test_photos_without_any_label_are_counted_and_no_negatives(tmp_path, make):
    make(tmp_path)
    found, problems = scan(tmp_path)
    assert (found.photos, found.unlabelled, problems) == ((), 2, [])
    with pytest.raises(InputError, match="none of its 2 photos has a label; annotate them, or"):
        read_shelves(tmp_path, SKUS)


def test_a_span_without_labels_beside_others_is_left_out_and_told(tmp_path, data_csv):
    labelled = [Photo(f"{n}.jpg", n, attributes={"split": "test"}) for n in (1, 2)]
    write_span(tmp_path / "shelves", 1, [*labelled, *bare(3)])
    write_span(tmp_path / "shelves", 2, bare(4, 5, 6))
    report = check_input(data_csv, tmp_path / "shelves", DataSettings())
    assert not report.composed
    assert [photo.name for photo in report.shelves.photos] == ["1.jpg", "2.jpg", "3.jpg"]
    assert "1 negative; 3 without any label left out, no negatives)" in str(report)


@pytest.mark.parametrize(
    "said", [{"negative": 1}, {"hard": 1}, reviewed("2026-05-31T14:07:00+02:00", "nothing_here")]
)
def test_negatives_that_somebody_called_so_stay(tmp_path, said):
    write_span(tmp_path, 1, [*bare(1, attributes=said), *bare(2)])
    found, problems = scan(tmp_path)
    assert (len(found.photos), found.unlabelled, problems) == (2, 0, [])


def test_a_negative_is_marked_by_one_or_nothing(tmp_path):
    write_span(tmp_path, 1, bare(1, attributes={"negative": "yes"}))
    (problem,) = scan(tmp_path)[1]
    assert str(problem).endswith("image 1: negative is 'yes'; write negative as 0 or 1")


def test_what_cannot_be_read_is_no_lack_of_labels(tmp_path):
    write_span(tmp_path, 1, bare(1))
    (tmp_path / "span-1" / "annotations.json").write_text("{")
    found, problems = scan(tmp_path)
    assert problems and not found.unlabelled


def test_labels_of_another_form_are_not_passed_over(tmp_path):
    photos_alone(tmp_path)
    (tmp_path / "labels.csv").write_text("1.jpg,milk-0\n")
    found, (problem,) = scan(tmp_path)
    assert not found.unlabelled
    assert "holds no span" in str(problem)


@pytest.fixture
def data_csv(tmp_path):
    return TinyData(tmp_path / "data").products_csv
