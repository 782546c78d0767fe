"""Addresses of object stores, and the paths below which containers see them.

Vertex AI mounts every bucket below /gcs. The launcher of Kubeflow Pipelines copies artifacts: from
minio://bucket/x to /minio/bucket/x before a task starts, and back when it has ended.
"""

from collections.abc import Callable
from typing import Any

MOUNTS = {"gs://": "/gcs/", "minio://": "/minio/", "s3://": "/s3/"}

_PLACES = {"uri", "outputFile"}


def mounted(address: str) -> str:
    """Return the path of an address; any other text stays as it is."""
    for scheme, mount in MOUNTS.items():
        if address.startswith(scheme):
            return mount + address.removeprefix(scheme)
    return address


def addressed(path: str) -> str:
    """Return the address of a mounted path; any other text stays as it is."""
    for scheme, mount in MOUNTS.items():
        if path.startswith(mount):
            return scheme + path.removeprefix(mount)
    return path


def in_places(message: Any, change: Callable[[str], str]) -> Any:
    """Return a message of an orchestrator, as JSON, with changed places of artifacts and files."""
    if isinstance(message, list):
        return [in_places(each, change) for each in message]
    if not isinstance(message, dict):
        return message
    return {
        key: change(value) if key in _PLACES else in_places(value, change)
        for key, value in message.items()
    }
