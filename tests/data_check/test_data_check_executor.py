"""The check as a stage of the pipeline: on examples, without decoding photos again."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from tiny_artifacts import beam_context, examples, packshots, shelf_photos
from tiny_data import TinyData

from components.artifacts.data_findings import CheckReport
from components.records.problems import InputError

pytestmark = pytest.mark.tfx

SPLITS = {"train": range(3), "eval": range(3, 6), "test": range(6, 9)}


@pytest.fixture
def data(tmp_path):
    from test_check_data import spread_walls

    made = TinyData(tmp_path / "data")
    spread_walls(made)
    return made


def run(data, folder, spoil=None, settings="{}"):
    """Findings of the stage on a data set of which `spoil` changed the examples by split."""
    from components.artifacts.types import DataFindingsArtifact
    from components.data_check.executor import DataCheckExecutor

    photos = {split: shelf_photos(data, numbers, split) for split, numbers in SPLITS.items()}
    rows = packshots(data)
    if spoil:
        spoil(rows, photos)
    findings = DataFindingsArtifact()
    findings.uri = str(folder / "findings")
    Path(findings.uri).mkdir(parents=True)
    DataCheckExecutor(beam_context(folder / "tmp")).Do(
        {
            "catalog": [examples(folder / "catalog", {"catalog": rows})],
            "shelves": [examples(folder / "shelves", photos)],
        },
        {"findings": [findings]},
        {"products_csv": str(data.products_csv), "settings": settings, "code_hash": ""},
    )
    return CheckReport.from_dict(json.loads((Path(findings.uri) / "findings.json").read_text()))


def test_good_data_passes_and_is_counted(data, tmp_path):
    report = run(data, tmp_path)
    assert report.findings == ()
    counts = report.counts
    assert (counts.products, counts.packshots, counts.photos, counts.boxes) == (6, 6, 9, 12)


def test_the_stage_finds_what_the_check_of_files_finds(data, tmp_path):
    from test_check_data import box_again, packshot_on_grey, repeat_photo, similar_packshot

    from components.data_check.check_folder import check_data
    from components.data_check.settings import CheckSettings

    repeat_photo(data, 0, 1)
    repeat_photo(data, 3, 8)
    box_again(data, 1)
    similar_packshot(data)
    packshot_on_grey(data)
    data.save()
    lenient = CheckSettings(leakage="warning")

    def said(report):
        # Examples hold no ids of annotations.
        return sorted(
            (
                each.kind,
                each.severity,
                Path(each.file).name,
                each.row,
                re.sub(r" \(annotation [^)]+\)", "", each.sentence),
            )
            for each in report.findings
        )

    files = said(check_data(data.products_csv, data.shelves, lenient))
    assert {kind for kind, *_ in files} >= {
        "leakage",
        "near_duplicate_photo",
        "near_duplicate_packshot",
        "not_isolated",
        "repeated_box",
    }
    assert said(run(data, tmp_path, settings=lenient.model_dump_json())) == files


def foreign_sku(rows, photos):
    photos["train"][0]["image/object/class/text"] = [b"milk-0", b"mlik-1"]


def foreign_label(rows, photos):
    photos["test"][2]["photo/label"] = [b"bread"]


def delisted_product(rows, photos):
    del rows[0]


def lost_value(rows, photos):
    photos["eval"][0]["image/object/difficult"] = np.array([0], np.int64)


def turned_box(rows, photos):
    photos["test"][0]["image/object/bbox/xmax"][0] = 0.01


def foreign_count(rows, photos):
    count(photos["test"][2], bread=1)


def lost_count(rows, photos):
    count(photos["test"][2], **{"milk-0": 1})
    photos["test"][2]["photo/counts/count"] = np.zeros(0, np.int64)


def counted_and_boxed(rows, photos):
    count(photos["test"][0], **{"milk-0": 1})


def count(photo, **counts):
    photo["photo/counts/sku"] = [sku.encode() for sku in counts]
    photo["photo/counts/count"] = np.array([*counts.values()], np.int64)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (
            foreign_sku,
            "span-1/photo-0.jpg, object 2: SKU 'mlik-1' is not in the catalogue; did you mean "
            "'milk-1'? rename it, add the product to the catalogue, or use 'unknown_product'",
        ),
        (foreign_label, "span-1/photo-8.jpg, label: SKU 'bread' is not in the catalogue; "),
        (foreign_count, "span-1/photo-8.jpg, counts: SKU 'bread' is not in the catalogue; "),
        (lost_count, "span-1/photo-8.jpg, counts: it counts 1 SKUs by 0 numbers; "),
        (counted_and_boxed, "photo-6.jpg, counts: it is counted, and has boxes or a label, too; "),
        (delisted_product, "span-1/photo-0.jpg, object 1: SKU 'milk-0' is not in the catalogue; "),
        (
            lost_value,
            "span-1/photo-3.jpg: its objects have unequal numbers of values: 2 bbox/xmin, ",
        ),
        (turned_box, "span-1/photo-6.jpg, object 1: the box (0.0625, 0.1) to (0.01, 0.9) has no "),
    ],
)
def test_what_no_schema_can_say_stops_the_run(data, tmp_path, spoil, sentence):
    with pytest.raises(InputError) as caught:
        run(data, tmp_path, spoil)
    assert sentence in str(caught.value)


def test_unknown_product_needs_no_packshot(data, tmp_path):
    def spoil(rows, photos):
        photos["train"][0]["image/object/class/text"] = [b"milk-0", b"unknown_product"]

    assert not run(data, tmp_path, spoil).failed


def test_leakage_stops_the_run_and_says_where(data, tmp_path):
    from test_check_data import repeat_photo

    repeat_photo(data, 0, 8)
    data.save()
    with pytest.raises(InputError) as caught:
        run(data, tmp_path)
    assert str(caught.value) == (
        "span-1/photo-8.jpg: in the split 'test', and nearly the same as 'span-1/photo-0.jpg' in "
        "'train'; give both one visit or one split, or remove one"
    )


def test_warnings_are_shown_and_the_run_goes_on(data, tmp_path, caplog):
    from test_check_data import repeat_photo

    repeat_photo(data, 0, 1)
    data.save()
    report = run(data, tmp_path)
    assert [finding.kind for finding in report.findings] == ["near_duplicate_photo"]
    shown = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert shown[0] == (
        "warning: span-1/photo-1.jpg: nearly the same as 'span-1/photo-0.jpg'; remove one of them"
    )
    assert shown[1].startswith("0 errors, 1 warning, 0 remarks; ")


def test_counted_photos_are_compared_beside_composed_shelves_and_cover_products(data, tmp_path):
    def spoil(rows, photos):
        del photos["train"], photos["eval"]
        counted, *composed = photos["test"]
        for number, photo in enumerate(composed):
            # Alike as they were drawn, and of no interest to anybody.
            photo["image/source_id"] = [f"composed/test/{number}".encode()]
            photo["image/look"] = composed[0]["image/look"]
        for key in [*counted]:
            if key.startswith("image/object/") and not key.endswith("count"):
                counted[key] = counted[key][:0]
        count(counted, **{"milk-0": 2, "milk-1": 0})
        copy = {"image/source_id": [b"span-1/copy.jpg"], "image/filename": [b"copy.jpg"]}
        photos["test"].append({**counted, **copy})

    report = run(data, tmp_path, spoil)
    said = [(each.kind, each.file) for each in report.findings if each.kind != "never_on_shelf"]
    assert said == [("near_duplicate_photo", "span-1/photo-6.jpg")]
    unseen = [each.sentence for each in report.findings if each.kind == "never_on_shelf"]
    assert len(unseen) == 5 and not any("'milk-0'" in sentence for sentence in unseen)
    assert (report.counts.photos, report.counts.counted) == (4, 2)
    assert "4 photos, 2 boxes; 2 photos with counts and no boxes" in str(report.counts)


def test_photos_are_not_decoded_again(data, tmp_path):
    def spoil(rows, photos):
        for split in photos.values():
            for photo in split:
                photo["image/encoded"] = [b"not a picture"]

    assert run(data, tmp_path, spoil).counts.photos == 9
