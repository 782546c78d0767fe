import pytest

from components.artifacts.evaluation_summary import (
    AmbiguityBin,
    Counting,
    CountSlice,
    ModelSummary,
    PhotoCounts,
    SkuRow,
    SliceRow,
)
from components.metrics.metric_names import METRIC_NAMES
from components.release_gate.applicability import impossible_metrics


def sku(name: str, new: bool, truths: int) -> SkuRow:
    return SkuRow(
        sku=name,
        new=new,
        truths=truths,
        shown=0,
        ap50=None,
        ap=None,
        recall50=None,
        precision_at_threshold=None,
        recall_at_threshold=None,
    )


BY_GROUP = {"group_precision_at_threshold": 0.9, "group_recall_at_threshold": 0.9}


def counting(pairs: int = 4, products: int = 9) -> Counting:
    whole = CountSlice(
        name="all", photos=2, pairs=pairs, products=products, counted=0, error=0, exact=0
    )
    return Counting(whole=whole, boxed=None, slices=(), skus=())


COUNTED = counting()


def summary(
    *, skus=(), slices=(), ambiguity_bins=(), metrics=BY_GROUP, counting=COUNTED, **counts
) -> ModelSummary:
    fields = dict.fromkeys(PhotoCounts.model_fields, 0)
    return ModelSummary(
        operating_threshold=0.5,
        metrics=metrics,
        slices=slices,
        skus=skus,
        confusions=(),
        reliability=(),
        ambiguity_bins=ambiguity_bins,
        review=(),
        operating=None,
        attribute_slices=(),
        counts=PhotoCounts(**{**fields, **counts}),
        counting=counting,
    )


SEEN, NEW = sku("seen", new=False, truths=3), sku("new", new=True, truths=2)


def test_data_with_everything_can_have_every_metric():
    data = summary(skus=(SEEN, NEW), photos=9, boxed=9, negatives=1, labelled=1, boxes=5)
    assert impossible_metrics(data) == {}


PHOTO_LEVEL = {"top1", "top5", "subject_top1", "subject_top5"}
OF_PAIRS = {"count_mae_unboxed", "count_exact_unboxed"}
OF_PRODUCTS = {"count_error_unboxed", "count_total_error_unboxed"}


def test_photos_labelled_as_a_whole_have_photo_level_metrics_only():
    found = impossible_metrics(summary(photos=9, labelled=9, counting=None))
    assert set(METRIC_NAMES) - set(found) == PHOTO_LEVEL
    assert found["map50_new"] == "no product is annotated on the test photos"


@pytest.mark.parametrize(
    ("missing", "metrics"),
    [
        ({"labelled": 0}, PHOTO_LEVEL),
        ({"negatives": 0}, {"false_positives_per_negative"}),
        ({"counting": None}, OF_PAIRS | OF_PRODUCTS),
        ({"counting": counting(products=0)}, OF_PRODUCTS),
        ({"counting": counting(pairs=0, products=0)}, OF_PAIRS | OF_PRODUCTS),
    ],
)
def test_each_kind_of_photo_carries_its_metrics(missing, metrics):
    counts = {"photos": 9, "boxed": 9, "negatives": 1, "labelled": 1, "boxes": 5, **missing}
    assert set(impossible_metrics(summary(skus=(SEEN, NEW), **counts))) == metrics


def test_products_without_groups_have_no_metric_by_group():
    counts = {"photos": 9, "boxed": 9, "negatives": 1, "labelled": 1, "boxes": 5}
    found = impossible_metrics(summary(skus=(SEEN, NEW), metrics={}, **counts))
    assert found == dict.fromkeys(BY_GROUP, "no product has a group")


def test_new_skus_carry_the_metrics_on_new_skus():
    data = summary(skus=(SEEN,), photos=9, boxed=9, negatives=1, labelled=1, boxes=5)
    found = impossible_metrics(data)
    assert {"map50_new", "map_new", "ambiguity.clear.new.precision", "missed.new.share"} <= set(
        found
    )
    assert not any("seen" in name for name in found)


def test_an_empty_slice_is_nobodys_fault_unless_nothing_is_shown():
    counts = {"photos": 9, "boxed": 9, "negatives": 1, "labelled": 1, "boxes": 5}

    def slices(clear: int):
        return (
            SliceRow(name="ambiguity.clear", subset="all", n=clear, share=None),
            SliceRow(name="ambiguity.coin_flip", subset="all", n=0, share=None),
        )

    found = impossible_metrics(summary(skus=(SEEN, NEW), slices=slices(clear=5), **counts))
    assert set(found) == {
        "ambiguity.coin_flip.precision",
        "ambiguity.coin_flip.top2",
        "ambiguity.coin_flip.error_rate",
    }
    blind = impossible_metrics(summary(skus=(SEEN, NEW), slices=slices(clear=0), **counts))
    assert blind == {}


def test_no_error_can_be_caught_where_none_is_made_unless_nothing_is_shown():
    counts = {"photos": 9, "boxed": 9, "negatives": 1, "labelled": 1, "boxes": 5}

    def bins(n: int):
        return (AmbiguityBin(low=0, high=0.1, n=n, error_rate=0.0),)

    found = impossible_metrics(summary(skus=(SEEN, NEW), ambiguity_bins=bins(7), **counts))
    assert set(found) == {"errors_caught_at_10", "errors_caught_at_10_by_score"}
    assert impossible_metrics(summary(skus=(SEEN, NEW), ambiguity_bins=bins(0), **counts)) == {}


def test_photos_with_counts_alone_carry_the_metrics_of_counting_alone():
    found = impossible_metrics(summary(photos=2))
    assert set(METRIC_NAMES) - set(found) == OF_PAIRS | OF_PRODUCTS
    none = impossible_metrics(summary(photos=2, counting=None))
    assert none["count_error_unboxed"] == "no test photo has counts without boxes"
