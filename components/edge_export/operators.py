"""Which operators of a TFLite file a bare interpreter lacks."""

from tensorflow.lite.python import schema_py_generated as schema


def operators_outside_builtins(model: bytes) -> list[str]:
    """Return the names of operators that are no TFLite built-ins, sorted.

    `Flex…` operators need TensorFlow inside the app; others need code of one's own.
    """
    graph = schema.Model.GetRootAsModel(model, 0)
    names = set()
    for at in range(graph.OperatorCodesLength()):
        custom = graph.OperatorCodes(at).CustomCode()
        if custom is not None:
            names.add(custom.decode("utf-8", "replace"))
    return sorted(names)
