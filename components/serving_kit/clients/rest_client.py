"""Asks a OneShelf server over REST; prints one line of JSON per photo. Needs Python only.

python rest_client.py shelf.jpg --label canary
"""

from __future__ import annotations

import argparse
import base64
import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def request_for(photos: Sequence[bytes], server: str, label: str) -> urllib.request.Request:
    """Return the request for some encoded photos (JPEG or PNG, upright: EXIF is not looked at)."""
    body = {
        "signature_name": "serving_default",
        "inputs": {"photos": [{"b64": base64.b64encode(photo).decode()} for photo in photos]},
    }
    return urllib.request.Request(
        f"{server}/v1/models/oneshelf/labels/{label}:predict",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )


def detections(outputs: Mapping[str, Any], photo: int) -> list[dict[str, Any]]:
    """Return what was found in one photo of the request, best first; boxes in its pixels.

    Args:
        outputs: The `outputs` of the answer.
        photo: Number of the photo in the request.
    """
    return [
        {
            "sku": outputs["skus"][photo][at],
            "box": outputs["boxes"][photo][at],
            "score": outputs["scores"][photo][at],
            "runner_up": outputs["runner_up_skus"][photo][at],
            "runner_up_score": outputs["runner_up_scores"][photo][at],
            "ambiguity": outputs["ambiguity"][photo][at],
        }
        for at in range(outputs["count"][photo])
    ]


def answer_for(outputs: Mapping[str, Any], photo: int) -> dict[str, Any]:
    """Return what the server says of one photo: its `detections`, or the `error` instead."""
    # Earlier releases have no such output; they refuse the whole request.
    if "error" in outputs and outputs["error"][photo]:
        return {"error": outputs["error"][photo]}
    return {"detections": detections(outputs, photo)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask photo by photo."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", nargs="+", type=Path)
    parser.add_argument("--server", default="http://localhost:8501")
    parser.add_argument("--label", default="stable", help="stable or canary")
    parser.add_argument("--timeout", default=30.0, type=float, help="seconds")
    asked = parser.parse_args(arguments)
    for path in asked.photos:
        request = request_for([path.read_bytes()], asked.server, asked.label)
        try:
            with urllib.request.urlopen(request, timeout=asked.timeout) as answer:
                outputs = json.load(answer)["outputs"]
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{path}: {error.read().decode(errors='replace')}") from None
        print(json.dumps({"photo": str(path), **answer_for(outputs, 0)}))


if __name__ == "__main__":
    main()
