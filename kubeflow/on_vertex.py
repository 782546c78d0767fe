"""Runs and schedules on Vertex AI, by Google's own client."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from google.protobuf import json_format

from kubeflow.schedules import (
    Change,
    Request,
    Schedule,
    none_of_that_name,
    several_of_that_name,
)
from kubeflow.vertex_requests import LABEL, check_vertex
from pipeline.config import PipelineConfig
from pipeline.errors import WrongInput

_WHERE = "on Vertex AI"
_LOGIN = (
    "log in by `gcloud auth application-default login`, or name a key file in "
    "GOOGLE_APPLICATION_CREDENTIALS"
)


class Vertex:
    """A project and region of Vertex AI.

    Raises:
        WrongInput: From every method: the client is not installed, nobody is logged in, or what
            Vertex AI itself says.
    """

    def __init__(self, config: PipelineConfig) -> None:
        check_vertex(config)
        self._vertex = config.cloud.vertex
        region = self._vertex.region
        self._endpoint = self._vertex.endpoint or f"{region}-aiplatform.googleapis.com"

    def submit(self, request: Request) -> str:
        """Run a job once.

        Args:
            request: A `submission`.

        Returns:
            What to tell: that it was started, or was before, and where it is to be seen.
        """
        from google.api_core.exceptions import Conflict

        with self._faults():
            client, types = self._client("PipelineServiceClient")
            message = _message(types.CreatePipelineJobRequest, request)
            try:
                client.create_pipeline_job(request=message)
                done = "submitted"
            except Conflict:
                done = "was submitted before, and is not again"
        return f"{request['pipelineJobId']}: {done}; {self._page(request['pipelineJobId'])}"

    def create(self, request: Request) -> Change:
        """Make a schedule, or make the one of this name what the request says.

        Args:
            request: A `schedule`.
        """
        name = request["displayName"]
        labels = request["createPipelineJobRequest"]["pipelineJob"]["labels"]
        with self._faults():
            client, types = self._client("ScheduleServiceClient")
            wanted = _message(types.Schedule, request)
            earlier = self._named(client, name)
            if earlier is None:
                client.create_schedule(parent=self._vertex.parent, schedule=wanted)
                return "created"
            if _digest_of(earlier) == labels[LABEL]:
                return "unchanged"
            wanted.name = earlier.name
            parts = ("cron", "max_concurrent_run_count", "create_pipeline_job_request")
            client.update_schedule(schedule=wanted, update_mask={"paths": parts})
            return "changed"

    def list(self) -> list[Schedule]:
        """Return the schedules that `oneshelf schedule` made."""
        with self._faults():
            client, _ = self._client("ScheduleServiceClient")
            return [
                Schedule(
                    each.display_name,
                    each.cron,
                    each.state.name.lower(),
                    each.next_run_time.strftime("%Y-%m-%d %H:%M UTC") if each.next_run_time else "",
                )
                for each in self._all(client)
            ]

    def pause(self, name: str) -> None:
        """Start no more runs until it is resumed."""
        with self._faults():
            client, _ = self._client("ScheduleServiceClient")
            client.pause_schedule(name=self._found(client, name).name)

    def resume(self, name: str) -> None:
        """Start runs again from now on; those missed meanwhile are left."""
        with self._faults():
            client, _ = self._client("ScheduleServiceClient")
            found = self._found(client, name)
            client.resume_schedule(request={"name": found.name, "catch_up": False})

    def delete(self, name: str) -> None:
        """Take a schedule away; runs that are at work go on."""
        with self._faults():
            client, types = self._client("ScheduleServiceClient")
            request = types.DeleteScheduleRequest(name=self._found(client, name).name)
            client.delete_schedule(request=request).result(timeout=60)

    def _client(self, service: str) -> tuple[Any, Any]:
        """Return a client of a service of Vertex AI, and the types of its messages."""
        from google.cloud import aiplatform_v1

        # Over HTTP/1.1, which passes where proxies stop gRPC.
        client = getattr(aiplatform_v1, service)(
            transport="rest", client_options={"api_endpoint": self._endpoint}
        )
        return client, aiplatform_v1.types

    def _all(self, client: Any) -> Iterator[Any]:
        for each in client.list_schedules(parent=self._vertex.parent):
            if _digest_of(each) and each.state.name != "COMPLETED":
                yield each

    def _named(self, client: Any, name: str) -> Any:
        """Return the schedule of a name; None where there is none."""
        found = [each for each in self._all(client) if each.display_name == name]
        if len(found) > 1:
            raise several_of_that_name(name, (each.name for each in found), _WHERE)
        return found[0] if found else None

    def _found(self, client: Any, name: str) -> Any:
        found = self._named(client, name)
        if found is None:
            raise none_of_that_name(name, (each.display_name for each in self._all(client)), _WHERE)
        return found

    def _page(self, name: str) -> str:
        place = f"locations/{self._vertex.region}/pipelines/runs/{name}"
        return f"https://console.cloud.google.com/vertex-ai/{place}?project={self._vertex.project}"

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Tell what went wrong in a sentence, with what helps."""
        try:
            import google.cloud.aiplatform_v1  # noqa: F401
            from google.api_core import exceptions
            from google.auth import exceptions as auth
            from requests.exceptions import ConnectionError as Unreachable
        except ImportError as error:
            raise WrongInput(
                [f"Vertex AI needs a package more: pip install google-cloud-aiplatform ({error})"]
            ) from None
        try:
            yield
        except auth.DefaultCredentialsError:
            raise WrongInput([f"nobody is logged in to Google Cloud: {_LOGIN}"]) from None
        except auth.RefreshError as error:
            raise WrongInput([f"Google Cloud refuses the login ({error}): {_LOGIN}"]) from None
        except (auth.TransportError, Unreachable, exceptions.RetryError):
            raise WrongInput(
                [
                    f"Vertex AI cannot be reached at {self._endpoint}; is the network up, and is "
                    "that address right (cloud.vertex.region, cloud.vertex.endpoint)?"
                ]
            ) from None
        except exceptions.Forbidden as error:
            account = self._vertex.service_account
            acting = f", and roles/iam.serviceAccountUser on {account}" if account else ""
            needed = f"needed are roles/aiplatform.user in {self._vertex.project}{acting}"
            raise WrongInput([f"Vertex AI: {_said(error)}; {needed}"]) from None
        except exceptions.GoogleAPICallError as error:
            raise WrongInput([f"Vertex AI: {_said(error)}"]) from None


def _message(kind: Any, request: Request) -> Any:
    message = kind()
    json_format.ParseDict(request, message._pb)
    return message


def _digest_of(schedule: Any) -> str:
    return str(schedule.create_pipeline_job_request.pipeline_job.labels.get(LABEL, ""))


def _said(error: Exception) -> str:
    """Return what a fault says, without the request that it was an answer to."""
    text = " ".join(str(getattr(error, "message", error)).split())
    return re.sub(r"^[A-Z]+ \S+: ", "", text)[:300]
