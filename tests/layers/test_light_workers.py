"""What every Beam worker must import before it makes its first file."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.tfx


@pytest.mark.parametrize(
    "module",
    [
        "components.records.catalog_examples",
        "components.records.shelf_examples",
        "components.synthesis.variant_shards",
        "components.synthesis.shelf_shards",
        "components.augment.companion_shards",
        "components.example_gen.encode",
    ],
)
def test_workers_do_without_tfx(module):
    script = f"import sys, {module}; print('tfx' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
