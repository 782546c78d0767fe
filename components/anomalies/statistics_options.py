"""What StatisticsGen computes."""

from pathlib import Path

import tensorflow_data_validation as tfdv

from components.anomalies.schema import load_schema, measured_features


def statistics_options(schema_file: Path) -> tfdv.StatsOptions:
    """Return options for StatisticsGen: every feature of a schema but bytes of photos.

    Hand the schema itself to StatisticsGen's ``schema`` channel.

    Args:
        schema_file: The curated schema (`.pbtxt`) of the examples.
    """
    return tfdv.StatsOptions(
        feature_allowlist=measured_features(load_schema(schema_file)),
        # As they come: a column that waits for others keeps the photos it was decoded with.
        desired_batch_size=1,
    )
