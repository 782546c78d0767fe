import ast
import sys

import pytest

from components.edge_export.prediction_script import prediction_script
from components.releases import joined_script as script
from components.releases.joined_script import CannotJoin, joined_script


@pytest.fixture(scope="module")
def text():
    return prediction_script()


def test_it_imports_the_standard_library_numpy_and_pillow_only(text):
    imported = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])

    assert imported - sys.stdlib_module_names == {"numpy", "PIL"}


def test_it_holds_the_functions_of_the_package_word_for_word(text):
    import inspect

    from components.imaging.decoding import decode_photo
    from components.predict.edge_predictor import EdgePredictor
    from components.recogniser.index import read_index

    for each in (decode_photo, EdgePredictor, read_index):
        assert inspect.getsource(each) in text


def test_it_holds_nothing_that_a_phone_does_not_need(text):
    from components.imaging.decoding import stored_form
    from components.predict.predictor import BadSavedModel
    from components.recogniser.index import write_index
    from components.releases.edge_folder import write_settings

    defined = {
        node.name
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    assert "main" in defined
    for each in (write_index, write_settings, stored_form, BadSavedModel):
        assert each.__name__ not in defined


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("def _same(): ...", "def _same(): ...", "_same is one thing in"),
        (
            "def other(): ...",
            "from components.records.prediction import Box as Cube",
            "another name",
        ),
    ],
)
def test_modules_that_cannot_be_one_file_are_refused(tmp_path, monkeypatch, first, second, said):
    package = tmp_path / "components_of_test"
    package.mkdir()
    (package / "a.py").write_text(f"{first}\ndef used():\n    _same()\n")
    main = "def main():\n    used()\n    _same()\n"
    (package / "b.py").write_text(f"from components_of_test.a import used\n{second}\n{main}")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(script, "_OWN", "components_of_test" if "_same" in said else "components")

    with pytest.raises(CannotJoin, match=said):
        joined_script("components_of_test.b", "Says nothing.")
