"""Agreement among processes that train together: what the first of them has becomes everybody's.

All must call these in the same order. Where a process trains alone, what it has stands.
"""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import tensorflow as tf

# What collective operations carry.
CARRIED = np.int32, np.int64, np.float32


def share(strategy: tf.distribute.Strategy, values: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the first worker's values; those of the others count by their shapes only."""
    if not _several(strategy):
        return list(values)
    carried = [value if value.dtype in CARRIED else value.astype(np.int64) for value in values]
    shared = _of_first(strategy)([tf.constant(value) for value in carried])
    return [
        strategy.experimental_local_results(each)[0].numpy().astype(value.dtype)
        for each, value in zip(shared, values, strict=True)
    ]


def share_variables(strategy: tf.distribute.Strategy, variables: Sequence[tf.Variable]) -> None:
    """Give variables the first worker's values."""
    if not _several(strategy):
        return
    values = share(strategy, [np.array(variable) for variable in variables])
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _several(strategy: tf.distribute.Strategy) -> bool:
    return isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy)


@cache
def _of_first(strategy: tf.distribute.Strategy) -> Callable[[list[tf.Tensor]], list[tf.Tensor]]:
    """Return a graph for each strategy: given as an argument, it would be traced each time."""
    return tf.function(lambda tensors: strategy.run(_of_first_replica, args=(tensors,)))


def _of_first_replica(tensors: list[tf.Tensor]) -> list[tf.Tensor]:
    """Return the first replica's tensors on all: a sum to which no other adds anything."""
    context = tf.distribute.get_replica_context()
    first = tf.equal(context.replica_id_in_sync_group, 0)
    return [
        context.all_reduce(
            tf.distribute.ReduceOp.SUM, tf.where(first, tensor, tf.zeros_like(tensor))
        )
        for tensor in tensors
    ]
