"""Every malformed line that apps and people write, and the sentence each of them gets."""

import io
import json
import os
import struct
import zlib

import pytest
from PIL import Image
from tiny_data import SKUS
from tiny_feedback import SETTINGS, line
from tiny_spans import BOX, OTHER_BOX, picture

from components.datasets.tables import MAX_TABLE_BYTES
from components.feedback.parse_feedback import MAX_OBJECTS
from components.feedback.read_feedback import MAX_LINE_BYTES
from components.records.problems import InputError


def sentences(shop, **options):
    """What is said; nothing may have been written."""
    with pytest.raises(InputError) as caught:
        shop.add(**options)
    assert not list(shop.shelves.glob("*"))
    lines = str(caught.value).splitlines()
    assert len(lines) == len(caught.value.problems)
    return lines


def without(key):
    return {name: value for name, value in line().items() if name != key}


def thing(**changes):
    return line(objects=[{"box": list(BOX), "sku": SKUS[0], **changes}])


LINES = {
    "not JSON": ("{photo: a.jpg}", "not valid JSON (Expecting property name"),
    "cut off": ('{"photo": "a.jpg", "rel', "not valid JSON (Unterminated string"),
    "two objects on a line": (
        json.dumps(line()) * 2,
        "not valid JSON (Extra data, column ",
    ),
    "a list": (json.dumps([line()]), "is no JSON object; write one object per line"),
    "nested too deep": ("[" * 100_000, "not valid JSON (maximum recursion depth"),
    "a number too long": (
        json.dumps(line()).replace('"release": 3', '"release": ' + "9" * 5000),
        "not valid JSON (Exceeds the limit",
    ),
    "NaN": (
        json.dumps(thing(box=[float("nan"), 1, 2, 3])),
        "not valid JSON (NaN is no number); write it again",
    ),
    "a key twice": (
        '{"photo": "a.jpg", "photo": "b.jpg"}',
        'not valid JSON ("photo" stands in it twice); write it again',
    ),
    "no photo": (without("photo"), "has no 'photo'; add it"),
    "no release": (without("release"), "has no 'release'; add it"),
    "no who": (without("who"), "has no 'who'; add it"),
    "no when": (without("when"), "has no 'when'; add it"),
    "no objects": (without("objects"), "has no 'objects'; add it"),
    "no verdict": (without("verdict"), "has no 'verdict'; add it"),
    "misspelt key": (
        {**without("verdict"), "verdikt": "corrected"},
        "has no 'verdict'; did you mean 'verdikt'? add it",
    ),
    "photo is a number": (
        line(photo=7),
        "photo is 7; write photo as a text that is not empty",
    ),
    "photo is empty": (line(photo=" "), 'photo is " "; write photo as a text that is not empty'),
    "photo's path without end": (
        line(photo="a/" * 3000),
        "photo has 6,000 letters, more than 4,000; shorten it",
    ),
    "who is null": (line(who=None), "who is null; write who as a text that is not empty"),
    "who on two lines": (
        line(who="ann\nbob"),
        "who contains a control character; remove the character",
    ),
    "half a character": (
        json.dumps(line(who="ann")).replace("ann", "\\ud800"),
        "who contains a control character; remove the character",
    ),
    "release is true": (
        line(release=True),
        "release is true; write release as a text that is not empty",
    ),
    "when without time zone": (
        line(when="2026-05-01T10:00:00"),
        "when '2026-05-01T10:00:00' is no time such as 2026-05-31T14:07:00+02:00; write date, "
        "time and time zone in the form of RFC 3339",
    ),
    "when that is no day": (
        line(when="2026-02-31T10:00:00Z"),
        "when '2026-02-31T10:00:00Z' is no time such as",
    ),
    "when in seconds": (line(when=1777629600), "when '1777629600' is no time such as"),
    "when before all time zones": (
        line(when="0001-01-01T00:00:00+12:00"),
        "date value out of range; write date",
    ),
    "when in the future": (
        line(when="2999-01-01T00:00:00Z"),
        "when 2999-01-01T00:00:00Z lies in the future; set the clock and correct the time",
    ),
    "unknown verdict": (
        line(verdict="wrong"),
        'unknown verdict "wrong"; use one of corrected, confirmed, nothing_here',
    ),
    "verdict in a list": (line(verdict=["corrected"]), 'unknown verdict ["corrected"]; use one'),
    "nothing here but objects": (
        line(verdict="nothing_here"),
        "says nothing_here and has 1 objects; remove them, or write the verdict 'corrected'",
    ),
    "corrected to nothing": (
        line(objects=[]),
        "says corrected and has no objects; give all objects of the photo, or write the verdict "
        "'nothing_here'",
    ),
    "objects are null": (
        line(objects=None),
        "objects is null; write a list, empty where nothing is there",
    ),
    "too many objects": (
        line(objects=[{"box": list(BOX), "sku": SKUS[0]}] * (MAX_OBJECTS + 1)),
        "has 5,001 objects, more than 5,000; split the photo",
    ),
    "object is a text": (
        line(objects=["milk-0"]),
        'object 1 is "milk-0"; write an object with box and sku',
    ),
    "no sku": (thing(sku=None), "object 1 has no sku; name the SKU, or 'unknown_product'"),
    "sku with a control character": (
        thing(sku="milk\t0"),
        "object 1: the SKU 'milk\\t0' contains a control character",
    ),
    "sku without end": (thing(sku="x" * 600), "object 1: its sku has 600 letters; correct the SKU"),
    "sku not in the catalogue": (
        thing(sku="Milk-1"),
        "object 1: SKU 'Milk-1' is not in the catalogue; did you mean 'milk-1', which differs only "
        "in capital letters? correct it, add "
        "the product to the catalogue, or use 'unknown_product'",
    ),
    "no box": (
        thing(box=None),
        "object 1 has no box of four numbers; give box as xmin, ymin, xmax, ymax in pixels",
    ),
    "box of texts": (thing(box=["1", "2", "3", "4"]), "object 1 has no box of four numbers"),
    "box of a number no float holds": (
        thing(box=[1, 1, 10**400, 9]),
        "object 1 has no box of four numbers",
    ),
    "box of width and height": (
        thing(box=[80, 60, 40, 30]),
        "object 1: its box (80, 60) to (40, 30) has no area; give box as xmin, ymin, xmax, ymax, "
        "not as width and height",
    ),
    "box that rounding leaves nothing of": (
        thing(box=[10, 10, 10.001, 10.001]),
        "object 1: its box (10, 10) to (10.001, 10.001) is less than a pixel wide or high; draw "
        "it again or remove it",
    ),
    "box outside": (
        thing(box=[100, 10, 180, 50]),
        "object 1: its box (100, 10) to (180, 50) leaves the photo of 160 x 120 as displayed; "
        "give the box in pixels of the photo as displayed",
    ),
    "box in the rounding margin only": (
        thing(box=[159.8, 10, 161, 50]),
        "object 1: its box (159.8, 10) to (161, 50) leaves the photo",
    ),
    "photo missing": (line("none.jpg"), "photo 'none.jpg' is not in "),
    "photo that is a folder": (line("."), "photo '.' is not in "),
    "climbing path": (
        line("../shelves/../../etc/passwd"),
        "photo '../shelves/../../etc/passwd' lies outside the folder of photos, ",
    ),
    "absolute path": (line("/etc/passwd"), "photo '/etc/passwd' lies outside the folder"),
}


@pytest.mark.parametrize("name", LINES)
def test_a_malformed_line_gets_its_sentence(shop, name):
    malformed, sentence = LINES[name]
    shop.say(line("b.jpg"), malformed)
    (said,) = sentences(shop)
    assert said.startswith(f"{shop.file}, row 2: {sentence}")
    assert "; " in said


def bomb(path):
    """A few bytes of PNG that claim to be 40,000 pixels on a side."""
    buffer = io.BytesIO()
    Image.new("RGB", (20, 20)).save(buffer, "PNG")
    head = bytearray(buffer.getvalue())
    head[16:24] = struct.pack(">II", 40_000, 40_000)
    head[29:33] = struct.pack(">I", zlib.crc32(bytes(head[12:29])))
    path.write_bytes(bytes(head))


def damage(path):
    data = bytearray(picture(9))
    table = data.index(b"\xff\xc4") + 5  # how many codes have which length
    data[table : table + 16] = b"\xff" * 16
    path.write_bytes(bytes(data))


PHOTOS = {
    "empty": (lambda path: path.write_bytes(b""), "the file is empty"),
    "no picture": (lambda path: path.write_text("no"), "not a JPEG, PNG, WebP or HEIC image"),
    "cut off": (lambda path: path.write_bytes(picture(1)[:1204]), "truncated JPEG: the file ends"),
    "damaged": (damage, "corrupt JPEG: its "),
    "bomb": (bomb, "40,000 x 40,000 pixels, more than the 1,000,000 allowed: save it smaller"),
    "too many bytes": (
        lambda path: path.write_bytes(picture(1) + bytes(500_000)),
        "500,001 bytes, more than the 500,000 allowed",
    ),
    "too small": (
        lambda path: Image.new("RGB", (8, 8)).save(path),
        "8 x 8 pixels, smaller than 16 on a side",
    ),
}


@pytest.mark.parametrize("name", PHOTOS)
def test_a_photo_that_cannot_be_used_gets_its_sentence(shop, name):
    spoil, why = PHOTOS[name]
    spoil(shop.photos / "a.jpg")
    (said,) = sentences(shop.say(line("a.jpg")))
    assert said.startswith(f"{shop.file}, row 1: photo 'a.jpg': {why}")
    assert said.endswith("; replace the photo or remove the line")


def test_a_link_out_of_the_photos_is_refused(shop):
    (shop.photos / "link.jpg").symlink_to(shop.catalog)
    (said,) = sentences(shop.say(line("link.jpg")))
    assert "photo 'link.jpg' lies outside the folder of photos" in said


@pytest.mark.parametrize("name", ["A.JPG", "C:\\shop\\a.jpg", "phone/a.jpg"])
def test_a_photo_under_another_name_is_offered(shop, name):
    (said,) = sentences(shop.say(line(name)))
    assert said.endswith("; did you mean 'a.jpg'? correct it, or give --photos")


def test_a_pipe_is_no_photo(shop):
    os.mkfifo(shop.photos / "pipe.jpg")
    (said,) = sentences(shop.say(line("pipe.jpg")))
    assert "photo 'pipe.jpg' is not in" in said


def test_all_faults_are_listed_in_the_order_of_lines(shop):
    two = line("none.jpg", objects=[{"box": [1, 2], "sku": "x"}, {"sku": 5}], verdict="good")
    shop.say(line("gone.jpg"), two, line("c.jpg", who=""))
    rows = [said.partition(", row ")[2].partition(":")[0] for said in sentences(shop)]
    assert rows == ["1", *["2"] * 6, "3"], "also that the photo of line 2 is not there"


def test_a_box_that_leaves_the_photo_is_told_beside_other_faults(shop):
    shop.say(thing(sku="milk-00", box=[100, 10, 180, 50]))
    sku, box = sentences(shop)
    assert "object 1: SKU 'milk-00' is not in the catalogue" in sku
    assert "object 1: its box (100, 10) to (180, 50) leaves the photo of 160 x 120" in box


FILES = {
    "a photo": (
        lambda file: file.write_bytes(b"\xff\xd8\xff\xe0\0\x10JFIF\0\n\xff\n"),
        "is no text in UTF-8; give the file of JSON Lines",
    ),
    "missing": (lambda file: None, "the file does not exist; check the path"),
    "a folder": (lambda file: file.mkdir(), "is a folder, not a file; give the file of JSON Lines"),
    "a pipe": (os.mkfifo, "is a pipe or a device; give the file of JSON Lines"),
    "empty": (
        lambda file: file.write_text("\n\n"),
        "has no lines; write one JSON object per corrected photo",
    ),
    "huge": (
        lambda file: os.truncate(os.open(file, os.O_CREAT | os.O_WRONLY), MAX_TABLE_BYTES + 1),
        f"{MAX_TABLE_BYTES + 1:,} bytes, more than the {MAX_TABLE_BYTES:,} allowed; split it into "
        "several files",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_gets_its_sentence(shop, name):
    spoil, sentence = FILES[name]
    spoil(shop.file)
    assert sentences(shop) == [f"{shop.file}: {sentence}"]


def test_bytes_that_are_no_text_get_a_sentence(shop):
    shop.file.write_bytes(json.dumps(line()).encode() + b'\n{"who": "\xff"}\n')
    assert sentences(shop) == [
        f"{shop.file}, row 2: not UTF-8 at byte 9 of the line; save the file as UTF-8"
    ]


def test_a_line_without_end_is_not_read_into_memory(shop):
    long = json.dumps(line(who="x" * MAX_LINE_BYTES))
    (said,) = sentences(shop.say(long, line("b.jpg")))
    assert said == (
        f"{shop.file}, row 1: is longer than {MAX_LINE_BYTES:,} bytes; write one object per photo"
    )


def test_two_corrections_of_one_moment_that_disagree_get_a_sentence(shop):
    (shop.photos / "copy.jpg").write_bytes((shop.photos / "a.jpg").read_bytes())
    other = [{"box": list(OTHER_BOX), "sku": SKUS[1]}]
    assert sentences(shop.say(line("a.jpg"), line("copy.jpg", objects=other))) == [
        f"{shop.file}, row 2: photo 'copy.jpg' is corrected differently in row 1, of the same "
        "moment; keep one of the lines"
    ]


SHELVES = {
    "missing, in a folder that is missing": (
        lambda shop: setattr(shop, "shelves", shop.shelves / "typo" / "shelves"),
        "the folder cannot be made (No such file or directory); check the path",
    ),
    "a file": (
        lambda shop: (shop.shelves.rmdir(), shop.shelves.write_text("")),
        "is not a folder",
    ),
    "itself a span": (
        lambda shop: (shop.shelves / "annotations.json").write_text("{}"),
        "is itself a span: it holds annotations.json; move its files into a folder span-1",
    ),
}


@pytest.mark.parametrize("name", SHELVES)
def test_shelves_that_cannot_take_a_span_get_a_sentence(shop, name):
    spoil, sentence = SHELVES[name]
    spoil(shop)
    with pytest.raises(InputError) as caught:
        shop.say(line()).add()
    assert str(caught.value).startswith(f"{shop.shelves}: {sentence}")


def test_a_folder_of_photos_that_is_none_gets_a_sentence(shop):
    assert sentences(shop.say(line()), photos=shop.photos / "none") == [
        f"{shop.photos / 'none'}: is no folder of photos; give an existing one with --photos"
    ]


def test_a_catalogue_that_is_none_gets_a_sentence(shop):
    shop.catalog.write_text("name,image\n")
    said = sentences(shop.say(line()))
    assert said[0].startswith(f"{shop.catalog}, row 1: no column 'sku'")


def test_without_a_catalogue_any_sku_is_taken(shop):
    from components.feedback.add_feedback import add_feedback

    shop.say(thing(sku="of no catalogue"))
    report = add_feedback(shop.file, shop.shelves, settings=SETTINGS)
    assert report.span == shop.shelves / "span-1"
