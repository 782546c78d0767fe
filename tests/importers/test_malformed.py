"""Malformed sources, and the sentence each fault gets."""

import json

import pytest
from foreign import (
    HEIGHT,
    WIDTH,
    Coco,
    GroceryStore,
    Os2d,
    Sku110k,
    catalog_of,
    picture,
    problems_of,
    refusal_of,
    shelves_of,
    table,
)

JSON = "annotations/instances.json"


@pytest.fixture
def source(tmp_path):
    return tmp_path / "source"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def image(coco, **entry):
    coco.document["images"].append({"id": 50, **entry})


def annotation(coco, **entry):
    coco.document["annotations"].append(
        {"id": 50, "image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 5], **entry}
    )


LOST = (
    "1 photos without annotations are left out ('none.jpg' first), for 1 annotations belong to no "
    "photo listed; list the photos under the ids that annotations name"
)

COCO = {
    "image without id": (
        lambda c: c.document["images"].append({"file_name": "x.jpg"}),
        "images[4]: has no id; give every image an id of its own",
    ),
    "image twice": (
        lambda c: c.document["images"].append({"id": 1, "file_name": "a.jpg"}),
        "image 1: is listed twice, and taken once; list each photo once",
    ),
    "no file name": (
        lambda c: image(c, file_name=5),
        "image 50: has no file_name; name the photo's file",
    ),
    "missing photo": (
        lambda c: image(c, file_name="gone.jpg"),
        "image 50: photo 'gone.jpg' does not exist; give the folder that holds annotations and "
        "photos, each photo once",
    ),
    "name too long": (
        lambda c: image(c, file_name="x" * 300),
        f"image 50: photo '{'x' * 300}' does not exist; give the folder that holds annotations "
        "and photos, each photo once",
    ),
    "photo listed twice": (
        lambda c: image(c, file_name="images/a.jpg"),
        f"image 50: photo 'images/a.jpg' is already listed in {JSON}; list each photo once",
    ),
    "path out of the data set": (
        lambda c: image(c, file_name="../../../etc/passwd"),
        "image 50: photo '../../../etc/passwd' lies outside the data set; give the folder that "
        "holds annotations and photos, and relative paths in it",
    ),
    "absolute path": (
        lambda c: image(c, file_name="/etc/passwd"),
        "image 50: photo '/etc/passwd' lies outside the data set; give the folder that "
        "holds annotations and photos, and relative paths in it",
    ),
    "unknown split": (
        lambda c: image(c, file_name=picture(c.root / "c.jpg").name, attributes={"split": "mine"}),
        "image 50: unknown split 'mine', left to the photo's visit; use one of train, eval, test",
    ),
    "attributes of no form": (
        lambda c: image(c, file_name=picture(c.root / "c.jpg").name, attributes=[1]),
        "image 50: its attributes are no object, and not taken; write names and values",
    ),
    "photo with no good box": (
        lambda c: c.document["annotations"][2].update(bbox=[70, 1, 5, 5]),
        [
            "annotation 12: its box (70, 1) to (75, 6) has no area inside the photo 'b.jpg'; "
            "draw it again or remove it",
            "image 2: photo 'b.jpg' is left out: of 1 boxes, 0 can be used; correct its boxes; "
            "what is not boxed would count as no product",
        ],
    ),
    "annotation of no form": (
        lambda c: c.document["annotations"].append(7),
        ["annotations[4]: is no object; export the file again", LOST],
    ),
    "unknown image": (
        lambda c: annotation(c, image_id=99),
        ["annotation 50: unknown image id 99; list the image or remove the annotation", LOST],
    ),
    "unknown category": (
        lambda c: annotation(c, category_id=[1]),
        "annotation 50: unknown category id [1]: its box becomes 'unknown_product'; list the "
        "category or remove its annotations",
    ),
    "box not a number": (
        lambda c: annotation(c, bbox=[1, "wide", 5, 5]),
        "annotation 50: its bbox [1, 'wide', 5, 5] is no box; give x, y, width and height in "
        "pixels",
    ),
    "box nan": (
        lambda c: annotation(c, bbox=[1, float("nan"), 5, 5]),
        "annotation 50: its bbox [1, nan, 5, 5] is no box; give x, y, width and height in pixels",
    ),
    "box infinite": (
        lambda c: annotation(c, bbox=[1, 1, float("inf"), 5]),
        "annotation 50: its bbox [1, 1, inf, 5] is no box; give x, y, width and height in pixels",
    ),
    "box short": (
        lambda c: annotation(c, bbox=[1, 1, 5]),
        "annotation 50: its bbox [1, 1, 5] is no box; give x, y, width and height in pixels",
    ),
    "box without area": (
        lambda c: annotation(c, bbox=[1, 1, 5, -2]),
        "annotation 50: its box (1, 1) to (6, -1) has no area inside the photo 'a.jpg'; draw it "
        "again or remove it",
    ),
    "box of no pixel": (
        lambda c: annotation(c, bbox=[30, 30, 0.001, 0.001]),
        "annotation 50: its box (30, 30) to (30.001, 30.001) has no area inside the photo "
        "'a.jpg'; draw it again or remove it",
    ),
    "box of half a pixel": (
        lambda c: annotation(c, bbox=[30, 30, 9, 0.5]),
        "annotation 50: its box (30, 30) to (39, 30.5) is less than a pixel wide or high inside "
        "the photo 'a.jpg'; draw it again or remove it",
    ),
    "flag": (
        lambda c: annotation(c, iscrowd="yes"),
        "annotation 50: iscrowd is 'yes', taken as 0; write iscrowd as 0 or 1",
    ),
    "occlusion": (
        lambda c: annotation(c, attributes={"occlusion": 3}),
        "annotation 50: occlusion 3 is no fraction, taken as 0; give a number from 0 to 1",
    ),
    "category without name": (
        lambda c: c.document["categories"].append({"id": 9}),
        "categories[3]: has no id or no name; give it an id, and its SKU as name",
    ),
    "category empty": (
        lambda c: c.document["categories"].append({"id": 9, "name": " "}),
        "categories[3]: the SKU is empty: its boxes become 'unknown_product'; rename the category",
    ),
    "category twice": (
        lambda c: c.document["categories"].append({"id": 1, "name": "x"}),
        "categories[3]: 'tea/green' and 'x' have the id 1: its boxes become 'unknown_product'; "
        "give each an id of its own",
    ),
}


@pytest.mark.parametrize("case", COCO)
def test_coco_fault_is_reported_and_the_rest_is_taken(source, out, case):
    spoil, sentences = COCO[case]
    coco = Coco(source)
    spoil(coco)
    expected = [sentences] if isinstance(sentences, str) else sentences
    lines = problems_of("coco", coco.save(), out)
    assert [line.removeprefix(JSON).lstrip(",: ") for line in lines] == expected
    assert "a.jpg" in shelves_of(out)


def test_coco_photo_that_is_there_twice(source, out):
    coco = Coco(source)
    for folder in ("north", "south"):
        picture(source / folder / "c.jpg")
    image(coco, file_name="c.jpg")
    (line,) = problems_of("coco", coco.save(), out)
    assert "photo 'c.jpg' is there 2 times (north/c.jpg, south/c.jpg)" in line


def test_coco_link_out_of_the_data_set(source, tmp_path, out):
    coco = Coco(source)
    (source / "images/c.jpg").symlink_to(picture(tmp_path / "secret.jpg"))
    image(coco, file_name="images/c.jpg")
    (line,) = problems_of("coco", coco.save(), out)
    assert "photo 'images/c.jpg' lies outside the data set" in line


def test_coco_faults_of_the_catalogue_are_reported(source, out):
    coco = Coco(source)
    coco.add_catalog("tea/green", "coffee")
    (source / "packs/1.png").unlink()
    assert problems_of("coco", coco.save(), out) == [
        "products.csv, row 3: image 'packs/1.png' does not exist; add the file or correct its name"
    ]
    assert [row.sku for row in catalog_of(out)] == ["tea/green"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]", "is no COCO document; export it as COCO (images, annotations, categories)"),
        (
            '{"images": [], "annotations": {}, "categories": []}',
            "is no COCO document; export it as COCO (images, annotations, categories)",
        ),
        (
            '{"images": [], "annotations": [], "categories": []}',
            "holds no packshots and no photos; see the other problems, or check the format",
        ),
    ],
)
def test_file_that_is_no_coco(source, out, text, sentence):
    source.mkdir()
    (source / "x.json").write_text(text)
    assert refusal_of("coco", source / "x.json", out) == [f"SRC: {sentence}"]


def test_folder_without_coco_tells_of_broken_files_as_well(source, out):
    source.mkdir()
    (source / "x.json").write_text("{")
    first, second = refusal_of("coco", source, out)
    assert first.startswith("x.json, row 1: not valid JSON")
    assert second.startswith("SRC: holds no COCO document")


def test_coco_without_any_usable_photo_is_refused(source, out):
    coco = Coco(source)
    for name in ("a", "b", "none"):
        (source / f"images/{name}.jpg").write_text("no picture")
    lines = refusal_of("coco", coco.save(), out)
    assert len(lines) == 4
    assert lines[3] == (
        "SRC: none of its photos can be used; see the other problems, or check the format"
    )


def os2d_row(**cells):
    row = dict(
        zip(Os2d.header, [9, 1, "1.jpg", 7, "7.jpg", 9, 0, 0, 0, 1, 1, "train"], strict=True)
    )
    return list({**row, **cells}.values())


OS2D = {
    "no photo named": (
        os2d_row(imageid=""),
        "row 6: the imageid is empty; name the photo",
    ),
    "missing photo": (
        os2d_row(imageid=3, imagefilename="3.jpg"),
        "row 6: photo '3.jpg' does not exist; add it to the folder 64",
    ),
    "photo outside": (
        os2d_row(imageid=3, imagefilename="../32/1.jpg"),
        "row 6: photo '../32/1.jpg' lies outside the folder 64; give its file name alone",
    ),
    "missing packshot": (
        os2d_row(classid=5, classfilename="5.jpg"),
        [
            "row 6: packshot '5.jpg' does not exist; add it to classes/images",
            "SKU '5' has no usable packshot: boxes with it (1) become 'unknown_product'; add the "
            "packshot and import again",
        ],
    ),
    "packshot outside": (
        os2d_row(classid=5, classfilename="/etc/passwd"),
        [
            "row 6: packshot '/etc/passwd' lies outside classes/images; give its file name alone",
            "SKU '5' has no usable packshot: boxes with it (1) become 'unknown_product'; add the "
            "packshot and import again",
        ],
    ),
    "no class": (
        os2d_row(classid=""),
        "row 6: the SKU is empty; give the product its SKU or remove it",
    ),
    "text": (
        os2d_row(lx="left"),
        "row 6: its corners (left, 0, 1, 1) are no numbers; give lx, ty, rx and by as fractions",
    ),
    "nan": (
        os2d_row(by="nan"),
        "row 6: its corners (0, 0, 1, nan) are no numbers; give lx, ty, rx and by as fractions",
    ),
    "pixels": (
        os2d_row(rx=640, by=480),
        "row 6: its box (0, 0) to (640, 480) is not in fractions of the photo; give numbers from "
        "0 to 1",
    ),
    "swapped corners": (
        os2d_row(lx=0.5, rx=0.25),
        "row 6: its box (0.5, 0) to (0.25, 1) has no area inside the photo '1.jpg'; draw it again "
        "or remove it",
    ),
    "difficult": (
        os2d_row(difficult="perhaps"),
        "row 6: difficult is 'perhaps', taken as 0; write it as 0 or 1",
    ),
    "unknown split": (
        os2d_row(split="mine"),
        [
            "row 6: unknown split 'mine': these photos are divided by visit; call it train, val "
            "or test",
            "row 2: photo '1.jpg' has rows of several splits, and is divided by visit; give all "
            "rows of a photo one split",
        ],
    ),
}


@pytest.mark.parametrize("case", OS2D)
def test_os2d_fault_is_reported_and_the_rest_is_taken(source, out, case):
    row, sentences = OS2D[case]
    os2d = Os2d(source)
    os2d.rows.append(row)
    expected = [sentences] if isinstance(sentences, str) else sentences
    lines = problems_of("os2d", os2d.save(), out)
    assert [line.removeprefix("classes/grozi.csv").lstrip(",: ") for line in lines] == expected
    assert len(shelves_of(out)) == 2


def test_os2d_photos_and_pictures_that_no_row_names(source, out):
    os2d = Os2d(source)
    picture(source / "src/64/5.jpg")
    picture(source / "classes/images/7.png")
    assert sorted(problems_of("os2d", os2d.save(), out)) == [
        "classes/images/7.png: a second picture of class '7', which the table does not name; "
        "remove it, or name it in classfilename",
        "src/64: photos without a row are skipped: 1 ('5.jpg' first); give them rows, or leave "
        "them out",
    ]


def test_os2d_layout_with_parts_missing(source, out):
    picture(source / "classes/images/7.jpg")
    assert refusal_of("os2d", source, out) == [
        "SRC: is no data set of OS2D: no folder classes/images, or no CSV in classes; give the "
        "folder that holds classes and src"
    ]
    table(source / "classes/a.csv", ["imageid", "classid", "lx", "ty", "rx"], [1, 7, 0, 0, 1])
    (line,) = refusal_of("os2d", source, out)
    assert "no column 'by'" in line
    table(source / "classes/a.csv", Os2d.header, os2d_row())
    assert refusal_of("os2d", source, out) == [
        "SRC: has no folder src; put the photos into src/<size>"
    ]
    table(source / "classes/b.csv", Os2d.header)
    (line,) = refusal_of("os2d", source, out)
    assert line == "classes: holds several tables (a.csv, b.csv); leave one of them there"


SKU110K = {
    "columns": (
        ["train_0.jpg", 1, 2],
        "row 3: the row has 3 columns instead of 8; write "
        "image_name,x1,y1,x2,y2,class,image_width,image_height",
    ),
    "no name": (["", 1, 2, 3, 4, "object", 64, 48], "row 3: the image_name is empty"),
    "size": (
        ["train_1.jpg", 1, 2, 3, 4, "object", "wide", 48],
        "row 3: the photo's size (wide x 48) is no number",
    ),
    "corners": (
        ["train_0.jpg", 1, "inf", 3, 4, "object", 64, 48],
        "row 3: its corners (1, inf, 3, 4) are no numbers; give x1, y1, x2 and y2 in pixels",
    ),
    "no area": (
        ["train_0.jpg", 5, 5, 5, 9, "object", 64, 48],
        "row 3: its box (5, 5) to (5, 9) has no area inside the photo 'train_0.jpg'",
    ),
    "missing": (
        ["train_9.jpg", 1, 2, 3, 4, "object", 64, 48],
        "row 3: photo 'train_9.jpg' does not exist; add it to images or remove its rows",
    ),
    "outside": (
        ["../train.jpg", 1, 2, 3, 4, "object", 64, 48],
        "row 3: photo '../train.jpg' lies outside images; give its file name alone",
    ),
    "in two tables": (
        ["test_0.jpg", 1, 2, 3, 4, "object", 64, 48],
        "row 3: photo 'test_0.jpg' is already listed in annotations_test.csv",
    ),
}


@pytest.mark.parametrize("case", SKU110K)
def test_sku110k_fault_is_reported_and_the_rest_is_taken(source, out, case):
    row, sentence = SKU110K[case]
    sku110k = Sku110k(source)
    sku110k.rows["train"].append(row)
    (line,) = problems_of("sku110k", sku110k.save(), out)
    assert line.startswith(f"annotations/annotations_train.csv, {sentence}")
    assert len(shelves_of(out)) == 3


def test_sku110k_table_and_photo_whose_names_tell_no_split(source, out):
    sku110k = Sku110k(source)
    for name in ("shop.jpg", "val_9.jpg"):
        picture(source / "images" / name)
        row = [name, 1, 2, 9, 9, "object", WIDTH, HEIGHT]
        sku110k.rows.setdefault("more", []).append(row)
    (line,) = problems_of("sku110k", sku110k.save(), out)
    assert "neither table nor photo 'shop.jpg' has a split in its name" in line
    assert shelves_of(out)["shop.jpg"].split is None
    assert shelves_of(out)["val_9.jpg"].split == "eval"


def test_sku110k_table_decides_the_split_whatever_the_photo_is_called(source, out):
    sku110k = Sku110k(source)
    picture(source / "images/test_9.jpg")
    sku110k.rows["train"].append(["test_9.jpg", 1, 2, 9, 9, "object", WIDTH, HEIGHT])
    assert problems_of("sku110k", sku110k.save(), out) == []
    assert shelves_of(out)["test_9.jpg"].split == "train"


def test_sku110k_layout_with_parts_missing(source, out):
    source.mkdir()
    (line,) = refusal_of("sku110k", source, out)
    assert line.startswith("SRC: holds no CSV, and none in its folder annotations")
    path = table(source / "a.csv", ["a", "b"])
    (line,) = refusal_of("sku110k", source, out)
    assert line == "SRC: has no folder images; put the photos into a folder images"
    (source / "images").mkdir()
    (line,) = refusal_of("sku110k", source, out)
    assert line.startswith("SRC: has no row of the form image_name,x1,y1,x2,y2,class,")
    path.write_bytes(b"a,b\n\xff")
    (line,) = refusal_of("sku110k", source, out)
    assert "not UTF-8, some way after row" in line
    path.write_text('a,b\n"c" d,e\n')
    (line,) = refusal_of("sku110k", source, out)
    assert line.startswith("a.csv, row 2: not valid CSV")


def spoil_class(grocery, column, text):
    grocery.classes[1][column] = text


GROCERY = {
    "no name": (
        lambda g: spoil_class(g, 0, ""),
        "classes.csv, row 3: has no name or no number; complete the row",
    ),
    "twice": (
        lambda g: spoil_class(g, 1, 0),
        "classes.csv, row 3: class 'Oat-Milk' (0) is listed twice; give each class a name and a "
        "number of its own",
    ),
    "no picture": (
        lambda g: spoil_class(g, 4, "/gone.jpg"),
        "classes.csv, row 3: iconic picture '/gone.jpg' does not exist; add the file or correct "
        "its name",
    ),
    "picture outside": (
        lambda g: spoil_class(g, 4, "/../../x.jpg"),
        "classes.csv, row 3: iconic picture '/../../x.jpg' lies outside the data set; give a path "
        "relative to the folder of classes.csv",
    ),
    "no class": (
        lambda g: g.lists["val"].append("val/x.jpg"),
        "val.txt, row 2: has no class; write path, class, coarse class",
    ),
    "unknown class": (
        lambda g: g.lists["val"].append("val/x.jpg, 7, 0"),
        "val.txt, row 2: photo 'val/x.jpg' is of class '7', which classes.csv does not have; add "
        "the class or correct its number",
    ),
    "missing photo": (
        lambda g: g.lists["val"].append("val/x.jpg, 0, 0"),
        "val.txt, row 2: photo 'val/x.jpg' does not exist; add the file or correct its name",
    ),
    "listed twice": (
        lambda g: g.lists["val"].append(g.lists["train"][0]),
        "val.txt, row 2: photo 'train/Fruit/Royal-Gala/Royal-Gala_001.jpg' is already listed in "
        "train.txt, row 1; list each photo once",
    ),
    "photo outside": (
        lambda g: g.lists["val"].append("/etc/passwd, 0, 0"),
        "val.txt, row 2: photo '/etc/passwd' lies outside the data set; give a path relative to "
        "the folder of classes.csv",
    ),
}


@pytest.mark.parametrize("case", GROCERY)
def test_grocery_fault_is_reported_and_the_rest_is_taken(source, out, case):
    spoil, sentence = GROCERY[case]
    grocery = GroceryStore(source)
    spoil(grocery)
    assert problems_of("grocery-store", grocery.save(), out) == [f"dataset/{sentence}"]
    assert len(shelves_of(out)) == 1


def test_grocery_photo_of_a_product_without_packshot(source, out):
    grocery = GroceryStore(source)
    picture(grocery.data / "val/milk.jpg")
    grocery.lists["val"].append("val/milk.jpg, 1, 0")
    spoil_class(grocery, 4, "/gone.jpg")
    lines = problems_of("grocery-store", grocery.save(), out)
    assert lines[1] == (
        "dataset/val.txt, row 2: photo 'val/milk.jpg': SKU 'Oat-Milk' has no usable packshot; add "
        "the packshot and import again"
    )


def test_folder_that_is_no_grocery_store(source, out):
    source.mkdir()
    assert refusal_of("grocery-store", source, out) == [
        "SRC: is no Grocery Store Dataset: no classes.csv, or none of train, val and test.txt; "
        "give the repository's folder"
    ]


def test_packshots_that_are_skipped(source, tmp_path, out):
    picture(source / "tea.jpg")
    (source / "cup.jpg").write_text("no picture")
    (source / "notes.txt").write_text("")
    (source / ".DS_Store").write_text("")
    (source / "link.jpg").symlink_to(picture(tmp_path / "secret.jpg"))
    picture(source / "tea/old/1.jpg")
    picture(source / "unknown_product.jpg")
    assert sorted(problems_of("packshots", source, out)) == [
        "cup.jpg: image 'cup.jpg': not a JPEG, PNG, WebP or HEIC image; replace the image",
        "link.jpg: is skipped: it is a link to nothing, or out of the folder; put the picture "
        "itself there",
        "notes.txt: is skipped: has no .jpg, .png or .webp ending; convert it if it is a packshot",
        "tea/old/1.jpg: is skipped: it lies in a folder within a folder; move it to <sku>/, or to "
        "<category>/<sku>/",
        "unknown_product.jpg: the SKU 'unknown_product' is reserved for products outside the "
        "catalogue; choose another SKU",
    ]
    assert [row.sku for row in catalog_of(out)] == ["tea"]


def test_folder_without_packshots(source, out):
    source.mkdir()
    (line,) = refusal_of("packshots", source, out)
    assert line == "SRC: holds no picture; name the packshots <sku>.jpg, .png or .webp"
    (source / "a.jpg").write_text("")
    lines = refusal_of("packshots", source, out)
    assert lines == [
        "a.jpg: image 'a.jpg': the file is empty; replace the image",
        "SRC: none of its packshots can be used; see the other problems, or check the format",
    ]
    (line,) = refusal_of("packshots", source / "a.jpg", out)
    assert line == "SRC: is not a folder; give the folder of the packshots"


def test_deeply_nested_json_is_refused(source, out):
    source.mkdir()
    (source / "x.json").write_text("[" * 200_000)
    (line,) = refusal_of("coco", source / "x.json", out)
    assert "not valid JSON" in line


def test_numbers_beyond_all_bounds_do_no_harm(source, out):
    coco = Coco(source)
    annotation(coco, bbox=[-1e308, -1e308, 1e308, 1e308])
    annotation(coco, bbox=[1, 1, 1e308, 10**400])
    coco.annotations.parent.mkdir()
    coco.annotations.write_text(json.dumps(coco.document))
    lines = problems_of("coco", source, out)
    assert len(lines) == 2 and "is no box" in lines[0] and "no area" in lines[1]
