"""Converts the signature `edge` of a SavedModel to TFLite; runs in a process of its own.

python -m components.edge_export.convert_worker SAVED_MODEL OUT.tflite QUANTIZATION

Ends with exit code 1 and one line on stderr where the model cannot be converted. The converter may
also abort the process.
"""

import re
import sys
from pathlib import Path

import tensorflow as tf

from components.edge_export.operators import operators_outside_builtins
from components.releases.edge_folder import SIGNATURE


class NotConvertible(Exception):
    """The model cannot become a TFLite file with built-in operators only."""


def convert(saved_model: str, quantization: str) -> bytes:
    """Return the TFLite file.

    Args:
        saved_model: Folder of the SavedModel with the signature `edge`.
        quantization: `none`, `float16` or `dynamic`.

    Raises:
        NotConvertible: With the operators that stand in the way, where the converter names them.
    """
    converter = tf.lite.TFLiteConverter.from_saved_model(saved_model, signature_keys=[SIGNATURE])
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    if quantization != "none":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if quantization == "float16":
        converter.target_spec.supported_types = [tf.float16]
    try:
        model: bytes = converter.convert()
    except Exception as error:  # the converter raises several kinds of its own, and LLVM's text
        raise NotConvertible(_why(str(error))) from error
    if foreign := operators_outside_builtins(model):
        raise NotConvertible(f"it needs operators that TFLite has not: {', '.join(foreign)}")
    return model


def _why(message: str) -> str:
    # The converter lists them as "TF Select ops: Erf, Foo" or "Custom ops: …" among pages of hints.
    listed = re.findall(r"(?:TF Select|Flex|Custom) ops: ([\w, ]+)", message)
    operators = sorted({name.strip() for names in listed for name in names.split(",")} - {""})
    if operators:
        return f"it needs operators that TFLite has not: {', '.join(operators)}"
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    return lines[0][:300] if lines else "the converter gave no reason"


def main(arguments: list[str]) -> None:
    """Convert and write."""
    saved_model, out, quantization = arguments
    try:
        Path(out).write_bytes(convert(saved_model, quantization))
    except NotConvertible as error:
        sys.exit(f"the model cannot be converted: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
