"""Addresses of object stores, and the paths below which containers see them.

Vertex AI mounts every bucket below /gcs. The launcher of Kubeflow Pipelines copies what a task
reads and writes: from minio://bucket/x to /minio/bucket/x before it starts, and back when it ended.
"""

from collections.abc import Callable
from typing import Any

MOUNTS = {"gs://": "/gcs/", "minio://": "/minio/", "s3://": "/s3/"}


def mounted(text: str) -> str:
    """Return a text with paths for all addresses in it, as in settings that name a file."""
    for scheme, mount in MOUNTS.items():
        text = text.replace(scheme, mount)
    return text


def addressed(path: str) -> str:
    """Return the address of a mounted path; any other text stays as it is."""
    for scheme, mount in MOUNTS.items():
        if path.startswith(mount):
            return scheme + path.removeprefix(mount)
    return path


def in_all(values: Any, change: Callable[[str], str]) -> Any:
    """Return parsed JSON with every text in it changed; keys stay."""
    if isinstance(values, dict):
        return {key: in_all(value, change) for key, value in values.items()}
    if isinstance(values, list):
        return [in_all(value, change) for value in values]
    return change(values) if isinstance(values, str) else values
