"""Artifact types of the stages that TFX has no type for.

Kubeflow's compiler takes no properties of such types, and names only of the form `project.Type`.
"""

from tfx.types.artifact import Artifact


class DataFindingsArtifact(Artifact):
    """findings.json: what is wrong with packshots, photos and boxes, beyond what a schema says."""

    TYPE_NAME = "oneshelf.DataFindings"


class PhotoComparisonArtifact(Artifact):
    """comparison.json: how far photos differ from the release's and from production photos."""

    TYPE_NAME = "oneshelf.PhotoComparison"


class PhotoNamesArtifact(Artifact):
    """ambiguous.json: names of the training photos that the last release is least sure of."""

    TYPE_NAME = "oneshelf.PhotoNames"


class EdgeModelArtifact(Artifact):
    """A folder a phone can use alone: model.tflite, catalog.index, labels.txt, settings.json."""

    TYPE_NAME = "oneshelf.EdgeModel"


class EdgeCheckArtifact(Artifact):
    """check.json: parity with the SavedModel, size in bytes and latency of the edge model."""

    TYPE_NAME = "oneshelf.EdgeCheck"


class ServingCheckArtifact(Artifact):
    """check.json: whether the SavedModel loads and answers requests."""

    TYPE_NAME = "oneshelf.ServingCheck"


class VerdictArtifact(Artifact):
    """verdict.json: every release gate with value, threshold, verdict and reason."""

    TYPE_NAME = "oneshelf.Verdict"


class ReleaseRecordArtifact(Artifact):
    """A published release, or the report of a refused one."""

    TYPE_NAME = "oneshelf.ReleaseRecord"
