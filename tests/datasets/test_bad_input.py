"""Every malformed input that users make, and the sentence each of them gets."""

import io
import shutil
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image
from tiny_data import SKUS, TinyData
from tiny_spans import Photo, picture, write_span

from components.datasets.input_check import check_input
from components.datasets.read_shelves import scan_shelves
from components.datasets.settings import DataSettings
from components.datasets.tables import MAX_TABLE_BYTES
from components.records.problems import InputError, Problem

SETTINGS = DataSettings(max_photo_pixels=1_000_000, max_photo_bytes=500_000)


@pytest.fixture
def data(tmp_path):
    return TinyData(tmp_path / "data")


def sentences(data):
    data.save()
    return check_sentences(data.products_csv, data.shelves)


def check_sentences(products_csv, shelves):
    with pytest.raises(InputError) as caught:
        check_input(products_csv, shelves, SETTINGS)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(caught.value.problems)
    return lines


def put_row(data, **cells):
    row = {"sku": "milk-9", "name": "Milk 9", "category": "dairy", "image": "packshots/new.png"}
    row.update(cells)
    if row["image"] == "packshots/new.png":
        Image.new("RGB", (40, 60), (9, 99, 9)).save(data.root / "packshots/new.png")
    data.rows.append(",".join(row.values()))


def truncate(path: Path):
    path.write_bytes(path.read_bytes()[:1204])


def bomb(path: Path):
    """A few bytes of PNG that claim to be 40,000 pixels on a side."""
    buffer = io.BytesIO()
    Image.new("RGB", (20, 20)).save(buffer, "PNG")
    head = bytearray(buffer.getvalue())
    head[16:24] = struct.pack(">II", 40_000, 40_000)
    head[29:33] = struct.pack(">I", zlib.crc32(bytes(head[12:29])))
    path.write_bytes(bytes(head))


def noisy(path: Path):
    Image.effect_noise((160, 120), 90).convert("RGB").save(path)


CATALOG = {
    "missing column": (
        lambda d: d.rows.__setitem__(0, "sku,title,category,image"),
        "products.csv, row 1: no column 'name' (there are: sku, title, category, image); "
        "add the column or rename one",
    ),
    "misspelt column": (
        lambda d: d.rows.__setitem__(0, "sku,name,category,imgae"),
        "products.csv, row 1: no column 'image' (there are: sku, name, category, imgae); "
        "did you mean 'imgae'? add the column or rename one",
    ),
    "semicolons": (
        lambda d: d.rows.__setitem__(slice(None), [row.replace(",", ";") for row in d.rows[:1]]),
        "products.csv: the catalogue is empty; add one row per packshot",
    ),
    "no rows": (
        lambda d: d.rows.__delitem__(slice(1, None)),
        "products.csv: the catalogue is empty; add one row per packshot",
    ),
    "no header": (
        lambda d: d.rows.clear(),
        "products.csv: the file is empty; start it with the header sku,name,category,image",
    ),
    "open quote": (
        lambda d: d.rows.append('"milk-9,Milk,dairy,a.png'),
        "products.csv, row 8: not valid CSV (unexpected end of data); correct this row",
    ),
    "empty sku": (
        lambda d: put_row(d, sku=" "),
        "products.csv, row 8: the SKU is empty; give the product its SKU or remove it",
    ),
    "reserved sku": (
        lambda d: put_row(d, sku="unknown_product"),
        "products.csv, row 8: the SKU 'unknown_product' is reserved for products outside the "
        "catalogue; choose another SKU",
    ),
    "sku of a made-up product": (
        lambda d: put_row(d, sku="companion:milk"),
        "products.csv, row 8: the SKU 'companion:milk' begins like those of products that OneShelf "
        "makes up; choose another SKU",
    ),
    "control character in sku": (
        lambda d: put_row(d, sku='"milk\n9"'),
        "products.csv, row 9: the SKU 'milk\\n9' contains a control character or is not "
        "UTF-8; remove the character",
    ),
    "short row": (
        lambda d: d.rows.append("milk-9,Milk 9"),
        "products.csv, row 8: the row ends before column 'category'; complete the row",
    ),
    "comma in a name": (
        lambda d: d.rows.append("milk-9,Milk, 9,dairy,packshots/new.png"),
        "products.csv, row 8: 5 cells, while the header has 4; "
        "put cells that contain commas in double quotes",
    ),
    "empty image": (
        lambda d: put_row(d, image=""),
        "products.csv, row 8: the image is empty; name the packshot's file or remove the row",
    ),
    "missing image": (
        lambda d: put_row(d, image="packshots/none.png"),
        "products.csv, row 8: image 'packshots/none.png' does not exist; "
        "add the file or correct its name",
    ),
    "duplicate image": (
        lambda d: put_row(d, image="packshots/../packshots/milk-0.png"),
        "products.csv, row 8: image 'packshots/../packshots/milk-0.png' is already used in "
        "row 2; give each row an image of its own",
    ),
    "climbing path": (
        lambda d: put_row(d, image="../../etc/passwd"),
        "products.csv, row 8: image '../../etc/passwd' lies outside the data folder; put the "
        "file beside products.csv or below, and give its relative path",
    ),
    "absolute path": (
        lambda d: put_row(d, image="/etc/passwd"),
        "products.csv, row 8: image '/etc/passwd' lies outside the data folder; put the "
        "file beside products.csv or below, and give its relative path",
    ),
    "link out of the folder": (
        lambda d: (
            (d.root / "packshots/link.png").symlink_to(__file__),
            put_row(d, image="packshots/link.png"),
        ),
        "products.csv, row 8: image 'packshots/link.png' lies outside the data folder; put the "
        "file beside products.csv or below, and give its relative path",
    ),
    "unreadable image": (
        lambda d: (d.root / "packshots/milk-2.png").write_text("no picture"),
        "products.csv, row 4: image 'packshots/milk-2.png': not a JPEG, PNG, WebP or HEIC image; "
        "replace the image",
    ),
    "bomb": (
        lambda d: bomb(d.root / "packshots/milk-2.png"),
        "products.csv, row 4: image 'packshots/milk-2.png': 40,000 x 40,000 pixels, more "
        "than the 1,000,000 allowed: save it smaller; replace the image",
    ),
    "file too large": (
        lambda d: (d.root / "packshots/milk-2.png").write_bytes(bytes(500_001)),
        "products.csv, row 4: image 'packshots/milk-2.png': 500,001 bytes, more than the "
        "500,000 allowed; replace the image",
    ),
    "truncated image": (
        lambda d: (noisy(p := d.root / "packshots/milk-2.png"), truncate(p)),
        "products.csv, row 4: image 'packshots/milk-2.png': truncated PNG: the file ends after "
        "1,204 bytes, inside the picture; replace the image",
    ),
}


@pytest.mark.parametrize("name", CATALOG)
def test_catalogue_fault_gets_its_sentence(data, name):
    spoil, sentence = CATALOG[name]
    spoil(data)
    lines = [line for line in sentences(data) if "products.csv" in line]
    assert lines == [f"{data.root}/{sentence}"]


def first_image(**changes):
    return lambda d: d.document["images"][0].update(changes)


def first_annotation(**changes):
    return lambda d: d.document["annotations"][0].update(changes)


SHELVES = {
    "unknown image id": (
        first_annotation(image_id=77),
        "annotation 100: unknown image id 77; list the image or remove the annotation",
    ),
    "unhashable image id": (
        first_annotation(image_id=[1]),
        "annotation 100: unknown image id [1]; list the image or remove the annotation",
    ),
    "unknown category id": (
        first_annotation(category_id=77),
        "annotation 100: unknown category id 77; list the category or remove the annotation",
    ),
    "SKU not in the catalogue": (
        lambda d: d.document["categories"][0].update(name="milk-00"),
        "annotation 100: SKU 'milk-00' is not in the catalogue (2 annotations); did you mean "
        "'milk-0'? rename the category, add the product to the catalogue, or use "
        "'unknown_product'",
    ),
    "box outside the photo": (
        first_annotation(bbox=[120, 10, 60, 40]),
        "annotation 100: its box (120, 10) to (180, 50) leaves the photo of 160 x 120; "
        "draw it again inside the photo",
    ),
    "box of no area": (
        first_annotation(bbox=[10, 10, 0, 40]),
        "annotation 100: its box has no area (0 x 40); draw it again or remove it",
    ),
    "box of negative area": (
        first_annotation(bbox=[10, 10, 5, -4]),
        "annotation 100: its box has no area (5 x -4); draw it again or remove it",
    ),
    "box of no pixel": (
        first_annotation(bbox=[10, 10, 0.001, 0.001]),
        "annotation 100: its box is less than a pixel wide or high inside the photo; draw it "
        "again or remove it",
    ),
    "box in the rounding margin only": (
        first_annotation(bbox=[160, 10, 0.5, 40]),
        "annotation 100: its box has no area inside the photo; draw it again or remove it",
    ),
    "box of three numbers": (
        first_annotation(bbox=[10, 10, 5]),
        "annotation 100: has no box of four numbers; give bbox as x, y, width, height in pixels",
    ),
    "box of infinity": (
        first_annotation(bbox=[10, 10, float("inf"), 5]),
        "annotation 100: has no box of four numbers; give bbox as x, y, width, height in pixels",
    ),
    "box of a number no float holds": (
        first_annotation(bbox=[10, 10, 10**400, 5]),
        "annotation 100: has no box of four numbers; give bbox as x, y, width, height in pixels",
    ),
    "occlusion of 30": (
        first_annotation(attributes={"occlusion": 30}),
        "annotation 100: occlusion 30 is no fraction; give a number from 0 to 1",
    ),
    "difficult in words": (
        first_annotation(attributes={"difficult": "yes"}),
        "annotation 100: difficult is 'yes'; write difficult as 0 or 1",
    ),
    "attributes in a list": (
        first_annotation(attributes=["difficult"]),
        "annotation 100: its attributes are no object; write them as name and value",
    ),
    "annotation that is a number": (
        lambda d: d.document["annotations"].append(7),
        "annotations[13]: is no object; export the file again",
    ),
    "image without id": (
        lambda d: d.document["images"].append({"file_name": "a.jpg"}),
        "images[10]: has no id; give every image an id of its own",
    ),
    "image id twice": (
        lambda d: d.document["images"].append({"id": 0, "file_name": "a.jpg"}),
        "image 0: this id is listed twice, the second time for 'a.jpg'; give every image an id of "
        "its own",
    ),
    "image without file name": (
        first_image(file_name=None),
        "image 0: has no file_name; name the photo's file",
    ),
    "image attributes that are a list": (
        first_image(attributes=["north"]),
        "image 0: its attributes are no object; write them as name and value",
    ),
    "photo listed twice": (
        lambda d: d.document["images"].append({"id": 50, "file_name": "./photo-3.jpg"}),
        "image 50: photo './photo-3.jpg' is already image 3; list each photo once",
    ),
    "photo missing": (
        first_image(file_name="none.jpg"),
        "image 0: photo 'none.jpg' does not exist; add the file or remove the image",
    ),
    "photo outside": (
        first_image(file_name="../../packshots/milk-0.png"),
        "image 0: photo '../../packshots/milk-0.png' lies outside the data folder; put the file "
        "into the span's folder and give its relative path",
    ),
    "unknown split": (
        first_image(attributes={"split": "val"}),
        "image 0: unknown split 'val'; use one of train, eval, test",
    ),
    "image hard in words": (
        first_image(attributes={"hard": "yes"}),
        "image 0: hard is 'yes'; write hard as 0 or 1",
    ),
    "review at no time": (
        first_image(attributes={"when": "yesterday", "verdict": "corrected"}),
        "image 0: when 'yesterday' is no time such as 2026-05-31T14:07:00+02:00; write it as "
        "`oneshelf feedback add` does, or remove it",
    ),
    "review without time zone": (
        first_image(attributes={"when": "2026-05-31T14:07:00", "verdict": "corrected"}),
        "image 0: when '2026-05-31T14:07:00' is no time such as 2026-05-31T14:07:00+02:00; write "
        "it as `oneshelf feedback add` does, or remove it",
    ),
    "review of no verdict": (
        first_image(attributes={"when": "2026-05-31T14:07:00Z", "verdict": "good"}),
        "image 0: verdict 'good' is none of corrected, confirmed, nothing_here; write it as "
        "`oneshelf feedback add` does, or remove it",
    ),
    "annotated at another size": (
        first_image(width=1600, height=1200),
        "image 0: photo 'photo-0.jpg' is 160 x 120 as displayed, annotated as 1600 x 1200; "
        "annotate the photo as it is displayed, at its full size",
    ),
    "category without name": (
        lambda d: d.document["categories"].append({"id": 1000}),
        "categories[8]: has no id or no name; give every category an id and its SKU as name",
    ),
    "category id twice": (
        lambda d: d.document["categories"].append({"id": 1, "name": "milk-0"}),
        "categories[8]: id 1 is listed twice; give every category its own id",
    ),
    "no photos": (
        lambda d: d.document.update(images=[], annotations=[]),
        "lists no photos; list the span's photos in 'images' or remove the span",
    ),
    "no categories": (
        lambda d: d.document.pop("categories"),
        "has no list 'categories'; export it as COCO",
    ),
    "photo truncated": (
        lambda d: truncate(d.span / "photo-0.jpg"),
        "image 0: photo 'photo-0.jpg': truncated JPEG: the file ends after 1,204 bytes, inside "
        "the picture; replace the photo",
    ),
    "photo unreadable": (
        lambda d: (d.span / "photo-0.jpg").write_bytes(b"\xff\xd8 no picture"),
        "image 0: photo 'photo-0.jpg': damaged or cut off in its header (13 bytes); "
        "replace the photo",
    ),
}


@pytest.mark.parametrize("name", SHELVES)
def test_shelf_fault_gets_its_sentence(data, name):
    spoil, sentence = SHELVES[name]
    spoil(data)
    file = f"{data.span}/annotations.json"
    start = f"{file}: " if sentence.startswith(("lists", "has no list")) else f"{file}, "
    assert sentences(data) == [start + sentence]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"{", "annotations.json, row 1: not valid JSON (Expecting property name"),
        (b"[" * 100_000, "annotations.json: not valid JSON (maximum recursion depth"),
        (b"[]", "annotations.json: is no COCO document; export it as COCO"),
        (b'{"images": "\xff"}', "annotations.json: not UTF-8 at byte 12; save it as UTF-8"),
    ],
)
def test_broken_json_gets_a_sentence(data, text, sentence):
    (data.span / "annotations.json").write_bytes(text)
    (line,) = check_sentences(data.products_csv, data.shelves)
    assert line.startswith(f"{data.span}/{sentence}")


def test_missing_paths_get_a_sentence(tmp_path):
    assert check_sentences(tmp_path / "products.csv", tmp_path / "shelves") == [
        f"{tmp_path}/products.csv: the file does not exist; check the path",
        f"{tmp_path}/shelves: the folder does not exist; give the folder that holds span-1",
    ]


def test_huge_table_gets_a_sentence(data):
    with data.products_csv.open("wb") as stream:
        stream.truncate(MAX_TABLE_BYTES + 1)
    assert check_sentences(data.products_csv, data.shelves) == [
        f"{data.products_csv}: {MAX_TABLE_BYTES + 1:,} bytes, more than the {MAX_TABLE_BYTES:,} "
        "allowed; split it into several spans"
    ]


def test_swapped_paths_get_a_sentence(data):
    assert check_sentences(data.shelves, data.products_csv) == [
        f"{data.shelves}: is a folder, not a file; give the path of the file in it",
        f"{data.products_csv}: is not a folder; give the folder that holds span-1",
    ]


def test_folder_without_span_gets_a_sentence(data):
    shutil.rmtree(data.span)
    (line,) = check_sentences(data.products_csv, data.shelves)
    assert line == (
        f"{data.shelves}: holds no span; put the photos and their annotations.json, photos.csv or "
        "counts.csv into a folder span-1"
    )


def test_misspelt_span_without_annotations_gets_a_sentence(data):
    data.save()
    (data.shelves / "Span2").mkdir()
    assert check_sentences(data.products_csv, data.shelves) == [
        f"{data.shelves}/Span2: would be a span, were it named like one; name it span-N, N its "
        "number"
    ]


def test_misspelt_span_gets_a_sentence(data):
    data.span.rename(data.shelves / "span_2")
    assert check_sentences(data.products_csv, data.shelves) == [
        f"{data.shelves}/span_2: is annotated like a span, but not named like one; "
        "name it span-N, N its number"
    ]


def test_span_without_annotations_gets_a_sentence(data):
    (data.shelves / "span-2").mkdir()
    assert sentences(data) == [
        f"{data.shelves}/span-2: has no annotations.json, photos.csv or counts.csv; "
        "annotate the span or remove it"
    ]


def test_two_spans_of_one_number_get_a_sentence(data):
    (data.shelves / "span-01").mkdir()
    assert sentences(data) == [
        f"{data.span}: the same span as span-01; give each span its own number",
        f"{data.shelves}/span-01: has no annotations.json, photos.csv or counts.csv; "
        "annotate the span or remove it",
    ]


def test_span_with_both_kinds_of_annotation_gets_a_sentence(data):
    (data.span / "photos.csv").write_text("image,sku\n")
    assert sentences(data) == [
        f"{data.span}: has both annotations.json and photos.csv; put them into different spans"
    ]


def test_data_without_a_photo_to_judge_on_gets_a_sentence(data):
    for image in data.document["images"]:
        image["attributes"]["split"] = "train"
    assert sentences(data) == [
        f"{data.shelves}: none of 9 photos falls into the split 'test', on which models are "
        "judged; add photos of other visits, or set the attribute split of some to 'test'"
    ]


PHOTO_LABELS = {
    "missing column": (["image,label", "a.jpg,milk-0"], "row 1: no column 'sku'"),
    "no photos": (["image,sku"], "photos.csv: lists no photos; add one row per photo"),
    "unknown SKU": (
        ["image,sku", "photo-0.jpg,Milk-0"],
        "row 2: SKU 'Milk-0' is not in the catalogue; did you mean 'milk-0', which "
        "differs only in capital letters? correct it or add the product to the catalogue",
    ),
    "empty SKU": (["image,sku", "photo-0.jpg,"], "row 2: the sku is empty"),
    "empty image": (["image,sku", ",milk-0"], "row 2: the image is empty"),
    "photo twice": (
        ["image,sku", "photo-0.jpg,milk-0", "photo-0.jpg,milk-1"],
        "row 3: photo 'photo-0.jpg' is already listed in row 2; list each photo once",
    ),
    "photo missing": (["image,sku", "none.jpg,milk-0"], "row 2: photo 'none.jpg' does not exist"),
    "photo outside": (
        ["image,sku", "../../packshots/milk-0.png,milk-0"],
        "row 2: photo '../../packshots/milk-0.png' lies outside the data folder",
    ),
    "photo broken": (
        ["image,sku", "annotations.txt,milk-0"],
        "row 2: photo 'annotations.txt': not a JPEG, PNG, WebP or HEIC image; replace the photo",
    ),
    "no photo of the split": (
        ["image,sku,split", "photo-0.jpg,milk-0,train", "photo-1.jpg,milk-0,test"],
        "no photo has the split 'val' (there are: test, train); set data.photo_split",
    ),
}


@pytest.mark.parametrize("name", PHOTO_LABELS)
def test_photo_label_fault_gets_its_sentence(data, name):
    rows, sentence = PHOTO_LABELS[name]
    (data.span / "annotations.json").rename(data.span / "annotations.txt")
    (data.span / "photos.csv").write_text("\n".join(rows))
    (line,) = check_sentences(data.products_csv, data.shelves)
    assert sentence in line
    assert line.startswith(f"{data.span}/photos.csv")


def test_all_problems_of_catalogue_and_shelves_are_counted(data):
    put_row(data, sku="")
    put_row(data, image="packshots/none.png")
    truncate(data.span / "photo-1.jpg")
    truncate(data.span / "photo-4.jpg")
    first_annotation(bbox=[0, 0, 0, 0])(data)
    assert len(sentences(data)) == 5


def test_a_box_that_leaves_the_photo_is_told_beside_other_faults(data):
    first_annotation(bbox=[120, 10, 60, 40], attributes={"occlusion": 2}, iscrowd=3)(data)
    box, occlusion, crowd = sentences(data)
    assert "its box (120, 10) to (180, 50) leaves the photo of 160 x 120" in box
    assert "occlusion 2 is no fraction" in occlusion
    assert "iscrowd is 3" in crowd


def test_faulty_row_does_not_make_its_sku_unknown_to_the_annotations(data):
    (data.root / "packshots/milk-0.png").unlink()
    (line,) = sentences(data)
    assert "packshots/milk-0.png' does not exist" in line


def test_problem_stays_on_one_line():
    text = str(Problem("a.csv", 3, "line one\nline two", "mend it"))
    assert text == "a.csv, row 3: line one line two; mend it"


def test_problem_can_be_printed_whatever_it_tells_of():
    text = str(Problem("a\udcff.json", 3, "name 'x\ud800'", "mend it"))
    assert text == "a\\udcff.json, row 3: name 'x\\ud800'; mend it"


def test_error_needs_a_problem():
    with pytest.raises(ValueError, match="at least one"):
        InputError([])


def test_a_photo_that_is_listed_with_a_fault_is_not_unlisted(tmp_path):
    span = write_span(tmp_path, 1, [Photo("a.jpg", 1, attributes={"split": "trian"})])
    (span / "other.jpg").write_bytes(picture(2))
    labels = tmp_path / "span-2"
    labels.mkdir()
    (labels / "b.jpg").write_bytes(picture(3))
    (labels / "photos.csv").write_text(f"image,sku,split\nb.jpg,{SKUS[0]},train\n")
    found, problems = scan_shelves(tmp_path, None, DataSettings())
    assert len(problems) == 2
    assert found.skipped == 1
