"""TFX executors that put a blessed model into the release being put together.

TFX's own Pusher names its folder by the clock and copies into the place that servers watch. Here
the version is the one that the ReleaseGate allotted, and the place is a staging folder that nobody
reads: Publish turns it into a release in one step. What decides whether to push, and what is
recorded about it, is TFX's.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from tfx import types
from tfx.components.pusher import executor as tfx_pusher
from tfx.types import artifact_utils

from components.artifacts.verdict import CONTENT_PROPERTY, VERSION_PROPERTY
from components.records.photo_sample import sample_photos
from components.releases.layout import EDGE, serving_folder
from components.releases.registry import Registry
from components.releases.staging import Staging
from components.releases.warmup import write_warmup
from components.runtime.progress import report

Artifacts = dict[str, list[types.Artifact]]

_WARMUP_PHOTOS = 3


class ServingExecutor(tfx_pusher.Executor):
    """Puts the SavedModel, with warm-up requests, into `serving/<version>`."""

    def Do(
        self, input_dict: Artifacts, output_dict: Artifacts, exec_properties: dict[str, Any]
    ) -> None:
        """Copy where both blessings allow it; otherwise record that nothing was pushed."""
        pushed = artifact_utils.get_single_instance(output_dict["pushed_model"])
        if not self.CheckBlessing(input_dict):
            self._MarkNotPushed(pushed)
            return
        staging = _staging(input_dict, exec_properties)
        folder = staging.folder.sub(serving_folder(staging.version))
        folder.fill(Path(self.GetModelPath(input_dict)))
        test = Path(artifact_utils.get_split_uri(input_dict["examples"], "test"))
        with tempfile.TemporaryDirectory(prefix="oneshelf-") as scratch:
            requests = write_warmup(Path(scratch), sample_photos(test, _WARMUP_PHOTOS))
            folder.add(requests.relative_to(scratch).as_posix(), requests)
        self._MarkPushed(pushed, str(folder), str(staging.version))
        report("PusherServing", 1, 1, f"version {staging.version}")


class EdgeExecutor(tfx_pusher.Executor):
    """Puts the files for phones into `edge`."""

    def Do(
        self, input_dict: Artifacts, output_dict: Artifacts, exec_properties: dict[str, Any]
    ) -> None:
        """Copy where both blessings allow it; otherwise record that nothing was pushed."""
        pushed = artifact_utils.get_single_instance(output_dict["pushed_model"])
        if not self.CheckBlessing(input_dict):
            self._MarkNotPushed(pushed)
            return
        staging = _staging(input_dict, exec_properties)
        folder = staging.folder.sub(EDGE)
        folder.fill(Path(artifact_utils.get_single_uri(input_dict["model"])))
        self._MarkPushed(pushed, str(folder), str(staging.version))
        report("PusherEdge", 1, 1, f"version {staging.version}")


def _staging(input_dict: Artifacts, exec_properties: dict[str, Any]) -> Staging:
    infra = artifact_utils.get_single_instance(input_dict["infra_blessing"])
    return Registry(exec_properties["releases"]).stage(
        infra.get_int_custom_property(VERSION_PROPERTY),
        infra.get_string_custom_property(CONTENT_PROPERTY),
    )
