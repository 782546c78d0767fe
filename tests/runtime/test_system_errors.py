import errno

import pytest

from components.runtime.system_errors import system_error_of


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "/out/a.json: No space left on device; make room and try again"),
        (errno.EFBIG, "/out/a.json: File too large; allow larger files"),
        (errno.EACCES, "/out/a.json: Permission denied; check its permissions"),
        (errno.EROFS, "/out/a.json: Read-only file system; name a place that can be written"),
        (errno.EMFILE, "/out/a.json: Too many open files; allow more"),
        (errno.EEXIST, "/out/a.json: File exists; name another place"),
    ],
)
def test_what_the_system_refuses_is_one_line_with_a_remedy(number, said):
    from os import strerror

    told = system_error_of(OSError(number, strerror(number), "/out/a.json"))
    assert told is not None and told.startswith(said) and "\n" not in told


def test_it_is_found_below_what_a_library_made_of_it():
    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as error:
            raise RuntimeError("stage Augment failed") from error
    except RuntimeError as error:
        assert system_error_of(error) == "No space left on device; make room and try again"


def test_it_is_found_in_the_words_of_a_library():
    error = RuntimeError(
        "OSError: [Errno 28] No space left on device: '/x' [while running 'Write']"
    )
    assert system_error_of(error) == "No space left on device; make room and try again"


@pytest.mark.parametrize(
    "error", [ValueError("no"), FileNotFoundError(2, "No such file", "/x"), KeyError("sku")]
)
def test_a_defect_of_the_program_is_none(error):
    assert system_error_of(error) is None
