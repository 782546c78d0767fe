from components.artifacts.evaluation_summary import AttributeSlice
from components.publish.report.tables.sku_changes import sku_changes
from components.publish.report.tables.slice_groups import MOST_ROWS, slice_groups


def _slice(name, n=100, map50=0.5):
    return AttributeSlice(name=name, n=n, skus=3, map50=map50, recall_at_threshold=0.5)


def _groups(make_summary, slices, before=()):
    summary = make_summary(True)
    baseline = summary.baseline.model_copy(update={"attribute_slices": tuple(before)})
    changed = {"attribute_slices": tuple(slices), "baseline": baseline}
    return slice_groups(summary.model_copy(update=changed))


def test_slices_stand_in_groups_and_empty_ones_nowhere(make_summary):
    found = _groups(
        make_summary,
        [_slice("store.north"), _slice("occlusion.heavy"), _slice("difficult", n=0)],
    )
    assert [group.title for group in found] == ["How much is hidden", "Store"]
    assert found[0].rows[0].label == "heavily hidden"


def test_open_slices_have_their_weakest_first_and_the_small_ones_last(make_summary):
    (group,) = _groups(
        make_summary,
        [
            _slice("category.a", map50=0.9),
            _slice("category.b", map50=0.2),
            _slice("category.few", n=3, map50=0.0),
        ],
    )
    assert [(row.label, row.few) for row in group.rows] == [
        ("b", False),
        ("a", False),
        ("few", True),
    ]


def test_many_stores_are_cut_and_the_rest_counted(make_summary):
    (group,) = _groups(make_summary, [_slice(f"store.{n:03d}") for n in range(400)])
    assert (len(group.rows), group.more) == (MOST_ROWS, 400 - MOST_ROWS)


def test_a_slice_is_compared_where_the_current_release_has_it(make_summary):
    (group,) = _groups(
        make_summary,
        [_slice("span.1", map50=0.7), _slice("span.2")],
        before=[_slice("span.1", map50=0.5)],
    )
    assert [row.change and round(row.change, 3) for row in group.rows] == [0.2, None]


def test_products_that_gained_or_lost_most(make_summary):
    summary = make_summary(True)

    def skus(**values):
        row = summary.skus[0]
        return tuple(row.model_copy(update={"sku": sku, "ap50": v}) for sku, v in values.items())

    baseline = summary.baseline.model_copy(
        update={"skus": skus(a=0.5, b=0.5, c=0.5, d=0.5, e=None)}
    )
    summary = summary.model_copy(
        update={"skus": skus(a=0.9, b=0.7, c=0.1, d=0.51, e=0.9, f=0.9), "baseline": baseline}
    )
    lost, gained = sku_changes(summary, 5)
    assert [each.sku for each in lost] == ["c"]
    assert [each.sku for each in gained] == ["a", "b"]
    assert [each.sku for each in sku_changes(summary, 1)[1]] == ["a"]


def test_without_a_release_to_compare_with_nothing_moved(make_summary):
    assert sku_changes(make_summary(False), 5) == ([], [])
