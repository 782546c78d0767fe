"""What is wrong with data as a whole, in sentences."""

from __future__ import annotations

from collections.abc import Mapping

from tensorflow_metadata.proto.v0 import anomalies_pb2

from components.example_gen.problems import InputError, Problem

_REMEDY = "correct the data, or the schema where it is wrong"


class DataAnomalies(InputError):
    """Statistics of the data contradict the schema. Nothing may be trained on it."""


def describe(anomalies: Mapping[str, anomalies_pb2.Anomalies]) -> list[Problem]:
    """Return one problem per anomaly.

    Args:
        anomalies: What TFDV found, by split.
    """
    return [
        problem for split, found in anomalies.items() for problem in _describe_split(split, found)
    ]


def _describe_split(split: str, found: anomalies_pb2.Anomalies) -> list[Problem]:
    place = f"split '{split}'"
    if found.data_missing:
        return [Problem(place, None, "has no examples", "add photos or remove the split")]
    problems = [
        Problem(place, None, _sentence(reason), _REMEDY)
        for reason in found.dataset_anomaly_info.reason
    ]
    for name in sorted(found.anomaly_info):
        info = found.anomaly_info[name]
        feature = ".".join(info.path.step) or name
        problems += [
            Problem(place, f"feature '{feature}'", _sentence(reason), _REMEDY)
            for reason in info.reason
        ]
    return problems


def _sentence(reason: anomalies_pb2.AnomalyInfo.Reason) -> str:
    what = reason.short_description
    detail = reason.description.replace("(upto six significant digits)", "").rstrip(" .")
    return f"{what[:1].lower()}{what[1:]}: {detail[:1].lower()}{detail[1:]}"
