"""The compiled pipeline, as a cluster runs it: refused, killed, run again, released, unchanged.

On Kubeflow all of it; on Vertex AI what reads data, since stages are started by the same code and
the files hold the same pipeline (tests/kubeflow/test_compile.py).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cluster import Cluster, Ended, Kill
from webhook import listening

from components.embedded_data.write_dataset import write_dataset
from components.releases.registry import Registry
from pipeline.config import PipelineConfig, load
from pipeline.stages import STAGES

pytestmark = [pytest.mark.e2e, pytest.mark.tfx, pytest.mark.timeout(3000)]

STRICT = "release_gate.metrics=[{metric: map50, min: 1.0}]"
BEFORE_THE_GATE = set(STAGES[: STAGES.index("ReleaseGate")])


def draw_data(folder: Path) -> None:
    settings = load("test")
    write_dataset(folder, settings.embedded_data, settings.data.held_out_share, settings.data.seed)


def configured(cluster: Cluster, base: str, *assignments: str) -> PipelineConfig:
    """Settings of a cluster whose data and root lie below `base`."""
    return load(
        "test",
        assignments=[f"cloud.pipeline_root={cluster.address('pipeline')}", *assignments],
        overrides={
            "catalog": f"{base}/data/products.csv",
            "shelves": f"{base}/data/shelves",
            "root": f"{base}/oneshelf",
        },
    )


class Shop:
    """A Kubeflow cluster with a volume, and the runs on it, in order."""

    def __init__(self, folder: Path, webhook: str) -> None:
        self.cluster = Cluster("kubeflow", folder)
        self.volume = folder / "volume"
        draw_data(self.volume / "data")
        # Steps enough that it is still training when the first checkpoint is seen.
        given = ("trainer.steps=12", f"cloud.notify={webhook}")
        self._strict = self._compiled(folder / "strict.yaml", *given, STRICT)
        self._usual = self._compiled(folder / "usual.yaml", *given)
        kill = Kill("Trainer", lambda: bool(list(self.root.rglob("checkpoints/**/*.safetensors"))))
        self.refused = self.cluster.run(self._strict, kill)
        self.refused_again = self.cluster.run(self._strict)
        self.released = self.cluster.run(self._usual)
        self.unchanged = self.cluster.run(self._usual)

    @property
    def root(self) -> Path:
        return self.volume / "oneshelf"

    def _compiled(self, out: Path, *assignments: str) -> Path:
        from kubeflow.compile import compile_to

        compile_to("kubeflow", out, configured(self.cluster, str(self.volume), *assignments))
        return out


@pytest.fixture(scope="module")
def hook():
    with listening() as server:
        yield server


@pytest.fixture(scope="module")
def shop(tmp_path_factory, hook) -> Shop:
    return Shop(tmp_path_factory.mktemp("cluster"), hook.url)


def said(shop: Shop, ended: Ended) -> dict:
    return json.loads((shop.root / "runs" / ended.job / "what_changed.json").read_text())


def test_every_stage_runs_and_a_refused_candidate_fails_the_run(shop):
    run = shop.refused
    assert run.those("succeeded") >= set(STAGES), str(run)
    assert run.those("failed") == {"Outcome"}, str(run)
    outcome = json.loads((shop.root / "runs" / run.job / "outcome.json").read_text())
    assert outcome["status"] == "refused"
    assert outcome["headline"] in run.logs["Outcome"]


def test_a_trainer_that_was_killed_goes_on_from_its_checkpoint(shop):
    assert "going on from the checkpoint at step" in shop.refused.logs["Trainer"]


def test_a_refusal_stands_until_something_changes(shop):
    run = shop.refused_again
    assert run.states == {"WhatChanged": "failed", "Retrain": "skipped", "Notify": "succeeded"}
    assert said(shop, run)["status"] == "refused"


def test_people_are_told_of_refusals_and_of_nothing_else(shop, hook):
    told = [(message["run"], message["status"]) for message in hook.received]
    assert told == [(run.job, "refused") for run in (shop.refused, shop.refused_again)]


def test_another_gate_trains_nothing_anew_and_releases(shop):
    run = shop.released
    assert run.those("cached") == BEFORE_THE_GATE, str(run)
    assert not run.failed, str(run)
    release = Registry(shop.root / "releases").current()
    assert release is not None
    release.verify()
    assert release.record.run_id == run.job
    assert release.record.inputs_hash == said(shop, run)["inputs_hash"]
    assert release.record.configuration["catalog"] == f"{shop.volume}/data/products.csv"


def test_a_run_on_unchanged_data_trains_nothing_and_releases_nothing(shop):
    run = shop.unchanged
    assert run.states == {"WhatChanged": "succeeded", "Retrain": "skipped", "Notify": "succeeded"}
    assert said(shop, run)["status"] == "unchanged"
    assert [release.version for release in Registry(shop.root / "releases").list()] == [1]
    assert run.seconds < 0.1 * shop.refused.seconds


def test_on_vertex_stages_read_and_write_through_the_mount(tmp_path):
    from kubeflow.compile import compile_to

    cluster = Cluster("vertex", tmp_path)
    draw_data(cluster.path("data"))
    base = cluster.address("").rstrip("/")
    compile_to("vertex", tmp_path / "pipeline.json", configured(cluster, base))
    chosen = {"WhatChanged", "Retrain", "CatalogExampleGen", "ShelfExampleGen", "DataCheck"}

    run = cluster.run(tmp_path / "pipeline.json", only={"Run", *chosen})

    assert run.those("succeeded") == chosen - {"Retrain"}, str(run)
    (findings,) = cluster.path("pipeline").glob("*/DataCheck/findings/findings.json")
    assert json.loads(findings.read_text())["counts"]["products"] == 6
    report = json.loads((findings.parents[1] / "executor_output.json").read_text())
    artifact = report["artifacts"]["findings"]["artifacts"][0]
    assert artifact["uri"] == cluster.address(f"pipeline/{run.job}/DataCheck/findings")
