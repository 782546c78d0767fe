import pytest
from tensorflow_metadata.proto.v0 import statistics_pb2

from components.publish.report.sentences.data_sets import describe
from components.publish.report.tables.split_statistics import SplitStatistics, read_statistics


def _statistics(photos: int, **numbers: tuple[float, float, float]) -> bytes:
    """Statistics of `photos` examples; numbers are (least, mean, most) by feature."""
    statistics = statistics_pb2.DatasetFeatureStatisticsList()
    dataset = statistics.datasets.add(num_examples=photos)
    for name, (least, mean, most) in numbers.items():
        feature = dataset.features.add()
        feature.path.step.append(name)
        feature.num_stats.std_dev = 0.2
        feature.num_stats.min, feature.num_stats.mean, feature.num_stats.max = least, mean, most
        feature.num_stats.common_stats.tot_num_values = photos
    dataset.features.add().string_stats.unique = 3
    return statistics.SerializeToString()


def test_the_numbers_that_people_ask_for():
    found = read_statistics(
        "test",
        _statistics(
            40,
            **{
                "image/object/count": (0, 7.5, 20),
                "photo/span": (2, 2.5, 3),
                "image/brightness": (0.1, 0.5, 0.9),
                "image/object/occlusion": (0, 0, 1),
            },
        ),
    )
    assert (found.name, found.photos, found.boxes, found.spans) == ("test", 40, 300, (2, 3))
    assert [spread.name for spread in found.spreads] == ["products per photo", "brightness"]
    assert found.spread("brightness").deviation == pytest.approx(0.2)
    assert found.spread("contrast") is None
    assert (found.spreads[1].least, found.spreads[1].mean) == pytest.approx((0.1, 0.5))


def test_products_that_are_counted_are_no_boxes():
    numbers = {"image/object/count": (0, 7.5, 20), "photo/counts/count": (0, 2, 5)}
    found = read_statistics("test", _statistics(40, **numbers))
    assert (found.boxes, found.counted) == (220, 80)
    assert describe("shelf photos", found) == (
        "40 photos, 220 boxes and 80 products counted without boxes on them (7.5 a photo, 20 at "
        "most)."
    )
    empty = {"image/object/count": (0, 7.5, 20), "photo/counts/count": (0, float("nan"), 0)}
    statistics = statistics_pb2.DatasetFeatureStatisticsList.FromString(_statistics(40, **empty))
    statistics.datasets[0].features[1].num_stats.common_stats.tot_num_values = 0
    assert read_statistics("test", statistics.SerializeToString()).counted == 0


def test_packshots_have_neither_boxes_nor_spans():
    found = read_statistics("catalog", _statistics(5))
    assert (found.photos, found.boxes, found.spans, found.spreads) == (5, 0, None, ())


@pytest.mark.tfx
def test_composed_shelves_come_of_no_span(monkeypatch):
    from tfx.types.standard_artifacts import Examples

    from components.publish import tfx_inputs
    from components.records.example_files import mark_as_composed

    found = SplitStatistics("test", 9, 20, (0, 0), ())
    monkeypatch.setattr(tfx_inputs, "_statistics", lambda artifacts: [found])
    read = {f"{key}_statistics": [] for key in ("catalog", "shelf")} | {"examples": [Examples()]}
    assert tfx_inputs._data(read)["shelf photos"] == (found,)
    mark_as_composed(read["examples"][0])
    assert tfx_inputs._data(read)["shelf photos"][0].spans is None
