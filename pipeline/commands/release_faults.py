"""Faults of a release or an index, as the user's wrong input."""

from collections.abc import Iterator
from contextlib import contextmanager

from components.drawing.drawings_folder import CannotDraw
from components.predict.edge_predictor import NoInterpreter
from components.predict.given_photos import NoPhotos
from components.predict.index_stamp import IndexMismatch
from components.predict.predictor import BadSavedModel
from components.releases.edge_folder import BadEdgeFolder
from components.runtime.whole_output import CannotWrite
from pipeline.errors import WrongInput

_UNUSABLE = (
    IndexMismatch,
    BadEdgeFolder,
    NoInterpreter,
    BadSavedModel,
    CannotDraw,
    CannotWrite,
    NoPhotos,
)


@contextmanager
def as_wrong_input() -> Iterator[None]:
    """Turn what makes a release, an index or a folder unusable into `WrongInput`."""
    try:
        yield
    except _UNUSABLE as error:
        raise WrongInput([str(error)]) from error
