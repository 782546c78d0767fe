"""The machines that train together, as TF_CONFIG names them; tf.distribute reads it, too."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from components.records.problems import InputError, Problem

VARIABLE = "TF_CONFIG"
_ADDRESS = re.compile(r"[^\s/]+:[0-9]{1,5}")
_EXAMPLE = (
    '\'{"cluster": {"worker": ["a:2222", "b:2222"]}, "task": {"type": "worker", "index": 0}}\''
)
_REMEDY = f"on the first machine of two set it to {_EXAMPLE}, on the second to the same with 1"


class Cluster(NamedTuple):
    """Machines that train together."""

    addresses: tuple[str, ...]
    number: int  # which of them this one is, counted from 0

    @property
    def chief(self) -> bool:
        """Whether this machine is the one that decides and writes."""
        return self.number == 0


def read_cluster(environment: Mapping[str, str]) -> Cluster:
    """Read the cluster from environment variables.

    Raises:
        InputError: There is none, or it cannot be used.
    """
    text = environment.get(VARIABLE, "")
    if not text.strip():
        raise _fault("it is not set, and trainer.strategy is multi_worker")
    try:
        config = json.loads(text)
    except ValueError as error:
        raise _fault(f"it is no JSON ({error})") from None
    cluster, task = (_part(config, name) for name in ("cluster", "task"))
    if other := sorted(set(cluster) - {"chief", "worker"}):
        raise _fault(f"the cluster has {', '.join(other)}; there may be a chief and workers only")
    groups = {kind: _addresses(cluster, kind) for kind in ("chief", "worker")}
    if len(groups["chief"]) > 1:
        raise _fault("the cluster has more than one chief")
    addresses = (*groups["chief"], *groups["worker"])
    if len(addresses) < 2:
        raise _fault("the cluster names fewer than two machines")
    if len(set(addresses)) < len(addresses):
        raise _fault("the cluster names one address twice")
    kind, index = task.get("type"), task.get("index")
    if kind not in groups:
        raise _fault(f"the task's type is {json.dumps(kind)}; it must be chief or worker")
    if type(index) is not int or not 0 <= index < len(groups[kind]):
        raise _fault(
            f"the task's index is {json.dumps(index)}; of {len(groups[kind])} addresses under "
            f"{kind} it must be one, counted from 0"
        )
    return Cluster(addresses, index + (len(groups["chief"]) if kind == "worker" else 0))


def read_cluster_of_chief(environment: Mapping[str, str]) -> Cluster:
    """Read the cluster whose chief this machine is: who runs the pipeline.

    Raises:
        InputError: There is none, it cannot be used, or the chief is another machine.
    """
    cluster = read_cluster(environment)
    if not cluster.chief:
        what = f"the pipeline runs on {cluster.addresses[0]}, the first machine"
        remedy = "on this one give `oneshelf train-worker`"
        raise InputError([Problem(VARIABLE, None, what, remedy)])
    return cluster


def _part(config: Any, name: str) -> dict[str, Any]:
    part = config.get(name) if isinstance(config, dict) else None
    if not isinstance(part, dict):
        raise _fault(f"it holds no object named {name}")
    return part


def _addresses(cluster: dict[str, Any], kind: str) -> list[str]:
    addresses = cluster.get(kind, [])
    if not isinstance(addresses, list):
        raise _fault(f"the cluster's {kind} is no list of addresses")
    for address in addresses:
        if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
            raise _fault(f"{json.dumps(address)} is no address such as 10.0.0.1:2222")
    return addresses


def _fault(what: str) -> InputError:
    return InputError([Problem(VARIABLE, None, what, _REMEDY)])
