"""How a stage of the pipeline is declared: inputs, properties, outputs and executor, each once.

    class ShelfTrainer(Stage):
        EXECUTOR = TrainerExecutor

        examples = Input(Examples, "Augmented examples with the splits `train` and `eval`.")
        settings = Property("`TrainingPlan` as JSON.")
        model = Output(Model)

    ShelfTrainer(examples=…, settings=…, code_hash=…).outputs["model"]

TFX's own way names every channel in a ComponentSpec, in `__init__`, in its docstring and in the
call of the spec; here the ComponentSpec is made from the declaration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from tfx.dsl.components.base.base_beam_component import BaseBeamComponent
from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.base.base_executor import BaseExecutor
from tfx.dsl.components.base.executor_spec import BeamExecutorSpec, ExecutorClassSpec
from tfx.types import Artifact, BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter


@dataclass(frozen=True)
class Input:
    """A channel that the stage reads.

    Attributes:
        type: The type of its artifacts.
        about: What they are.
        optional: Whether the stage can do without.
    """

    type: type[Artifact]
    about: str
    optional: bool = False


@dataclass(frozen=True)
class Output:
    """A channel that the stage writes.

    Attributes:
        type: The type of its artifacts.
        about: What they are, where the type does not say it.
    """

    type: type[Artifact]
    about: str = ""


@dataclass(frozen=True)
class Property:
    """A value that the stage is given; it is part of the cache key.

    Attributes:
        about: What it is.
        type: Its type.
    """

    about: str
    type: type = str


class _Declared:
    """What `Stage` and `BeamStage` share."""

    EXECUTOR: ClassVar[type[BaseExecutor]]
    FOR_PEOPLE: ClassVar[bool] = False
    """Whether people read what the stage writes: then an edit of words or drawings counts."""

    code_hash = Property("`source_hash` of the code that decides what the stage writes.")

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if not hasattr(cls, "EXECUTOR"):
            return
        inputs = _declared(cls, Input)
        cls.SPEC_CLASS = type(  # type: ignore[attr-defined]
            f"{cls.__name__}Spec",
            (ComponentSpec,),
            {
                "__module__": cls.__module__,
                "__doc__": f"Inputs, outputs and properties of `{cls.__name__}`.",
                "INPUTS": {
                    name: ChannelParameter(type=each.type, optional=each.optional)
                    for name, each in inputs.items()
                },
                "OUTPUTS": {
                    name: ChannelParameter(type=each.type)
                    for name, each in _declared(cls, Output).items()
                },
                "PARAMETERS": {
                    name: ExecutionParameter(type=each.type)
                    for name, each in _declared(cls, Property).items()
                },
            },
        )
        spec = BeamExecutorSpec if issubclass(cls, BaseBeamComponent) else ExecutorClassSpec
        cls.EXECUTOR_SPEC = spec(cls.EXECUTOR)  # type: ignore[attr-defined]

    def __init__(self, **given: BaseChannel | str | int) -> None:
        """Build the node.

        Args:
            given: A channel for each `Input` and a value for each `Property`, by name.

        Raises:
            ValueError: One is missing, or there is no such input or property.
            TypeError: A value has the wrong type.
        """
        declared = _declared(self, Input) | _declared(self, Property)
        # ComponentSpec takes no notice of what it does not know: a misspelt optional input is lost.
        if unknown := sorted(given.keys() - declared.keys()):
            raise ValueError(f"{type(self).__name__} has no input or property {', '.join(unknown)}")
        written = {name: Channel(type=each.type) for name, each in _declared(self, Output).items()}
        super().__init__(self.SPEC_CLASS(**given, **written))  # type: ignore[call-arg,attr-defined]


class Stage(_Declared, BaseComponent):
    """A stage whose executor runs by itself."""


class BeamStage(_Declared, BaseBeamComponent):
    """A stage whose executor runs Beam pipelines."""


def _declared(stage: Any, kind: type) -> dict[str, Any]:
    """Return what a stage and its bases declare of one kind, by name."""
    cls = stage if isinstance(stage, type) else type(stage)
    found = {name: each for base in reversed(cls.__mro__) for name, each in vars(base).items()}
    return {name: each for name, each in found.items() if isinstance(each, kind)}
