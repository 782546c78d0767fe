import pytest
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2

from components.curated_schema import files

pytestmark = pytest.mark.tfx

SCHEMA = 'feature { name: "product/sku" type: BYTES }\n'


@pytest.fixture
def component(tmp_path, monkeypatch):
    from components.curated_schema import component

    monkeypatch.setattr(files, "FOLDER", tmp_path)
    (tmp_path / "catalog.pbtxt").write_text(SCHEMA)
    return component


def _content_hash(node):
    return node.exec_properties["content_hash"]


def test_an_edited_schema_changes_the_execution_properties(component, tmp_path):
    before = _content_hash(component.CuratedSchema("catalog"))
    assert _content_hash(component.CuratedSchema("catalog")) == before

    (tmp_path / "catalog.pbtxt").write_text(SCHEMA.replace("BYTES", "INT"))

    assert _content_hash(component.CuratedSchema("catalog")) != before


def test_no_path_of_this_machine_stands_in_the_properties(component, tmp_path):
    properties = component.CuratedSchema("catalog").exec_properties
    assert str(tmp_path) not in str(properties)


def test_the_schema_is_copied_into_the_artifact(component, tmp_path):
    from tfx.types.standard_artifacts import Schema

    artifact = Schema()
    artifact.uri = str(tmp_path / "out")

    component.Executor().Do({}, {"schema": [artifact]}, {"schema_file": "catalog"})

    copied = text_format.Parse((tmp_path / "out" / "schema.pbtxt").read_text(), schema_pb2.Schema())
    assert copied.feature[0].name == "product/sku"
