"""What is wrong with data as a whole, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tensorflow_metadata.proto.v0 import anomalies_pb2

from components.records.problems import InputError, Problem

_REMEDY = "correct the data, or the schema where it is wrong"


class DataAnomalies(InputError):
    """Statistics of the data contradict the schema. Nothing may be trained on it."""


def is_clean(found: anomalies_pb2.Anomalies) -> bool:
    """Whether a split has no anomaly."""
    return not (found.data_missing or found.anomaly_info or found.HasField("dataset_anomaly_info"))


def anomalous_features(found: anomalies_pb2.Anomalies) -> list[str]:
    """Return the features of a split that have an anomaly."""
    return [_feature(name, info) for name, info in sorted(found.anomaly_info.items())]


def describe(
    place: str,
    found: anomalies_pb2.Anomalies,
    offenders: Mapping[str, Sequence[str]] | None = None,
) -> list[Problem]:
    """Return one problem per anomaly.

    Args:
        place: What was validated, for example ``"split 'train'"``.
        found: What TFDV found there.
        offenders: For a feature, examples that show its anomaly.
    """
    if found.data_missing:
        return [Problem(place, None, "has no examples", "add photos or remove the split")]
    problems = [
        Problem(place, None, _sentence(reason), _REMEDY)
        for reason in found.dataset_anomaly_info.reason
    ]
    for name in sorted(found.anomaly_info):
        info = found.anomaly_info[name]
        feature = _feature(name, info)
        shown = ", ".join((offenders or {}).get(feature, ()))
        examples = f"; for example {shown}" if shown else ""
        problems += [
            Problem(place, f"feature '{feature}'", f"{_sentence(reason)}{examples}", _REMEDY)
            for reason in info.reason
        ]
    return problems


def _feature(name: str, info: anomalies_pb2.AnomalyInfo) -> str:
    return ".".join(info.path.step) or name


def _sentence(reason: anomalies_pb2.AnomalyInfo.Reason) -> str:
    what = reason.short_description
    detail = reason.description.replace("(upto six significant digits)", "").rstrip(" .")
    return f"{what[:1].lower()}{what[1:]}: {detail[:1].lower()}{detail[1:]}"
