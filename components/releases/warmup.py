"""Warm-up requests: TensorFlow Serving replays them before it serves a version.

The first requests trace and optimise the graph and take seconds; replayed at load, no client ever
waits for them.
"""

from collections.abc import Sequence
from pathlib import Path

import tensorflow as tf
from tensorflow_serving.apis import predict_pb2, prediction_log_pb2

from components.releases.layout import SERVED_NAME

# The place and the name are TensorFlow Serving's.
_FILE = Path("assets.extra") / "tf_serving_warmup_requests"
# TensorFlow Serving refuses files with more records.
_MOST_RECORDS = 1000


def write_warmup(
    saved_model_dir: Path,
    photos: Sequence[bytes],
    model_name: str = SERVED_NAME,
    batch_sizes: Sequence[int] = (1, 2),
) -> Path:
    """Write warm-up requests into a SavedModel: every photo alone, then one batch per larger size.

    Args:
        saved_model_dir: Folder of the SavedModel.
        photos: Encoded photos, JPEG or PNG, upright; at least one.
        model_name: Name under which the model is served.
        batch_sizes: Photos per request.

    Returns:
        The file written.
    """
    if not photos:
        raise ValueError("warm-up requests need a photo")
    path = saved_model_dir / _FILE
    path.parent.mkdir(exist_ok=True)
    batches = [
        [photos[(first + step) % len(photos)] for step in range(size)]
        for size in batch_sizes
        for first in (range(len(photos)) if size == 1 else (0,))
    ]
    with tf.io.TFRecordWriter(str(path)) as writer:
        for batch in batches[:_MOST_RECORDS]:
            writer.write(_request(batch, model_name).SerializeToString())
    return path


def read_warmup(saved_model_dir: Path) -> list[bytes]:
    """Return the encoded photos of the warm-up requests, each once; none without such a file."""
    path = saved_model_dir / _FILE
    if not path.is_file():
        return []
    photos: dict[bytes, None] = {}
    for record in tf.data.TFRecordDataset([str(path)]).as_numpy_iterator():
        log = prediction_log_pb2.PredictionLog.FromString(record)
        photos |= dict.fromkeys(log.predict_log.request.inputs["photos"].string_val)
    return list(photos)


def _request(photos: Sequence[bytes], model_name: str) -> prediction_log_pb2.PredictionLog:
    request = predict_pb2.PredictRequest()
    request.model_spec.name = model_name
    request.model_spec.signature_name = "serving_default"
    request.inputs["photos"].CopyFrom(tf.make_tensor_proto(list(photos), dtype=tf.string))
    return prediction_log_pb2.PredictionLog(
        predict_log=prediction_log_pb2.PredictLog(request=request)
    )
