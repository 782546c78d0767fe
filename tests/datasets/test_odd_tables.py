"""Tables as people have them: what is taken, what is said of it, and what is refused."""

import json
import os
import unicodedata

import pytest
from PIL import Image
from tiny_data import SKUS, TinyData

from components.datasets.input_check import check_input
from components.datasets.read_catalog import scan_catalog
from components.datasets.read_shelves import scan_shelves
from components.datasets.settings import DataSettings
from components.imaging.decoding import ImageLimits
from components.records.problems import MOST_REMARKS, Problem, told


@pytest.fixture
def data(tmp_path):
    return TinyData(tmp_path / "data")


def catalog_of(data):
    """The SKUs, and what is said of the table, without its path."""
    scan = scan_catalog(data.products_csv, ImageLimits())
    said = [str(each) for each in (*scan.problems, *scan.remarks)]
    return [row.sku for row in scan.rows], [
        line.removeprefix(str(data.products_csv)).lstrip(",: ") for line in said
    ]


def written(data, separator=",", encoding="utf-8", end="\n", first=""):
    rows = [row.replace(",", separator) for row in data.rows]
    data.products_csv.write_bytes((first + end.join(rows) + end).encode(encoding))


def bytes_of(data, content):
    data.products_csv.write_bytes(content)


TAKEN_SILENTLY = {
    "semicolons": lambda d: written(d, ";"),
    "tabs": lambda d: written(d, "\t"),
    "bars": lambda d: written(d, "|"),
    "byte order mark": lambda d: written(d, encoding="utf-8-sig"),
    "UTF-16 with tabs, as Excel's Unicode text": lambda d: written(d, "\t", "utf-16"),
    "line ends of Windows": lambda d: written(d, end="\r\n"),
    "line ends of old Macs": lambda d: written(d, end="\r"),
    "Excel's line sep=": lambda d: written(d, ";", first="sep=;\n"),
    "columns in capitals": lambda d: (
        d.rows.__setitem__(0, "SKU,Name,Category,IMAGE"),
        written(d),
    ),
    "columns with what shows nothing": lambda d: (
        d.rows.__setitem__(0, "\ufeffsku\u200b,name\u00a0, category,image"),
        written(d),
    ),
    "empty columns at the end": lambda d: (
        d.rows.__setitem__(slice(None), [f"{row},," for row in d.rows]),
        written(d),
    ),
    "spaces after commas, and quotes": lambda d: (
        d.rows.__setitem__(
            slice(None),
            [", ".join(f'"{cell}"' for cell in row.split(",")) for row in d.rows],
        ),
        written(d),
    ),
    "blank rows": lambda d: (d.rows.insert(3, ",,,"), d.rows.append(""), written(d)),
}


@pytest.mark.parametrize("case", TAKEN_SILENTLY)
def test_a_table_is_taken_as_programs_write_it(data, case):
    TAKEN_SILENTLY[case](data)
    assert catalog_of(data) == (list(SKUS), [])


def test_rows_count_as_in_the_file_below_the_line_sep(data):
    data.rows[2] = data.rows[2].replace("milk-1.png", "none.png")
    written(data, ";", first="sep=;\n")
    _, (said,) = catalog_of(data)
    assert said.startswith("row 4: image 'packshots/none.png' does not exist")


def row(data, number, **cells):
    names = ("sku", "name", "category", "image")
    values = dict(zip(names, data.rows[number].split(","), strict=True))
    data.rows[number] = ",".join({**values, **cells}.values())


def picture_called(data, name):
    Image.new("RGB", (40, 60), (9, 99, 9)).save(data.root / "packshots" / name, "PNG")
    row(data, 6, image=f"packshots/{name}")


NFD = unicodedata.normalize("NFD", "ö.png")
REMARKS = {
    "Windows-1252": (
        lambda d: (row(d, 1, name="Müsli"), written(d, encoding="cp1252")),
        "is not in UTF-8, and read as Windows-1252 ('Müsli'); save it as CSV UTF-8 where this is "
        "not right",
    ),
    "zero width space": (
        lambda d: (row(d, 1, sku="milk-0\u200b"), written(d)),
        "row 2: the SKU 'milk-0' is written with U+200B ZERO WIDTH SPACE; it is taken as 'milk-0'",
    ),
    "byte order mark in a cell": (
        lambda d: (row(d, 1, sku="\ufeffmilk-0"), written(d)),
        "row 2: the SKU 'milk-0' is written with U+FEFF ZERO WIDTH NO-BREAK SPACE; it is taken as "
        "'milk-0'",
    ),
    "no-break space at the end": (
        lambda d: (row(d, 1, sku="milk-0\u00a0"), written(d)),
        "row 2: the SKU 'milk-0' is written with U+00A0 NO-BREAK SPACE; it is taken as 'milk-0'",
    ),
    "unit separator in front": (
        lambda d: (row(d, 1, sku="\x1fmilk-0"), written(d)),
        "row 2: the SKU 'milk-0' is written with the control character U+001F; it is taken as "
        "'milk-0'",
    ),
    "formula": (
        lambda d: (row(d, 1, sku='"=""milk-0"""'), written(d)),
        "row 2: the SKU 'milk-0' is written as =\"milk-0\" to keep its zeros; it is taken as "
        "'milk-0'",
    ),
    "apostrophe": (
        lambda d: (row(d, 1, sku="'milk-0"), written(d)),
        "row 2: the SKU 'milk-0' is written as 'milk-0 to keep its zeros; it is taken as 'milk-0'",
    ),
    "quotes twice": (
        lambda d: (row(d, 1, sku='"""milk-0"""'), written(d)),
        "row 2: the SKU 'milk-0' is written in quotes, \"milk-0\"; it is taken as 'milk-0'",
    ),
    "file in capitals": (
        lambda d: (row(d, 1, image="packshots/MILK-0.PNG"), written(d)),
        "'packshots/MILK-0.PNG' is taken for the file 'packshots/milk-0.png'; it differs in "
        "capital letters; write names as the files have them",
    ),
    "backslashes": (
        lambda d: (row(d, 1, image="packshots\\milk-0.png"), written(d)),
        "'packshots\\milk-0.png' is taken for the file 'packshots/milk-0.png'; it differs in "
        "backslashes; write names as the files have them",
    ),
    "percent signs": (
        lambda d: (
            picture_called(d, "ö l.png"),
            row(d, 6, image="packshots/%C3%B6%20l.png"),
            written(d),
        ),
        "'packshots/%C3%B6%20l.png' is taken for the file 'packshots/ö l.png'; it differs in "
        "percent signs; write names as the files have them",
    ),
    "NFD of a Mac": (
        lambda d: (
            picture_called(d, NFD),
            row(d, 6, image="packshots/ö.png"),
            written(d),
        ),
        f"'packshots/ö.png' is taken for the file 'packshots/{NFD}'; it differs in "
        "Unicode's form, NFC or NFD; write names as the files have them",
    ),
    "file with what shows nothing": (
        lambda d: (row(d, 1, image="packshots/milk\u200b-0.png"), written(d)),
        "'packshots/milk\u200b-0.png' is taken for the file 'packshots/milk-0.png'; it differs in "
        "characters that show nothing; write names as the files have them",
    ),
}


@pytest.mark.parametrize("case", REMARKS)
def test_what_is_taken_otherwise_than_written_gets_its_sentence(data, case):
    spoil, sentence = REMARKS[case]
    spoil(data)
    assert catalog_of(data) == (list(SKUS), [sentence])


DOUBTFUL = {
    "UTF-8 taken for Windows-1252 and saved again": (
        lambda d: (row(d, 1, name="MÃ¼sli"), row(d, 2, name="Ã„pfel")),
        "row 2: 'MÃ¼sli' looks like 'Müsli', read in a wrong encoding and saved again (and 1 more "
        "text); export the table again as CSV UTF-8",
    ),
    "one SKU with two names": (
        lambda d: row(d, 2, sku="milk-0"),
        "row 3: the SKU 'milk-0' is named 'Milk 1' here, and 'Milk 0' in row 2; both count as "
        "views of one product; give each product its own SKU",
    ),
    "capital letters": (
        lambda d: row(d, 2, sku="MILK-0"),
        "row 3: the SKU 'MILK-0' differs from 'milk-0' in row 2 only in capital letters; they "
        "count as two products; give them one SKU where they are one product",
    ),
    "leading zeros": (
        lambda d: (row(d, 1, sku="4711"), row(d, 2, sku="04711")),
        "row 3: the SKU '04711' differs from '4711' in row 2 only in leading zeros; they count as "
        "two products; give them one SKU where they are one product",
    ),
    "numbers with a decimal zero": (
        lambda d: [row(d, number, sku=f"471{number}.0") for number in range(1, 7)],
        "all SKUs end in a decimal zero ('4711.0'), and count as different from '4711'; export the "
        "column as text where that is not right",
    ),
    "two spaces": (
        lambda d: (row(d, 1, sku="a b"), row(d, 2, sku="a  b")),
        "row 3: the SKU 'a b' differs from 'a b' in row 2 only in spaces; they count as two "
        "products; give them one SKU where they are one product",
    ),
    "wide digits": (
        lambda d: (row(d, 1, sku="12"), row(d, 2, sku="1２")),
        "row 3: the SKU '1２' differs from '12' in row 2 only in U+FF12 FULLWIDTH DIGIT TWO; they "
        "count as two products; give them one SKU where they are one product",
    ),
}


@pytest.mark.parametrize("case", DOUBTFUL)
def test_skus_that_may_be_mistaken_get_a_sentence(data, case):
    spoil, sentence = DOUBTFUL[case]
    spoil(data)
    written(data)
    skus, said = catalog_of(data)
    assert (len(skus), said) == (len(SKUS), [sentence])


def test_views_of_one_product_may_spell_its_name_a_little_differently(data):
    row(data, 2, sku="milk-0", name=" MILK  0")
    written(data)
    assert catalog_of(data)[1] == []


REFUSED = {
    "number that a spreadsheet rounded": (
        lambda d: (row(d, 1, sku="4.00638E+12"), written(d)),
        "row 2: the SKU '4.00638E+12' is a number that a spreadsheet has rounded; make the column "
        "text in the spreadsheet and export it again",
    ),
    "rounded number with a comma": (
        lambda d: (row(d, 1, sku='"4,00638E+12"'), d.products_csv.write_text("\n".join(d.rows))),
        "row 2: the SKU '4,00638E+12' is a number that a spreadsheet has rounded; make the column "
        "text in the spreadsheet and export it again",
    ),
    "SKU of 130 bytes": (
        lambda d: (row(d, 1, sku="ы" * 65), written(d)),
        f"row 2: the SKU '{'ы' * 65}' has 130 bytes in UTF-8, more than the 128 allowed; use the "
        "product's key, not its name",
    ),
    "error of a spreadsheet": (
        lambda d: (row(d, 1, sku="#N/A"), written(d)),
        "row 2: the SKU '#N/A' is what a spreadsheet shows for a cell that it has no value for; "
        "mend the cell and export the table again",
    ),
    "SKU of nothing visible": (
        lambda d: (row(d, 1, sku="\u200b"), written(d)),
        "row 2: the SKU is empty; give the product its SKU or remove it",
    ),
    "column twice": (
        lambda d: (d.rows.__setitem__(0, "sku,name,SKU,category,image"), written(d)),
        "row 1: column 'sku' is there 2 times; keep one of them",
    ),
    "column that nobody asks for twice": (
        lambda d: (
            d.rows.__setitem__(slice(None), [f"{row},gtin,gtin" for row in d.rows]),
            written(d),
        ),
        "row 1: column 'gtin' is there 2 times; keep one of them",
    ),
    "small number that a spreadsheet rounded": (
        lambda d: (row(d, 1, sku="4E+12"), written(d)),
        "row 2: the SKU '4E+12' is a number that a spreadsheet has rounded; make the column text "
        "in the spreadsheet and export it again",
    ),
    "spreadsheet": (
        lambda d: bytes_of(d, b"PK\x03\x04\x14\x00" + bytes(99)),
        "is a spreadsheet or an archive, not text; save it as CSV UTF-8",
    ),
    "old spreadsheet": (
        lambda d: bytes_of(d, b"\xd0\xcf\x11\xe0\xa1\xb1" + bytes(99)),
        "is a spreadsheet or an archive, not text; save it as CSV UTF-8",
    ),
    "UTF-16 without its mark": (
        lambda d: written(d, encoding="utf-16-le"),
        "holds null bytes, which no text does; save it as CSV UTF-8",
    ),
    "Cyrillic code page": (
        lambda d: (row(d, 1, name="Молоко"), written(d, encoding="cp1251")),
        "not UTF-8 at byte 31; save it as CSV UTF-8",
    ),
    "Japanese code page": (
        lambda d: (row(d, 1, name="牛乳と豆腐"), written(d, encoding="shift_jis")),
        "not UTF-8 at byte 31; save it as CSV UTF-8",
    ),
    "half a character in UTF-16": (
        lambda d: bytes_of(d, b"\xff\xfes\0k\0u"),
        "not UTF-16 at byte 6; save it as CSV UTF-8",
    ),
    "comma in a name between semicolons": (
        lambda d: (written(d, ";"), d.products_csv.open("a").write("a;b;c;d;e\n")),
        "row 8: 5 cells, while the header has 4; put cells that contain semicolons in double "
        "quotes",
    ),
    "other columns": (
        lambda d: bytes_of(d, b"article;title;category;image\n1;2;3;4\n"),
        "row 1: no column 'sku' (there are: article, title, category, image); add the column or "
        "rename one",
    ),
    "file in another folder": (
        lambda d: (row(d, 1, image="milk-0.png"), written(d)),
        "row 2: image 'milk-0.png' does not exist; did you mean 'packshots/milk-0.png'? add the "
        "file or correct its name",
    ),
    "path of another machine": (
        lambda d: (row(d, 1, image="C:\\Users\\me\\milk-0.png"), written(d)),
        "row 2: image 'C:\\Users\\me\\milk-0.png' does not exist; did you mean "
        "'packshots/milk-0.png'? add the file or correct its name",
    ),
    "file of another kind": (
        lambda d: (row(d, 1, image="packshots/milk-0.jpeg"), written(d)),
        "row 2: image 'packshots/milk-0.jpeg' does not exist; did you mean 'packshots/milk-0.png'? "
        "add the file or correct its name",
    ),
    "file that two may be": (
        lambda d: (
            picture_called(d, "A.png"),
            picture_called(d, "a.png"),
            row(d, 6, image="packshots/%61.PNG"),
            written(d),
        ),
        "row 7: image 'packshots/%61.PNG' does not exist; did you mean 'packshots/A.png'? add the "
        "file or correct its name",
    ),
    "pipe": (
        lambda d: (d.products_csv.unlink(), os.mkfifo(d.products_csv)),
        "is a pipe or a device, not a file; write what it yields to a file, and give that",
    ),
    "device that never ends": (
        lambda d: (d.products_csv.unlink(), d.products_csv.symlink_to("/dev/zero")),
        "is a pipe or a device, not a file; write what it yields to a file, and give that",
    ),
    "backslashes that climb": (
        lambda d: (row(d, 1, image="..\\..\\etc\\passwd"), written(d)),
        "row 2: image '..\\..\\etc\\passwd' does not exist; add the file or correct its name",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_table_that_cannot_be_taken_gets_its_sentence(data, case):
    spoil, sentence = REFUSED[case]
    spoil(data)
    assert catalog_of(data)[1][:1] == [sentence]


def first_annotation(**changes):
    return lambda d: d.document["annotations"][0].update(changes)


def all_ids(change):
    def spoil(data):
        for image in data.document["images"]:
            image["id"] = change(image["id"])
        for annotation in data.document["annotations"]:
            annotation["category_id"] = change(annotation["category_id"])

    return spoil


ANNOTATIONS_TAKEN = {
    "ids of images as text": (all_ids(str), None),
    "ids as pandas writes them": (all_ids(float), None),
    "ids as text of such": (all_ids(lambda number: f"{number}.0"), None),
    "SKU as a number": (
        lambda d: d.document["categories"].append({"id": 7_000, "name": 4006381333931}),
        None,
    ),
    "category of a Mac": (
        lambda d: d.document["categories"].append({"id": 7_000, "name": "Mu\u0308sli"}),
        "categories[8]: the SKU 'M\u00fcsli' has letters and accents apart (Unicode's form NFD, "
        "not the normal NFC); it is taken as 'M\u00fcsli'",
    ),
    "category with what shows nothing": (
        lambda d: d.document["categories"][0].update(name="milk\u200b-0"),
        "categories[1]: the SKU 'milk-0' is written with U+200B ZERO WIDTH SPACE; it is taken as "
        "'milk-0'",
    ),
    "turned box": (
        first_annotation(bbox=[10, 42, 60, 36], attributes={"rotation": 90.0}),
        "annotation 100: its box is turned by attributes.rotation: the upright box around it is "
        "taken; draw boxes upright where that is too coarse",
    ),
    "numbers as text": (
        lambda d: (
            d.document["images"][0].update(width="160", height=" 120.0"),
            first_annotation(bbox=["10", "20", "30.5", "40"], attributes={"occlusion": "0.5"})(d),
        ),
        None,
    ),
    "turned by nothing": (first_annotation(attributes={"rotation": 360}), None),
    "photo in capitals": (
        lambda d: d.document["images"][0].update(file_name="Photo-0.JPG"),
        "'Photo-0.JPG' is taken for the file 'photo-0.jpg'; it differs in capital letters; write "
        "names as the files have them",
    ),
    "photo with a path of Windows": (
        lambda d: d.document["images"][0].update(file_name=".\\photo-0.jpg"),
        "'.\\photo-0.jpg' is taken for the file 'photo-0.jpg'; it differs in backslashes; write "
        "names as the files have them",
    ),
}


@pytest.mark.parametrize("case", ANNOTATIONS_TAKEN)
def test_annotations_are_taken_as_tools_write_them(data, case):
    spoil, sentence = ANNOTATIONS_TAKEN[case]
    spoil(data)
    data.save()
    found, problems = scan_shelves(data.shelves, SKUS, DataSettings())
    assert problems == []
    said = [str(remark).removeprefix(f"{data.span}/annotations.json") for remark in found.remarks]
    assert [line.lstrip(",: ") for line in said] == ([sentence] if sentence else [])
    assert len(found.photos) == 9
    assert sum(len(photo.objects) for photo in found.photos) == 12


def test_a_box_turned_by_a_quarter_stands_upright_around_its_centre(data):
    first_annotation(bbox=[10, 42, 60, 36], attributes={"rotation": 90.0})(data)
    data.save()
    found, _ = scan_shelves(data.shelves, SKUS, DataSettings())
    assert found.photos[0].objects[0].box == (22, 30, 58, 90)


def all_boxes(change):
    def spoil(data):
        for annotation in data.document["annotations"]:
            annotation["bbox"] = change(*annotation["bbox"])

    return spoil


ANNOTATIONS_REFUSED = {
    "boxes in fractions": (
        all_boxes(lambda x, y, w, h: [x / 160, y / 120, w / 160, h / 120]),
        "12 of 12 boxes have only numbers from 0 to 1 (first on photo 'photo-0.jpg'); give bbox as "
        "x, y, width, height in pixels, not in fractions of the photo",
    ),
    "boxes by two corners": (
        all_boxes(lambda x, y, w, h: [x, y, x + w, y + h]),
        "6 of 12 boxes reach beyond their photos (first on photo 'photo-0.jpg'); give bbox as x, "
        "y, width, height, not as the corners x1, y1, x2, y2",
    ),
    "boxes of a larger photo": (
        all_boxes(lambda x, y, w, h: [x * 4 + 100, y * 4 + 90, w * 4, h * 4]),
        "12 of 12 boxes lie beyond their photos (first on photo 'photo-0.jpg'); give the photos at "
        "the size that they were annotated at",
    ),
    "rotation in words": (
        first_annotation(attributes={"rotation": "left"}),
        "annotation 100: rotation 'left' is no number; give the angle in degrees, or draw the box "
        "upright",
    ),
    "id that is no id": (
        lambda d: d.document["images"].append({"id": float("nan"), "file_name": "a.jpg"}),
        "images[10]: has no id; give every image an id of its own",
    ),
    "id that is true": (
        lambda d: d.document["images"].append({"id": True, "file_name": "a.jpg"}),
        "images[10]: has no id; give every image an id of its own",
    ),
    "one id as number and text": (
        lambda d: d.document["images"].append({"id": "0", "file_name": "a.jpg"}),
        "image 0: this id is listed twice, the second time for 'a.jpg'; give every image an id of "
        "its own",
    ),
    "category id as number and text": (
        lambda d: d.document["categories"].append({"id": "1.0", "name": "a"}),
        "categories[8]: id 1 is listed twice; give every category its own id",
    ),
    "id with zeros in front": (
        first_annotation(image_id="000"),
        "annotation 100: unknown image id 000; list the image or remove the annotation",
    ),
    "SKU without its zeros": (
        lambda d: d.document["categories"][0].update(name="0milk-0"),
        "annotation 100: SKU '0milk-0' is not in the catalogue (2 annotations); did you mean "
        "'milk-0'? rename the category, add the product to the catalogue, or use "
        "'unknown_product'",
    ),
    "SKU in capitals": (
        lambda d: d.document["categories"][0].update(name="MILK-0"),
        "annotation 100: SKU 'MILK-0' is not in the catalogue (2 annotations); did you mean "
        "'milk-0', which differs only in capital letters? rename the category, add the product to "
        "the catalogue, or use 'unknown_product'",
    ),
    "half a character in a name": (
        lambda d: d.document["images"][0].update(file_name="x\ud800.jpg"),
        "image 0: its file_name 'x\\ud800.jpg' contains a control character or is not UTF-8; "
        "rename the photo",
    ),
    "address with a query": (
        lambda d: d.document["images"][0].update(file_name="https://x.y/z/photo-0.jpg?sig=a%2Fb"),
        "image 0: photo 'https://x.y/z/photo-0.jpg?sig=a%2Fb' does not exist; did you mean "
        "'photo-0.jpg'? add the file or remove the image",
    ),
    "address of an annotation tool": (
        lambda d: d.document["images"][0].update(file_name="/data/upload/3/photo-0.jpg"),
        "image 0: photo '/data/upload/3/photo-0.jpg' lies outside the data folder; did you mean "
        "'photo-0.jpg'? put the file into the span's folder and give its relative path",
    ),
    "address of a tool's own files": (
        lambda d: d.document["images"][0].update(file_name="/data/local-files/?d=a/photo-0.jpg"),
        "image 0: photo '/data/local-files/?d=a/photo-0.jpg' lies outside the data folder; did "
        "you mean 'photo-0.jpg'? put the file into the span's folder and give its relative path",
    ),
    "line end in a name": (
        lambda d: d.document["images"][0].update(file_name="x\n.jpg"),
        "image 0: its file_name 'x\\n.jpg' contains a control character or is not UTF-8; "
        "rename the photo",
    ),
    "half a character in a store": (
        lambda d: d.document["images"][0]["attributes"].update(store="\udcff"),
        "image 0: its store '\\udcff' contains a control character or is not UTF-8; write it "
        "without",
    ),
    "half a character in a SKU": (
        lambda d: d.document["categories"][0].update(name="milk\ud800"),
        "annotation 100: SKU 'milk\\ud800' is not in the catalogue (2 annotations); did you mean "
        "'milk-5'? rename the category, add the product to the catalogue, or use "
        "'unknown_product'",
    ),
    "photo nearly named": (
        lambda d: d.document["images"][0].update(file_name="photos-0.jpg"),
        "image 0: photo 'photos-0.jpg' does not exist; did you mean 'photo-0.jpg'? add the file or "
        "remove the image",
    ),
}


@pytest.mark.parametrize("case", ANNOTATIONS_REFUSED)
def test_annotations_that_cannot_be_taken_get_their_sentence(data, case):
    spoil, sentence = ANNOTATIONS_REFUSED[case]
    spoil(data)
    data.save()
    _, (problem,) = scan_shelves(data.shelves, SKUS, DataSettings())
    assert str(problem).removeprefix(f"{data.span}/annotations.json").lstrip(",: ") == sentence


def test_json_in_utf_16_is_read(data):
    text = json.dumps(data.document)
    (data.span / "annotations.json").write_bytes(text.encode("utf-16"))
    assert scan_shelves(data.shelves, SKUS, DataSettings())[1] == []


def test_labels_are_taken_as_spreadsheets_write_them(data):
    (data.span / "annotations.json").unlink()
    rows = "Image;SKU;Split\nphoto-0.jpg;'milk-0;val\nPHOTO-1.JPG;milk-1;val\n"
    (data.span / "photos.csv").write_text(rows, encoding="utf-8-sig")
    found, problems = scan_shelves(data.shelves, SKUS, DataSettings())
    assert problems == []
    assert [photo.label for photo in found.photos] == ["milk-0", "milk-1"]
    odd, respelt = found.remarks
    assert odd.row == 2
    assert odd.what == "the SKU 'milk-0' is written as 'milk-0 to keep its zeros"
    assert respelt.what.startswith("'PHOTO-1.JPG' is taken for the file 'photo-1.jpg'")


def test_texts_for_people_are_the_same_whatever_system_wrote_them(data):
    row(data, 1, name="Mu\u0308sli  1 l", category="Sa\u0308fte\u00a0")
    written(data)
    (first, *_) = scan_catalog(data.products_csv, ImageLimits()).rows
    assert (first.name, first.category) == ("M\u00fcsli 1 l", "S\u00e4fte")


def test_a_run_says_at_its_start_what_it_takes_otherwise_than_written(data):
    row(data, 1, image="packshots/MILK-0.png")
    data.save()
    said = str(check_input(data.products_csv, data.shelves, DataSettings())).splitlines()
    assert said[2].startswith(f"warning: {data.products_csv}: 'packshots/MILK-0.png' is taken for")


def test_of_many_remarks_the_first_are_told_and_the_others_counted():
    remarks = [Problem("a.csv", number, "odd", "mend it") for number in range(MOST_REMARKS + 5)]
    lines = told(remarks)
    assert len(lines) == MOST_REMARKS + 1
    assert lines[0] == "warning: a.csv, row 0: odd; mend it"
    assert lines[-1] == "warning: 5 more like these; `oneshelf data check` names all"
