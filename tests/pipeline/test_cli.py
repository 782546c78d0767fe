"""The command line, short of running TFX."""

import json
import re
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import typer
from PIL import Image

from components.datasets.read_catalog import read_catalog
from components.imaging.decoding import encode_jpeg
from components.importers.formats import FORMATS
from pipeline.commands import main as cli
from pipeline.commands.data import Format
from pipeline.config import load
from pipeline.exits import FAILED, INTERRUPTED, WRONG_INPUT
from pipeline.local import run_here


@pytest.fixture
def oneshelf(capfd):
    """Runs a command; returns the exit code and all it said."""

    def command(*arguments):
        code = typer.main.get_command(cli.app).main(
            [str(argument) for argument in arguments], standalone_mode=False
        )
        said = capfd.readouterr()
        return code or 0, (said.out + said.err).splitlines()

    return command


@pytest.fixture
def shop(tmp_path):
    """A correct catalogue with one annotated photo, for spoiling."""
    span = tmp_path / "shelves" / "span-1"
    span.mkdir(parents=True)
    Image.new("RGB", (40, 60), (90, 20, 20)).save(tmp_path / "a.jpg")
    Image.new("RGB", (40, 60), (20, 90, 20)).save(tmp_path / "b.jpg")
    Image.new("RGB", (80, 60), (20, 20, 90)).save(span / "photo.jpg")
    (tmp_path / "products.csv").write_text("sku,name,category,image\na,A,x,a.jpg\nb,B,x,b.jpg\n")
    annotate(tmp_path)
    return tmp_path


def annotate(shop, sku="a", box=(5, 5, 20, 30), photo="photo.jpg"):
    (shop / "shelves" / "span-1" / "annotations.json").write_text(
        json.dumps(
            {
                "images": [{"id": 1, "file_name": photo, "width": 80, "height": 60}],
                "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": list(box)}],
                "categories": [{"id": 1, "name": sku}],
            }
        )
    )


def products(shop, *rows, header="sku,name,category,image"):
    (shop / "products.csv").write_text("\n".join([header, *rows]) + "\n")


def missing_column(shop):
    products(shop, "a,A,x", header="sku,name,category")


def duplicate_image(shop):
    products(shop, "a,A,x,a.jpg", "b,B,x,a.jpg")


def unreadable_image(shop):
    (shop / "b.jpg").write_bytes(b"not a picture")


def truncated_image(shop):
    (shop / "b.jpg").write_bytes((shop / "b.jpg").read_bytes()[:300])


def empty_catalogue(shop):
    products(shop)


def climbing_path(shop):
    products(shop, "a,A,x,../../etc/passwd")


def bomb(shop):
    Image.new("L", (20_000, 20_000)).save(shop / "b.png")
    products(shop, "a,A,x,a.jpg", "b,B,x,b.png")


def foreign_sku(shop):
    annotate(shop, sku="stranger")


def box_outside(shop):
    annotate(shop, box=(500, 500, 20, 20))


def flat_box(shop):
    annotate(shop, box=(5, 5, 0, 20))


def no_photos(shop):
    (shop / "shelves").rename(shop / "elsewhere")


@pytest.mark.parametrize(
    ("spoil", "file", "words"),
    [
        (missing_column, "products.csv", "image"),
        (duplicate_image, "products.csv, row 3", "a.jpg"),
        (unreadable_image, "products.csv, row 3", "b.jpg"),
        (truncated_image, "products.csv, row 3", "cut off"),
        (empty_catalogue, "products.csv", "empty"),
        (climbing_path, "products.csv, row 2", "outside"),
        (bomb, "products.csv, row 3", "pixels, more than"),
        (foreign_sku, "annotations.json", "stranger"),
        (box_outside, "annotations.json", "leaves the photo"),
        (flat_box, "annotations.json", "no area"),
        (no_photos, "shelves", "does not exist"),
    ],
)
def test_wrong_input_is_a_line_with_file_and_remedy(oneshelf, shop, spoil, file, words):
    spoil(shop)

    code, said = oneshelf(
        *("run", "--catalog", shop / "products.csv", "--shelves", shop / "shelves"),
        *("--root", shop / "out"),
    )

    assert code == WRONG_INPUT
    (problem,) = [line for line in said if words in line and file in line]
    assert ";" in problem  # what is wrong; what to do about it
    assert not any("Traceback" in line for line in said)


def test_all_problems_are_counted(oneshelf, shop):
    unreadable_image(shop)
    (shop / "a.jpg").unlink()
    box_outside(shop)

    code, said = oneshelf(
        *("run", "--catalog", shop / "products.csv", "--shelves", shop / "shelves"),
        *("--root", shop / "out"),
    )

    assert code == WRONG_INPUT
    assert said[-1] == "3 problems"


def test_of_many_problems_the_first_are_shown_and_the_log_has_all(oneshelf, shop):
    rows = [f"{number},X,x,{number}.jpg" for number in range(25)]
    (shop / "products.csv").write_text("\n".join(["sku,name,category,image", *rows]))

    code, said = oneshelf(
        *("run", "--catalog", shop / "products.csv", "--shelves", shop / "shelves"),
        *("--root", shop / "out"),
    )

    assert code == WRONG_INPUT
    assert sum("does not exist" in line for line in said) == 20
    total = int(said[-1].removesuffix(" problems"))
    (log,) = (shop / "out" / "logs").iterdir()
    assert said[-2] == f"and {total - 20} more; all are in {log}"
    assert sum("does not exist" in line for line in log.read_text().splitlines()) == 25


def test_wrong_settings_are_refused_before_anything_is_written(oneshelf, tmp_path):
    code, said = oneshelf("run", "--root", tmp_path / "out", "--set", "trainer.stepz=3")
    assert code == WRONG_INPUT
    assert said == ["trainer.stepz: no such setting; did you mean trainer.steps?"]
    assert not (tmp_path / "out").exists()


def test_a_cluster_is_asked_for_before_anything_is_written(oneshelf, tmp_path, monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    together = ("--set", "trainer.strategy=multi_worker")
    code, (said,) = oneshelf("run", "--root", tmp_path / "out", *together)
    assert code == WRONG_INPUT
    assert said.startswith("TF_CONFIG: it is not set, and trainer.strategy is multi_worker; on the")
    assert not (tmp_path / "out").exists()


def test_a_worker_is_not_the_first_machine_and_sees_the_root(oneshelf, tmp_path, monkeypatch):
    def config(number):
        cluster = {"worker": ["127.0.0.1:1", "127.0.0.1:2"]}
        return json.dumps({"cluster": cluster, "task": {"type": "worker", "index": number}})

    monkeypatch.setenv("TF_CONFIG", config(0))
    code, (said,) = oneshelf("train-worker", "--root", tmp_path)
    assert code == WRONG_INPUT
    assert said == "TF_CONFIG: this is the first machine; give `oneshelf run` here"
    monkeypatch.setenv("TF_CONFIG", config(1))
    _, (said,) = oneshelf("train-worker", "--root", tmp_path / "elsewhere")
    assert said.startswith(f"{tmp_path / 'elsewhere'}: no such folder; mount the root of the run")


def test_a_worker_waits_for_the_job_and_does_its_part(tmp_path, monkeypatch):
    from components.trainer import job
    from pipeline.commands import train_worker

    cluster = {"worker": ["127.0.0.1:1", "127.0.0.1:2"]}
    config = {"cluster": cluster, "task": {"type": "worker", "index": 1}}
    monkeypatch.setenv("TF_CONFIG", json.dumps(config))
    file = tmp_path / "checkpoints" / job.JOB_FILE
    done = []

    def written(_seconds):
        file.parent.mkdir()
        file.write_text("a job")

    monkeypatch.setattr(train_worker.time, "sleep", written)
    monkeypatch.setattr(job, "train_in_process", done.append)
    assert train_worker.train_worker(tmp_path) == 0
    assert done == [file]

    def fails(_file):
        raise RuntimeError("another machine stopped")

    monkeypatch.setattr(job, "train_in_process", fails)
    assert train_worker.train_worker(tmp_path) == FAILED


def test_an_unknown_stage_is_refused(oneshelf, tmp_path):
    code, said = oneshelf("run", "--root", tmp_path / "out", "--from-stage", "Trainee")
    assert code == WRONG_INPUT
    assert said == ["Trainee: no such stage; did you mean Trainer?"]
    _, (said,) = oneshelf("run", "--root", tmp_path / "out", "--to-stage", "Nope")
    assert said.startswith("Nope: no such stage; there are CatalogExampleGen, CatalogSchema, ")


def test_version(oneshelf):
    code, (said,) = oneshelf("--version")
    assert code == 0
    assert re.fullmatch(r"oneshelf \d+\.\d+\.\d+", said)


def test_stages_in_the_wrong_order_are_refused(oneshelf, tmp_path):
    code, said = oneshelf(
        "run", "--root", tmp_path / "out", "--from-stage", "Publish", "--to-stage", "Trainer"
    )
    assert code == WRONG_INPUT
    assert said == ["Trainer comes before Publish: swap --from-stage and --to-stage"]


def test_going_on_takes_the_last_run_that_finished(tmp_path):
    from pipeline.errors import WrongInput
    from pipeline.local.earlier_run import last_finished

    with pytest.raises(WrongInput, match="no run has finished here yet"):
        last_finished(tmp_path)
    for run, finished in (("20260101-1", True), ("20260102-1", True), ("20260103-1", False)):
        (tmp_path / "runs" / run).mkdir(parents=True)
        if finished:
            (tmp_path / "runs" / run / "stages.json").write_text("{}")
    assert last_finished(tmp_path).name == "20260102-1"


def test_going_on_takes_the_settings_of_the_run_it_goes_on_from(oneshelf, tmp_path, monkeypatch):
    earlier = tmp_path / "runs" / "20260101-1"
    earlier.mkdir(parents=True)
    (earlier / "stages.json").write_text("{}")
    (earlier / "config.yaml").write_text(load("test", assignments=["trainer.seed=5"]).to_yaml())
    ran = []
    monkeypatch.setattr(run_here, "run_here", lambda config, *stages: ran.append(config) or 0)
    stages = ("--from-stage", "Evaluator", "--root", tmp_path)
    oneshelf("run", *stages, "--set", "trainer.steps=7")
    oneshelf("run", *stages, "--profile", "demo")
    taken, named = ran
    assert (taken.profile, taken.trainer.seed, taken.trainer.steps) == ("test", 5, 7)
    assert taken.root == str(tmp_path)
    assert named.profile == "demo"


def test_one_run_at_a_time_in_a_root(oneshelf, tmp_path):
    from pipeline.local.run_here import _locked

    with _locked(tmp_path):
        code, said = oneshelf("run", "--root", tmp_path)
    assert code == WRONG_INPUT
    assert "another run is at work here" in said[-1]


def test_a_root_that_cannot_be_written_to(oneshelf, tmp_path):
    (tmp_path / "file").write_text("")
    code, said = oneshelf("run", "--root", tmp_path / "file" / "out")
    assert code == WRONG_INPUT
    assert "cannot be written to" in said[-1]


def test_a_stop_by_the_user_is_no_failure(oneshelf, tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.local.run_here._with_data", stop)
    code, said = oneshelf("run", "--root", tmp_path / "out")
    assert code == INTERRUPTED
    assert "the next run goes on" in said[-1]


def test_a_failure_shows_its_cause_and_the_log(oneshelf, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("pipeline.local.run_here._with_data", fail)
    code, said = oneshelf("run", "--root", tmp_path / "out")

    assert code == FAILED
    assert "failed: disk full" in said
    log = said[-1].removeprefix("the whole log: ")
    assert "Traceback" in Path(log).read_text()


@pytest.mark.parametrize(
    "arguments",
    [
        ("predict", "--release", "{}/none", "photo.jpg"),
        ("index", "--release", "{}/none", "--catalog", "products.csv", "--out", "{}/index"),
    ],
)
def test_a_release_that_is_not_there(oneshelf, tmp_path, arguments):
    code, said = oneshelf(*(argument.format(tmp_path) for argument in arguments))
    assert code == WRONG_INPUT
    assert len(said) == 1
    assert "none: no such folder" in said[0]


def test_help_answers_at_once_and_without_heavy_libraries():
    script = (
        "import sys\n"
        "from pipeline.commands.main import main\n"
        "try:\n    main()\n"
        "except SystemExit as stop:\n    assert not stop.code\n"
        "heavy = {'tensorflow', 'tfx', 'apache_beam', 'numpy', 'cv2'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run(
        [sys.executable, "-c", script, "--help"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    for command in ("run", "index", "predict", "compile", "data", "feedback", "releases"):
        assert command in done.stdout
    # Time on the processor, so that a busy machine does not fail the test.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began < 2


@pytest.mark.parametrize("command", ["run", "index", "predict", "compile"])
def test_every_command_explains_itself(oneshelf, command):
    code, said = oneshelf(command, "--help")
    assert code == 0
    assert "Usage" in " ".join(said)


def test_an_unexpected_error_is_a_failure_not_a_refusal(monkeypatch, capsys):
    def crash():
        raise RuntimeError("a defect")

    monkeypatch.setattr(cli, "app", crash)
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == FAILED
    assert "a defect" in capsys.readouterr().err


def test_a_folder_of_packshots_is_imported_and_what_is_skipped_is_said(oneshelf, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "milk.jpg").write_bytes(encode_jpeg(np.full((40, 30, 3), 120, np.uint8)))
    (folder / "torn.jpg").write_bytes(b"\xff\xd8 torn")
    out = tmp_path / "data"
    code, said = oneshelf("data", "import", "--from", "packshots", str(folder), "--out", str(out))
    assert code == 0
    assert any("torn.jpg" in line for line in said)
    assert f"--catalog {out / 'products.csv'}" in " ".join(said)
    assert [row.sku for row in read_catalog(out / "products.csv")] == ["milk"]


def test_an_import_that_finds_nothing_is_wrong_input(oneshelf, tmp_path):
    (tmp_path / "empty").mkdir()
    arguments = ("--from", "coco", str(tmp_path / "empty"), "--out", str(tmp_path / "out"))
    code, said = oneshelf("data", "import", *arguments)
    assert code == WRONG_INPUT
    assert not (tmp_path / "out").exists()
    assert any("empty" in line for line in said)


def test_every_format_has_a_name_on_the_command_line():
    assert {each.value for each in Format} == set(FORMATS)


def test_data_without_fault_passes_the_check_and_spoiled_data_does_not(oneshelf, shop):
    table = shop / "shelves" / "span-1" / "annotations.json"
    document = json.loads(table.read_text())
    document["images"][0]["attributes"] = {"split": "test"}
    table.write_text(json.dumps(document))
    code, said = oneshelf("data", "check", shop, "--set", "data_check.blank_packshot=warning")
    assert code == 0, said
    (shop / "b.jpg").write_bytes((shop / "a.jpg").read_bytes())
    sheet = shop / "faults.png"
    code, said = oneshelf("data", "check", shop, "--sheet", sheet)
    assert code == WRONG_INPUT
    assert any("b.jpg" in line for line in said)
    assert sheet.is_file()


def test_a_check_of_a_folder_without_a_catalogue_says_how_to_name_one(oneshelf, tmp_path):
    code, said = oneshelf("data", "check", tmp_path)
    assert code == WRONG_INPUT
    assert said == [f"{tmp_path}: holds no products.csv; name yours with --catalog"]


def test_a_check_of_nothing_says_what_to_give(oneshelf):
    code, said = oneshelf("data", "check")
    assert code == WRONG_INPUT
    assert said == ["nothing to check: give DIR, or --catalog and --shelves"]


def test_augmentation_is_drawn(oneshelf, tmp_path):
    page = tmp_path / "page.png"
    code, _ = oneshelf("data", "preview-augmentation", "--out", str(page), "--number", "1")
    assert code == 0
    assert Image.open(page).width > 400


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (["help"], "One packshot per product in, a shelf recogniser out."),
        (["help", "predict"], "Find products in photos"),
        (["releases", "help"], "Look at releases, go back to one, clean up."),
        (["help", "releases", "gc"], "How many of the newest stay."),
    ],
)
def test_help_is_a_word_too(oneshelf, asked, answered):
    code, said = oneshelf(*asked)
    assert (code, answered in " ".join(" ".join(said).split())) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["predict", "a.jpg", "--release", "r", "--threshold", "50%"],
            "expected a number, not '50%'; write 0.5",
        ),
        (["releases", "gc", "--keep", "1.5"], "expected a whole number, not '1.5'"),
        (
            ["predict", "a.jpg", "--release", "r", "--target", "phone"],
            "'phone' is not one of 'serving', 'edge'",
        ),
    ],
)
def test_a_value_that_an_option_cannot_take_is_told_as_settings_tell_it(arguments, said):
    with pytest.raises(typer.BadParameter) as caught:
        typer.main.get_command(cli.app).main(arguments, standalone_mode=False)
    assert caught.value.message == said
