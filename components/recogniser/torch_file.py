"""Reads the tensors of a PyTorch file without PyTorch, and without running anything in it.

A `.pth` file as PyTorch wrote it before 1.6 is a row of pickles (a magic number, a version, the
writer's system, the state dict, the keys of the storages) and then each storage: its length, and
its numbers. A pickle may name any function to be called. Here four names are known, none of which
does anything but hold numbers; any other is refused.
"""

import io
import math
import pickle
import struct
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

_MAGIC = 0x1950A86A20F9469CFC6C
_VERSION = 1001


@dataclass(frozen=True)
class _Storage:
    key: str
    dtype: np.dtype
    length: int


@dataclass(frozen=True)
class _Tensor:
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _tensor(storage, offset, shape, strides, requires_grad, hooks) -> _Tensor:
    return _Tensor(storage, offset, shape, strides)


_KNOWN: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch", "FloatStorage"): np.dtype("<f4"),
    ("torch", "LongStorage"): np.dtype("<i8"),
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _KNOWN:
            raise ValueError(f"names {module}.{name}, which no tensor needs")
        return _KNOWN[module, name]

    def persistent_load(self, pid: Any) -> _Storage:
        kind, dtype, key, _, length, view = pid
        if kind != "storage" or not isinstance(dtype, np.dtype) or view is not None:
            raise ValueError("holds something other than whole storages")
        return _Storage(key, dtype, length)


def read_state_dict(content: bytes) -> dict[str, np.ndarray]:
    """Return the tensors of a state dict by their names.

    Raises:
        ValueError: It is no such file, is damaged, or holds anything but tensors.
    """
    try:
        return _read(io.BytesIO(content))
    except (
        # What a damaged pickle ends in.
        pickle.UnpicklingError,
        EOFError,
        struct.error,
        AttributeError,
        ImportError,
        IndexError,
        KeyError,
        MemoryError,
        OverflowError,
        RecursionError,
        TypeError,
        UnicodeError,
    ) as error:
        raise ValueError(f"is no state dict as PyTorch writes it ({error})") from error


def _read(file: io.BytesIO) -> dict[str, np.ndarray]:
    def load() -> Any:
        return _Unpickler(file).load()

    if load() != _MAGIC or load() != _VERSION:
        raise ValueError("is no state dict as PyTorch writes it")
    load()
    tensors, keys = load(), load()
    if not isinstance(tensors, dict) or not all(isinstance(t, _Tensor) for t in tensors.values()):
        raise ValueError("holds something other than tensors")
    kinds = {tensor.storage.key: tensor.storage for tensor in tensors.values()}
    storages = {key: _numbers(kinds[key], file.read) for key in keys}
    return {str(name): _view(tensor, storages) for name, tensor in tensors.items()}


def _numbers(storage: _Storage, read: Callable[[int], bytes]) -> np.ndarray:
    (length,) = struct.unpack("<q", read(8))
    if length != storage.length or length < 0:
        raise ValueError(f"storage {storage.key} holds {length} numbers, not {storage.length}")
    return np.frombuffer(read(length * storage.dtype.itemsize), storage.dtype, length)


def _view(tensor: _Tensor, storages: dict[str, np.ndarray]) -> np.ndarray:
    flat = storages[tensor.storage.key]
    if not all(
        isinstance(n, int) and n >= 0 for n in (tensor.offset, *tensor.shape, *tensor.strides)
    ):
        raise ValueError("a tensor has a size that is none")
    last = sum((n - 1) * step for n, step in zip(tensor.shape, tensor.strides, strict=True))
    if math.prod(tensor.shape) > len(flat) or tensor.offset + last >= len(flat) or last < 0:
        raise ValueError("a tensor reaches beyond its storage")
    steps = [step * flat.itemsize for step in tensor.strides]
    return as_strided(flat[tensor.offset :], tensor.shape, steps, writeable=False).copy()
