"""Where the curated schemas are, on whichever machine this runs."""

from pathlib import Path

import schemas

FOLDER = Path(schemas.__file__).parent


def schema_file(name: str) -> Path:
    """Return the text-format schema called `name`, for example "catalog"."""
    return FOLDER / f"{name}.pbtxt"
