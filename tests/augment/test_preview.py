import numpy as np
import pytest
from PIL import Image
from tiny_data import SKUS, TinyData, draw_packshot

from components.augment import preview
from components.augment.draw_example import draw_example
from components.augment.preview import PreviewSummary, write_preview
from components.datasets.settings import DataSettings
from components.imaging.decoding import encode_jpeg
from components.records.feature_keys import BOX_EDGES
from components.records.problems import InputError
from components.records.splits import DISTRACTOR
from components.synthesis.augment_settings import AugmentSettings
from components.synthesis.scenes.settings import SceneSettings

SCENE = SceneSettings(photo_width=160, photo_height=120, min_facing=40, max_facing=60)
SETTINGS = AugmentSettings(scene=SCENE, negative_share=0, level="strong")
BLUE, ORANGE, GREY = (0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00), (0x6B, 0x72, 0x80)


@pytest.fixture(autouse=True)
def few_distractors(monkeypatch):
    monkeypatch.setattr(preview, "distractors", list)


@pytest.fixture
def data(tmp_path):
    return TinyData(tmp_path / "data")


def share_of(picture, colour):
    return np.mean(np.all(picture == colour, axis=-1))


def pixels_of(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def test_page_shows_shelves_beside_their_variants(data, tmp_path):
    told = []
    summary = write_preview(
        tmp_path / "page.png",
        SETTINGS,
        2,
        data.products_csv,
        progress=lambda done, total: told.append((done, total)),
    )
    assert (summary.shelves, summary.variants) == (2, 4)
    assert set(summary.objects) == {"kept", "difficult", "dropped"}
    assert told == [(3, 6), (6, 6)]
    page = pixels_of(tmp_path / "page.png")
    assert page.shape[1] > 3 * 640 and page.shape[0] > 2 * 480
    assert share_of(page, BLUE) > 0


def test_seed_decides_every_pixel(data, tmp_path):
    pages = []
    for seed in (0, 0, 1):
        path = tmp_path / f"{len(pages)}.png"
        settings = SETTINGS.model_copy(update={"seed": seed})
        write_preview(path, settings, 1, data.products_csv)
        pages.append(path.read_bytes())
    assert pages[0] == pages[1] != pages[2]


def test_level_none_drops_nothing(data, tmp_path):
    settings = SETTINGS.model_copy(update={"level": "none"})
    summary = write_preview(tmp_path / "page.png", settings, 1, data.products_csv)
    assert summary.objects["dropped"] == 0


def test_held_out_products_are_not_shown(data, tmp_path, monkeypatch):
    shown = set()
    monkeypatch.setattr(
        preview,
        "draw_example",
        lambda features: (
            shown.update(sku.decode() for sku in features["image/object/class/text"])
            or np.zeros((48, 64, 3), np.uint8)
        ),
    )
    holding = DataSettings(held_out_share=0.5, seed=3)
    write_preview(tmp_path / "page.png", SETTINGS, 8, data.products_csv, holding)
    products = shown - {DISTRACTOR}
    assert products and products < set(SKUS)


def test_without_catalogue_the_generated_one_and_few_companions_are_shown(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(preview, "companion_features", lambda count: drawn.append(count) or [])
    monkeypatch.setattr(
        preview, "_generated_packshots", lambda: {"a": [encode_jpeg(draw_packshot(1))]}
    )
    settings = SETTINGS.model_copy(update={"companion_families": 900})
    write_preview(tmp_path / "page.jpg", settings, 1, data=DataSettings(held_out_share=0))
    assert drawn == [16]
    assert (tmp_path / "page.jpg").exists()


def test_many_variants_are_cut_to_three(data, tmp_path):
    settings = SETTINGS.model_copy(update={"variants": 9})
    assert write_preview(tmp_path / "page.png", settings, 1, data.products_csv).variants == 3


def drawn(difficult, occlusion, sku=b"milk-0"):
    corners = dict(zip(BOX_EDGES, (0.25, 0.25, 0.75, 0.75), strict=True))
    return draw_example(
        {
            **{key: np.array([value], np.float32) for key, value in corners.items()},
            "image/encoded": [encode_jpeg(np.full((120, 160, 3), 200, np.uint8))],
            "image/object/class/text": [sku],
            "image/object/difficult": np.array([difficult]),
            "image/object/occlusion": np.array([occlusion], np.float32),
        }
    )


def test_colour_tells_kept_difficult_and_unknown():
    kept, difficult, unknown = drawn(0, 0), drawn(1, 0), drawn(0, 0, b"distractor:")
    for picture, colour in ((kept, BLUE), (difficult, ORANGE), (unknown, GREY)):
        assert share_of(picture, colour) > 0.001
        assert all(share_of(picture, other) == 0 for other in {BLUE, ORANGE, GREY} - {colour})


def test_frame_stands_at_the_box():
    rows, columns = np.nonzero(np.all(drawn(0, 0) == BLUE, axis=-1))
    height, width = 480, 640
    assert abs(rows.min() - height / 4) <= 2 and abs(rows.max() - height * 3 / 4) <= 2
    assert abs(columns.min() - width / 4) <= 2 and abs(columns.max() - width * 3 / 4) <= 2


def test_what_is_partly_hidden_says_how_much_is_seen():
    assert share_of(drawn(0, 0.5), BLUE) > share_of(drawn(0, 0), BLUE)


def test_summary_is_a_sentence():
    summary = PreviewSummary(2, 4, {"kept": 1200, "difficult": 3, "dropped": 0})
    assert str(summary) == (
        "2 composed shelves, 4 variants of them: 1,200 objects kept, 3 became difficult, 0 dropped"
    )


def test_wrong_input_is_said(data, tmp_path):
    with pytest.raises(InputError, match="end it in"):
        write_preview(tmp_path / "page.bmp", SETTINGS, 1, data.products_csv)
    with pytest.raises(InputError, match="ask for one or more"):
        write_preview(tmp_path / "page.png", SETTINGS, 0, data.products_csv)
    with pytest.raises(InputError, match="does not exist"):
        write_preview(tmp_path / "page.png", SETTINGS, 1, tmp_path / "none.csv")
    packshot = data.root / "packshots/milk-0.png"
    content = bytearray(packshot.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 20] = bytes(20)
    packshot.write_bytes(content)
    with pytest.raises(InputError, match=r"row 2: image 'packshots/milk-0.*: corrupt PNG"):
        write_preview(tmp_path / "page.png", SETTINGS, 1, data.products_csv)
