"""Asks a OneShelf server over REST; prints one line of JSON per photo.

pip install numpy pillow
python rest_client.py shelf.jpg --label canary
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from components.imaging.decoding import BadImage
from components.imaging.open_photo import photo_to_send


def request_for(photos: Sequence[bytes], server: str, label: str) -> urllib.request.Request:
    """Return the request for some encoded photos."""
    body = {
        "signature_name": "serving_default",
        "inputs": {"photos": [{"b64": base64.b64encode(photo).decode()} for photo in photos]},
    }
    return urllib.request.Request(
        f"{server}/v1/models/oneshelf/labels/{label}:predict",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )


def detections(outputs: Mapping[str, Any], photo: int, scale: float = 1.0) -> list[dict[str, Any]]:
    """Return what was found in one photo of the request, best first; boxes in its pixels.

    Args:
        outputs: The `outputs` of the answer.
        photo: Number of the photo in the request.
        scale: Pixels of the photo per pixel that was sent.
    """
    return [
        {
            "sku": outputs["skus"][photo][at],
            "box": [scale * edge for edge in outputs["boxes"][photo][at]],
            "score": outputs["scores"][photo][at],
            "runner_up": outputs["runner_up_skus"][photo][at],
            "runner_up_score": outputs["runner_up_scores"][photo][at],
            "ambiguity": outputs["ambiguity"][photo][at],
        }
        for at in range(outputs["count"][photo])
    ]


def answer_for(outputs: Mapping[str, Any], photo: int, scale: float = 1.0) -> dict[str, Any]:
    """Return what the server says of one photo: its `detections`, or the `error` instead."""
    # Earlier releases have no such output; they refuse the whole request.
    if "error" in outputs and outputs["error"][photo]:
        return {"error": outputs["error"][photo]}
    return {"detections": detections(outputs, photo, scale)}


def ask(request: urllib.request.Request, timeout: float) -> dict[str, Any]:
    """Return the `outputs` of a server's answer; end with a sentence where there is none."""
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            outputs: dict[str, Any] = json.load(answer)["outputs"]
            return outputs
    except urllib.error.HTTPError as error:
        raise SystemExit(f"the server refuses: {error.read().decode(errors='replace')}") from None
    except (OSError, ValueError, KeyError) as error:
        why = getattr(error, "reason", None) or error
        raise SystemExit(
            f"no answer from {request.host} ({why}); is a server running there? Name another with "
            "--server"
        ) from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask photo by photo; return the exit code, 2 where there is no answer for a photo."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", nargs="+", type=Path)
    parser.add_argument("--server", default="http://localhost:8501")
    parser.add_argument("--label", default="stable", help="stable or canary")
    parser.add_argument("--timeout", default=30.0, type=float, help="seconds")
    asked = parser.parse_args(arguments)
    failed = 0
    for path in asked.photos:
        try:
            photo = photo_to_send(path)
        except BadImage as error:
            said: dict[str, Any] = {"error": str(error)}
        else:
            request = request_for([photo.encoded], asked.server, asked.label)
            said = answer_for(ask(request, asked.timeout), 0, photo.scale)
        failed += "error" in said
        print(json.dumps({"photo": str(path), **said}))
    return 2 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
