"""What the signatures of a released SavedModel look like, and how a model differs from that."""

from collections.abc import Mapping
from dataclasses import dataclass

# A dimension is a number, or None where it may be anything.
TensorShape = tuple[int | None, ...]


@dataclass(frozen=True)
class Tensor:
    """Name of a dtype as TensorFlow prints it, and a shape, None where nothing is known of it."""

    dtype: str
    shape: TensorShape | None

    def __str__(self) -> str:
        if self.shape is None:
            return f"{self.dtype} of any shape"
        sizes = ", ".join("?" if size is None else str(size) for size in self.shape)
        return f"{self.dtype} [{sizes}]"


@dataclass(frozen=True)
class Signature:
    """Inputs and outputs by name."""

    inputs: Mapping[str, Tensor]
    outputs: Mapping[str, Tensor]


_DETECTIONS = {
    "boxes": Tensor("float32", (None, None, 4)),
    "skus": Tensor("string", (None, None)),
    "scores": Tensor("float32", (None, None)),
    "runner_up_skus": Tensor("string", (None, None)),
    "runner_up_scores": Tensor("float32", (None, None)),
    "ambiguity": Tensor("float32", (None, None)),
    "count": Tensor("int32", (None,)),
    "product_boxes": Tensor("float32", (None, None, 4)),
    "product_scores": Tensor("float32", (None, None)),
    "unknown_scores": Tensor("float32", (None, None)),
    "full": Tensor("bool", (None,)),
}

SIGNATURES: Mapping[str, Signature] = {
    "serving_default": Signature({"photos": Tensor("string", (None,))}, _DETECTIONS),
    "image": Signature({"image": Tensor("uint8", (None, None, None, 3))}, _DETECTIONS),
    "evaluate": Signature({"examples": Tensor("string", (None,))}, _DETECTIONS),
    "score_map": Signature(
        {"image": Tensor("uint8", (1, None, None, 3)), "sku": Tensor("string", ())},
        {"map": Tensor("float32", (None, None))},
    ),
    "embed_catalog": Signature(
        {"packshots": Tensor("string", (None,))},
        {
            "screen": Tensor("float32", (None, None)),
            "templates": Tensor("int8", (None, None, None, None)),
            "descriptors": Tensor("int8", (None, None, None, None)),
            "hubness": Tensor("float32", (None,)),
        },
    ),
}
"""The interface of a release: what servers, clients and `oneshelf index` rely on."""


def differences(
    found: Mapping[str, Signature], expected: Mapping[str, Signature] = SIGNATURES
) -> list[str]:
    """Return one sentence per way in which a model's signatures are not the expected ones.

    More signatures, inputs excepted, and more outputs are no difference: clients ignore them.
    """
    reasons = []
    for name, signature in expected.items():
        if name not in found:
            reasons.append(f"signature {name!r} is missing")
            continue
        for kind, wanted, given, fits in (
            ("input", signature.inputs, found[name].inputs, _takes),
            ("output", signature.outputs, found[name].outputs, _gives),
        ):
            for tensor in wanted:
                if tensor not in given:
                    reasons.append(f"signature {name!r} has no {kind} {tensor!r}")
                elif not fits(given[tensor], wanted[tensor]):
                    reasons.append(
                        f"{kind} {tensor!r} of signature {name!r} is {given[tensor]}, "
                        f"not {wanted[tensor]}"
                    )
        for tensor in sorted(set(found[name].inputs) - set(signature.inputs)):
            reasons.append(f"signature {name!r} asks for another input, {tensor!r}")
    return reasons


def _takes(given: Tensor, wanted: Tensor) -> bool:
    """Return whether an input takes all that is sent: no size may be narrower than wanted."""
    if given.dtype != wanted.dtype or given.shape is None or wanted.shape is None:
        return given.dtype == wanted.dtype
    return len(given.shape) == len(wanted.shape) and all(
        size is None or size == asked for size, asked in zip(given.shape, wanted.shape, strict=True)
    )


def _gives(given: Tensor, wanted: Tensor) -> bool:
    """Return whether an output can be what is expected; sizes known only when it runs pass here."""
    if given.dtype != wanted.dtype or given.shape is None or wanted.shape is None:
        return given.dtype == wanted.dtype
    return len(given.shape) == len(wanted.shape) and all(
        size is None or asked is None or size == asked
        for size, asked in zip(given.shape, wanted.shape, strict=True)
    )
