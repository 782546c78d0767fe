"""What the signatures of a SavedModel compute, as a hash that no made-up name has a part in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tensorflow.core.framework.attr_value_pb2 import AttrValue
    from tensorflow.core.framework.function_pb2 import FunctionDef
    from tensorflow.core.framework.node_def_pb2 import NodeDef

SAVED_MODEL_FILE = "saved_model.pb"

# How a call is carried out, what its gradient is registered as, and the name of a resource, in
# which the folder can stand that a file was read from at export.
_NO_PART = frozenset({"config_proto", "_gradient_op_type", "shared_name"})


def program_hash(saved_model: bytes) -> str:
    """Return a hex SHA-256 of the graph, its functions and signatures, whatever the weights.

    TensorFlow numbers functions and their arguments by a counter of the whole process, which
    depends on what ran before; its own fingerprint leaves out the names of functions alone. Here a
    function counts by what it computes, and its arguments by their place.

    Args:
        saved_model: Its file `saved_model.pb`.
    """
    from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

    saved = SavedModel.FromString(saved_model)
    digest = hashlib.sha256()
    for graph in saved.meta_graphs:
        library = _Library({each.signature.name: each for each in graph.graph_def.library.function})
        digest.update(library.of_nodes(graph.graph_def.node, {}))
        for name in sorted(graph.signature_def):
            digest.update(name.encode())
            digest.update(graph.signature_def[name].SerializeToString(deterministic=True))
    return digest.hexdigest()


class _Library:
    """The functions of a graph by name, each hashed once; none calls itself."""

    def __init__(self, functions: Mapping[str, FunctionDef]) -> None:
        self._functions = functions
        self._known: dict[str, bytes] = {}

    def of_function(self, name: str) -> bytes:
        if name not in self._known:
            self._known[name] = self._hashed(self._functions[name])
        return self._known[name]

    def _hashed(self, function: FunctionDef) -> bytes:
        digest = hashlib.sha256()
        signature = function.signature
        # The colon is in no name of a node.
        places = {each.name: f":{place}" for place, each in enumerate(signature.input_arg)}
        for argument in (*signature.input_arg, *signature.output_arg):
            digest.update(repr((argument.type, argument.is_ref)).encode())
        digest.update(self.of_nodes(function.node_def, places))
        returned = [function.ret[each.name] for each in signature.output_arg]
        digest.update(repr([places.get(each, each) for each in returned]).encode())
        digest.update(repr(sorted(function.control_ret.values())).encode())
        return digest.digest()

    def of_nodes(self, nodes: Iterable[NodeDef], places: Mapping[str, str]) -> bytes:
        digest = hashlib.sha256()
        for node in nodes:
            inputs = [places.get(each, each) for each in node.input]
            digest.update(repr((node.name, node.op, inputs)).encode())
            for key in sorted(set(node.attr) - _NO_PART):
                digest.update(key.encode())
                digest.update(self._of_attribute(node.attr[key]))
        return digest.digest()

    def _of_attribute(self, value: AttrValue) -> bytes:
        called = [value.func] if value.HasField("func") else list(value.list.func)
        if called:
            return b"".join(self.of_function(each.name) for each in called)
        return bytes(value.SerializeToString(deterministic=True))
