"""The catalogue index: a catalogue as data, one file that server and phone read alike.

The file is in safetensors layout (8 bytes little-endian header length, JSON header, raw arrays) and
holds, for V views of the catalogue's SKUs, in this order:

| array | dtype, shape | what |
|---|---|---|
| `hubness` | float32 `[V]` | how well the view fits where it is not, see hubness.py |
| `screen` | float32 `[V, E]` | shortlist embeddings, unit rows; the file keeps an older name |
| `descriptors` | int8 `[V, A, A, d]` | to be scaled to unit length; zero on the background |
| `templates` | int8 `[V, T, T, D]` | features on the RoI grid, cells to be scaled to unit length |
| `sku` | uint8 `[V, 128]` | SKU in UTF-8, padded with zeros |

Rows are sorted by SKU, views of one SKU together. With T = 7, D = 128, A = 12 and d = 32 a view
takes 11.5 KB. A file of the format before holds no descriptors, for models that ask for none.

Reading takes numpy only, as phones have nothing else; only writing takes safetensors.
"""

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from components.records.skus import SKU_BYTES

FORMAT = "oneshelf-index-3"
WITHOUT_DESCRIPTORS = "oneshelf-index-2"

_LENGTH_BYTES = 8
_DTYPES: dict[str, np.dtype[Any]] = {
    "F32": np.dtype("<f4"),
    "I8": np.dtype("i1"),
    "U8": np.dtype("u1"),
}


@dataclass(frozen=True)
class CatalogIndex:
    """Templates of a catalogue, V views.

    Attributes:
        embeddings: float32 `[V, E]`, unit rows: shortlist embeddings.
        templates: int8 `[V, T, T, D]`.
        descriptors: int8 `[V, A, A, d]`; None for a model that asks for none.
        hubness: float32 `[V]`.
        skus: SKU of each view, sorted.
    """

    embeddings: np.ndarray
    templates: np.ndarray
    descriptors: np.ndarray | None
    hubness: np.ndarray
    skus: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Distinct SKUs, sorted."""
        return tuple(sorted(set(self.skus)))

    @property
    def sku_of_view(self) -> np.ndarray:
        """Position of each view's SKU in `labels`, int32 `[V]`."""
        position = {sku: number for number, sku in enumerate(self.labels)}
        return np.array([position[sku] for sku in self.skus], np.int32)

    def inputs(self) -> dict[str, np.ndarray]:
        """Return the arrays that the model for phones takes, by the names of its inputs."""
        arrays = {
            "screen": self.embeddings,
            "templates": self.templates,
            "hubness": self.hubness,
            "sku_of_view": self.sku_of_view,
        }
        return arrays if self.descriptors is None else {**arrays, "descriptors": self.descriptors}

    def content_hash(self) -> str:
        """Return the SHA-256 of everything in it."""
        digest = hashlib.sha256("\n".join(self.skus).encode())
        for array in (self.embeddings, self.templates, self.descriptors, self.hubness):
            if array is not None:
                digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()


def encode_sku(sku: str) -> np.ndarray:
    """Return a SKU as uint8 `[128]`.

    Raises:
        ValueError: It is empty or longer than 128 bytes.
    """
    data = sku.encode()
    if not 0 < len(data) <= SKU_BYTES:
        raise ValueError(f"SKU {sku!r} has {len(data)} bytes; 1 to {SKU_BYTES} are allowed")
    return np.frombuffer(data.ljust(SKU_BYTES, b"\0"), np.uint8)


def write_index(path: Path, index: CatalogIndex, metadata: dict[str, str] | None = None) -> None:
    """Write an index file, rows sorted by SKU."""
    from safetensors.numpy import save  # here: phones read indexes and have no safetensors

    order = sorted(range(len(index.skus)), key=lambda row: index.skus[row])
    arrays = {
        "screen": np.ascontiguousarray(index.embeddings[order], np.float32),
        "hubness": np.ascontiguousarray(index.hubness[order], np.float32),
        "sku": np.stack([encode_sku(index.skus[row]) for row in order]),
        "templates": np.ascontiguousarray(index.templates[order], np.int8),
    }
    if index.descriptors is not None:
        arrays["descriptors"] = np.ascontiguousarray(index.descriptors[order], np.int8)
    known = WITHOUT_DESCRIPTORS if index.descriptors is None else FORMAT
    data = save(arrays, metadata={"format": known, **(metadata or {})})
    # Not by the library's own `save_file`, whose files nobody but their owner may read.
    path.write_bytes(data)


def read_index(path: Path) -> CatalogIndex:
    """Read an index file.

    Raises:
        ValueError: The file is not an index.
    """
    try:
        data = path.read_bytes()
        length = int.from_bytes(data[:_LENGTH_BYTES], "little")
        body = memoryview(data)[_LENGTH_BYTES + length :]
        header: dict[str, Any] = json.loads(data[_LENGTH_BYTES : _LENGTH_BYTES + length])
        known = header.get("__metadata__", {}).get("format")
        if known not in (FORMAT, WITHOUT_DESCRIPTORS):
            raise ValueError(f"its header does not say {FORMAT}")
        described = known == FORMAT
        return CatalogIndex(
            embeddings=_array(header["screen"], body),
            templates=_array(header["templates"], body),
            descriptors=_array(header["descriptors"], body) if described else None,
            hubness=_array(header["hubness"], body),
            skus=tuple(bytes(row).rstrip(b"\0").decode() for row in _array(header["sku"], body)),
        )
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{path} is not a catalogue index: {error}") from error


def _array(entry: dict[str, Any], body: memoryview) -> np.ndarray:
    """Return the array that an entry of the header describes, a view of the file's bytes."""
    dtype, shape = _DTYPES[entry["dtype"]], entry["shape"]
    begin, end = entry["data_offsets"]
    if not 0 <= begin <= end <= len(body) or end - begin != dtype.itemsize * math.prod(shape):
        raise ValueError(f"cut off or damaged: {len(body):,} bytes of arrays")
    return np.frombuffer(body[begin:end], dtype).reshape(shape)
