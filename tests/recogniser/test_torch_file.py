"""A PyTorch file gives its tensors and runs nothing."""

import contextlib
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_torch_file import torch_file

from components.recogniser.torch_file import read_state_dict

TENSORS = {
    "weight": np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2),
    "count": np.array(7, np.int64),
}


def test_tensors_come_by_name():
    read = read_state_dict(torch_file(TENSORS))
    assert read.keys() == TENSORS.keys()
    for name, array in TENSORS.items():
        assert read[name].dtype == array.dtype
        np.testing.assert_array_equal(read[name], array)


class Harmful:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_a_file_that_would_run_something_is_refused_and_runs_nothing(tmp_path):
    with pytest.raises(ValueError, match=r"names \w+\.mkdir, which no tensor needs"):
        read_state_dict(torch_file(TENSORS, Harmful(tmp_path / "made")))
    assert not (tmp_path / "made").exists()


def test_what_is_no_tensor_is_refused():
    with pytest.raises(ValueError, match="other than tensors"):
        read_state_dict(torch_file(TENSORS, "a word"))


def test_a_tensor_may_lie_in_another_order():
    turned = np.arange(6, dtype=np.float32).reshape(2, 3).T
    np.testing.assert_array_equal(read_state_dict(torch_file({"w": turned}))["w"], turned)


@pytest.mark.parametrize(
    ("shape", "strides", "fault"),
    [
        ((3, 3), (3, 1), "a tensor reaches beyond its storage"),
        ((2, 2), (9, 1), "a tensor reaches beyond its storage"),
        ((-1,), (1,), "a tensor has a size that is none"),
    ],
)
def test_a_tensor_beyond_its_storage_is_refused(shape, strides, fault):
    with pytest.raises(ValueError, match=fault):
        read_state_dict(torch_file({"w": np.zeros(6, np.float32)}, layout=(shape, strides)))


def test_a_storage_of_another_length_than_is_said_is_refused():
    content = torch_file({"w": np.zeros(6, np.float32)})
    length_at = len(content) - 6 * 4 - 8
    shorter = content[:length_at] + (5).to_bytes(8, "little") + content[length_at + 8 :]
    with pytest.raises(ValueError, match="storage 0 holds 5 numbers, not 6"):
        read_state_dict(shorter)


def test_what_is_no_storage_is_refused():
    content = torch_file(TENSORS).replace(b"storage", b"shelves")
    with pytest.raises(ValueError, match="other than whole storages"):
        read_state_dict(content)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x02K\x01."])
def test_another_file_is_no_state_dict(content):
    with pytest.raises(ValueError, match="no state dict"):
        read_state_dict(content)


@given(st.data())
def test_a_damaged_file_is_an_error_or_is_read(data):
    content = bytearray(torch_file(TENSORS))
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    for broken in (bytes(content), bytes(content[:cut])):
        with contextlib.suppress(ValueError):
            read_state_dict(broken)
