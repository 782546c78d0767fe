"""Runs the baseline stage: the releases folder and the catalogue in, a model out."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from tfx.dsl.components.base.base_executor import BaseExecutor
from tfx.types import Artifact, artifact_utils

from components.baseline.baseline import build_baseline
from components.records.catalog_examples import CATALOG_SPLIT, read_packshots
from components.records.example_files import files_of_split

_logger = logging.getLogger("oneshelf.baseline")


class Executor(BaseExecutor):
    """Writes the current release, re-indexed on today's catalogue, or marks its absence."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Write the model to compare with.

        Raises:
            ReleaseError: `current` names no release, or the files of the release are damaged.
        """
        model = artifact_utils.get_single_instance(output_dict["model"])
        releases = exec_properties["releases"]
        packshots = read_packshots(files_of_split(input_dict["catalog"], CATALOG_SPLIT))
        encoded = ((packshot.sku, packshot.encoded) for packshot in packshots)
        version = build_baseline(releases, encoded, Path(model.uri))
        model.set_int_custom_property("absent", int(version is None))
        if version is None:
            _logger.info("nothing is released yet: the candidate is compared with nothing")
        else:
            model.set_int_custom_property("release", version)
            _logger.info("release %d, re-indexed, is the baseline", version)
