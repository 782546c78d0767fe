"""A Python environment with no more than an edge folder asks for, as on a machine of the shop's."""

import shutil
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).parent / "phone.lock"

# What uv says where it reaches no package index. Anything else is a fault of the lock file.
_UNREACHABLE = ("error sending request", "failed to fetch", "dns error", "could not connect")


class NoPackageIndex(Exception):
    """The package index cannot be reached."""


def phone_python(folder: Path) -> Path:
    """Install what `phone.lock` names into a new environment, and return its Python.

    Raises:
        NoPackageIndex: The packages cannot be had.
        RuntimeError: The lock file does not install.
    """
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.exists() else shutil.which("uv")
    if uv is None:
        raise RuntimeError("uv is not installed; `make test` installs it")
    environment = folder / "phone"
    for command in (
        [uv, "venv", "-q", "--python", sys.executable, str(environment)],
        [
            *(uv, "pip", "sync", "-q", "--require-hashes", "--compile-bytecode"),
            *("--python", str(environment), str(LOCK)),
        ],
    ):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            said = done.stderr.strip()
            if any(each in said.lower() for each in _UNREACHABLE):
                raise NoPackageIndex(said)
            raise RuntimeError(f"{' '.join(command)}: {said}")
    return environment / "bin" / "python"
