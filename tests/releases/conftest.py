from collections.abc import Callable
from datetime import datetime, timezone
from uuid import uuid4

import pytest

from components.releases.registry import Registry
from components.releases.release import Release
from components.releases.release_record import ReleaseRecord


@pytest.fixture
def make_record() -> Callable[..., ReleaseRecord]:
    def make(version: int, **changes) -> ReleaseRecord:
        fields = {
            "version": version,
            "parent": version - 1 or None,
            "created": datetime(2024, 5, 1, tzinfo=timezone.utc),
            "content_hash": f"content-{version}",
            "operating_threshold": 0.5,
            "model": {"weights_source": "start"},
            "metrics": {"map50": 0.75},
            "gates": (),
        }
        return ReleaseRecord(**{**fields, **changes})

    return make


@pytest.fixture
def publish(make_record) -> Callable[..., Release]:
    """Publishes the next version with a few small files."""

    def publish_next(registry: Registry, skus: tuple[str, ...] = ("milk",), **changes) -> Release:
        version = registry.allot()
        staging = registry.stage(version, uuid4().hex)
        files = {
            f"serving/{version}/saved_model.pb": f"model {version}" * 10,
            f"serving/{version}/variables/variables.index": "index",
            "edge/model.tflite": "tflite",
            "edge/labels.txt": "".join(f"{sku}\t{sku}\n" for sku in skus),
        }
        for name, text in files.items():
            staging.folder.put(name, text)
        current = registry.current()
        parent = current.version if current else None
        return registry.publish(staging, make_record(version, parent=parent, **changes))

    return publish_next
