"""Planograms as JSON: products, fixtures, positions."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.planograms.known_products import as_known
from components.planograms.read_planogram import read_planogram
from components.records.problems import InputError

BAY = {
    "Width": 50.0,
    "Height": 40.0,
    "Products": [
        {"Id": "7", "Name": "Tea", "W": 5.0, "H": 8.0},
        {"Id": "8", "Name": "Tea lying", "W": 5.0, "H": 2.0},
    ],
    "Fixtures": [
        {"Id": "1", "X": 0, "Y": 30.0, "W": 50, "H": 1.7},
        {"Id": "2", "X": 0, "Y": 15.0, "W": 50, "H": 1.7},
    ],
    "Positions": [
        {"Id": "1", "ProductId": "7", "FixtureId": "1", "X": 6.0, "Y": 22.0},
        {"Id": "2", "ProductId": "8", "FixtureId": "1", "X": 1.0, "Y": 20.0},
        {"Id": "3", "ProductId": "7", "FixtureId": "1", "X": 1.0, "Y": 22.0},
        {"Id": "4", "ProductId": "8", "FixtureId": "2", "X": 1.0, "Y": 13.0},
    ],
}


def written(tmp_path, document):
    file = tmp_path / "bay.json"
    file.write_text(json.dumps(document))
    return file


def test_fixtures_are_rows_from_the_top_and_what_lies_on_others_comes_after_them(tmp_path):
    planogram = read_planogram(written(tmp_path, BAY))
    assert [[item.sku for item in row] for row in planogram.rows("")] == [["8"], ["7", "8", "7"]]


def test_a_catalogue_may_know_products_by_name(tmp_path):
    codes = {"Tea": "tea-1", "Tea lying": "tea-1-top"}
    planogram, _ = as_known(read_planogram(written(tmp_path, BAY)), codes)
    assert [item.sku for item in planogram.items] == ["tea-1-top", "tea-1", "tea-1-top", "tea-1"]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (
            lambda bay: bay.pop("Fixtures"),
            "bay.json: is no planogram: it needs the lists Products, Fixtures, Positions; export "
            "it again, or give the planogram as a CSV with row,position,sku,facings",
        ),
        (
            lambda bay: bay["Positions"][0].update(ProductId="9"),
            "bay.json, position 1: ProductId '9' is no product; add it to Products",
        ),
        (
            lambda bay: bay["Positions"][1].update(FixtureId=None),
            "bay.json, position 2: FixtureId '' is no fixture; add it to Fixtures",
        ),
        (
            lambda bay: bay["Positions"][1].update(X="left"),
            "bay.json, position 2: X is no number; give its place",
        ),
        (
            lambda bay: bay["Products"].append(dict(bay["Products"][0])),
            "bay.json, product 3: Id '7' is there twice; give each its own",
        ),
        (
            lambda bay: bay["Products"][1].pop("Id"),
            "bay.json, product 2: has no Id; give each its own",
        ),
        (
            lambda bay: bay["Fixtures"][0].update(Y=float("nan")),
            "bay.json, fixture 1: Y is no number; give its length",
        ),
    ],
)
def test_what_is_wrong_is_a_sentence(tmp_path, spoil, sentence):
    bay = copy.deepcopy(BAY)
    spoil(bay)
    with pytest.raises(InputError) as refused:
        read_planogram(written(tmp_path, bay))
    assert str(refused.value.problems[0]).replace(f"{tmp_path}/", "") == sentence


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Id", "ProductId", "X", "Y", "W", "H"]), inner, max_size=4
        )
    ),
    max_leaves=6,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(products=VALUES, fixtures=VALUES, positions=VALUES)
def test_whatever_it_holds_it_is_read_or_refused(tmp_path, products, fixtures, positions):
    bay = {"Products": products, "Fixtures": fixtures, "Positions": positions}
    try:
        read_planogram(written(tmp_path, bay))
    except InputError as refused:
        assert all("; " in str(problem) for problem in refused.problems)
