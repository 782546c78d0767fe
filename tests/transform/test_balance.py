import pytest

from components.transform.balance import measure_balance, repeat_factor
from components.transform.settings import TransformSettings

FACINGS = {"milk": 400, "bread": 40, "salt": 8}
PHOTOS_OF = {"milk": 80, "bread": 20, "salt": 5}


def balance(**settings):
    return measure_balance(FACINGS, PHOTOS_OF, 100, TransformSettings(**settings))


def test_repeat_factor_is_that_of_lvis():
    assert repeat_factor(0.05, 0.2) == pytest.approx(2.0)
    assert repeat_factor(0.2, 0.2) == 1.0
    assert repeat_factor(0.9, 0.2) == 1.0
    assert repeat_factor(0.01, 0.0) == 1.0


def test_rarest_come_first_with_their_factors():
    found = balance(repeat_threshold=0.2)
    assert list(found.skus) == ["salt", "bread", "milk"]
    assert [share.repeat for share in found.skus.values()] == [2.0, 1.0, 1.0]
    assert found.imbalance == 50.0


def test_rare_is_on_few_photos():
    assert balance(rare_photos=5).rare == ("salt",)
    assert balance(rare_photos=4).rare == ()


def test_one_line_says_it_all():
    assert str(balance(rare_photos=20, repeat_threshold=0.2)) == (
        "training photos show 3 SKUs, 8 to 400 facings each (imbalance 50.0); "
        "rare: salt, bread; photos of 1 SKUs are repeated, up to 2.00 times"
    )


def test_many_rare_skus_are_not_all_named():
    skus = {f"sku-{number}": 1 for number in range(30)}
    assert "; rare: sku-0, sku-1, sku-10 and 27 more" in str(
        measure_balance(skus, skus, 30, TransformSettings())
    )


def test_photos_without_products_are_no_division_by_zero():
    nothing = measure_balance({}, {}, 4, TransformSettings(repeat_threshold=0.1))
    assert nothing.imbalance == 1.0
    assert str(nothing) == "training photos show no SKU to learn"
