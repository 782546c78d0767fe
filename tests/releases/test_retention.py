import pytest

from components.releases.registry import Registry
from components.releases.retention import plan


@pytest.fixture
def registry(tmp_path, publish):
    made = Registry(tmp_path)
    for _ in range(6):
        publish(made)
    return made


@pytest.mark.parametrize(
    ("current", "pinned", "keep", "gone"),
    [
        (6, (), 1, [1, 2, 3, 4]),  # the parent of the current one stays as well
        (6, (), 3, [1, 2, 3]),
        (6, (2,), 1, [1, 3, 4]),
        (3, (), 1, [1, 4, 5]),
        (1, (), 2, [2, 3, 4]),
        (6, (9,), 9, []),
    ],
)
def test_the_current_one_its_parent_and_pinned_ones_stay(registry, current, pinned, keep, gone):
    planned = plan(registry.list(), registry.get(current), pinned, keep)
    assert [release.version for release in planned.removed] == gone
    assert sorted([*planned.kept, *gone]) == [1, 2, 3, 4, 5, 6]


def test_reasons_name_the_strongest(registry):
    kept = plan(registry.list(), registry.get(6), (5, 6, 1), keep=2).kept
    assert kept == {1: "pinned", 5: "a rollback goes there", 6: "current"}
