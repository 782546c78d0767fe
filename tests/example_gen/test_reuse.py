"""A span that is added is all that is worked on, and the result is that of a run from nothing."""

import json
import logging
from pathlib import Path

import pytest
from tiny_artifacts import artifact, beam_context, examples, packshots
from tiny_data import SKUS, TinyData
from tiny_spans import Photo, reviewed, write_span

pytestmark = pytest.mark.tfx


class Line:
    """ShelfExampleGen and Augment, run one after the other over a folder of spans."""

    def __init__(self, folder: Path, data: TinyData, monkeypatch) -> None:
        self.folder, self.data = folder, data
        self.catalog = examples(folder / "catalog", {"catalog": packshots(data, SKUS[5:])})
        self.encoded: list[str] = []
        self.varied: list[str] = []
        self.composed: list[int] = []
        self._watch(monkeypatch)

    def run(self, name, store="store", records="", code="code", spans="all", **augment):
        """Run both; returns the folder of their outputs. What was worked on is in the lists."""
        from components.augment.executor import AugmentExecutor
        from components.datasets.settings import DataSettings
        from components.example_gen.executor import ShelfExecutor
        from components.synthesis.augment_settings import AugmentSettings
        from components.synthesis.scenes.settings import SceneSettings

        for worked in (self.encoded, self.varied, self.composed):
            worked.clear()
        out = self.folder / name
        shelves = artifact("Examples", out / "shelves")
        kept = {"store": str(self.folder / store), "code_hash": code}
        settings = DataSettings(held_out_share=0.2, spans=spans)
        ShelfExecutor(beam_context(out / "tmp")).Do(
            {"catalog": [self.catalog]},
            {"examples": [shelves]},
            {
                **kept,
                "shelves": str(self.data.shelves),
                "settings": settings.model_dump_json(),
                "span_records": records and str(self.folder / records),
            },
        )
        scene = SceneSettings(photo_width=160, photo_height=120, min_facing=40, max_facing=60)
        settings = AugmentSettings(scene=scene, **{"variants": 2, "composed_train": 3, **augment})
        AugmentExecutor(beam_context(out / "tmp")).Do(
            {"catalog": [self.catalog], "shelves": [shelves]},
            {
                "examples": [artifact("Examples", out / "augmented")],
                "companions": [artifact("Examples", out / "companions")],
            },
            {**kept, "settings": settings.model_dump_json()},
        )
        return out

    def _watch(self, monkeypatch):
        from components.example_gen import encode
        from components.synthesis import variant_shards as varying
        from components.synthesis.shelf_composer import ShelfComposer

        shelf_features, make_variant = encode.shelf_features, varying.make_variant
        compose = ShelfComposer.compose

        def encoding(photo, *rest):
            self.encoded.append(photo.source_id)
            return shelf_features(photo, *rest)

        def making(features, *rest):
            self.varied.append(features["image/source_id"][0].decode())
            return make_variant(features, *rest)

        def composing(composer, split, number):
            self.composed.append(number)
            return compose(composer, split, number)

        monkeypatch.setattr(encode, "shelf_features", encoding)
        monkeypatch.setattr(varying, "make_variant", making)
        monkeypatch.setattr(ShelfComposer, "compose", composing)


@pytest.fixture
def line(tmp_path, monkeypatch):
    data = TinyData(tmp_path / "data")
    for span in (2, 3):
        write_span(data.shelves, span, photos_of(span))
    return Line(tmp_path, data, monkeypatch)


def photos_of(span):
    return [
        Photo(f"{split}-{span}.jpg", 10 * span + number, attributes={"split": split})
        for number, split in enumerate(("train", "eval", "test"))
    ]


def files(folder):
    """Every file below a folder, by name, but for what Beam left."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "tmp" not in path.relative_to(folder).parts
    }


def span_of(names):
    return {name.partition("/")[0] for name in names}


def test_only_an_added_span_is_worked_on_and_the_output_is_that_of_a_run_from_nothing(line):
    before = files(line.run("before"))
    assert span_of(line.encoded) == span_of(line.varied) == {"span-1", "span-2", "span-3"}
    assert line.composed == [0, 1, 2]

    write_span(line.data.shelves, 4, photos_of(4))
    added = files(line.run("added"))
    assert sorted(line.encoded) == ["span-4/eval-4.jpg", "span-4/test-4.jpg", "span-4/train-4.jpg"]
    assert line.varied == ["span-4/train-4.jpg"] * 2
    assert line.composed == []

    anew = files(line.run("anew", store="another store"))
    assert len(line.encoded) == 18
    assert added == anew
    assert before.items() < added.items()
    assert len([name for name in added if name.startswith("shelves/Split-train")]) == 4


def test_nothing_is_worked_on_where_nothing_changed(line):
    before = files(line.run("before"))
    assert files(line.run("again")) == before
    assert line.encoded == line.varied == line.composed == []


def test_a_damaged_file_of_the_store_is_made_again(line, caplog):
    before = files(line.run("before"))
    kept = sorted((line.folder / "store").rglob("*.gz"))
    # Not through the artifact, which shares the bytes.
    for path in kept:
        damaged = bytearray(path.read_bytes())
        path.unlink()
        damaged[len(damaged) // 2] ^= 1
        path.write_bytes(bytes(damaged))
    with caplog.at_level(logging.WARNING, logger="oneshelf.store"):
        again = files(line.run("again"))
    assert sum("is damaged; it is made again" in said for said in caplog.messages) == len(kept)
    assert again == before
    assert len(line.encoded) == 15


def test_a_correction_touches_the_block_it_corrects_and_no_other(line):
    line.run("before")
    corrected = Photo("c.jpg", 20, attributes=reviewed("2026-05-01T10:00:00Z"), hard=True)
    write_span(line.data.shelves, 4, [corrected])
    after = line.run("after")
    assert line.encoded == ["span-4/c.jpg"]
    assert line.varied == ["span-4/c.jpg"] * 2
    trained_on = {Path(name).name for name in files(after / "shelves" / "Split-train")}
    assert trained_on == {f"span-0000{span}-00000.gz" for span in (1, 3, 4)}


def test_code_and_settings_make_other_files_and_the_catalogue_only_where_it_matters(line):
    line.run("before")
    line.run("other code", code="other")
    assert len(line.encoded) == 15
    assert line.varied
    line.run("other level", level="none")
    assert line.encoded == line.composed == []
    assert line.varied
    line.run("more shelves", composed_train=5)
    assert (line.encoded, line.varied, line.composed) == ([], [], [0, 1, 2, 3, 4])
    products = packshots(line.data, SKUS[5:])
    renamed = {**products[0], "product/sku": [b"new"]}
    line.catalog = examples(line.folder / "more", {"catalog": [*products, renamed]})
    line.run("one product more")
    assert (line.encoded, line.varied, line.composed) == ([], [], [0, 1, 2])
    line.catalog = examples(line.folder / "held", {"catalog": packshots(line.data, SKUS[4:])})
    line.run("another product held out")
    shown = set(line.encoded)
    assert shown and shown < {f"span-1/photo-{number}.jpg" for number in range(9)}


def test_a_run_of_fewer_spans_takes_their_files_from_the_store(line):
    line.run("before")
    out = line.run("one", spans="2")
    assert line.encoded == line.varied == []
    names = {Path(name).name for name in files(out / "shelves")}
    assert names == {"span-00002-00000.gz"}


def test_spans_are_held_to_what_they_were_once_they_were_trained_on(line):
    from components.datasets.span_ledger import Ledger
    from components.records.problems import InputError

    photo = line.data.shelves / "span-2" / "train-2.jpg"
    whole = photo.read_bytes()
    damaged = bytearray(whole)
    damaged[len(whole) // 2 : len(whole) // 2 + 40] = b"\xff" * 40
    photo.write_bytes(bytes(damaged))
    with pytest.raises(InputError, match="truncated JPEG"):
        line.run("damaged", records="records")
    photo.write_bytes(whole)
    line.run("mended", records="records")
    Ledger(line.folder / "records", line.data.shelves).settle()
    annotations = line.data.shelves / "span-3" / "annotations.json"
    document = json.loads(annotations.read_text())
    document["annotations"].pop()
    annotations.write_text(json.dumps(document))
    with pytest.raises(InputError, match=r"annotations\.json: has changed since span-3 was first"):
        line.run("changed", records="records")
    line.run("without it", records="records", spans="1-2")


def test_a_photo_that_changes_while_it_is_read_is_not_kept_under_a_wrong_name(line, monkeypatch):
    from components.example_gen import executor
    from components.records.problems import InputError

    files_of = executor.files_of

    def then_change(spans):
        found = files_of(spans)
        photo = line.data.shelves / "span-2" / "train-2.jpg"
        photo.write_bytes((line.data.shelves / "span-3" / "train-3.jpg").read_bytes())
        return found

    monkeypatch.setattr(executor, "files_of", then_change)
    with pytest.raises(InputError, match=r"train-2\.jpg: changed while the run read it"):
        line.run("changing")
