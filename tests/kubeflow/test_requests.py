"""What clusters would be sent, without any."""

import json

import pytest

from kubeflow import kubeflow_requests, vertex_requests
from kubeflow.cron import read_cron
from kubeflow.schedules import Timing
from pipeline.config import load
from pipeline.errors import WrongInput

MONDAYS = Timing(read_cron("0 3 * * mon"), "Europe/Zurich")


@pytest.fixture
def config():
    return load(
        "vertex",
        assignments=[
            "cloud.vertex={project: shop, region: europe-west6, service_account: a@b, "
            "network: projects/1/global/networks/n, encryption_key: k, labels: {team: shelf}}",
            "cloud.pipeline_root=gs://shop/pipeline",
            "cloud.kubeflow={service_account: runner, time_zone: Europe/Zurich}",
        ],
    )


@pytest.fixture
def vertex_file(tmp_path):
    file = tmp_path / "p.json"
    job = {"pipelineSpec": {"x": 1}, "runtimeConfig": {"gcsOutputDirectory": "gs://shop/p"}}
    file.write_text(json.dumps(job))
    return file


def test_a_job_says_as_whom_and_where_it_runs(vertex_file, config):
    job = vertex_requests.job(vertex_file, config)
    assert vertex_requests.submission(job, "one", config) == {
        "parent": "projects/shop/locations/europe-west6",
        "pipelineJobId": "one",
        "pipelineJob": {
            "displayName": "oneshelf",
            "pipelineSpec": {"x": 1},
            "runtimeConfig": {
                "gcsOutputDirectory": "gs://shop/p",
                "parameterValues": {"alarm": ""},
            },
            "labels": {"team": "shelf"},
            "serviceAccount": "a@b",
            "network": "projects/1/global/networks/n",
            "encryptionSpec": {"kmsKeyName": "k"},
        },
    }


def test_a_schedule_runs_one_at_a_time_in_its_time_zone(vertex_file, config):
    job = vertex_requests.job(vertex_file, config)
    request = vertex_requests.schedule(job, "weekly", MONDAYS, config)
    assert request["cron"] == "TZ=Europe/Zurich 0 3 * * 1"
    assert request["maxConcurrentRunCount"] == 1
    assert request["allowQueueing"] is False
    labels = request["createPipelineJobRequest"]["pipelineJob"]["labels"]
    assert labels["team"] == "shelf"
    assert job["labels"] == {"team": "shelf"}


def test_a_schedule_tells_whether_it_is_what_it_would_be_now(vertex_file, config):
    def digest(job, timing=MONDAYS):
        request = vertex_requests.schedule(job, "weekly", timing, config)
        return request["createPipelineJobRequest"]["pipelineJob"]["labels"][vertex_requests.LABEL]

    job = vertex_requests.job(vertex_file, config)
    assert digest(job) == digest(json.loads(json.dumps(job)))
    assert digest(job) != digest({**job, "serviceAccount": "c@d"})
    assert digest(job) != digest(job, MONDAYS._replace(time_zone="UTC"))


def test_an_alarm_is_a_parameter_of_one_run(vertex_file, config, tmp_path):
    job = vertex_requests.job(vertex_file, config, "drift")
    assert job["runtimeConfig"]["parameterValues"] == {"alarm": "drift"}
    file = tmp_path / "p.yaml"
    file.write_text("pipelineInfo: {name: o}\n")
    run = kubeflow_requests.run(file, "one", config, "drift")
    assert run["runtime_config"]["parameters"] == {"alarm": "drift"}
    weekly = kubeflow_requests.recurring_run(file, "weekly", MONDAYS, config)
    assert weekly["runtime_config"]["parameters"] == {"alarm": ""}


def test_where_vertex_cannot_write_is_refused(tmp_path, config):
    file = tmp_path / "p.json"
    file.write_text(json.dumps({"runtimeConfig": {"gcsOutputDirectory": "/data/x"}}))
    with pytest.raises(WrongInput, match=r"cloud\.pipeline_root: /data/x"):
        vertex_requests.job(file, config)


def test_a_project_and_a_region_are_asked_for():
    with pytest.raises(WrongInput) as refused:
        vertex_requests.check_vertex(load("vertex"))
    assert refused.value.problems == (
        "cloud.vertex.project: missing; name it, my-shop for example",
        "cloud.vertex.region: missing; name it, europe-west6 for example",
    )


def test_a_run_of_kubeflow_has_both_parts_of_the_file(tmp_path, config):
    file = tmp_path / "p.yaml"
    file.write_text("# PIPELINE DEFINITION\npipelineInfo: {name: o}\n")
    alone = kubeflow_requests.run(file, "one", config)
    assert alone["pipeline_spec"] == {"pipelineInfo": {"name": "o"}}
    assert alone["service_account"] == "runner"
    assert alone["runtime_config"]["pipeline_root"] == "gs://shop/pipeline"

    file.write_text("pipelineInfo: {name: o}\n---\nplatforms: {kubernetes: {}}\n")
    assert kubeflow_requests.run(file, "one", config)["pipeline_spec"] == {
        "pipeline_spec": {"pipelineInfo": {"name": "o"}},
        "platform_spec": {"platforms": {"kubernetes": {}}},
    }


@pytest.mark.parametrize("given", [{"root": "/data/oneshelf"}, {"root": "oci://registry/x"}])
def test_where_kubeflow_cannot_write_is_refused(given, tmp_path, config):
    file = tmp_path / "p.yaml"
    file.write_text("pipelineInfo: {name: o}\n")
    cloud = config.cloud.model_copy(update={"pipeline_root": None})
    config = config.model_copy(update={**given, "cloud": cloud})
    with pytest.raises(WrongInput, match=rf"cloud\.pipeline_root: {given['root']}/pipeline, where"):
        kubeflow_requests.run(file, "one", config)


def test_kubeflow_reads_seconds_and_no_time_zone(tmp_path, config):
    file = tmp_path / "p.yaml"
    file.write_text("pipelineInfo: {name: o}\n")
    request = kubeflow_requests.recurring_run(file, "weekly", MONDAYS, config)
    assert request["trigger"] == {"cron_schedule": {"cron": "0 0 3 * * 1"}}
    assert request["max_concurrency"] == "1"
    assert request["no_catchup"] is True

    elsewhere = MONDAYS._replace(time_zone="UTC")
    with pytest.raises(WrongInput, match=r"--time-zone UTC: this Kubeflow reads schedules in Eur"):
        kubeflow_requests.recurring_run(file, "weekly", elsewhere, config)
