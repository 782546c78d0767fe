"""`oneshelf releases`, as a user calls it."""

import pytest
from typer.testing import CliRunner

from components.releases.registry import Registry
from components.releases.upkeep import pin, rollback
from pipeline.commands.main import app
from pipeline.exits import WRONG_INPUT


@pytest.fixture
def registry(tmp_path, publish):
    made = Registry(tmp_path / "releases")
    for steps in (7, 7, 9):
        publish(made, configuration={"trainer": {"steps": steps}}, metrics={"top1": steps / 10})
    return made


@pytest.fixture
def releases(registry):
    """Runs a command on three releases; returns the exit code and what was said."""

    def command(*arguments):
        asked = ["releases", *map(str, arguments), "--releases", str(registry.root)]
        done = CliRunner().invoke(app, asked)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    return command


def _row(said: str, version: int) -> list[str]:
    (row,) = [line for line in said.splitlines() if line.startswith(f"{version}\t")]
    return row.split("\t")


def test_the_list_shows_what_is_current_and_what_is_damaged(registry, releases):
    (registry.root / "1" / "edge" / "model.tflite").write_bytes(b"tflitE")
    (registry.root / "2" / "release.json").unlink()
    pin(registry, 3)
    code, said = releases("list")
    assert code == 0
    assert _row(said, 1)[1] == "damaged"
    assert "1: damaged: edge/model.tflite has changed" in said
    assert _row(said, 2)[1] == "no release"
    assert "2: not a release (it has no release.json)" in said
    third = _row(said, 3)
    assert third[1:3] == ["current, valid, pinned", "2024-05-01"]
    assert "0.900" in third


def test_a_quick_list_reads_no_file(registry, releases):
    (registry.root / "1" / "edge" / "model.tflite").write_bytes(b"tflitE")
    (registry.root / "2" / "edge" / "model.tflite").write_bytes(b"longer now")
    _, said = releases("list", "--quick")
    assert _row(said, 1)[1] == "valid"
    assert _row(said, 2)[1] == "damaged"


def test_the_list_survives_a_broken_current(registry, releases):
    (registry.root / "current").write_text("7\n")
    code, said = releases("list")
    assert code == 1
    assert "names version 7, but" in said
    assert _row(said, 3)[1] == "valid"


def test_show_takes_the_current_one_or_a_version(releases):
    code, said = releases("show")
    assert code == 0
    assert "release\t3, current" in said
    assert "top1\t0.900" in said
    assert "release\t1\n" in releases("show", 1)[1]
    code, said = releases("show", 8)
    assert code == WRONG_INPUT
    assert "there is no release 8; give one of 1, 2, 3" in said


def test_diff_shows_what_differs_and_only_that(registry, releases, publish):
    publish(registry, skus=("milk", "oat"), configuration={"trainer": {"steps": 9}}, metrics={})
    code, said = releases("diff", 2, 4)
    assert code == 0
    assert "trainer.steps\t7\t9" in said
    assert "oat\t\tknown" in said
    assert "top1\t0.700" in said
    assert "gate\t" not in said
    assert "no difference" in releases("diff", 1, 2)[1]


def test_a_setting_that_only_got_a_new_name_is_no_difference(releases, publish, registry):
    old = {"recogniser": {"lattice": 7, "screen": True, "dims": 128}, "serving_photos": None}
    publish(registry, configuration=old)
    new = {"recogniser": {"roi_grid": 7, "dims": 64}, "production_photos": None}
    publish(registry, configuration=new)
    said = releases("diff", 4, 5)[1]
    assert said.splitlines() == ["setting\t4\t5", "recogniser.dims\t128\t64", ""]


def test_rollback_says_what_happens_to_whom(registry, releases):
    code, said = releases("rollback", "--why", "miscounts milk")
    assert code == 0
    assert registry.current().version == 2
    assert "release 3 is withdrawn" in said
    assert "servers go on as before" in said
    assert _row(releases("list")[1], 3)[1] == "valid, withdrawn"
    assert "miscounts milk" in releases("list")[1]


def test_rollback_refuses_a_damaged_release(registry, releases):
    (registry.root / "2" / "serving" / "2" / "saved_model.pb").write_bytes(b"?")
    code, said = releases("rollback")
    assert code == WRONG_INPUT
    assert "saved_model.pb has changed" in said
    assert registry.current().version == 3


def test_gc_removes_nothing_until_told_to(registry, releases, publish):
    publish(registry)
    code, said = releases("gc", "--keep", 1)
    assert code == 0
    assert "add --yes" in said
    assert list(registry.entries()) == [1, 2, 3, 4]

    releases("pin", 1, "--why", "the reference")
    code, said = releases("gc", "--keep", 1, "--yes")
    assert code == 0
    assert list(registry.entries()) == [1, 3, 4]
    assert _row(said, 1) == ["1", "stays: pinned"]

    releases("unpin", 1)
    assert releases("gc", "--keep", 1, "--yes")[0] == 0
    assert list(registry.entries()) == [3, 4]


def test_gc_without_a_current_release_is_refused(registry, releases):
    (registry.root / "current").unlink()
    code, said = releases("gc", "--keep", 1, "--yes")
    assert code == WRONG_INPUT
    assert "none is safe to remove" in said
    assert list(registry.entries()) == [1, 2, 3]


@pytest.mark.parametrize(
    ("place", "said"), [("nowhere", "no such folder"), ("releases/1", "give the folder around it")]
)
def test_what_is_no_releases_folder_is_named(registry, tmp_path, place, said):
    done = CliRunner().invoke(app, ["releases", "list", "--releases", str(tmp_path / place)])
    assert done.exit_code == WRONG_INPUT
    assert said in done.output


def test_an_empty_folder_has_no_release(tmp_path):
    done = CliRunner().invoke(app, ["releases", "list", "--release", str(tmp_path)])
    assert done.exit_code == 0
    assert "no release yet" in done.output


@pytest.mark.parametrize("lost", ["edge/model.tflite", "release.json"])
def test_the_list_fails_where_the_current_release_is_damaged(registry, releases, lost):
    assert releases("list")[0] == 0
    (registry.root / "3" / lost).unlink()
    assert releases("list")[0] == 1


@pytest.mark.parametrize("command", [("rollback", "--to", 2), ("pin", 2), ("unpin", 2)])
@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("x\x1b[31m\ny", "--why contains a control character; remove the character"),
        ("x" * 501, "--why has 501 letters, more than 500; shorten it"),
    ],
)
def test_a_reason_that_is_no_line_is_refused(registry, releases, command, why, said):
    assert releases(*command, "--why", why) == (WRONG_INPUT, f"{said}\n")
    assert not registry.history().events


def test_an_older_reason_steers_no_terminal(registry, releases):
    rollback(registry, 2, "x\x1b[31m\ny")
    for command in (("list",), ("show", 3)):
        said = releases(*command)[1]
        assert "\x1b" not in said
        assert r"x\x1b[31m\ny" in said
