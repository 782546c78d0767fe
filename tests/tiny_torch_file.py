"""Writes a `.pth` file as PyTorch did before 1.6, without PyTorch."""

import io
import pickle
import sys
from collections import OrderedDict
from types import ModuleType

import numpy as np

Layout = tuple[tuple[int, ...], tuple[int, ...]]
"""Shape and strides."""


class _Storage:
    def __init__(self, key: str, array: np.ndarray):
        self.key, self.array = key, array


class _Tensor:
    def __init__(self, storage: _Storage, layout: Layout | None):
        self.storage, self.layout = storage, layout

    def __reduce__(self):
        array = self.storage.array
        strides = tuple(stride // array.itemsize for stride in array.strides)
        shape, strides = self.layout or (array.shape, strides)
        rebuild = sys.modules["torch._utils"]._rebuild_tensor_v2
        return rebuild, (self.storage, 0, shape, strides, False, OrderedDict())


class _Pickler(pickle.Pickler):
    def persistent_id(self, obj):
        if not isinstance(obj, _Storage):
            return None
        name = "FloatStorage" if obj.array.dtype == np.float32 else "LongStorage"
        kind = getattr(sys.modules["torch"], name)
        return ("storage", kind, obj.key, "cpu", obj.array.size, None)


def _fake_modules() -> dict[str, ModuleType]:
    torch, utils = ModuleType("torch"), ModuleType("torch._utils")
    for name in ("FloatStorage", "LongStorage"):
        setattr(torch, name, type(name, (), {"__module__": "torch"}))

    def _rebuild_tensor_v2():
        """Be pickled by name."""

    _rebuild_tensor_v2.__module__ = "torch._utils"
    _rebuild_tensor_v2.__qualname__ = "_rebuild_tensor_v2"
    utils._rebuild_tensor_v2 = _rebuild_tensor_v2
    torch._utils = utils
    return {"torch": torch, "torch._utils": utils}


def torch_file(
    tensors: dict[str, np.ndarray], extra: object = None, layout: Layout | None = None
) -> bytes:
    """Return the file of a state dict.

    Args:
        tensors: By name.
        extra: Is pickled with them, whatever it is.
        layout: What the file says of each tensor's place in its storage, where not the truth.
    """
    storages = {
        name: _Storage(str(number), array) for number, (name, array) in enumerate(tensors.items())
    }
    state = OrderedDict((name, _Tensor(storage, layout)) for name, storage in storages.items())
    state._metadata = OrderedDict()
    if extra is not None:
        state["extra"] = extra
    out = io.BytesIO()
    before = {name: sys.modules.get(name) for name in _fake_modules()}
    sys.modules.update(_fake_modules())
    try:
        for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}, state):
            _Pickler(out, protocol=2).dump(part)
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
    pickle.dump([storage.key for storage in storages.values()], out, protocol=2)
    for storage in storages.values():
        out.write(storage.array.size.to_bytes(8, "little") + storage.array.tobytes("A"))
    return out.getvalue()
