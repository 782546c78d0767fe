"""Local servers that answer as Vertex AI and Kubeflow Pipelines do, to their own clients.

They keep what they are sent, and check of it what the real ones do: that names are their own, that
a cron expression has as many fields as they read.
"""

import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Fault(Exception):
    """An answer other than 200."""

    def __init__(self, status, body):
        super().__init__(status)
        self.status, self.body = status, body


class Stub:
    """What is kept of a server: every request in order, and a fault to answer the next with."""

    def __init__(self):
        self.requests = []
        self.fault = None
        self.address = ""

    def answer(self, method, path, query, body):
        raise NotImplementedError


@contextmanager
def serving(stub):
    """Give the stub while a server of this machine answers for it."""

    class Handler(BaseHTTPRequestHandler):
        def do(self):
            parts = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"null")
            stub.requests.append((self.command, parts.path, query, body, dict(self.headers)))
            status = 200
            try:
                if stub.fault:
                    raise stub.fault
                answer = stub.answer(self.command, parts.path, query, body)
            except Fault as fault:
                status, answer = fault.status, fault.body
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_DELETE = do

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    stub.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class VertexStub(Stub):
    """Pipeline jobs and schedules of one project and region."""

    PARENT = "projects/shop/locations/europe-west6"

    def __init__(self):
        super().__init__()
        self.jobs, self.schedules = {}, {}

    def answer(self, method, path, query, body):
        name = path.removeprefix("/v1/")
        if path == "/token":
            return {"access_token": "t", "expires_in": 3600, "token_type": "Bearer"}
        if name == f"{self.PARENT}/pipelineJobs" and method == "POST":
            job = f"{name}/{query['pipelineJobId']}"
            if job in self.jobs:
                raise Fault(409, {"error": {"code": 409, "message": "there", "status": "X"}})
            self.jobs[job] = body
            return {**body, "name": job, "state": "PIPELINE_STATE_PENDING"}
        if name == f"{self.PARENT}/schedules":
            if method == "GET":
                return self._page(int(query.get("pageToken", 0)))
            self._check(body)
            schedule = f"projects/12/locations/europe-west6/schedules/{len(self.schedules) + 1}"
            next_start = "2026-12-07T02:00:00Z"
            kept = {**body, "name": schedule, "state": "ACTIVE", "nextRunTime": next_start}
            self.schedules[schedule] = kept
            return kept
        name, _, verb = name.partition(":")
        schedule = self.schedules[name]
        if method == "DELETE":
            del self.schedules[name]
            empty = "type.googleapis.com/google.protobuf.Empty"
            return {"name": f"{name}/operations/1", "done": True, "response": {"@type": empty}}
        if method == "PATCH":
            self._check(body)
            for field in query["updateMask"].split(","):
                schedule[field] = body[field]
        elif verb == "pause":
            schedule["state"] = "PAUSED"
        elif verb == "resume":
            schedule["state"] = "ACTIVE"
        return schedule if method == "PATCH" else {}

    def _page(self, start):
        there = list(self.schedules.values())
        return {
            "schedules": there[start : start + 1],
            "nextPageToken": str(start + 1) if start + 1 < len(there) else "",
        }

    def _check(self, body):
        if not re.fullmatch(r"(TZ=\S+ )?(\S+ ){4}\S+", body["cron"]):
            raise Fault(400, {"error": {"code": 400, "message": "bad cron", "status": "X"}})


class KubeflowStub(Stub):
    """Experiments, runs and recurring runs of Kubeflow Pipelines for one user."""

    def __init__(self):
        super().__init__()
        self.experiments, self.runs, self.recurring = {}, {}, {}

    def answer(self, method, path, query, body):
        kind, _, rest = path.removeprefix("/apis/v2beta1/").partition("/")
        if kind == "healthz":
            return {"multi_user": False}
        kept, key, plural = {
            "experiments": (self.experiments, "experiment_id", "experiments"),
            "runs": (self.runs, "run_id", "runs"),
            "recurringruns": (self.recurring, "recurring_run_id", "recurringRuns"),
        }[kind]
        if rest:
            return self._one(method, kept, *rest.partition(":")[::2])
        if method == "GET":
            return self._page(kept, plural, query)
        if "pipeline_spec" in body and "pipelineInfo" not in body["pipeline_spec"].get(
            "pipeline_spec", body["pipeline_spec"]
        ):
            raise Fault(400, {"error_message": "no pipeline"})
        if kind == "recurringruns":
            cron = body["trigger"]["cron_schedule"]["cron"]
            if not re.fullmatch(r"([\d,*]+ ){5}[\d,*]+", cron):
                raise Fault(400, {"error_message": f"cron {cron} cannot be read"})
            body["status"] = {"ENABLE": "ENABLED", "DISABLE": "DISABLED"}[body["mode"]]
        identity = f"{kind}-{len(self.requests)}"
        kept[identity] = {**body, key: identity}
        return kept[identity]

    def _one(self, method, kept, identity, verb):
        if method == "DELETE":
            del kept[identity]
            return {}
        if verb:
            kept[identity]["status"] = {"enable": "ENABLED", "disable": "DISABLED"}[verb]
            return {}
        return kept[identity]

    def _page(self, kept, plural, query):
        there = list(kept.values())
        if "experiment_id" in query:
            there = [each for each in there if each["experiment_id"] == query["experiment_id"]]
        for each in json.loads(query.get("filter") or "{}").get("predicates", ()):
            there = [one for one in there if one[each["key"]] == each["stringValue"]]
        start = int(query.get("page_token") or 0)
        more = start + 1 < len(there)
        return {plural: there[start : start + 1], "next_page_token": str(start + 1) if more else ""}
