"""Where things lie in a release."""

RECORD = "release.json"
"""What makes a folder a release."""

EDGE = "edge"
"""The folder of a release with the files for phones."""

DEPLOY = "deploy"
"""The folder of a release with what operators of TensorFlow Serving start from."""

SERVED_NAME = "oneshelf"
"""What servers call the model, whatever its version."""


def serving_folder(version: int) -> str:
    """Return the folder of a release with its SavedModel, below which TensorFlow Serving looks."""
    return f"serving/{version}"
