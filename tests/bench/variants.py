"""The recogniser with one part switched off, to measure what the part brings.

    python tests/bench/variants.py VARIANT [ARGUMENT…]

Runs the pipeline as `local_runner.py` does with these arguments, with that variant of the
recogniser. Its Trainer is cached apart from others: the code is another one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from unittest import mock

REPOSITORY = Path(__file__).parents[2]
sys.path.insert(0, str(REPOSITORY))

import tensorflow as tf  # noqa: E402

from components.recogniser import matching  # noqa: E402
from components.recogniser.cells import dequantise  # noqa: E402
from components.recogniser.index_tensors import IndexTensors  # noqa: E402
from components.recogniser.masked import ordered  # noqa: E402
from components.recogniser.model import Recogniser  # noqa: E402
from components.recogniser.proposals import Proposals  # noqa: E402
from components.recogniser.transform_net import PARAMETERS, TransformNet  # noqa: E402

# Views aligned in one go where there is no shortlist.
VIEWS_AT_ONCE = 16


@contextmanager
def without_shortlist() -> Iterator[None]:
    """Align all SKUs with every proposal, in graphs that are traced meanwhile."""
    with mock.patch.object(matching, "likeliest_views", _best_aligned):
        yield


@contextmanager
def without_transform_net() -> Iterator[None]:
    """Match templates as they are, in graphs that are traced meanwhile."""
    with mock.patch.object(TransformNet, "call", _identity):
        yield


VARIANTS: Mapping[str, Callable[[], AbstractContextManager[None]]] = {
    "without_shortlist": without_shortlist,
    "without_transform_net": without_transform_net,
}


def _best_aligned(
    recogniser: Recogniser, proposals: Proposals, index: IndexTensors, _cosines: tf.Tensor
) -> matching.Views:
    """As `matching.likeliest_views`, by the aligned scores of all views."""
    scores = ordered(_aligned_with_all(recogniser, proposals, index))
    views, known = matching.best_views(scores, recogniser.settings.skus_per_proposal)
    return matching.Views(views, known, matching.similarities(recogniser, proposals, index, views))


def _aligned_with_all(
    recogniser: Recogniser, proposals: Proposals, index: IndexTensors
) -> tf.Tensor:
    """Return the aligned scores of all views less hubness, `[P, V]`, a few views at a time."""
    count, views = tf.shape(proposals.features)[0], tf.shape(index.templates)[0]
    padding = [[0, (-views) % VIEWS_AT_ONCE], [0, 0], [0, 0], [0, 0]]
    templates = tf.pad(index.templates, padding)
    parts = tf.reshape(templates, [-1, VIEWS_AT_ONCE, *templates.shape[1:]])

    def scores(part: tf.Tensor) -> tf.Tensor:
        repeated = tf.tile(dequantise(part)[tf.newaxis], [count, 1, 1, 1, 1])
        return recogniser.align(proposals.features, repeated)[0]

    aligned = tf.map_fn(
        scores, parts, fn_output_signature=tf.TensorSpec([None, VIEWS_AT_ONCE], tf.float32)
    )
    return tf.reshape(tf.transpose(aligned, [1, 0, 2]), [count, -1])[:, :views] - index.hubness


def _identity(_layer: TransformNet, correlation: tf.Tensor) -> tf.Tensor:
    return tf.zeros([tf.shape(correlation)[0], PARAMETERS])


def main() -> None:
    """Run the pipeline with a variant."""
    from pipeline import graph
    from pipeline.commands.main import main as oneshelf

    variant, *arguments = sys.argv[1:]
    hash_of = graph.source_hash

    def hash_of_variant(module: str, *given: bool, **named: bool) -> str:
        known = hash_of(module, *given, **named)
        return f"{known}-{variant}" if module == "components.trainer.component" else known

    sys.argv = ["oneshelf", "run", *arguments]
    with VARIANTS[variant](), mock.patch.object(graph, "source_hash", hash_of_variant):
        oneshelf()


if __name__ == "__main__":
    main()
