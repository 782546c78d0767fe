"""Makes `predict.py` of an edge folder out of the modules that `oneshelf predict` runs."""

from components.predict import edge_command
from components.releases.joined_script import joined_script

_HEAD = """Finds products in photos with the model beside this file: a line of JSON per photo.

python predict.py PHOTO…

Needs Python 3.10 or newer and: pip install numpy pillow ai-edge-litert

Made from the modules of OneShelf that are named below; a change belongs there. Apache-2.0.
"""
_FOOT = """
if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent, sys.argv[1:]))
"""


def prediction_script() -> str:
    """Return the text of `predict.py`."""
    return joined_script(edge_command.__name__, _HEAD, _FOOT)
