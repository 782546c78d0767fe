"""Checks a SavedModel in a process of its own: whatever the model does, the answer is a verdict."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from components.artifacts.serving_check import ServingVerdict
from components.runtime.isolated import run_isolated
from components.serving_check import worker
from components.serving_check.settings import ServingCheckSettings


def check_saved_model(
    saved_model: Path, photos: Sequence[bytes], settings: ServingCheckSettings
) -> ServingVerdict:
    """Load a SavedModel, send it requests and judge the answers.

    Args:
        saved_model: Folder of the SavedModel with `assets/catalog.index`.
        photos: Encoded photos, upright JPEG or PNG; at least one.
        settings: What to ask.

    Returns:
        The verdict; a model that cannot be loaded, fails, crashes or hangs is a bad model.
    """
    if not photos:
        raise ValueError("a serving check needs a photo to send")
    with tempfile.TemporaryDirectory(prefix="oneshelf-") as scratch:
        files = []
        for number, data in enumerate(photos):
            file = Path(scratch) / f"photo-{number}"
            file.write_bytes(data)
            files.append(str(file))
        request_file, verdict_file = Path(scratch) / "request.json", Path(scratch) / "verdict.json"
        request = {
            "saved_model": str(saved_model),
            "photos": files,
            "batch_sizes": settings.batch_sizes,
            "odd_size": (settings.odd_height, settings.odd_width),
            "latency_requests": settings.latency_requests,
        }
        request_file.write_text(json.dumps(request), encoding="utf-8")
        outcome = run_isolated(
            worker.__name__, [str(request_file), str(verdict_file)], settings.timeout_seconds
        )
        if outcome.ok:
            return ServingVerdict.from_json(verdict_file.read_text(encoding="utf-8"))
    doing = (outcome.stdout.strip().splitlines() or ["starting"])[-1]
    return ServingVerdict(ok=False, reasons=(f"the process failed {doing}: {outcome.complaint}",))
