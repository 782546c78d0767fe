"""Reads curated schemas."""

from pathlib import Path

from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2

from components.records.feature_keys import IMAGE_ENCODED, IMAGE_FINGERPRINT

WITHOUT_STATISTICS = frozenset({IMAGE_ENCODED, IMAGE_FINGERPRINT})
"""Bytes of photos: they have no statistics worth knowing."""


def measured_features(schema: schema_pb2.Schema, environment: str | None = None) -> list[str]:
    """Return the features that statistics are computed of.

    Args:
        schema: Of the examples.
        environment: Leaves out what is not in it; None takes all.
    """
    return [
        feature.name
        for feature in schema.feature
        if feature.name not in WITHOUT_STATISTICS and environment not in feature.not_in_environment
    ]


def load_schema(schema_file: Path) -> schema_pb2.Schema:
    """Read a schema from its text form (`.pbtxt`).

    Raises:
        text_format.ParseError: The file is no schema; the message names line and column.
    """
    return text_format.Parse(schema_file.read_text(), schema_pb2.Schema())
