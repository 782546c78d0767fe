"""Runs and schedules on Kubeflow Pipelines, by its own client."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kubeflow.kubeflow_requests import MADE_BY
from kubeflow.schedules import (
    Change,
    Request,
    Schedule,
    none_of_that_name,
    several_of_that_name,
)
from pipeline.config import PipelineConfig
from pipeline.errors import WrongInput

_TOKEN = "KFP_TOKEN"
_WHERE = "on Kubeflow"
_STATES = {"ENABLED": "active", "DISABLED": "paused"}
_MODES = {"ENABLED": "ENABLE", "DISABLED": "DISABLE"}
_PAGE = 100
_IN_CLUSTER = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")


class Kubeflow:
    """An experiment on Kubeflow Pipelines.

    Raises:
        WrongInput: From every method: the client is not installed, the cluster cannot be reached,
            or what Kubeflow itself says.
    """

    def __init__(self, config: PipelineConfig) -> None:
        self._settings = config.cloud.kubeflow
        self._experiment = self._settings.experiment or config.name
        self._zone = self._settings.time_zone

    def submit(self, request: Request) -> str:
        """Run a pipeline once.

        Args:
            request: A `run`.

        Returns:
            What to tell: that it was started, or was before.
        """
        name = request["display_name"]
        with self._client() as client:
            experiment = self._made_experiment(client)
            same = [*_all(client.list_runs, "runs", experiment, name)]
            if same:
                return f"{name}: was submitted before, and is not again; run {same[0].run_id}"
            started = client.runs.create_run(body={**request, "experiment_id": experiment})
            return f"{name}: submitted; run {started.run_id} in experiment {self._experiment}"

    def create(self, request: Request) -> Change:
        """Make a schedule, or make the one of this name what the request says.

        Kubeflow cannot change one: the new one is made first, and then the earlier taken away.

        Args:
            request: A `recurring_run`.
        """
        name = request["display_name"]
        with self._client() as client:
            experiment = self._made_experiment(client)
            body = {**request, "experiment_id": experiment}
            earlier = self._named(client, name)
            if earlier is None:
                client.recurring_runs.create_recurring_run(body=body)
                return "created"
            if earlier.description == request["description"]:
                return "unchanged"
            body["mode"] = _MODES.get(earlier.status, "ENABLE")
            client.recurring_runs.create_recurring_run(body=body)
            client.delete_recurring_run(earlier.recurring_run_id)
            return "changed"

    def list(self) -> list[Schedule]:
        """Return the schedules that `oneshelf schedule` made."""
        with self._client() as client:
            return [
                Schedule(
                    each.display_name,
                    f"TZ={self._zone} {each.trigger.cron_schedule.cron.removeprefix('0 ')}",
                    _STATES.get(each.status, each.status),
                )
                for each in self._ours(client)
            ]

    def pause(self, name: str) -> None:
        """Start no more runs until it is resumed."""
        with self._client() as client:
            client.disable_recurring_run(self._found(client, name).recurring_run_id)

    def resume(self, name: str) -> None:
        """Start runs again from now on; those missed meanwhile are left."""
        with self._client() as client:
            client.enable_recurring_run(self._found(client, name).recurring_run_id)

    def delete(self, name: str) -> None:
        """Take a schedule away; runs that are at work go on."""
        with self._client() as client:
            client.delete_recurring_run(self._found(client, name).recurring_run_id)

    def _found_experiment(self, client: Any) -> str | None:
        try:
            found = client.get_experiment(experiment_name=self._experiment)
        except ValueError as error:
            if str(error).startswith("No experiment"):
                return None
            raise WrongInput([f"Kubeflow: {error}"]) from None
        return str(found.experiment_id)

    def _made_experiment(self, client: Any) -> str:
        """Return the id of the experiment, which is made where there is none."""
        found = self._found_experiment(client)
        if found is None:
            body = {"display_name": self._experiment, "namespace": client.get_user_namespace()}
            found = client.experiments.create_experiment(body=body).experiment_id
        return str(found)

    def _ours(self, client: Any, name: str | None = None) -> Iterator[Any]:
        """Yield the schedules that OneShelf made, those of a name if one is given."""
        experiment = self._found_experiment(client)
        if experiment is None:
            return
        for each in _all(client.list_recurring_runs, "recurring_runs", experiment, name):
            if (each.description or "").startswith(MADE_BY):
                yield each

    def _named(self, client: Any, name: str) -> Any:
        """Return the schedule of a name; None where there is none."""
        found = list(self._ours(client, name))
        if len(found) > 1:
            raise several_of_that_name(name, (each.recurring_run_id for each in found), _WHERE)
        return found[0] if found else None

    def _found(self, client: Any, name: str) -> Any:
        found = self._named(client, name)
        if found is None:
            names = (each.display_name for each in self._ours(client))
            raise none_of_that_name(name, names, _WHERE)
        return found

    @contextmanager
    def _client(self) -> Iterator[Any]:
        """Give the client, and tell what goes wrong in a sentence, with what helps."""
        try:
            from kfp.client import Client
            from kfp_server_api.exceptions import ApiException
            from urllib3.exceptions import HTTPError
        except ImportError as error:
            raise WrongInput(
                [f"Kubeflow needs a package more: pip install kfp ({error})"]
            ) from None

        class OnceAsked(Client):  # type: ignore[misc]
            """Kubeflow's own asks five times in 25 seconds whether it is there."""

            def get_kfp_healthz(self, sleep_duration: int = 5) -> Any:
                return self._healthz_api.get_healthz()

        host = self._settings.host
        if host is None and not _knows_a_cluster():
            raise WrongInput(
                [
                    "cloud.kubeflow.host: missing, and kubectl is set to no cluster here; give the "
                    "address of the Kubeflow Pipelines API"
                ]
            )
        where = host or "the cluster that kubectl is set to"
        try:
            yield OnceAsked(
                host=host,
                namespace=self._settings.namespace,
                existing_token=os.environ.get(_TOKEN),
            )
        except ApiException as error:
            needs = f"; set {_TOKEN} to a token that it takes" if error.status in (401, 403) else ""
            raise WrongInput([f"Kubeflow at {where}: {_said(error)}{needs}"]) from None
        except HTTPError:
            raise WrongInput(
                [
                    f"Kubeflow cannot be reached at {where}; is the network up, and is that "
                    "address right (cloud.kubeflow.host)?"
                ]
            ) from None


def _all(list_page: Any, field: str, experiment: str, name: str | None = None) -> Iterator[Any]:
    """Yield all of a list that comes in pages, only those of a name if one is given."""
    of_name = {"operation": "EQUALS", "key": "display_name", "stringValue": name}
    only = "" if name is None else json.dumps({"predicates": [of_name]})
    token = ""
    while True:
        page = list_page(page_token=token, page_size=_PAGE, experiment_id=experiment, filter=only)
        yield from getattr(page, field) or ()
        token = page.next_page_token
        if not token:
            return


def _knows_a_cluster() -> bool:
    files = os.environ.get("KUBECONFIG", "~/.kube/config").split(os.pathsep)
    return _IN_CLUSTER.is_file() or any(Path(file).expanduser().is_file() for file in files)


def _said(error: Any) -> str:
    """Return what an answer of Kubeflow says of a fault."""
    try:
        answer = json.loads(error.body)
        return str(answer.get("error_message") or answer.get("message") or answer.get("error"))
    except (TypeError, ValueError, AttributeError):
        return f"{error.status} {error.reason}"
