"""What starts runs besides the clock: the examples parse, and do what they say."""

import importlib.util
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
import yaml
from cluster_stubs import Fault, VertexStub, serving
from packaging.requirements import Requirement

from pipeline.commands.main import app

ROOT = Path(__file__).resolve().parents[2]
TRIGGERS = ROOT / "kubeflow" / "triggers"
SOURCE, SENSOR = yaml.safe_load_all((TRIGGERS / "argo_events.yaml").read_text())
JOB = {
    "displayName": "oneshelf",
    "pipelineSpec": {"pipelineInfo": {"name": "oneshelf"}},
    "runtimeConfig": {"gcsOutputDirectory": "gs://shop/p"},
}


class Google(VertexStub):
    """Vertex AI, and a bucket that holds the compiled pipeline."""

    at_work = ()

    def answer(self, method, path, query, body):
        if path == "/download/storage/v1/b/shop/o/oneshelf%2Fpipeline.json":
            return JOB
        if path.endswith("/pipelineJobs") and method == "GET":
            assert 'display_name="oneshelf" AND (state=' in query["filter"]
            return {"pipelineJobs": [{"name": name} for name in self.at_work]}
        return super().answer(method, path, query, body)


@pytest.fixture
def google(tmp_path, monkeypatch):
    from google.auth import credentials

    with serving(Google()) as stub:
        for name, value in {
            "PIPELINE": "gs://shop/oneshelf/pipeline.json",
            "PROJECT": "shop",
            "REGION": "europe-west6",
            "SERVICE_ACCOUNT": "a@b",
            "ENDPOINT": stub.address,
            "STORAGE_EMULATOR_HOST": stub.address,
            "GOOGLE_CLOUD_PROJECT": "shop",
        }.items():
            monkeypatch.setenv(name, value)
        anonymous = credentials.AnonymousCredentials()
        monkeypatch.setattr("google.auth.default", lambda *_, **__: (anonymous, "shop"))
        yield stub


@pytest.fixture
def function():
    """The module, from the folder that is deployed."""
    spec = importlib.util.spec_from_file_location("main", TRIGGERS / "vertex_function" / "main.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def upload(name, generation="1"):
    return SimpleNamespace(data={"bucket": "shop", "name": name, "generation": generation})


def post(body):
    return SimpleNamespace(get_json=lambda silent: body)


@pytest.mark.parametrize(
    ("name", "starts"),
    [
        ("shelves/span-12/annotations.json", True),
        ("shelves/span-12/photos.csv", True),
        ("catalog/products.csv", True),
        ("products.csv", True),
        ("shelves/span-12/a.jpg", False),
        ("shelves/span-x/annotations.json", False),
        ("catalog/old-products.csv", False),
    ],
)
def test_uploads_of_a_span_or_a_catalogue_start_a_run(name, starts, google, function):
    function.on_upload(upload(name))
    assert len(google.jobs) == starts


def test_an_event_that_comes_twice_starts_one_run(google, function):
    function.on_upload(upload("products.csv"))
    function.on_upload(upload("products.csv"))
    assert len(google.jobs) == 1
    function.on_upload(upload("products.csv", generation="2"))
    assert len(google.jobs) == 2


def test_an_alarm_is_handed_to_the_run(google, function):
    said, status = function.on_alarm(post({"alarm": "drift in store 7"}))
    assert status == 200
    assert said.endswith(": started")
    (job,) = google.jobs.values()
    assert job["runtimeConfig"]["parameterValues"] == {"alarm": "drift in store 7"}
    assert job["serviceAccount"] == "a@b"
    assert job["pipelineSpec"] == JOB["pipelineSpec"]


def test_the_same_alarm_starts_one_run_a_day(google, function):
    function.on_alarm(post({"alarm": "drift"}))
    assert function.on_alarm(post({"alarm": "drift"}))[0].endswith(": started before")
    function.on_alarm(post({"alarm": "drift, once more"}))
    assert len(google.jobs) == 2


def test_while_a_run_is_at_work_none_is_started(google, function):
    google.at_work = ("runs/7",)
    said, status = function.on_alarm(post({"alarm": "drift"}))
    assert (said, status) == ("runs/7 is at work; what came meanwhile is for the next run", 200)
    assert google.jobs == {}


def test_a_fault_of_vertex_fails_the_function_so_that_it_is_tried_again(google, function):
    fault = {"error": {"code": 403, "message": "denied", "status": "PERMISSION_DENIED"}}
    google.fault = Fault(403, fault)
    with pytest.raises(Exception, match="denied"):
        function.on_upload(upload("products.csv"))


@pytest.mark.parametrize(
    ("body", "alarm"),
    [
        ({"alarm": "drift"}, "drift"),
        ({"status": "firing", "commonAnnotations": {"summary": "drift"}}, "drift"),
        ({"status": "firing", "commonLabels": {"alertname": "Drift"}}, "Drift"),
        ({"status": "resolved", "commonAnnotations": {"summary": "drift"}}, ""),
        ({}, ""),
        ({"alarm": None}, ""),
    ],
)
def test_what_an_alarm_says(body, alarm, function):
    assert function.alarm_of(body) == alarm


@pytest.mark.parametrize("body", [None, [], "text", {"alarm": ""}])
def test_a_post_without_a_reason_is_refused(body, google, function):
    assert function.on_alarm(post(body))[1] == 400
    assert google.jobs == {}


def test_the_function_needs_packages_as_they_are_locked():
    lock = (ROOT / "requirements.lock").read_text()
    for line in (TRIGGERS / "vertex_function" / "requirements.txt").read_text().splitlines():
        needed = Requirement(line)
        (locked,) = [
            row.split("==")[1].split()[0]
            for row in lock.splitlines()
            if row.startswith(f"{needed.name}==")
        ]
        assert needed.specifier.contains(locked)


def test_every_event_is_waited_for():
    events = {*SOURCE["spec"]["webhook"], *SOURCE["spec"]["minio"]}
    waited = SENSOR["spec"]["dependencies"]
    assert {each["eventName"] for each in waited} == events
    assert {each["eventSourceName"] for each in waited} == {SOURCE["metadata"]["name"]}
    used = " || ".join(each["template"]["conditions"] for each in SENSOR["spec"]["triggers"])
    assert set(used.split(" || ")) == {each["name"] for each in waited}


def container(trigger):
    job = trigger["template"]["k8s"]["source"]["resource"]
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "Job")
    return job["spec"]["template"]["spec"]["containers"][0]


def test_triggers_give_a_command_that_there_is():
    for trigger in SENSOR["spec"]["triggers"]:
        given = container(trigger)
        assert given["command"] == ["oneshelf"]
        name, *words = given["args"]
        command = typer.main.get_command(app).commands[name]
        parsed = command.make_context(name, words).params
        assert parsed["target"].value == "kubeflow"
        assert str(parsed["config"]) == "/oneshelf/cluster.yaml"
        assert given["volumeMounts"][0]["mountPath"] == "/oneshelf"


def test_an_alarm_stands_where_the_command_takes_it():
    _, trigger = SENSOR["spec"]["triggers"]
    (parameter,) = trigger["template"]["k8s"]["parameters"]
    *where, at = parameter["dest"].split(".")
    assert where == ["spec", "template", "spec", "containers", "0", "args"]
    assert container(trigger)["args"][int(at) - 1] == "--alarm"


def test_no_secret_stands_in_the_examples():
    for source in SOURCE["spec"]["minio"].values():
        for key in ("accessKey", "secretKey"):
            assert source[key].keys() == {"name", "key"}
