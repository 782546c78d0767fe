"""Runs and schedules by the clusters' own clients, on local servers that answer as clusters do."""

import json

import pytest
from cluster_stubs import Fault, KubeflowStub, VertexStub, serving
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from kubeflow import kubeflow_requests, vertex_requests
from kubeflow.cron import read_cron
from kubeflow.on_kubeflow import Kubeflow
from kubeflow.on_vertex import Vertex
from kubeflow.schedules import Schedule, Timing
from pipeline.config import load
from pipeline.errors import WrongInput

WEEKLY = Timing(read_cron("0 3 * * 1"), "UTC")
NIGHTLY = Timing(read_cron("0 2 * * *"), "UTC")
KEY = rsa.generate_private_key(65537, 2048).private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
)


class OnVertex:
    """Vertex AI, with requests for a pipeline of two lines."""

    WHERE = "on Vertex AI"

    def __init__(self, stub, tmp_path):
        self.stub = stub
        self.config = load(
            "vertex",
            assignments=[
                "cloud.vertex={project: shop, region: europe-west6, service_account: a@b}",
                f"cloud.vertex.endpoint={stub.address}",
            ],
        )
        self.target = Vertex(self.config)
        self.file = tmp_path / "p.json"
        root = {"gcsOutputDirectory": "gs://shop/p"}
        spec = {"pipelineInfo": {"name": "o"}}
        self.file.write_text(json.dumps({"pipelineSpec": spec, "runtimeConfig": root}))

    def run(self, name):
        job = vertex_requests.job(self.file, self.config)
        return vertex_requests.submission(job, name, self.config)

    def schedule(self, name, timing=WEEKLY):
        job = vertex_requests.job(self.file, self.config)
        return vertex_requests.schedule(job, name, timing, self.config)

    def runs(self):
        return list(self.stub.jobs.values())

    def schedules(self):
        return list(self.stub.schedules.values())

    def made_by_hand(self, name):
        body = {"displayName": name, "cron": "1 1 * * *", "state": "ACTIVE", "name": "by/hand"}
        self.stub.schedules["by/hand"] = body


class OnKubeflow:
    """Kubeflow Pipelines, likewise."""

    WHERE = "on Kubeflow"

    def __init__(self, stub, tmp_path):
        self.stub = stub
        self.config = load("vertex", assignments=[f"cloud.kubeflow.host={stub.address}"])
        self.target = Kubeflow(self.config)
        self.file = tmp_path / "p.yaml"
        self.file.write_text("pipelineInfo: {name: o}\n---\nplatforms: {kubernetes: {}}\n")

    def run(self, name):
        return kubeflow_requests.run(self.file, name, self.config)

    def schedule(self, name, timing=WEEKLY):
        return kubeflow_requests.recurring_run(self.file, name, timing, self.config)

    def runs(self):
        return list(self.stub.runs.values())

    def schedules(self):
        return list(self.stub.recurring.values())

    def made_by_hand(self, name):
        (experiment,) = self.stub.experiments
        self.stub.recurring["by-hand"] = {
            "recurring_run_id": "by-hand",
            "display_name": name,
            "experiment_id": experiment,
            "status": "ENABLED",
        }


@pytest.fixture(params=["vertex", "kubeflow"])
def place(request, tmp_path, monkeypatch):
    """A target whose client talks to a server of this machine."""
    monkeypatch.delenv("KFP_TOKEN", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    if request.param == "kubeflow":
        with serving(KubeflowStub()) as stub:
            yield OnKubeflow(stub, tmp_path)
        return
    with serving(VertexStub()) as stub:
        key = {
            "type": "service_account",
            "client_email": "a@b.c",
            "private_key": KEY.decode(),
            "private_key_id": "1",
            "token_uri": f"{stub.address}/token",
        }
        (tmp_path / "key.json").write_text(json.dumps(key))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
        yield OnVertex(stub, tmp_path)


def names(place):
    return {each.get("displayName") or each["display_name"] for each in place.schedules()}


def test_a_run_of_a_name_is_submitted_once(place):
    assert "a-1: submitted" in place.target.submit(place.run("a-1"))
    assert "a-1: was submitted before, and is not again" in place.target.submit(place.run("a-1"))
    assert "a-2: submitted" in place.target.submit(place.run("a-2"))
    assert len(place.runs()) == 2


def test_a_schedule_of_a_name_is_made_once_and_becomes_what_is_given(place):
    assert place.target.create(place.schedule("weekly")) == "created"
    assert place.target.create(place.schedule("weekly")) == "unchanged"
    assert place.target.create(place.schedule("other")) == "created"
    assert place.target.create(place.schedule("weekly", NIGHTLY)) == "changed"
    assert len(place.schedules()) == 2
    assert {each.name: each.when for each in place.target.list()} == {
        "weekly": "TZ=UTC 0 2 * * *",
        "other": "TZ=UTC 0 3 * * 1",
    }


def test_what_was_sent_is_what_the_request_says(place):
    place.target.create(place.schedule("weekly"))
    (kept,) = place.schedules()
    sent = place.schedule("weekly")
    if isinstance(place, OnKubeflow):
        assert kept["no_catchup"] is True
        assert kept["max_concurrency"] == "1"
        assert kept["pipeline_spec"] == sent["pipeline_spec"]
        return
    job = kept["createPipelineJobRequest"]["pipelineJob"]
    assert kept["maxConcurrentRunCount"] == "1"
    assert job["serviceAccount"] == "a@b"
    assert job["pipelineSpec"] == sent["createPipelineJobRequest"]["pipelineJob"]["pipelineSpec"]


def test_a_schedule_pauses_goes_on_and_goes_away(place):
    place.target.create(place.schedule("weekly"))
    place.target.pause("weekly")
    assert [each.state for each in place.target.list()] == ["paused"]
    place.target.resume("weekly")
    assert [each.state for each in place.target.list()] == ["active"]
    place.target.delete("weekly")
    assert place.target.list() == []


def test_a_paused_schedule_that_is_changed_stays_paused(place):
    place.target.create(place.schedule("weekly"))
    place.target.pause("weekly")
    assert place.target.create(place.schedule("weekly", NIGHTLY)) == "changed"
    assert [each.state for each in place.target.list()] == ["paused"]
    assert len(place.schedules()) == 1


def test_schedules_made_by_hand_are_left_alone(place):
    place.target.create(place.schedule("weekly"))
    place.made_by_hand("by-hand")
    assert [each.name for each in place.target.list()] == ["weekly"]
    with pytest.raises(WrongInput) as refused:
        place.target.delete("by-hand")
    assert str(refused.value) == f"by-hand: no such schedule {place.WHERE}; there are weekly"
    assert names(place) == {"weekly", "by-hand"}


@pytest.mark.parametrize("change", ["pause", "resume", "delete"])
def test_a_schedule_that_is_not_there_is_told(place, change):
    with pytest.raises(WrongInput, match=r"nightly: no such schedule .*; there is none"):
        getattr(place.target, change)("nightly")


def test_two_of_a_name_are_told_with_their_ids(place):
    place.target.create(place.schedule("weekly"))
    kept = place.stub.schedules if isinstance(place, OnVertex) else place.stub.recurring
    ((identity, first),) = kept.items()
    field = "name" if isinstance(place, OnVertex) else "recurring_run_id"
    kept["another"] = {**first, field: "another"}
    with pytest.raises(WrongInput) as refused:
        place.target.create(place.schedule("weekly", NIGHTLY))
    assert f"delete all but one: {identity}, another" in str(refused.value)


def test_what_a_cluster_refuses_is_told(place):
    message = {"error_message": "quota"}
    if isinstance(place, OnVertex):
        message = {"error": {"code": 429, "message": "quota", "status": "RESOURCE_EXHAUSTED"}}
    place.stub.fault = Fault(429, message)
    with pytest.raises(WrongInput) as refused:
        place.target.submit(place.run("a-1"))
    assert str(refused.value).endswith(": quota")


def test_who_may_not_is_told_what_it_needs(place):
    vertex = isinstance(place, OnVertex)
    message = {"error_message": "who are you"}
    if vertex:
        message = {"error": {"code": 403, "message": "denied", "status": "PERMISSION_DENIED"}}
    place.stub.fault = Fault(403 if vertex else 401, message)
    with pytest.raises(WrongInput) as refused:
        place.target.list()
    needed = (
        f"Kubeflow at {place.stub.address}: who are you; set KFP_TOKEN to a token that it takes"
    )
    if vertex:
        roles = "roles/aiplatform.user in shop, and roles/iam.serviceAccountUser on a@b"
        needed = f"Vertex AI: denied; needed are {roles}"
    assert str(refused.value) == needed


def test_a_cluster_that_does_not_answer_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    with serving(KubeflowStub()) as stub:
        place = OnKubeflow(stub, tmp_path)
    with pytest.raises(WrongInput, match=r"cannot be reached at http://127.* address right"):
        place.target.list()


def test_nobody_logged_in_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "")
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    with serving(VertexStub()) as stub, pytest.raises(WrongInput) as refused:
        OnVertex(stub, tmp_path).target.list()
    assert "gcloud auth application-default login" in str(refused.value)


def test_no_cluster_at_all_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KUBECONFIG", raising=False)
    with pytest.raises(WrongInput, match=r"cloud\.kubeflow\.host: missing, and kubectl is set to"):
        Kubeflow(load("vertex")).list()


def test_a_token_is_sent_along(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KFP_TOKEN", "t0ken")
    with serving(KubeflowStub()) as stub:
        OnKubeflow(stub, tmp_path).target.list()
        assert {headers["authorization"] for *_, headers in stub.requests} == {"Bearer t0ken"}


@pytest.mark.parametrize(("package", "words"), [("kfp", "kfp"), ("google.cloud", "aiplatform")])
def test_a_missing_client_is_told(package, words, monkeypatch):
    import sys

    modules = ("kfp.client",) if package == "kfp" else ("google.cloud.aiplatform_v1",)
    for module in modules:
        monkeypatch.setitem(sys.modules, module, None)
    given = ["cloud.vertex={project: shop, region: r}", "cloud.kubeflow.host=http://127.0.0.1:9"]
    config = load("vertex", assignments=given)
    with pytest.raises(WrongInput, match=rf"needs a package more: pip install \S*{words}"):
        (Kubeflow if package == "kfp" else Vertex)(config).list()


def test_the_next_start_is_shown(place):
    place.target.create(place.schedule("weekly"))
    shown = "2026-12-07 02:00 UTC" if isinstance(place, OnVertex) else ""
    assert place.target.list() == [Schedule("weekly", "TZ=UTC 0 3 * * 1", "active", shown)]
