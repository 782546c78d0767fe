"""Examples artifacts: gzip TFRecords of `tf.train.Example`, one folder per split."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import apache_beam as beam
from tfx.components.util import examples_utils
from tfx.dsl.io import fileio
from tfx.proto import example_gen_pb2
from tfx.types import Artifact, artifact_utils

from components.records.tf_example import read_files

FILE_FORMAT = "tfrecords_gzip"

_COMPOSED = "composed"


def mark_as_examples(artifact: Artifact, splits: Sequence[str]) -> None:
    """Set the properties by which StatisticsGen, Transform and Evaluator find the records."""
    artifact.split_names = artifact_utils.encode_split_names(list(splits))
    payload = example_gen_pb2.FORMAT_TF_EXAMPLE  # type: ignore[attr-defined]
    examples_utils.set_payload_format(artifact, payload)
    examples_utils.set_file_format(artifact, FILE_FORMAT)


def mark_as_composed(artifact: Artifact) -> None:
    """Say of shelf examples that all with boxes were composed of packshots: none is a photo."""
    artifact.set_int_custom_property(_COMPOSED, 1)


def are_composed(artifact: Artifact) -> bool:
    """Return whether `mark_as_composed` said so."""
    return bool(artifact.get_int_custom_property(_COMPOSED))


def split_names(artifact: Artifact) -> list[str]:
    """Return the splits an artifact holds."""
    return list(artifact_utils.decode_split_names(artifact.split_names))


def split_pattern(artifact: Artifact, split: str) -> str:
    """Return the glob of a split's record files."""
    return f"{artifact_utils.get_split_uri([artifact], split)}/*"


def record_files(artifact: Artifact, split: str) -> list[str]:
    """Return the record files of a split, in order."""
    return sorted(fileio.glob(split_pattern(artifact, split)))


def files_of_split(artifacts: Sequence[Artifact], split: str) -> list[str]:
    """Return the record files of a split of several artifacts; none where none has the split."""
    having = [artifact for artifact in artifacts if split in split_names(artifact)]
    return sorted(file for artifact in having for file in record_files(artifact, split))


def read_records(artifact: Artifact, split: str) -> Iterator[bytes]:
    """Yield the serialised examples of a split, one in memory at a time."""
    return read_files(record_files(artifact, split))


class WriteRecords(beam.PTransform):
    """Writes serialised examples as one split of an Examples artifact.

    Records go to disk in the bundle that made them: nothing gathers them, so memory stays flat.
    """

    def __init__(self, artifact: Artifact, split: str, name: str = "data_tfrecord") -> None:
        """Build the transform.

        Args:
            artifact: Already marked as examples with this split.
            split: Where to write.
            name: Start of the file names; writers of one split need names of their own.
        """
        super().__init__()
        self._prefix = f"{artifact_utils.get_split_uri([artifact], split)}/{name}"

    def expand(self, records: beam.PCollection) -> beam.PCollection:
        """Return the names of the files written."""
        return records | beam.io.WriteToTFRecord(
            self._prefix,
            coder=beam.coders.BytesCoder(),
            file_name_suffix=".gz",
            compression_type=beam.io.filesystem.CompressionTypes.GZIP,
        )
