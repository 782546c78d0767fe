"""The edge folder: all that a phone needs, or any other machine.

    model.tflite     the network, built-in TFLite operators only, one signature, `edge`
    catalog.index    the templates of the catalogue, the same file as the server's asset
    labels.txt       one SKU a line, in the order of the model's `sku` output; after a tab its name
    products.csv     one row per SKU: name and category, for people
    predict.py       `python predict.py PHOTO…`, with numpy, Pillow and a TFLite interpreter
    settings.json    `EdgeSettings`: operating threshold, input size, hashes of the files above

Reading it takes neither TensorFlow nor a TFLite interpreter.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from components.records.lines import as_lines, lines_of

SIGNATURE = "edge"
MODEL_FILE = "model.tflite"
LABELS_FILE = "labels.txt"
SCRIPT_FILE = "predict.py"
SETTINGS_FILE = "settings.json"

_ID_DIGITS = 12


class BadEdgeFolder(Exception):
    """The folder is incomplete or its files do not belong together. The message names the file."""


@dataclass(frozen=True)
class EdgeSettings:
    """What a phone must know besides the network.

    Attributes:
        operating_threshold: Detections scoring at least this are counted.
        photo_height: Height of the model's input, pixels.
        photo_width: Width of the model's input, pixels.
        quantization: `none`, `float16` or `dynamic`: how the weights are stored.
        model_hash: Identity of the trained weights; an index belongs to one.
        sha256: Hex digest of each of the other files, by name.
    """

    operating_threshold: float
    photo_height: int
    photo_width: int
    quantization: str
    model_hash: str
    sha256: dict[str, str]


def write_labels(path: Path, labels: Sequence[str], names: Mapping[str, str]) -> None:
    """Write one line per SKU: the SKU and, where there is one, a tab and the product's name."""
    lines = []
    for sku in labels:
        name = " ".join(names.get(sku, "").split())
        lines.append(f"{sku}\t{name}" if name else sku)
    path.write_text(as_lines(lines), encoding="utf-8")


def read_labels(path: Path) -> dict[str, str]:
    """Return the names by SKU (the SKU itself where it has none), in the order of the file."""
    try:
        return parse_labels(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadEdgeFolder(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise BadEdgeFolder(f"{path}: not text in UTF-8") from error


def parse_labels(text: str) -> dict[str, str]:
    """Return what `read_labels` does, for the text of such a file."""
    names = {}
    for line in lines_of(text):
        sku, _, name = line.partition("\t")
        names[sku] = name or sku
    return names


def write_settings(folder: Path, settings: EdgeSettings) -> None:
    """Write `settings.json`; the last file written, so that a folder with it is complete."""
    text = json.dumps(asdict(settings), indent=2) + "\n"
    (folder / SETTINGS_FILE).write_text(text, encoding="utf-8")


def read_settings(folder: Path) -> EdgeSettings:
    """Return the settings of an edge folder.

    Raises:
        BadEdgeFolder: There is no such file, or it is not what `write_settings` writes.
    """
    path = folder / SETTINGS_FILE
    try:
        settings = EdgeSettings(**json.loads(path.read_text(encoding="utf-8")))
        for name in ("operating_threshold", "photo_height", "photo_width"):
            if not isinstance(getattr(settings, name), int | float):
                raise TypeError(f"{name} is not a number")
        return settings
    except OSError as error:
        raise BadEdgeFolder(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, TypeError) as error:
        raise BadEdgeFolder(f"{path}: not the settings of an edge folder ({error})") from error


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file as hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def index_id(index: Path) -> str:
    """Return what tells an index from others: the first digits of its file's SHA-256."""
    return hash_file(index)[:_ID_DIGITS]
