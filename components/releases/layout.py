"""Where things lie in a release."""

RECORD = "release.json"
"""What makes a folder a release."""

EDGE = "edge"
"""The folder of a release with the files for phones."""


def serving_folder(version: int) -> str:
    """The folder of a release with its SavedModel, below which TensorFlow Serving looks."""
    return f"serving/{version}"
