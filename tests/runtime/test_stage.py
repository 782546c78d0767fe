"""A stage is a node of TFX with the channels and properties that it declares."""

import pytest

pytestmark = pytest.mark.tfx


@pytest.fixture(scope="module")
def stages():
    """A stage with an input it can do without, and one that inherits from it."""
    from tfx.dsl.components.base.base_executor import BaseExecutor
    from tfx.types.standard_artifacts import Examples, Model

    from components.runtime.stage import Input, Output, Property, Stage

    class Executor(BaseExecutor):
        def Do(self, input_dict, output_dict, exec_properties):
            pass

    class Judge(Stage):
        EXECUTOR = Executor

        examples = Input(Examples, "Photos.")
        before = Input(Model, "An earlier model.", optional=True)
        limit = Property("At most so many.", int)
        model = Output(Model)

    class StricterJudge(Judge):
        reason = Property("Why.")

    return Judge, StricterJudge


@pytest.fixture(scope="module")
def examples():
    from tfx.types import Channel
    from tfx.types.standard_artifacts import Examples

    return Channel(type=Examples)


def test_what_is_declared_becomes_inputs_outputs_and_properties(stages, examples):
    judge, _ = stages
    node = judge(examples=examples, limit=3, code_hash="abc")
    assert node.inputs["examples"] == examples
    assert "before" not in node.inputs
    assert node.outputs["model"].type_name == "Model"
    assert node.exec_properties == {"limit": 3, "code_hash": "abc"}


def test_a_stage_has_what_its_base_declares(stages, examples):
    _, stricter = stages
    node = stricter(examples=examples, limit=3, reason="too slow", code_hash="abc")
    assert node.exec_properties == {"limit": 3, "reason": "too slow", "code_hash": "abc"}
    assert list(node.outputs) == ["model"]


@pytest.mark.parametrize(
    ("given", "error", "name"),
    [
        ({"limit": 3}, ValueError, "code_hash"),
        ({"code_hash": "abc"}, ValueError, "limit"),
        ({"limit": 3, "code_hash": "abc", "colour": "blue"}, ValueError, "colour"),
        ({"limit": "three", "code_hash": "abc"}, TypeError, "limit"),
    ],
)
def test_a_missing_unknown_or_wrong_value_is_an_error_that_names_it(
    stages, examples, given, error, name
):
    judge, _ = stages
    with pytest.raises(error, match=name):
        judge(examples=examples, **given)


def test_a_missing_input_is_an_error_that_names_it(stages):
    judge, _ = stages
    with pytest.raises(ValueError, match="examples"):
        judge(limit=3, code_hash="abc")
