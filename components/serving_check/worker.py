"""Loads a SavedModel as a server would and sends it requests; runs in a process of its own.

    python -m components.serving_check.worker REQUEST.json VERDICT.json

REQUEST.json holds the fields of `CheckRequest`. Each line of the output says what is done next, so
that the parent knows how far a killed process had come.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from components.artifacts.model import INDEX_ASSET
from components.artifacts.serving_check import ServingVerdict
from components.imaging.decoding import ImageLimits, decode_photo, encode_jpeg
from components.predict.server_predictor import first_line
from components.recogniser.index import read_index
from components.recogniser.load_saved_model import load_saved_model
from components.records.feature_keys import IMAGE_ENCODED
from components.serving_check.answer_problems import (
    problems_of_detections,
    problems_of_embedding,
    problems_of_map,
)
from components.serving_check.signatures import Signature, Tensor, differences


@dataclass(frozen=True)
class CheckRequest:
    """What to check.

    Attributes:
        saved_model: Folder of the SavedModel.
        photos: Files with encoded photos, at least one.
        batch_sizes: Photos per request.
        odd_size: Height, width of a picture of unusual size.
        latency_requests: Requests whose time is measured.
    """

    saved_model: str
    photos: tuple[str, ...]
    batch_sizes: tuple[int, ...]
    odd_size: tuple[int, int]
    latency_requests: int


def check(request: CheckRequest, say: Callable[[str], None] = print) -> ServingVerdict:
    """Send every kind of request and return the verdict; raises only where TensorFlow does."""
    say("loading the model")
    started = time.perf_counter()
    model = load_saved_model(Path(request.saved_model))
    load_seconds = time.perf_counter() - started
    reasons = differences({name: _described(each) for name, each in model.signatures.items()})
    if reasons:
        return ServingVerdict(ok=False, reasons=tuple(reasons), load_seconds=load_seconds)
    session = _Session(model.signatures, request, say)
    session.run()
    return ServingVerdict(
        ok=not session.reasons,
        reasons=tuple(session.reasons),
        load_seconds=load_seconds,
        latency_ms=session.latency_ms,
        requests=session.requests,
    )


class _Session:
    """The requests of one check, and what was wrong with their answers."""

    def __init__(
        self, signatures: Mapping[str, Any], request: CheckRequest, say: Callable[[str], None]
    ) -> None:
        self._signatures = signatures
        self._request = request
        self._say = say
        index = read_index(Path(request.saved_model) / INDEX_ASSET)
        self._skus = set(index.skus)
        self._a_sku = index.skus[0]
        self._encoded = [Path(path).read_bytes() for path in request.photos]
        self._pixels = [decode_photo(data, ImageLimits()) for data in self._encoded]
        self.reasons: list[str] = []
        self.requests = 0
        self.latency_ms: float | None = None

    def run(self) -> None:
        """Send everything."""
        for size in self._request.batch_sizes:
            self._batch(size)
        self._odd_size()
        self._score_map()
        self._embedding()
        if not self.reasons:
            self._time()

    def _batch(self, size: int) -> None:
        # Encoded photos of one batch may differ in size; pixels cannot.
        chosen = [at % len(self._encoded) for at in range(size)]
        sizes = [(self._pixels[at].shape[0], self._pixels[at].shape[1]) for at in chosen]
        encoded = [self._encoded[at] for at in chosen]
        self._detect("serving_default", f"a batch of {size}", sizes, photos=tf.constant(encoded))
        examples = tf.constant([_example(data) for data in encoded])
        self._detect("evaluate", f"a batch of {size}", sizes, examples=examples)
        same = np.stack([self._pixels[0]] * size)
        self._detect("image", f"a batch of {size}", [sizes[0]] * size, image=tf.constant(same))

    def _odd_size(self) -> None:
        height, width = self._request.odd_size
        picture = np.resize(self._pixels[0], (height, width, 3))
        what, sizes = f"a picture of {width} x {height}", [(height, width)]
        self._detect("image", what, sizes, image=tf.constant(picture[None]))
        self._detect("serving_default", what, sizes, photos=tf.constant([encode_jpeg(picture)]))

    def _score_map(self) -> None:
        answer = self._ask(
            "score_map", "a photo", image=self._pixels[0][None], sku=tf.constant(self._a_sku)
        )
        if answer is not None:
            self._note("score_map", "a photo", problems_of_map(answer["map"]))

    def _embedding(self) -> None:
        pictures = [encode_jpeg(self._pixels[0]), encode_jpeg(self._pixels[-1])]
        answer = self._ask("embed_catalog", "two pictures", packshots=tf.constant(pictures))
        if answer is not None:
            self._note("embed_catalog", "two pictures", problems_of_embedding(answer, 2))

    def _time(self) -> None:
        self._say("measuring the time of a request")
        photo = tf.constant(self._encoded[:1])
        taken = []
        for _ in range(self._request.latency_requests):
            started = time.perf_counter()
            self._signatures["serving_default"](photos=photo)
            taken.append(time.perf_counter() - started)
        self.latency_ms = float(np.median(taken) * 1000)

    def _detect(
        self, signature: str, what: str, sizes: list[tuple[int, int]], **inputs: Any
    ) -> None:
        answer = self._ask(signature, what, **inputs)
        if answer is not None:
            self._note(signature, what, problems_of_detections(answer, sizes, self._skus))

    def _ask(self, signature: str, what: str, **inputs: Any) -> dict[str, np.ndarray] | None:
        self._say(f"sending {what} to {signature!r}")
        self.requests += 1
        try:
            tensors = {name: tf.convert_to_tensor(value) for name, value in inputs.items()}
            answer = self._signatures[signature](**tensors)
        except tf.errors.OpError as error:
            self._note(signature, what, [f"failed: {first_line(error)}"])
            return None
        return {name: value.numpy() for name, value in answer.items()}

    def _note(self, signature: str, what: str, problems: list[str]) -> None:
        self.reasons += [f"{signature!r}, given {what}: {problem}" for problem in problems]


def _described(signature: Any) -> Signature:
    _, inputs = signature.structured_input_signature
    return Signature(
        inputs={name: _tensor(spec) for name, spec in inputs.items()},
        outputs={name: _tensor(spec) for name, spec in signature.structured_outputs.items()},
    )


def _tensor(spec: Any) -> Tensor:
    shape = None if spec.shape.rank is None else tuple(spec.shape.as_list())
    return Tensor(spec.dtype.name, shape)


def _example(encoded: bytes) -> bytes:
    feature = tf.train.Feature(bytes_list=tf.train.BytesList(value=[encoded]))
    features = tf.train.Features(feature={IMAGE_ENCODED: feature})
    return tf.train.Example(features=features).SerializeToString()


def main(arguments: list[str]) -> None:
    """Read the request, check, write the verdict."""
    request_file, verdict_file = arguments
    entry = json.loads(Path(request_file).read_text(encoding="utf-8"))
    request = CheckRequest(**{**entry, "odd_size": tuple(entry["odd_size"])})
    verdict = check(request, say=lambda line: print(line, flush=True))
    Path(verdict_file).write_text(verdict.to_json(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
