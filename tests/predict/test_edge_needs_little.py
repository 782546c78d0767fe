import subprocess
import sys

PRINT_MODULES = """
import sys
before = set(sys.modules)
import components.predict.edge_predictor, components.predict.predictor
import components.records.prediction
names = {name.split(".")[0] for name in set(sys.modules) - before}
print(*sorted(names - set(sys.stdlib_module_names)))
"""


HEAVY = {
    "safetensors",
    "tensorflow",
    "tfx",
    "keras",
    "apache_beam",
    "google",
    "pydantic",
    "cv2",
    "matplotlib",
}


def test_a_phone_needs_none_of_what_the_pipeline_needs():
    printed = subprocess.run(
        [sys.executable, "-c", PRINT_MODULES], capture_output=True, text=True, check=True
    ).stdout

    assert {"components", "numpy", "PIL"} <= set(printed.split())
    assert not HEAVY & set(printed.split())
