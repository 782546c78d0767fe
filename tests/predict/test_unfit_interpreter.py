import sys

import numpy as np
import pytest

from components.predict.edge_predictor import NoInterpreter, _interpreter_class

MODULES = ("ai_edge_litert", "tflite_runtime", "tensorflow")


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Write a package that raises when it is imported, and hide the real ones."""
    for name in list(sys.modules):
        if name.partition(".")[0] in MODULES:
            monkeypatch.delitem(sys.modules, name)
    for name in MODULES:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.syspath_prepend(tmp_path)

    def write(name, text):
        monkeypatch.delitem(sys.modules, name)
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("")
        (tmp_path / name / "interpreter.py").write_text(text)

    return write


@pytest.mark.parametrize(
    "text",
    [
        "raise ImportError('numpy.core.multiarray failed to import')",
        "raise AttributeError('_ARRAY_API not found')",
        "import sys; sys.stderr.write('A module that was compiled'); raise SystemError('\\nno')",
        "import a_library_that_is_not_there",
    ],
)
def test_an_interpreter_for_another_numpy_is_told_in_one_line(installed, text, capsys):
    installed("tflite_runtime", text)

    with pytest.raises(NoInterpreter) as failure:
        _interpreter_class()

    said = str(failure.value)
    assert said.startswith(f"tflite_runtime does not load with NumPy {np.__version__} (")
    assert said.endswith("): pip install --upgrade ai-edge-litert") and "\n" not in said
    assert capsys.readouterr().err == ""


def test_another_that_loads_is_taken(installed):
    installed("ai_edge_litert", "raise ImportError('broken')")
    installed("tflite_runtime", "Interpreter = 'this one'")
    assert _interpreter_class() == "this one"


def test_none_is_told_with_its_remedy(installed):
    with pytest.raises(NoInterpreter, match="no TFLite interpreter is installed: pip install"):
        _interpreter_class()
