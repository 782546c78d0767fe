"""Sources as tools write them: what is joined, what is left out, and the sentence of each."""

import csv
import unicodedata

import pytest
from foreign import (
    Coco,
    GroceryStore,
    Os2d,
    Sku110k,
    catalog_of,
    picture,
    problems_of,
    refusal_of,
    shelves_of,
)

from components.importers.import_data import import_data
from components.records.problems import InputError

JSON = "annotations/instances.json"


@pytest.fixture
def source(tmp_path):
    return tmp_path / "source"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def lines_of(source, out, coco):
    lines = problems_of("coco", coco.save(), out)
    return [line.removeprefix(JSON).lstrip(",: ") for line in lines]


def boxes_of(out):
    return {name: len(photo.objects) for name, photo in shelves_of(out).items()}


def joins(*places):
    """Change ids in some lists of a document, each `list.key`."""

    def change(by):
        def spoil(coco):
            for place in places:
                name, _, key = place.partition(".")
                for entry in coco.document[name]:
                    entry[key] = by(entry[key])

        return spoil

    return change


JOINED = {
    "images by text": joins("images.id")(str),
    "annotations by text": joins("annotations.image_id")(str),
    "annotations by floats": joins("annotations.image_id", "annotations.category_id")(float),
    "categories by text": joins("categories.id")(str),
    "all by floats": joins("images.id", "categories.id")(float),
    "text of floats": joins("annotations.image_id")(lambda number: f" {number}.0 "),
}


@pytest.mark.parametrize("case", JOINED)
def test_ids_are_joined_whatever_their_type(source, out, case):
    coco = Coco(source)
    JOINED[case](coco)
    assert lines_of(source, out, coco) == []
    assert boxes_of(out) == {"a.jpg": 2, "b.jpg": 1, "none.jpg": 0}


def test_two_files_with_one_id_are_both_left_out(source, out):
    coco = Coco(source)
    picture(source / "images/a.png")
    coco.document["images"].insert(1, {"id": "1", "file_name": "a.png"})
    assert lines_of(source, out, coco) == [
        "image 1: 'a.jpg' and 'a.png' have this id, and are left out; give every image an id of "
        "its own"
    ]
    assert boxes_of(out) == {"b.jpg": 1, "none.jpg": 0}


def test_a_photo_listed_again_with_other_boxes_is_left_out(source, out):
    coco = Coco(source)
    coco.document["images"].append({"id": 50, "file_name": "images/a.jpg"})
    box = {"id": 60, "image_id": 50, "category_id": 1, "bbox": [1, 1, 9, 9]}
    coco.document["annotations"].append(box)
    assert lines_of(source, out, coco) == [
        f"image 50: photo 'images/a.jpg' is already listed in {JSON}, with other annotations, and "
        "is left out; list each photo once"
    ]
    assert boxes_of(out) == {"b.jpg": 1, "none.jpg": 0}


def test_a_photo_of_two_files_with_the_same_boxes_is_taken_once(source, out):
    coco = Coco(source)
    coco.save()
    (source / "all.json").write_bytes(coco.annotations.read_bytes())
    lines = problems_of("coco", source, out)
    assert len(lines) == 3
    assert all("is already listed in" in line for line in lines)
    assert boxes_of(out) == {"a.jpg": 2, "b.jpg": 1, "none.jpg": 0}


def test_photos_are_no_negatives_where_annotations_found_no_photo(source, out):
    coco = Coco(source)
    for annotation in coco.document["annotations"]:
        annotation["image_id"] += 1000 if annotation["image_id"] == 1 else 0
    assert lines_of(source, out, coco) == [
        "annotation 10: unknown image id 1001 (and 1 more like it); list the image or remove the "
        "annotation",
        "2 photos without annotations are left out ('a.jpg' first), for 2 annotations belong to no "
        "photo listed; list the photos under the ids that annotations name",
    ]
    assert boxes_of(out) == {"b.jpg": 1}


def test_a_photo_that_loses_most_of_its_boxes_is_left_out(source, out):
    coco = Coco(source)
    box = {"image_id": 2, "category_id": 1, "bbox": [1, 1, 0, 9]}
    coco.document["annotations"] += [{**box, "id": number} for number in (61, 62)]
    lines = lines_of(source, out, coco)
    assert lines[2:] == [
        "image 2: photo 'b.jpg' is left out: of 3 boxes, 1 can be used; correct its boxes; what is "
        "not boxed would count as no product"
    ]
    assert boxes_of(out) == {"a.jpg": 2, "none.jpg": 0}


def bbox(index, *box, **attributes):
    def spoil(coco):
        coco.document["annotations"][index].update(bbox=list(box), attributes=attributes)

    return spoil


TURNED = {
    "a quarter": (bbox(2, 10, 20, 20, 8, rotation=90), (16, 14, 24, 34)),
    "half a turn": (bbox(2, 10, 20, 20, 8, rotation=180), (10, 20, 30, 28)),
    "back a quarter": (bbox(2, 10, 20, 20, 8, rotation="-90"), (16, 14, 24, 34)),
    "an eighth": (bbox(2, 10, 20, 10, 10, rotation=45), (7.93, 17.93, 22.07, 32.07)),
}


@pytest.mark.parametrize("case", TURNED)
def test_a_turned_box_becomes_the_upright_box_around_it(source, out, case):
    spoil, corners = TURNED[case]
    coco = Coco(source)
    spoil(coco)
    assert lines_of(source, out, coco) == [
        "annotation 12: its box is turned by attributes.rotation: the upright box around it is "
        "taken; draw boxes upright where that is too coarse"
    ]
    assert shelves_of(out)["b.jpg"].objects[0].box == pytest.approx(corners, abs=0.005)


def test_many_turned_boxes_are_told_once(source, out):
    coco = Coco(source)
    for index in (1, 2):
        bbox(index, 30, 5, 10, 10, rotation=30)(coco)
    (line,) = lines_of(source, out, coco)
    assert line.startswith("annotation 11: its box is turned by attributes.rotation (and 1 more):")


FORMS = {
    "fractions": (
        [0.1, 0.2, 0.3, 0.4],
        "6 of 6 boxes have only numbers from 0 to 1 (first on photo 'a.jpg'); give bbox as x, y, "
        "width, height in pixels, not in fractions of the photo",
    ),
    "another size": (
        [145, 45, 81, 81],
        "6 of 6 boxes lie beyond their photos (first on photo 'a.jpg'); give the photos at the "
        "size that they were annotated at",
    ),
    "corners": (
        [15, 12, 55, 44],
        "6 of 6 boxes reach beyond their photos (first on photo 'a.jpg'); give bbox as x, y, "
        "width, height, not as the corners x1, y1, x2, y2",
    ),
}


@pytest.mark.parametrize("case", FORMS)
def test_boxes_of_another_form_stop_the_import(source, out, case):
    box, sentence = FORMS[case]
    coco = Coco(source)
    for annotation in coco.document["annotations"]:
        annotation["bbox"] = box
    coco.document["annotations"] *= 2
    assert refusal_of("coco", coco.save(), out) == [f"{JSON}: {sentence}"]
    assert not out.exists()


def test_one_photo_of_another_form_is_left_out_and_the_rest_is_taken(source, out):
    coco = Coco(source)
    for number in range(10):
        picture(source / f"images/good-{number}.jpg")
        coco.document["images"].append({"id": 50 + number, "file_name": f"good-{number}.jpg"})
        coco.document["annotations"] += [
            {"id": 100 + 9 * number + at, "image_id": 50 + number, "category_id": 1}
            | {"bbox": [4 + at, 5, 20, 30]}
            for at in range(3)
        ]
    coco.document["annotations"][2]["bbox"] = [0.5, 0.5, 0.2, 0.2]
    assert lines_of(source, out, coco) == [
        "image 2: photo 'b.jpg' is left out: 1 of its boxes have only numbers from 0 to 1; give "
        "bbox as x, y, width, height in pixels, not in fractions of the photo"
    ]
    assert "b.jpg" not in boxes_of(out)
    assert len(boxes_of(out)) == 12


def named(file, name):
    def spoil(coco):
        if not (coco.root / "images" / file).exists():
            picture(coco.root / "images" / file)
        coco.document["images"][1]["file_name"] = name

    return spoil


NFD = unicodedata.normalize("NFD", "é.jpg")
NAMES = {
    "percent signs": (
        named("é 1.jpg", "%C3%A9%201.jpg"),
        "'%C3%A9%201.jpg' is taken for the file 'images/é 1.jpg'; it differs in percent signs",
    ),
    "Unicode's form": (
        named(NFD, "é.jpg"),
        f"'é.jpg' is taken for the file 'images/{NFD}'; it differs in Unicode's form, NFC or NFD",
    ),
    "capitals": (
        named("IMG_1.JPG", "img_1.jpg"),
        "'img_1.jpg' is taken for the file 'images/IMG_1.JPG'; it differs in capital letters",
    ),
    "backslashes": (
        named("b.jpg", "images\\b.jpg"),
        "'images\\b.jpg' is taken for the file 'images/b.jpg'; it differs in backslashes",
    ),
}


@pytest.mark.parametrize("case", NAMES)
def test_a_photo_spelt_otherwise_is_found_and_told(source, out, case):
    spoil, sentence = NAMES[case]
    coco = Coco(source)
    spoil(coco)
    (line,) = problems_of("coco", coco.save(), out)
    assert line == f"SRC: {sentence}; write names as the files have them"
    assert sum(boxes_of(out).values()) == 3


def test_a_photo_under_another_path_is_offered(source, out):
    coco = Coco(source)
    coco.document["images"][1]["file_name"] = "C:\\data\\b.jpg"
    assert lines_of(source, out, coco) == [
        "image 2: photo 'C:\\data\\b.jpg' does not exist; did you mean 'images/b.jpg'? give the "
        "folder that holds annotations and photos, each photo once"
    ]


def test_a_photo_under_an_address_is_offered(source, out):
    coco = Coco(source)
    coco.document["images"][1]["file_name"] = "/data/upload/3/b.jpg"
    assert lines_of(source, out, coco) == [
        "image 2: photo '/data/upload/3/b.jpg' lies outside the data set; did you mean "
        "'images/b.jpg'? give the folder that holds annotations and photos, and relative paths in "
        "it"
    ]


CATEGORIES = {
    "too long": (
        "ы" * 65,
        f"categories[1]: the SKU '{'ы' * 65}' has 130 bytes in UTF-8, more than the 128 allowed: "
        "its boxes become 'unknown_product'; rename the category",
    ),
    "rounded": (
        "4.00638E+12",
        "categories[1]: the SKU '4.00638E+12' is a number that a spreadsheet has rounded: its "
        "boxes become 'unknown_product'; rename the category",
    ),
    "made up": (
        "companion:tea",
        "categories[1]: the SKU 'companion:tea' begins like those of products that OneShelf makes "
        "up: its boxes become 'unknown_product'; rename the category",
    ),
    "what shows nothing": (
        "tea\u2060",
        "categories[1]: the SKU 'tea' is written with U+2060 WORD JOINER; it is taken as 'tea'",
    ),
}


@pytest.mark.parametrize("case", CATEGORIES)
def test_a_category_that_is_no_sku_is_told_and_its_boxes_stay(source, out, case):
    name, sentence = CATEGORIES[case]
    coco = Coco(source)
    coco.document["categories"][0]["name"] = name
    assert lines_of(source, out, coco) == [sentence]
    assert boxes_of(out) == {"a.jpg": 2, "b.jpg": 1, "none.jpg": 0}


def test_packshots_of_a_mac_and_boxes_of_another_system_are_one_product(source, out):
    coco = Coco(source)
    coco.add_catalog("Mu\u0308sli", "4711\u200b")
    for entry, name in zip(coco.document["categories"], ("M\u00fcsli", "4711"), strict=True):
        entry["name"] = name
    nfd, invisible = problems_of("coco", coco.save(), out)
    assert "has letters and accents apart" in nfd
    assert "is written with U+200B ZERO WIDTH SPACE" in invisible
    shown = {thing.sku for photo in shelves_of(out).values() for thing in photo.objects}
    assert shown == {"M\u00fcsli", "4711"} == {row.sku for row in catalog_of(out)}


def test_a_sku_without_packshot_is_compared_with_those_that_have_one(source, out):
    coco = Coco(source)
    coco.add_catalog("TEA/green")
    (line,) = problems_of("coco", coco.save(), out)
    assert "did you mean 'TEA/green', which differs only in capital letters? add the pack" in line


def test_tables_of_other_formats_are_taken_as_spreadsheets_write_them(source, out):
    os2d = Os2d(source)
    os2d.rows[0][2], os2d.rows[1][2] = "1.JPG", "1.JPG"
    path = os2d.save() / "classes/grozi.csv"
    text = path.read_text().replace(",", ";").replace("imageid", "ImageID")
    path.write_text(text, encoding="utf-16")
    (line,) = problems_of("os2d", source, out)
    assert "'1.JPG' is taken for the file '1.jpg'; it differs in capital letters" in line
    assert len(shelves_of(out)) == 2


def test_photos_of_dense_shelves_spelt_otherwise_are_found(source, out):
    sku110k = Sku110k(source)
    for row in sku110k.rows["train"]:
        row[0] = "TRAIN_0.jpg"
    (line,) = problems_of("sku110k", sku110k.save(), out)
    assert "'TRAIN_0.jpg' is taken for the file 'train_0.jpg'" in line


def test_dense_shelves_in_fractions_stop_the_import(source, out):
    sku110k = Sku110k(source)
    for rows in sku110k.rows.values():
        for row in rows:
            row[1:5] = [0.1, 0.1, 0.3, 0.4]
    (*_, line) = refusal_of("sku110k", sku110k.save(), out)
    assert "boxes have only numbers from 0 to 1" in line


def test_pictures_of_a_store_spelt_otherwise_are_found(source, out):
    grocery = GroceryStore(source)
    grocery.classes[0][4] = grocery.classes[0][4].upper()
    (line,) = problems_of("grocery-store", grocery.save(), out)
    assert "is taken for the file 'iconic-images-and-descriptions/Royal-Gala" in line


def rows_of(out):
    with (out / "products.csv").open(encoding="utf-8") as stream:
        return [(row["sku"], row["category"]) for row in csv.DictReader(stream)]


def test_a_folder_of_folders_is_a_category(source, out):
    for name in ("drinks/tea/1.jpg", "drinks/tea/2.jpg", "drinks/cola.jpg", "loose.jpg"):
        picture(source / name)
    assert problems_of("packshots", source, out) == []
    assert rows_of(out) == [
        ("cola", "drinks"),
        ("loose", ""),
        ("tea", "drinks"),
        ("tea", "drinks"),
    ]


def test_of_several_folders_each_is_a_category(source, out):
    for name in ("drinks/tea.jpg", "drinks/tea_2.jpg", "snacks/nuts.jpg", "snacks/tea.png"):
        picture(source / name)
    folders = [source / "drinks", source / "snacks"]
    report = import_data("packshots", folders[0], out, further=folders[1:])
    assert rows_of(out) == [
        ("tea", "drinks"),
        ("tea", "drinks"),
        ("nuts", "snacks"),
        ("tea", "snacks"),
    ]
    (problem,) = report.problems
    assert str(problem) == (
        f"{source}/snacks/tea.png: the SKU 'tea' is in {source}/drinks, too: both are views of one "
        "product; rename it where it is another product"
    )


DOUBTED = {
    "very many": [str(number) for number in range(21)],
    "many of differing names": [f"{fruit}-juice" for fruit in "abcdefghi"],
    "a few numbers of products": ["4006381333931", "4006381333948_2", "front"],
}


@pytest.mark.parametrize("case", DOUBTED)
def test_a_folder_that_looks_like_several_products_is_doubted_to_be_one(source, out, case):
    for name in DOUBTED[case]:
        picture(source / f"drinks/{name}.jpg")
    (line,) = map(str, import_data("packshots", source, out).problems)
    assert line == (
        f"{source}/drinks: its {len(DOUBTED[case])} pictures are taken for views of one product; "
        f"if it is a category, give such folders themselves: --from packshots {source}/drinks …"
    )


def test_a_folder_of_views_is_one_product(source, out):
    views = ["front", "back", "left", "right", "top", "front_2", "front-03", "back 4"]
    for name in [*views, *map(str, range(1, 10)), "4006381333931", "4006381333931_2"]:
        picture(source / f"drinks/{name}.jpg")
    assert problems_of("packshots", source, out) == []


def test_several_sources_of_another_format_are_refused(source, out):
    coco = Coco(source).save()
    with pytest.raises(InputError, match="is one source of coco too many; import them one by one"):
        import_data("coco", coco, out, further=[coco])


def test_packshots_named_on_a_mac_have_the_sku_that_is_typed(source, out):
    picture(source / unicodedata.normalize("NFD", "Müsli.jpg"))
    assert problems_of("packshots", source, out) == []
    assert [row.sku for row in catalog_of(out)] == ["Müsli"]
