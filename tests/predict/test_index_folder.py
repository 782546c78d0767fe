import pytest

from components.predict.build_index import _index_folder


def test_an_index_that_fails_leaves_nothing(tmp_path):
    folder = tmp_path / "today"
    with pytest.raises(OSError), _index_folder(folder):
        (folder / "half").write_bytes(b"")
        raise OSError(28, "No space left on device")
    assert not folder.exists()


def test_an_earlier_index_stays(tmp_path):
    (tmp_path / "index.json").write_text("{}")
    with pytest.raises(KeyboardInterrupt), _index_folder(tmp_path):
        raise KeyboardInterrupt
    assert (tmp_path / "index.json").exists()
