"""Reads what a validator of TFX wrote."""

from tensorflow_metadata.proto.v0 import anomalies_pb2
from tfx.components.example_validator import executor as example_validator
from tfx.dsl.io import fileio


def read_anomalies(folder: str) -> anomalies_pb2.Anomalies:
    """Read what a validator of TFX wrote about one split."""
    with fileio.open(f"{folder}/{example_validator.DEFAULT_FILE_NAME}", "rb") as stream:
        return anomalies_pb2.Anomalies.FromString(stream.read())
