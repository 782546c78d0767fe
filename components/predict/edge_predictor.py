"""Predicts as a phone does: from the edge folder alone, with no TensorFlow.

Needs numpy, Pillow and a TFLite interpreter under any of its names.
"""

import contextlib
import importlib
import io
from pathlib import Path
from typing import Any

import numpy as np

from components.artifacts.model import INDEX_FILE
from components.artifacts.product_table import PRODUCTS_FILE, groups_of, read_products
from components.imaging.letterbox import letterbox
from components.predict.model_outputs import (
    BOXES,
    PRODUCT_BOXES,
    BadAnswer,
    Found,
    detections_of,
    found_in,
)
from components.recogniser.index import read_index
from components.records.prediction import Origin
from components.releases.edge_folder import (
    LABELS_FILE,
    MODEL_FILE,
    SIGNATURE,
    BadEdgeFolder,
    EdgeSettings,
    hash_file,
    index_id,
    read_labels,
    read_settings,
)

_INTERPRETERS = (
    ("ai_edge_litert.interpreter", "Interpreter"),
    ("tflite_runtime.interpreter", "Interpreter"),
    ("tensorflow.lite.python.interpreter", "Interpreter"),
)


class NoInterpreter(Exception):
    """No TFLite interpreter is installed."""


def _check_model(model: Path, settings: EdgeSettings) -> None:
    """Raise BadEdgeFolder where there is a model, but not the one that the settings are for.

    The catalogue's files may be exchanged for those of another catalogue; the model may not.
    """
    if model.is_file() and hash_file(model) != settings.sha256.get(model.name):
        raise BadEdgeFolder(f"{model}: has changed since it was released; take the folder anew")


def _groups(folder: Path) -> dict[str, str]:
    """Return the groups of products; folders of old releases have no table of them."""
    if not (folder / PRODUCTS_FILE).is_file():
        return {}
    try:
        return groups_of(read_products(folder / PRODUCTS_FILE))
    except (OSError, ValueError) as error:
        raise BadEdgeFolder(f"{folder / PRODUCTS_FILE}: cannot be read ({error})") from error


class EdgePredictor:
    """The recogniser of an edge folder, loaded once and asked photo by photo.

    Attributes:
        operating_threshold: Detections scoring at least this are counted.
        names: Product names by SKU, for people.
        groups: Group by SKU, of those that have one.
        origin: Which release and index answer.
        input_size: Height, width of the model's input, pixels.
    """

    def __init__(
        self,
        folder: Path,
        index_dir: Path | None = None,
        threads: int = 2,
        release: int | None = None,
    ) -> None:
        """Load the folder.

        Args:
            folder: The edge folder.
            index_dir: Holds a `catalog.index` to use in place of its own.
            threads: Of the interpreter.
            release: Version of the release that the folder is of, where it is known.

        Raises:
            BadEdgeFolder: A file is missing or they do not belong together.
            NoInterpreter: No TFLite interpreter is installed.
        """
        settings = read_settings(folder)
        _check_model(folder / MODEL_FILE, settings)
        self.operating_threshold = settings.operating_threshold
        self.input_size = (settings.photo_height, settings.photo_width)
        source = index_dir or folder
        try:
            index = read_index(source / INDEX_FILE)
        except ValueError as error:
            raise BadEdgeFolder(str(error)) from error
        self.origin = Origin(release, index_id(source / INDEX_FILE))
        self.names = read_labels(source / LABELS_FILE)
        self.groups = _groups(source)
        self._labels = index.labels
        if list(self.names) != list(self._labels):
            raise BadEdgeFolder(
                f"{source / LABELS_FILE}: lists other SKUs than {INDEX_FILE} beside it"
            )
        self._model = _Signature(folder / MODEL_FILE, threads, index.inputs())

    def detect(self, photo: np.ndarray) -> Found:
        """Return what is in a photo, uint8 `[H, W, 3]` RGB upright; boxes in its pixels.

        Raises:
            BadAnswer: The model's answer is not valid.
        """
        boxed = letterbox(photo, *self.input_size)
        try:
            answer = self._model(boxed.pixels[None])
        except RuntimeError as error:
            raise BadAnswer(f"the model failed on this photo: {error}") from error
        count = int(np.squeeze(answer["count"]))
        row = {
            name: np.asarray(values).reshape(-1, 4) if name in BOXES else np.ravel(values)
            for name, values in answer.items()
        }
        if not 0 <= count <= len(row["scores"]):
            raise BadAnswer(f"the model answered with a count of {count}")
        size = photo.shape[0], photo.shape[1]
        named = detections_of(
            boxes=boxed.to_photo(row["boxes"][:count]),
            skus=[self._label(each) for each in row["sku"][:count]],
            scores=row["scores"][:count],
            runner_up_skus=[
                self._label(each) if each >= 0 else "" for each in row["runner_up"][:count]
            ],
            runner_up_scores=row["runner_up_scores"][:count],
            ambiguity=row["ambiguity"][:count],
            photo_size=size,
        )
        products = boxed.to_photo(row[PRODUCT_BOXES]) if PRODUCT_BOXES in row else None
        return found_in(row, named, products, size)

    def _label(self, number: int) -> str:
        if not 0 <= number < len(self._labels):
            raise BadAnswer(f"the model answered with SKU number {number}, which is not a label")
        return self._labels[number]


class _Signature:
    """The signature of a TFLite file with its catalogue set once; then called with photos."""

    def __init__(self, model: Path, threads: int, catalogue: dict[str, np.ndarray]) -> None:
        if not model.is_file():
            raise BadEdgeFolder(f"{model}: no such file")
        try:
            self._interpreter = _interpreter_class()(model_path=str(model), num_threads=threads)
        except ValueError as error:
            raise BadEdgeFolder(f"{model}: not a TFLite model") from error
        if SIGNATURE not in self._interpreter.get_signature_list():
            raise BadEdgeFolder(f"{model}: has no signature {SIGNATURE!r}")
        inputs, self._outputs = _tensors(self._interpreter)
        self._photo = inputs.pop("image")["index"]
        if unknown := sorted(set(inputs) - set(catalogue)):
            raise BadEdgeFolder(f"{model}: asks for {', '.join(unknown)}, which no index holds")
        for name, details in inputs.items():
            if not _fits(catalogue[name].shape, details["shape_signature"]):
                raise BadEdgeFolder(f"{INDEX_FILE}: its {name!r} does not fit {model}")
            self._interpreter.resize_tensor_input(details["index"], catalogue[name].shape)
        self._interpreter.allocate_tensors()
        # Once for all photos: TFLite never overwrites the inputs of a graph, and setting them again
        # would copy the whole index.
        for name, details in inputs.items():
            self._interpreter.set_tensor(details["index"], catalogue[name])

    def __call__(self, image: np.ndarray) -> dict[str, np.ndarray]:
        self._interpreter.set_tensor(self._photo, image)
        self._interpreter.invoke()
        return {name: self._interpreter.get_tensor(at) for name, at in self._outputs.items()}


def _tensors(interpreter: Any) -> tuple[dict[str, dict[str, Any]], dict[str, int]]:
    """Return the details of the signature's inputs and the numbers of its outputs, by name.

    The runner that knows them must be gone before tensors are allocated: the interpreter takes its
    reference for a view of its memory.
    """
    runner = interpreter.get_signature_runner(SIGNATURE)
    outputs = runner.get_output_details()
    return runner.get_input_details(), {name: details["index"] for name, details in outputs.items()}


def _fits(shape: tuple[int, ...], wanted: np.ndarray) -> bool:
    """Return whether a shape is the wanted one, where -1 is any size."""
    return len(shape) == len(wanted) and all(
        asked in (-1, size) for size, asked in zip(shape, wanted, strict=True)
    )


def _interpreter_class() -> Any:
    unfit = ""
    for module, name in _INTERPRETERS:
        package = module.partition(".")[0]
        try:
            # NumPy says at length what is wrong with a package made for another NumPy.
            with contextlib.redirect_stderr(io.StringIO()):
                return getattr(importlib.import_module(module), name)
        except Exception as error:  # broken packages raise nearly anything
            missing = error.name if isinstance(error, ModuleNotFoundError) else ""
            if not missing or not module.startswith(missing):
                said = " ".join(str(error).split())
                unfit = unfit or f"{package} does not load with NumPy {np.__version__} ({said})"
    if unfit:
        raise NoInterpreter(f"{unfit}: pip install --upgrade ai-edge-litert")
    raise NoInterpreter("no TFLite interpreter is installed: pip install ai-edge-litert")
