"""What StatisticsGen computes."""

from pathlib import Path

import tensorflow_data_validation as tfdv

from components.validation.schema import load_schema

ENCODED_IMAGE = "image/encoded"


def statistics_options(schema_file: Path) -> tfdv.StatsOptions:
    """Return options for StatisticsGen: every feature of a schema but the encoded photos.

    Bytes of photos have no statistics worth knowing. Hand the schema itself to StatisticsGen's
    ``schema`` channel.

    Args:
        schema_file: The curated schema (`.pbtxt`) of the examples.
    """
    names = [feature.name for feature in load_schema(schema_file).feature]
    return tfdv.StatsOptions(feature_allowlist=[name for name in names if name != ENCODED_IMAGE])
