"""ImportSchemaGen that notices an edited schema, and finds it on any machine."""

from typing import Any, ClassVar

from tfx.components.schema_gen.import_schema_gen import executor as import_schema_gen
from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.base.executor_spec import ExecutorClassSpec
from tfx.types import Artifact, Channel
from tfx.types.component_spec import ExecutionParameter
from tfx.types.standard_artifacts import Schema
from tfx.types.standard_component_specs import SCHEMA_FILE_KEY, ImportSchemaGenSpec

from components.curated_schema.files import schema_file
from components.records.digests import content_hash


class Executor(import_schema_gen.Executor):
    """TFX's executor, given the path of the schema on the machine where it runs."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Copy the schema that `schema_file` names into the output artifact."""
        path = schema_file(exec_properties[SCHEMA_FILE_KEY])
        super().Do(input_dict, output_dict, {**exec_properties, SCHEMA_FILE_KEY: str(path)})


class CuratedSchemaSpec(ImportSchemaGenSpec):
    """ImportSchemaGen's, and a hash of the file's content."""

    PARAMETERS: ClassVar[dict[str, ExecutionParameter]] = {
        **ImportSchemaGenSpec.PARAMETERS,
        "content_hash": ExecutionParameter(type=str),
    }


class CuratedSchema(BaseComponent):
    """Brings a schema of this project into the pipeline.

    ImportSchemaGen itself keys its result by the file's path: an edit would go unnoticed, and the
    path is another one in a container.
    """

    SPEC_CLASS = CuratedSchemaSpec
    EXECUTOR_SPEC = ExecutorClassSpec(Executor)

    def __init__(self, name: str) -> None:
        """Build the node.

        Args:
            name: Name of a schema in the folder `schemas`, for example "catalog".
        """
        super().__init__(
            CuratedSchemaSpec(
                schema_file=name,
                content_hash=content_hash([schema_file(name)]),
                schema=Channel(type=Schema),
            )
        )
