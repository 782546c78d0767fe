from dataclasses import replace

import pytest

from components.releases.edge_folder import (
    BadEdgeFolder,
    EdgeSettings,
    hash_file,
    read_labels,
    read_settings,
    write_labels,
    write_settings,
)

SETTINGS = EdgeSettings(
    operating_threshold=0.4,
    photo_height=480,
    photo_width=640,
    quantization="float16",
    model_hash="abc",
    sha256={"model.tflite": "12"},
)


def test_settings_read_back(tmp_path):
    write_settings(tmp_path, SETTINGS)

    assert read_settings(tmp_path) == SETTINGS


def test_labels_read_back_in_order_with_their_names(tmp_path):
    write_labels(tmp_path / "labels.txt", ["z", "a", "å"], {"z": "Zest\t 1 l\n", "å": "Ål"})

    assert (tmp_path / "labels.txt").read_text(encoding="utf-8") == "z\tZest 1 l\na\nå\tÅl\n"
    assert list(read_labels(tmp_path / "labels.txt").items()) == [
        ("z", "Zest 1 l"),
        ("a", "a"),
        ("å", "Ål"),
    ]


def test_labels_hold_what_other_programs_take_for_a_line_end(tmp_path):
    labels = ["4711\u2028A", "a\x85b"]
    write_labels(tmp_path / "labels.txt", labels, {labels[0]: "Milk\u2028 1 l"})

    names = read_labels(tmp_path / "labels.txt")
    assert names == {labels[0]: "Milk 1 l", labels[1]: labels[1]}


def test_a_folder_without_settings_is_refused(tmp_path):
    with pytest.raises(BadEdgeFolder, match=r"settings\.json: cannot be read \(No such file"):
        read_settings(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"operating_threshold": 0.5, "colour": 1}'])
def test_other_settings_are_refused(tmp_path, text):
    (tmp_path / "settings.json").write_text(text)

    with pytest.raises(BadEdgeFolder, match="not the settings of an edge folder"):
        read_settings(tmp_path)


def test_a_threshold_that_is_no_number_is_named(tmp_path):
    write_settings(tmp_path, replace(SETTINGS, operating_threshold="0.5"))

    with pytest.raises(BadEdgeFolder, match=r"folder \(operating_threshold is not a number\)"):
        read_settings(tmp_path)


def test_a_folder_without_labels_is_refused(tmp_path):
    with pytest.raises(BadEdgeFolder, match=r"labels\.txt: cannot be read"):
        read_labels(tmp_path / "labels.txt")


def test_hashes_are_those_of_sha256sum(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")

    assert hash_file(tmp_path / "abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
