"""Every fault, made in data that has none, and the sentence it gets."""

import shutil
from collections import Counter

import numpy as np
import pytest
from PIL import Image
from tiny_data import TinyData, draw_shelf

from components.data_check.check_folder import check_data
from components.data_check.findings_sheet import write_contact_sheet
from components.data_check.settings import CheckSettings
from components.datasets.settings import DataSettings
from components.records.problems import InputError
from components.records.splits import split_of


@pytest.fixture
def data(tmp_path):
    made = TinyData(tmp_path / "data")
    spread_walls(made)
    return made


def spread_walls(data):
    """Give every photo a background of its own."""
    for number in range(9):
        shown = [] if number % 3 == 2 else [number % 6, (number + 1) % 6]
        Image.fromarray(photo_of(number, shown)).save(data.span / f"photo-{number}.jpg", quality=95)


def photo_of(seed, shown):
    """Cartons before a wall of blotches, so that no two photos are alike, uint8 [120, 160, 3]."""
    coarse = np.random.default_rng(seed).integers(20, 220, (4, 5, 3), dtype=np.uint8)
    wall = np.asarray(Image.fromarray(coarse).resize((160, 120), Image.Resampling.BICUBIC))
    shelf = draw_shelf(seed, shown)
    carton = np.zeros((120, 160, 1), bool)
    for place in range(len(shown)):
        carton[12:108, 10 + 70 * place : 70 + 70 * place] = True
    return np.where(carton, shelf, wall)


def check(data, **settings):
    data.save()
    return check_data(data.products_csv, data.shelves, CheckSettings(**settings))


def kinds_of(report):
    """Number of findings of each kind."""
    return Counter(finding.kind for finding in report.findings)


def repeat_photo(data, old, new, **visit):
    """Make photo `new` a darker, smaller, re-compressed copy of photo `old`."""
    with Image.open(data.span / f"photo-{old}.jpg") as photo:
        dark = photo.point(lambda value: value * 0.9).resize((120, 90))
        dark.save(data.span / f"photo-{new}.jpg", quality=60)
    entry = data.document["images"][new]
    entry.update(width=120, height=90)
    entry["attributes"].update(visit)
    data.document["annotations"] = [
        each for each in data.document["annotations"] if each["image_id"] != new
    ]


def white_packshot(data, sku, pixels):
    Image.fromarray(pixels).save(data.root / f"packshots/{sku}.png")


def leak(data):
    repeat_photo(data, 0, 8)


def leak_by_visit(data):
    for number, wanted in ((0, "train"), (5, "test")):
        visit = next(name for name in map(str, range(99)) if split_of(name, 0) == wanted)
        data.document["images"][number]["attributes"].update(visit=visit, split=None)
    repeat_photo(data, 0, 5)


def blank_packshot(data):
    white_packshot(data, "milk-2", np.full((96, 72, 3), 254, np.uint8))


def covered_lens(data):
    noise = np.random.default_rng(0).integers(0, 12, (120, 160, 3), dtype=np.uint8)
    Image.fromarray(noise).save(data.span / "photo-2.jpg")


def same_packshot(data):
    shutil.copy(data.root / "packshots/milk-1.png", data.root / "packshots/milk-4.png")


def packshot_as_photo(data, number, sku, page=0):
    """Make a photo a smaller, brighter copy of a packshot, on as much more white as `page` says."""
    with Image.open(data.root / f"packshots/{sku}.png") as packshot:
        copy = packshot.convert("RGB").resize((90, 120)).point(lambda value: value * 1.05)
    picture = Image.new("RGB", (90 + page, 120 + page), "white")
    picture.paste(copy, (page // 2, page // 3))
    picture.save(data.span / f"photo-{number}.jpg", quality=85)
    data.document["images"][number].update(width=picture.width, height=picture.height)
    data.document["annotations"] = [
        each for each in data.document["annotations"] if each["image_id"] != number
    ]


def similar_packshot(data):
    with Image.open(data.root / "packshots/milk-1.png") as packshot:
        packshot.resize((144, 192)).save(data.root / "packshots/milk-4.png")


def packshot_on_grey(data):
    path = data.root / "packshots/milk-3.png"
    with Image.open(path) as packshot:
        grey = np.minimum(np.asarray(packshot), 225)
    Image.fromarray(grey).save(path)


def tight_crop(data):
    path = data.root / "packshots/milk-3.png"
    with Image.open(path) as packshot:
        pixels = np.asarray(packshot)
    rows, columns = np.nonzero(pixels.min(axis=2) < 200)
    height, width = np.ptp(rows), np.ptp(columns)
    print_ = np.random.default_rng(3).integers(0, 200, (9, 7, 3), dtype=np.uint8)
    large = Image.fromarray(print_).resize((width, height), Image.Resampling.NEAREST)
    large.save(path)


def two_in_a_packshot(data):
    path = data.root / "packshots/milk-3.png"
    with Image.open(path) as packshot:
        twice = np.concatenate([np.asarray(packshot)] * 2, axis=1)
    Image.fromarray(twice).save(path)


def box_again(data, category):
    first = data.document["annotations"][0]
    left, top, width, height = first["bbox"]
    data.document["annotations"].append(
        {**first, "id": 500, "bbox": [left, top + 1, width, height], "category_id": category}
    )


def unseen_product(data):
    shutil.copy(data.root / "packshots/milk-1.png", data.root / "packshots/new.png")
    pixels = np.rot90(np.asarray(Image.open(data.root / "packshots/new.png"))).copy()
    Image.fromarray(pixels).save(data.root / "packshots/new.png")
    data.rows.append("milk-9,Milk 9,dairy,packshots/new.png")


def damaged_inside(data):
    """Both ends are whole, so reading its header finds nothing."""
    path = data.root / "packshots/milk-0.png"
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 20] = bytes(20)
    path.write_bytes(content)


def damaged_photo(data):
    path = data.span / "photo-2.jpg"
    Image.fromarray(photo_of(2, [])).save(path, "PNG")
    content = bytearray(path.read_bytes())
    content[300:900] = bytes(600)
    path.write_bytes(content)


def truncated(data):
    path = data.span / "photo-0.jpg"
    path.write_bytes(path.read_bytes()[:1500])


def stray_sku(data):
    data.document["categories"][0]["name"] = "butter"


FAULTS = {
    "leakage": (
        leak,
        "leakage",
        "error",
        "photo-8.jpg: in the split 'test', and nearly the same as 'span-1/photo-0.jpg' in 'train'; "
        "give both one visit or one split, or remove one",
    ),
    "leakage where visits decide": (
        leak_by_visit,
        "leakage",
        "error",
        "photo-5.jpg: in the split 'test', and nearly the same as 'span-1/photo-0.jpg' in 'train'; "
        "give both one visit or one split, or remove one",
    ),
    "packshot for a photo": (
        lambda d: packshot_as_photo(d, 6, "milk-2"),
        "leakage",
        "error",
        "photo-6.jpg: in the split 'test', and nearly the packshot of 'milk-2', ",
    ),
    "packshot on a larger page": (
        lambda d: packshot_as_photo(d, 6, "milk-2", page=60),
        "leakage",
        "error",
        "row 4: to know a packshot again proves nothing; judge on photos of shelves; ",
    ),
    "photo twice in a split": (
        lambda d: repeat_photo(d, 0, 2),
        "near_duplicate_photo",
        "warning",
        "photo-2.jpg: nearly the same as 'span-1/photo-0.jpg'; remove one of them",
    ),
    "blank packshot": (
        blank_packshot,
        "blank_packshot",
        "error",
        "products.csv, row 4: image 'packshots/milk-2.png' is blank: a contrast of 0.000; "
        "replace the image",
    ),
    "covered lens": (
        covered_lens,
        "blank_photo",
        "warning",
        "photo-2.jpg: the photo is blank: a contrast of 0.003; take it again or remove it",
    ),
    "same packshot": (
        same_packshot,
        "same_packshot",
        "error",
        "products.csv, row 6: image 'packshots/milk-4.png' of 'milk-4' is the very image of "
        "'milk-1' in row 3; give each SKU its own packshot, make one SKU of the two, or give "
        "both one group",
    ),
    "similar packshot": (
        similar_packshot,
        "near_duplicate_packshot",
        "warning",
        "products.csv, row 6: image 'packshots/milk-4.png' of 'milk-4' is nearly the image of "
        "'milk-1' in row 3; give each SKU its own packshot, make one SKU of the two, or give "
        "both one group",
    ),
    "packshot on grey": (
        packshot_on_grey,
        "not_isolated",
        "warning",
        "products.csv, row 5: image 'packshots/milk-3.png' is not isolated: it stands on #e1e1e1, "
        "which is not white; put the product on white",
    ),
    "packshot cropped to the pack": (
        tight_crop,
        "fills_picture",
        "info",
        "products.csv, row 5: image 'packshots/milk-3.png' is filled to its border: 100% of that "
        "is not white; leave it if it is cropped to the pack, else put the product on white",
    ),
    "two products in a packshot": (
        two_in_a_packshot,
        "several_products",
        "warning",
        "products.csv, row 5: image 'packshots/milk-3.png' shows 2 products side by side; "
        "show one, as it stands on the shelf",
    ),
    "boxed twice": (
        lambda d: box_again(d, 1),
        "repeated_box",
        "warning",
        "photo-0.jpg: two boxes of 'milk-0' (annotation 100, annotation 500) lie on each other at "
        "(10, 12) to (70, 108); remove one of them",
    ),
    "boxed as two products": (
        lambda d: box_again(d, 5),
        "contradicting_box",
        "error",
        "photo-0.jpg: one thing is boxed as 'milk-0' (annotation 100) and as 'milk-4' "
        "(annotation 500) at (10, 12) to (70, 108); keep the right one",
    ),
    "never on a shelf": (
        unseen_product,
        "never_on_shelf",
        "info",
        "products.csv, row 8: no shelf photo shows 'milk-9'; "
        "add photos of it, or accept it unmeasured",
    ),
    "packshot damaged inside": (
        damaged_inside,
        "contract",
        "error",
        "products.csv, row 2: image 'packshots/milk-0.png': corrupt PNG: ",
    ),
    "photo damaged inside": (
        damaged_photo,
        "contract",
        "error",
        "photo-2.jpg: corrupt PNG: ",
    ),
    "truncated photo": (
        truncated,
        "contract",
        "error",
        "annotations.json, image 0: photo 'photo-0.jpg': truncated JPEG",
    ),
    "SKU without packshot": (
        stray_sku,
        "contract",
        "error",
        "SKU 'butter' is not in the catalogue",
    ),
}


def test_good_data_has_no_findings(data):
    report = check(data)
    assert report.findings == ()
    assert not report.failed
    assert str(report) == (
        "looked at 6 products, 6 packshots, 9 photos, 12 boxes\n0 errors, 0 warnings, 0 remarks"
    )


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_found(data, fault):
    spoil, kind, severity, sentence = FAULTS[fault]
    spoil(data)
    report = check(data)
    (found,) = [each for each in report.findings if each.kind == kind]
    assert found.severity == severity
    assert sentence in str(found)
    assert report.failed == any(each.severity == "error" for each in report.findings)
    others = {each.kind for each in report.findings} - {kind, "never_on_shelf"}
    assert not others


@pytest.mark.parametrize("fault", [name for name in FAULTS if FAULTS[name][1] != "contract"])
def test_severity_is_for_the_user_to_set(data, fault):
    spoil, kind, *_ = FAULTS[fault]
    spoil(data)
    assert kind not in kinds_of(check(data, **{kind: "off"}))
    graver = check(data, **{kind: "error"})
    assert graver.failed and graver.findings[0].kind == kind


def small_one_beside(data):
    path = data.root / "packshots/milk-3.png"
    with Image.open(path) as packshot:
        whole = np.asarray(packshot)
        beside = np.full_like(whole, 255)
        half = np.asarray(packshot.resize((packshot.width // 2, packshot.height // 2)))
    beside[: half.shape[0], : half.shape[1]] = half
    Image.fromarray(np.concatenate([whole, beside], axis=1)).save(path)


@pytest.mark.parametrize(
    ("spoil", "kind", "setting"),
    [
        (covered_lens, "blank_photo", {"blank_contrast": 0}),
        (packshot_on_grey, "not_isolated", {"border_share": 1}),
        (small_one_beside, "several_products", {"second_product": 0.5}),
        (lambda data: box_again(data, 1), "repeated_box", {"box_overlap": 0.99}),
        (lambda data: repeat_photo(data, 0, 8), "leakage", {"colour_difference": 0}),
    ],
)
def test_where_a_fault_begins_is_for_the_user_to_set(data, spoil, kind, setting):
    spoil(data)
    assert kind in kinds_of(check(data))
    assert kind not in kinds_of(check(data, **setting))


def test_smallest_side_is_for_the_user_to_set(data):
    data.save()
    settings = DataSettings(min_photo_side=130)
    report = check_data(data.products_csv, data.shelves, data=settings)
    assert "160 x 120 pixels, smaller than 130 on a side" in str(report)


def test_repeated_photos_of_one_visit_are_no_leak(data):
    repeat_photo(data, 0, 8, split="train")
    assert kinds_of(check(data))["near_duplicate_photo"] == 1
    assert "leakage" not in kinds_of(check(data))


def test_views_of_one_product_may_be_alike(data):
    same_packshot(data)
    data.rows[5] = "milk-1,Milk 1,dairy,packshots/milk-4.png"
    kinds = kinds_of(check(data))
    assert not {"same_packshot", "near_duplicate_packshot"} & set(kinds)


def test_gravest_come_first_and_all_are_counted(data):
    unseen_product(data)
    packshot_on_grey(data)
    leak(data)
    report = check(data)
    assert [each.severity for each in report.findings][:2] == ["error", "warning"]
    assert report.by_severity["error"] == 1
    assert report.by_severity["info"] == kinds_of(report)["never_on_shelf"]


def test_catalogue_alone(data):
    packshot_on_grey(data)
    report = check_data(data.products_csv, None)
    assert kinds_of(report) == {"not_isolated": 1}
    assert report.counts.photos == 0


def test_missing_files_are_findings(tmp_path):
    report = check_data(tmp_path / "products.csv", tmp_path / "shelves")
    assert report.failed
    assert kinds_of(report) == {"contract": 2}


def test_photos_without_test_split_break_the_contract(data):
    for image in data.document["images"]:
        image["attributes"]["split"] = "train"
    assert "falls into the split 'test'" in str(check(data))


def test_labels_of_whole_photos_count_as_seen(data):
    (data.span / "annotations.json").unlink()
    lines = [f"photo-{number}.jpg,milk-{number}" for number in range(5)]
    (data.span / "photos.csv").write_text("\n".join(["image,sku", *lines]))
    report = check_data(data.products_csv, data.shelves)
    assert [each.problem.what for each in report.findings] == ["no shelf photo shows 'milk-5'"]
    assert report.counts.skipped == 4


def test_counted_products_count_as_seen_and_their_photos_are_compared(data):
    (data.span / "annotations.json").unlink()
    shutil.copy(data.span / "photo-0.jpg", data.span / "photo-1.jpg")
    lines = ["photo-0.jpg,milk-0,0", "photo-1.jpg,milk-1,2"]
    (data.span / "counts.csv").write_text("\n".join(["photo,sku,count", *lines]))
    report = check_data(data.products_csv, data.shelves)
    assert kinds_of(report) == {"near_duplicate_photo": 1, "never_on_shelf": 5}
    assert not any("'milk-1'" in each.sentence for each in report.findings)
    assert (report.counts.counted, report.counts.boxes, report.counts.skipped) == (2, 0, 7)


def test_several_processes_find_the_same(data, monkeypatch):
    monkeypatch.setattr("components.data_check.measure_pictures._FEW", 0)
    leak(data)
    packshot_on_grey(data)
    alone = check(data, workers=1)
    assert alone.findings and check(data, workers=2) == alone


def test_progress_ends_at_all_pictures(data):
    told = []
    check_data(
        data.products_csv,
        data.shelves,
        progress=lambda done, total: told.append((done, total)),
        data=DataSettings(),
    )
    assert told[-1] == (15, 15)


def test_unknown_setting_is_refused():
    with pytest.raises(ValueError, match="leekage"):
        CheckSettings(leekage="off")


@pytest.mark.parametrize("name", ["sheet.png", "deep/sheet.jpg"])
def test_sheet_shows_the_offenders(data, tmp_path, name):
    leak(data)
    same_packshot(data)
    box_again(data, 5)
    unseen_product(data)
    report = check(data)
    shown = write_contact_sheet(report, tmp_path / name)
    assert shown == sum(each.kind != "never_on_shelf" for each in report.findings)
    with Image.open(tmp_path / name) as sheet:
        assert min(sheet.size) > 300


def test_sheet_grows_no_longer_than_asked(data, tmp_path):
    leak(data)
    packshot_on_grey(data)
    report = check(data)
    assert write_contact_sheet(report, tmp_path / "all.png") == 2
    assert write_contact_sheet(report, tmp_path / "one.png", most=1) == 1


def test_no_sheet_is_written_of_good_data(data, tmp_path):
    assert write_contact_sheet(check(data), tmp_path / "sheet.png") == 0
    assert not (tmp_path / "sheet.png").exists()


def test_sheet_survives_a_picture_that_went_away(data, tmp_path):
    packshot_on_grey(data)
    report = check(data)
    (data.root / "packshots/milk-3.png").unlink()
    assert write_contact_sheet(report, tmp_path / "sheet.png") == 1


@pytest.mark.parametrize("name", ["sheet.gif", "sheet", "taken/sheet.png"])
def test_sheet_that_cannot_be_written_is_wrong_input(data, tmp_path, name):
    (tmp_path / "taken").write_text("a file")
    packshot_on_grey(data)
    with pytest.raises(InputError, match="sheet"):
        write_contact_sheet(check(data), tmp_path / name)


@pytest.mark.parametrize(
    ("edit", "how"),
    [
        (lambda pixels: pixels[:, ::-1], "mirrored"),
        (lambda pixels: pixels[6:, :-8], "cropped"),
    ],
)
def test_altered_copies_leak_as_well(data, edit, how):
    with Image.open(data.span / "photo-2.jpg") as photo:
        copy = np.ascontiguousarray(edit(np.asarray(photo)))
    Image.fromarray(copy).save(data.span / "photo-8.jpg", quality=90)
    data.document["images"][8].update(width=copy.shape[1], height=copy.shape[0])
    (finding,) = check(data).findings
    assert finding.kind == "leakage"
    assert finding.problem.what == (
        f"in the split 'test', and nearly the same as 'span-1/photo-2.jpg' in 'train', {how}"
    )


def test_photos_without_any_label_are_said_to_be_no_negatives(data):
    data.document["annotations"] = []
    (finding,) = (f for f in check(data).findings if f.kind == "unlabelled_photos")
    assert finding.severity == "warning"
    assert finding.problem.what.startswith("9 photos lie in spans without any label")


def test_a_packshot_may_be_trained_on(data):
    packshot_as_photo(data, 0, "milk-2")
    assert not check(data).failed
