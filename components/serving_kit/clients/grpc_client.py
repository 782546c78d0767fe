"""Asks a OneShelf server over gRPC; prints one line of JSON per photo.

pip install tensorflow-serving-api pillow numpy
python grpc_client.py shelf.jpg --label canary
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import grpc
from tensorflow import make_ndarray, make_tensor_proto
from tensorflow_serving.apis.predict_pb2 import PredictRequest, PredictResponse
from tensorflow_serving.apis.prediction_service_pb2_grpc import PredictionServiceStub

from components.imaging.decoding import BadImage
from components.imaging.open_photo import photo_to_send


def request_for(photos: Sequence[bytes], label: str) -> PredictRequest:
    """Return the request for some encoded photos."""
    request = PredictRequest()
    request.model_spec.name = "oneshelf"
    request.model_spec.version_label = label
    request.model_spec.signature_name = "serving_default"
    request.inputs["photos"].CopyFrom(make_tensor_proto(list(photos)))
    return request


def detections(response: PredictResponse, photo: int, scale: float = 1.0) -> list[dict[str, Any]]:
    """Return what was found in one photo of the request, best first; boxes in its pixels.

    Args:
        response: The answer.
        photo: Number of the photo in the request.
        scale: Pixels of the photo per pixel that was sent.
    """
    row = {name: make_ndarray(value)[photo] for name, value in response.outputs.items()}
    return [
        {
            "sku": row["skus"][at].decode(),
            "box": (scale * row["boxes"][at]).tolist(),
            "score": float(row["scores"][at]),
            "runner_up": row["runner_up_skus"][at].decode(),
            "runner_up_score": float(row["runner_up_scores"][at]),
            "ambiguity": float(row["ambiguity"][at]),
        }
        for at in range(row["count"])
    ]


def answer_for(response: PredictResponse, photo: int, scale: float = 1.0) -> dict[str, Any]:
    """Return what the server says of one photo: its `detections`, or the `error` instead."""
    # Earlier releases have no such output; they refuse the whole request.
    if "error" in response.outputs:
        error = make_ndarray(response.outputs["error"])[photo]
        if error:
            return {"error": error.decode()}
    return {"detections": detections(response, photo, scale)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask photo by photo; return the exit code, 2 where there is no answer for a photo."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", nargs="+", type=Path)
    parser.add_argument("--server", default="localhost:8500")
    parser.add_argument("--label", default="stable", help="stable or canary")
    parser.add_argument("--timeout", default=30.0, type=float, help="seconds")
    asked = parser.parse_args(arguments)
    failed = 0
    with grpc.insecure_channel(asked.server) as channel:
        service = PredictionServiceStub(channel)
        for path in asked.photos:
            try:
                photo = photo_to_send(path)
                request = request_for([photo.encoded], asked.label)
                response = service.Predict(request, timeout=asked.timeout)
                said = answer_for(response, 0, photo.scale)
            except BadImage as error:
                said = {"error": str(error)}
            except grpc.RpcError as error:
                raise SystemExit(
                    f"no answer from {asked.server} ({error.details()}); is a server running "
                    "there? Name another with --server"
                ) from None
            failed += "error" in said
            print(json.dumps({"photo": str(path), **said}))
    return 2 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
