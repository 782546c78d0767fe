"""TF_CONFIG: which machines train together, or one sentence on what is wrong with it."""

import json

import pytest

from components.records.problems import InputError
from components.training.cluster import Cluster, read_cluster, read_cluster_of_chief

TWO = {"worker": ["a:1", "b:2"]}


def config(cluster, kind="worker", index=0):
    task = {"type": kind, "index": index}
    return {"TF_CONFIG": json.dumps({"cluster": cluster, "task": task})}


def test_workers_are_counted_from_the_chief():
    assert read_cluster(config(TWO)) == Cluster(("a:1", "b:2"), 0)
    assert not read_cluster(config(TWO, index=1)).chief
    with_chief = {"chief": ["c:3"], **TWO}
    assert read_cluster(config(with_chief, "chief")) == Cluster(("c:3", "a:1", "b:2"), 0)
    assert read_cluster(config(with_chief)).number == 1


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({}, "it is not set, and trainer.strategy is multi_worker"),
        ({"TF_CONFIG": " "}, "it is not set"),
        ({"TF_CONFIG": "{"}, "it is no JSON"),
        ({"TF_CONFIG": "[]"}, "it holds no object named cluster"),
        ({"TF_CONFIG": json.dumps({"cluster": TWO})}, "it holds no object named task"),
        (config({"worker": "a:1"}), "the cluster's worker is no list of addresses"),
        (config({"worker": ["a:1", "b"]}), '"b" is no address such as'),
        (config({"worker": ["a:1", 7]}), "7 is no address"),
        (config({"worker": ["a:1"]}), "names fewer than two machines"),
        (config({"worker": ["a:1", "a:1"]}), "names one address twice"),
        (config({**TWO, "ps": ["c:3"]}), "the cluster has ps; there may be"),
        (config({**TWO, "chief": ["c:3", "d:4"]}), "more than one chief"),
        (config(TWO, "evaluator"), 'the task\'s type is "evaluator"'),
        (config(TWO, index=2), "index is 2; of 2 addresses under worker it must be one"),
        (config(TWO, index=True), "index is true"),
        (config(TWO, "chief"), "index is 0; of 0 addresses under chief"),
    ],
)
def test_one_sentence_says_what_is_wrong(environment, says):
    with pytest.raises(InputError) as caught:
        read_cluster(environment)
    (problem,) = caught.value.problems
    assert str(problem).startswith("TF_CONFIG: ") and says in str(problem)
    assert "on the first machine of two set it to" in problem.remedy


def test_the_pipeline_runs_on_the_first_machine():
    assert read_cluster_of_chief(config(TWO)).chief
    with pytest.raises(InputError, match="the pipeline runs on a:1, the first machine; on this"):
        read_cluster_of_chief(config(TWO, index=1))
