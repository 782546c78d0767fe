"""What holds for all formats: where the result goes, links, turned photos, progress, bounds."""

import json

import pytest
from foreign import HEIGHT, WIDTH, Coco, noise, picture, problems_of, refusal_of, shelves_of

from components.imaging.decoding import ImageLimits
from components.importers import collected_faults as faults_module
from components.importers import import_data as run
from components.importers.collected_faults import Faults
from components.importers.import_data import import_data
from components.importers.safe_names import file_stem, photo_stem
from components.importers.split_names import split_named, splits_named
from components.records.problems import InputError, Problem


@pytest.fixture
def coco(tmp_path):
    return Coco(tmp_path / "source")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def test_unknown_format_and_missing_source_are_refused(coco, out):
    (line,) = refusal_of("Coco", coco.save(), out)
    assert line == (
        "SRC: unknown format 'Coco'; did you mean 'coco'? "
        "use one of coco, os2d, sku110k, grocery-store, packshots"
    )
    assert refusal_of("coco", coco.root / "gone", out) == ["SRC: does not exist; check the path"]


def test_result_goes_into_a_new_or_an_empty_folder_only(coco, tmp_path, out):
    source = coco.save()
    out.mkdir()
    (tmp_path / "link").symlink_to(out)
    import_data("coco", source, tmp_path / "link")
    assert len(shelves_of(out)) == 3
    with pytest.raises(InputError, match="out: holds files of yours; choose a new or an empty"):
        import_data("coco", source, out)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file: is a file"):
        import_data("coco", source, tmp_path / "file")
    with pytest.raises(InputError, match="lies in the data set to import"):
        import_data("coco", source, source / "new")


def test_nothing_is_left_behind_by_a_failure(coco, tmp_path, out, monkeypatch):
    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(run.AnnotationWriter, "finish", full)
    with pytest.raises(OSError, match="no space"):
        import_data("coco", coco.save(), out)
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_pictures_are_copied_or_linked_as_they_are(coco, tmp_path, out):
    source = coco.save()
    before = (source / "images/a.jpg").read_bytes()
    import_data("coco", source, out)
    copied = out / "shelves/span-1/a.jpg"
    assert copied.read_bytes() == before and not copied.samefile(source / "images/a.jpg")
    import_data("coco", source, tmp_path / "linked", link=True)
    linked = tmp_path / "linked/shelves/span-1/a.jpg"
    assert linked.samefile(source / "images/a.jpg") and not linked.is_symlink()
    assert len(shelves_of(tmp_path / "linked")) == 3


def test_link_across_file_systems_is_refused(coco, out, monkeypatch):
    def elsewhere(*_):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("os.link", elsewhere)
    with pytest.raises(InputError, match=r"cannot be linked: .*; import without linking"):
        import_data("coco", coco.save(), out, link=True)
    assert not out.exists()


def test_progress_counts_photos(coco, out):
    seen = []
    import_data("coco", coco.save(), out, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def turned(coco, orientation, **declared):
    picture(coco.root / "images/a.jpg", orientation=orientation)
    coco.document["images"][0].update(width=None, height=None)
    coco.document["images"][0].update(declared)
    return coco.save()


REMEDY = "store the photo upright, without EXIF orientation, with boxes to match"


def test_turned_photo_annotated_as_displayed_is_taken_as_it_is(coco, out):
    source = turned(coco, 6, width=HEIGHT, height=WIDTH)
    assert problems_of("coco", source, out) == []
    photo = shelves_of(out)["a.jpg"]
    assert (photo.width, photo.height) == (HEIGHT, WIDTH)
    assert photo.objects[0].box == (4, 5, 24.25, 35)
    assert (out / "shelves/span-1/a.jpg").read_bytes() == (source / "images/a.jpg").read_bytes()


def test_turned_photo_annotated_as_stored_is_left_out(coco, out):
    (line,) = problems_of("coco", turned(coco, 6, width=WIDTH, height=HEIGHT), out)
    assert line == (
        "annotations/instances.json, image 1: photo 'a.jpg' is displayed turned (EXIF "
        f"orientation 6), and its boxes are for the photo as stored; {REMEDY}"
    )
    assert "a.jpg" not in shelves_of(out)


@pytest.mark.parametrize(
    ("orientation", "declared"), [(6, {}), (3, {"width": WIDTH, "height": HEIGHT})]
)
def test_turned_photo_whose_boxes_may_be_either_is_left_out(coco, out, orientation, declared):
    (line,) = problems_of("coco", turned(coco, orientation, **declared), out)
    assert line == (
        f"annotations/instances.json, image 1: photo 'a.jpg' is displayed turned (EXIF "
        f"orientation {orientation}), and nothing says whether its boxes are for the photo as "
        f"displayed or stored; {REMEDY}"
    )


def test_turned_photo_without_boxes_is_a_negative_either_way(coco, out):
    picture(coco.root / "images/none.jpg", orientation=3)
    assert problems_of("coco", coco.save(), out) == []
    assert "none.jpg" in shelves_of(out)


def test_photo_of_another_size_than_annotated_is_left_out(coco, out):
    coco.document["images"][0].update(width=640)
    (line,) = problems_of("coco", coco.save(), out)
    assert line == (
        "annotations/instances.json, image 1: photo 'a.jpg' is 64 x 48 as displayed, annotated "
        "as 640 x 48; give the photo that was annotated, at its full size"
    )


def test_photo_that_cannot_be_read_or_is_too_large_is_left_out(coco, out):
    path = noise(coco.root / "images/a.jpg")
    path.write_bytes(path.read_bytes()[:900])
    picture(coco.root / "images/b.jpg", (300, 300))
    limits = ImageLimits(max_pixels=50_000)
    report = import_data("coco", coco.save(), out, limits=limits)
    first, second = (str(problem) for problem in report.problems)
    assert "image 1: image 'a.jpg': truncated JPEG" in first
    assert "image 2: image 'b.jpg': 300 x 300 pixels, more than" in second
    document = json.loads((out / "shelves/span-1/annotations.json").read_text())
    assert [image["file_name"] for image in document["images"]] == ["none.jpg"]


def test_sku_without_packshot_becomes_unknown_and_is_reported_once(coco, out):
    coco.add_catalog("coffee")
    (line,) = problems_of("coco", coco.save(), out)
    assert line == (
        "annotations/instances.json: SKU 'tea/green' has no usable packshot: boxes with it (2) "
        "become 'unknown_product'; add the packshot and import again"
    )
    assert {thing.sku for photo in shelves_of(out).values() for thing in photo.objects} == {
        "unknown_product"
    }


def test_faults_beyond_the_bound_are_counted(monkeypatch):
    monkeypatch.setattr(faults_module, "MAX_LISTED", 2)
    faults = Faults()
    faults.take(*[Problem("a", number, "x", "y") for number in range(5)])
    assert ([problem.row for problem in faults.problems], faults.unlisted) == ([0, 1], 3)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("milk-1.5%", "milk-1.5_"),
        ("../../etc", "_.._etc"),
        ("...", "_"),
        ("Käse", "Käse"),
        ("a/b\\c:d*e", "a_b_c_d_e"),
        ("x" * 300, "x" * 120),
        ("€" * 3, "_"),
    ],
)
def test_names_of_files(name, stem):
    assert file_stem(name) == stem


def test_folders_of_photos_have_no_dots():
    assert photo_stem("../v1.0/a.jpg/Photo 1.JPG") == "v1_0/a_jpg/Photo_1"


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("instances_train2017.json", "train"),
        ("valid/_annotations.coco.json", "eval"),
        ("val-new-cl", "eval"),
        ("Test", "test"),
        ("contest", None),
        ("train_val", None),
        ("", None),
    ],
)
def test_split_from_a_name(name, split):
    assert split_named(name) == split


def test_validation_is_judged_on_only_where_there_is_no_test():
    assert splits_named(["train", "val"]) == {"train": "train", "val": "test"}
    assert splits_named(["train", "val", "test"])["val"] == "eval"
