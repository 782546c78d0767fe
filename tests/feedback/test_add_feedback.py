"""Feedback becomes the next span, whole or not at all, and stands in what a run reads."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from PIL import Image
from tiny_data import SKUS
from tiny_feedback import SETTINGS, WHEN, line
from tiny_spans import BOX, OTHER_BOX, Photo, picture, write_span

from components.datasets.read_shelves import read_shelves
from components.datasets.settings import DataSettings
from components.feedback import feedback_span as writer
from components.feedback.feedback_span import alone_in
from components.records.problems import InputError
from components.records.splits import split_of
from pipeline.commands import main as cli

LATER = "2026-05-02T10:00:00Z"
TRUTH = [{"box": list(OTHER_BOX), "sku": SKUS[2]}, {"box": list(BOX), "sku": "unknown_product"}]


def photos_of(shop, spans="all"):
    found = read_shelves(shop.shelves, SKUS, DataSettings(spans=spans))
    return {photo.source_id: photo for photo in found.photos}


def document(span: Path):
    return json.loads((span / "annotations.json").read_text())


def test_a_line_becomes_a_photo_of_the_next_span(shop):
    write_span(shop.shelves, 4, [Photo("x.jpg", 7)])
    shop.say(
        line("a.jpg", objects=TRUTH, store="north", visit="monday"),
        line("b.jpg", verdict="confirmed"),
        line("c.jpg", verdict="nothing_here", objects=[]),
    )
    report = shop.add()
    assert report.span == shop.shelves / "span-5"
    assert str(report) == (
        f"{report.span}: 3 photos (1 corrected, 1 confirmed, 1 nothing_here; 3 boxes)"
    )
    found = photos_of(shop, "5")
    corrected, confirmed, nothing = found.values()
    assert list(found) == ["span-5/0001-a.jpg", "span-5/0002-b.jpg", "span-5/0003-c.jpg"]
    assert corrected.path.read_bytes() == (shop.photos / "a.jpg").read_bytes()
    assert [(thing.sku, thing.box) for thing in corrected.objects] == [
        (SKUS[2], OTHER_BOX),
        ("unknown_product", BOX),
    ]
    assert (corrected.store, corrected.visit) == ("north", "monday")
    assert (corrected.review.who, corrected.review.release) == ("ann", "3")
    assert corrected.review.when.isoformat() == "2026-05-01T10:00:00+00:00"
    assert [photo.hard for photo in found.values()] == [True, False, True]
    assert [thing.hard for thing in confirmed.objects] == [False]
    assert (nothing.objects, nothing.review.verdict) == ((), "nothing_here")


def test_a_corrected_photo_that_was_only_counted_has_boxes_and_stays_to_judge_on(shop):
    span = write_span(shop.shelves, 1, [Photo("x.jpg", 7)])
    (span / "a.jpg").write_bytes((shop.photos / "a.jpg").read_bytes())
    (span / "counts.csv").write_text(f"photo,sku,count\na.jpg,{SKUS[0]},1\n")
    shop.say(line("a.jpg")).add()
    photo = photos_of(shop)["span-2/0001-a.jpg"]
    assert (photo.counts, len(photo.objects), photo.split) == ((), 1, "test")


def test_the_first_span_is_made_of_nothing(shop):
    assert shop.say(line()).add().span == shop.shelves / "span-1"


def test_the_first_line_may_have_a_byte_order_mark_and_lines_may_be_blank(shop):
    shop.file.write_bytes(b"\xef\xbb\xbf" + json.dumps(line()).encode() + b"\r\n\r\n")
    assert shop.add().verdicts.total() == 1


def test_keys_that_mean_nothing_here_are_passed_over(shop):
    shop.say(line(device="phone 7", objects=[{**line()["objects"][0], "score": 0.4}]))
    assert shop.add().boxes == 1


def test_a_photo_of_no_product_may_be_confirmed(shop):
    shop.say(line(verdict="confirmed", objects=[])).add()
    (photo,) = photos_of(shop).values()
    assert (photo.objects, photo.hard) == ((), False)


def test_boxes_that_rounding_pushed_out_are_clipped(shop):
    shop.say(line(objects=[{"box": [-0.6, -1, 160.9, 120.4], "sku": SKUS[0]}])).add()
    (photo,) = photos_of(shop).values()
    assert photo.objects[0].box == (0, 0, 160, 120)


def test_boxes_count_in_the_photo_as_displayed(shop):
    with Image.open(shop.photos / "a.jpg") as image:
        exif = image.getexif()
        exif[0x0112] = 6
        image.save(shop.photos / "a.jpg", exif=exif)
    shop.say(line(objects=[{"box": [0, 0, 120, 160], "sku": SKUS[0]}])).add()
    (photo,) = photos_of(shop).values()
    assert (photo.width, photo.height, photo.objects[0].box) == (120, 160, (0, 0, 120, 160))


def test_photos_lie_in_a_folder_of_their_own_and_may_be_named_absolutely(shop, tmp_path):
    shop.file = tmp_path / "elsewhere.jsonl"
    shop.say(line("a.jpg"), line(str(shop.photos / "b.jpg")))
    with pytest.raises(InputError, match="give --photos"):
        shop.add()
    assert shop.add(photos=shop.photos).verdicts.total() == 2


def test_photos_of_one_name_from_two_folders_do_not_meet(shop):
    (shop.photos / "more").mkdir()
    (shop.photos / "more" / "a.jpg").write_bytes(picture(300))
    shop.say(line("a.jpg"), line("more/a.jpg")).add()
    assert list(photos_of(shop)) == ["span-1/0001-a.jpg", "span-1/0002-a.jpg"]


def test_an_imported_truth_is_superseded_and_none_ever_supersedes_a_persons(shop):
    write_span(shop.shelves, 1, [Photo("x.jpg", 101, attributes={"visit": "v1", "split": "test"})])
    shop.say(line("a.jpg", objects=TRUTH)).add()
    write_span(shop.shelves, 3, [Photo("again.jpg", 101)])
    ((name, photo),) = photos_of(shop).items()
    assert name == "span-2/0001-a.jpg"
    assert {thing.sku for thing in photo.objects} == {SKUS[2], "unknown_product"}
    # It stays in its split, whichever spans are read.
    assert (photo.visit, photo.split) == ("v1", "test")
    assert photos_of(shop, "2")[name].split == "test"


def test_a_correction_that_drops_most_boxes_is_told(shop):
    row = [{"box": [x, 5, x + 8, 20], "sku": SKUS[0]} for x in (0, 10, 20, 30)]
    assert shop.say(line("a.jpg", objects=row)).add().shortened == ()
    assert shop.say(line("a.jpg", LATER, objects=row[:2])).add().shortened == ()
    shop.say(line("b.jpg", objects=row)).add()
    (sentence,) = shop.say(line("b.jpg", LATER, objects=row[:1])).add().shortened
    assert "photo 'b.jpg' had 4 boxes in span-3 and keeps 1" in sentence


def test_so_is_a_confirmation_that_does(shop):
    row = [{"box": [x, 5, x + 8, 20], "sku": SKUS[0]} for x in (0, 10, 20, 30)]
    shop.say(line("a.jpg", objects=row)).add()
    confirmed = line("a.jpg", LATER, objects=row[:1], verdict="confirmed")
    (sentence,) = shop.say(confirmed).add().shortened
    assert "photo 'a.jpg' had 4 boxes in span-1 and keeps 1" in sentence


def test_the_later_correction_stands_over_files_and_spans(shop):
    shop.say(line("a.jpg", LATER, objects=TRUTH, who="bea")).add()
    report = shop.say(line("a.jpg", WHEN)).add()
    assert report.conflicts == (
        f"{shop.file}, row 1: photo 'a.jpg' was corrected again by bea "
        "(2026-05-02T10:00:00+00:00) in span-1, which stands",
    )
    assert list(photos_of(shop)) == ["span-1/0001-a.jpg"]
    report = shop.say(line("a.jpg", "2026-05-03T10:00:00Z")).add()
    assert len(report.conflicts) == 1
    assert (
        "was corrected before by bea (2026-05-02T10:00:00+00:00) in span-1; this one stands"
        in (report.conflicts[0])
    )
    assert list(photos_of(shop)) == ["span-3/0001-a.jpg"]


def test_the_later_line_of_a_file_stands_and_the_other_is_told(shop):
    (shop.photos / "copy.jpg").write_bytes((shop.photos / "a.jpg").read_bytes())
    shop.say(line("copy.jpg", LATER, objects=TRUTH, who="bea"), line("a.jpg"))
    report = shop.add()
    assert report.conflicts == (
        f"{shop.file}, row 2: photo 'a.jpg' was corrected again by bea "
        "(2026-05-02T10:00:00+00:00) in row 1, which stands",
    )
    (photo,) = photos_of(shop).values()
    assert (photo.review.who, len(photo.objects)) == ("bea", 2)


def test_lines_that_agree_are_no_conflict(shop):
    report = shop.say(line("a.jpg"), line("a.jpg", LATER, who="bea")).add()
    assert (report.conflicts, report.verdicts.total()) == ((), 1)
    (photo,) = photos_of(shop).values()
    assert photo.review.who == "bea"


def test_a_file_added_twice_makes_one_span(shop):
    shop.say(line("a.jpg", objects=TRUTH), line("b.jpg", when="2026-05-01T12:00:00.25+02:00"))
    shop.add()
    again = shop.add()
    assert again.span is None
    assert str(again) == "nothing new: 2 photos whose feedback was added before"
    assert [path.name for path in shop.shelves.glob("span-*")] == ["span-1"]
    shop.say(line("a.jpg", objects=TRUTH), line("c.jpg"))
    assert str(shop.add()) == (
        f"{shop.shelves / 'span-2'}: 1 photo (1 corrected; 1 box); "
        "and 1 photo whose feedback was added before"
    )


def test_photos_that_are_nearly_the_same_share_a_visit(shop):
    with Image.open(shop.photos / "a.jpg") as image:
        image.save(shop.photos / "near.jpg", quality=60)
    shop.say(line("a.jpg"), line("b.jpg"), line("near.jpg")).add()
    a, b, near = photos_of(shop).values()
    assert a.visit == near.visit != b.visit
    assert b.visit


def test_a_fault_anywhere_writes_nothing(shop):
    with pytest.raises(InputError):
        shop.say(line("a.jpg"), line("none.jpg")).add()
    assert not list(shop.shelves.iterdir())


def test_a_photo_that_changes_meanwhile_writes_nothing(shop, monkeypatch):
    def swapped(path, limits):
        return picture(500)

    monkeypatch.setattr(writer, "read_photo", swapped)
    with pytest.raises(InputError, match=r"a\.jpg: changed while it was read"):
        shop.say(line("a.jpg")).add()
    assert not list(shop.shelves.glob("[!.]*"))


def test_a_full_disk_writes_nothing_and_says_so(shop, monkeypatch):
    def full(path, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer, "_write", full)
    with pytest.raises(
        InputError, match=r"cannot be written \(No space left on device\); make room"
    ):
        shop.say(line("a.jpg")).add()
    assert [path.name for path in shop.shelves.iterdir()] == [".feedback.lock"]


def test_one_writer_at_a_time(shop):
    shop.say(line())
    with alone_in(shop.shelves), pytest.raises(InputError, match="by another process; wait for it"):
        shop.add()
    assert shop.add().span is not None


_KILLED = """
import sys, time
from pathlib import Path
sys.path.insert(0, {tests!r})
from tiny_feedback import Shop
from components.feedback import feedback_span
def slow(self, target):
    Path({mark!r}).touch()
    time.sleep(600)
Path.rename = slow
shop = Shop.__new__(Shop)
shop.file, shop.shelves, shop.catalog = map(Path, ({file!r}, {shelves!r}, {catalog!r}))
shop.add()
"""


def test_killed_before_the_last_step_it_leaves_nothing_and_can_be_run_again(shop, tmp_path):
    shop.say(line("a.jpg"))
    mark = tmp_path / "mark"
    script = _KILLED.format(
        tests=str(Path(__file__).parents[1]),
        mark=str(mark),
        file=str(shop.file),
        shelves=str(shop.shelves),
        catalog=str(shop.catalog),
    )
    with subprocess.Popen([sys.executable, "-c", script]) as process:
        while not mark.exists():
            assert process.poll() is None
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
    assert (shop.shelves / ".feedback.growing").is_dir()
    assert not list(shop.shelves.glob("span-*"))
    assert shop.add().span == shop.shelves / "span-1"
    assert sorted(path.name for path in shop.shelves.iterdir()) == [".feedback.lock", "span-1"]


def oneshelf(*arguments):
    return typer.main.get_command(cli.app).main(
        [str(argument) for argument in arguments], standalone_mode=False
    )


def test_the_command_line_takes_shelves_and_catalogue_from_a_file(shop, tmp_path, capfd):
    config = tmp_path / "mine.yaml"
    config.write_text(f"shelves: {shop.shelves}\ncatalog: {shop.catalog}\n")
    shop.say(line(objects=[{"box": list(BOX), "sku": "milk-77"}]))
    assert oneshelf("feedback", "add", shop.file, "--config", config) == 2
    assert "'milk-77' is not in the catalogue" in capfd.readouterr().err
    shop.say(line())
    assert not oneshelf("feedback", "add", shop.file, "--config", config)
    assert "span-1: 1 photo (1 corrected; 1 box)" in capfd.readouterr().out


def test_the_command_line_says_that_skus_were_not_checked(shop, capfd):
    shop.say(line())
    assert not oneshelf("feedback", "add", shop.file, "--shelves", shop.shelves)
    assert "SKUs were not checked: give --catalog" in capfd.readouterr().err


def test_the_settings_bound_photos(shop):
    shop.say(line())
    with pytest.raises(InputError, match="more than the 100 allowed"):
        shop.add(settings=SETTINGS.model_copy(update={"max_photo_bytes": 100}))


def test_feedback_that_cannot_make_a_run_says_so_and_what_to_add(shop, capfd):
    visit = next(name for name in map(str, range(99)) if split_of(name, 0) == "eval")
    shop.say(line("a.jpg", visit=visit, verdict="nothing_here", objects=[]))
    command = ("feedback", "add", shop.file, "--shelves", shop.shelves, "--catalog", shop.catalog)
    assert not oneshelf(*command)
    assert capfd.readouterr().err.splitlines() == [
        "no run can be made of these spans yet:",
        f"{shop.shelves}: none of 1 photos falls into the split 'test', on which models are "
        "judged; add photos of other visits, or set the attribute split of some to 'test'",
        f"{shop.shelves}: none of 0 photos with boxes falls into the split 'train', so a run "
        "trains on shelves composed of packshots alone; add photos of other visits, with boxes",
    ]

    splits = [Photo(f"{split}.jpg", 7, attributes={"split": split}) for split in ("test", "train")]
    write_span(shop.shelves, 2, splits)
    assert not oneshelf(*command)
    assert capfd.readouterr().err == ""
    (shop.shelves / "span-2" / "annotations.json").write_text("{")
    assert not oneshelf(*command)
    assert "span-2/annotations.json" in capfd.readouterr().err
