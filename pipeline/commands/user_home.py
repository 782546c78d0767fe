"""A home folder and a name for a user who has none, as in many containers."""

import atexit
import getpass
import os
import shutil
import tempfile
from pathlib import Path


def ensure_home_and_user() -> None:
    """Answer the libraries that ask for them, and would fail when they are imported."""
    try:
        Path.home()
    except RuntimeError:
        home = tempfile.mkdtemp(prefix="oneshelf-home-")
        atexit.register(shutil.rmtree, home, ignore_errors=True)
        os.environ["HOME"] = home
    try:
        getpass.getuser()
    except (KeyError, OSError):
        os.environ["USER"] = f"user-{os.getuid()}"
