import pytest

from components.embedded_data import write_dataset as module
from pipeline.config import load
from pipeline.local import run_here


class Display:
    def stage_started(self, name):
        pass

    def stage_ended(self, seconds):
        pass


def test_embedded_data_hold_out_the_skus_that_reading_them_holds_out(tmp_path, monkeypatch):
    given = []
    monkeypatch.setattr(module, "write_dataset", lambda folder, *rest: given.append(rest) or folder)
    config = load(
        "test",
        assignments=["data.held_out_share=0.2", "data.seed=3"],
        overrides={"root": str(tmp_path)},
    )
    read = run_here._with_data(config, Display())
    assert given == [(config.embedded_data, 0.2, 3)]
    assert read.catalog == str(tmp_path / "data/embedded/products.csv")


def test_two_runs_of_one_second_have_folders_of_their_own(tmp_path):
    ids = [run_here._new_run_id(tmp_path) for _ in range(3)]
    assert len(set(ids)) == 3 and sorted(ids) == ids
    assert sorted(each.name for each in (tmp_path / "runs").iterdir()) == ids


@pytest.mark.parametrize("option", ["root", "releases"])
@pytest.mark.parametrize("name", ["Kunde [neu]", "was?", "all*"])
def test_a_folder_that_tensorflow_takes_for_a_pattern_is_refused_at_the_start(
    tmp_path, capfd, option, name
):
    places = {"root": str(tmp_path / "out"), option: str(tmp_path / name)}
    config = load("test", overrides={"root": places["root"]})
    config = config.model_copy(update={"releases": places.get("releases")})

    assert run_here.run_here(config) == 2

    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith(f"{tmp_path / name}: TensorFlow takes ")
    assert not any(tmp_path.iterdir())
