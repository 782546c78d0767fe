"""What StatisticsGen computes."""

from pathlib import Path

import tensorflow_data_validation as tfdv

from components.validation.schema import WITHOUT_STATISTICS, load_schema


def statistics_options(schema_file: Path) -> tfdv.StatsOptions:
    """Return options for StatisticsGen: every feature of a schema but `WITHOUT_STATISTICS`.

    Hand the schema itself to StatisticsGen's ``schema`` channel.

    Args:
        schema_file: The curated schema (`.pbtxt`) of the examples.
    """
    names = [feature.name for feature in load_schema(schema_file).feature]
    return tfdv.StatsOptions(
        feature_allowlist=[name for name in names if name not in WITHOUT_STATISTICS]
    )
