import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.synthesis.scenes.bags import bagged, random_bag
from components.synthesis.scenes.canvas import Canvas
from components.synthesis.scenes.compose_scene import compose_scene
from components.synthesis.scenes.cutout import Cutout, cut_out, hull_of
from components.synthesis.scenes.fence import fence
from components.synthesis.scenes.film import lit
from components.synthesis.scenes.forms import Form, Forms
from components.synthesis.scenes.planogram import Placed, Row
from components.synthesis.scenes.round import RoundLook, random_round, rounded
from components.synthesis.scenes.settings import SceneSettings

PLAIN = SceneSettings(
    photo_width=320,
    photo_height=240,
    min_facing=60,
    max_facing=60,
    handheld_share=0,
    perspective=0,
    tilt=0,
    yaw=0,
    occlusion=0,
    glare=0,
    blur=0,
    noise=0,
    jpeg=0,
    light=0,
    flexible_share=0,
    round_share=0,
    fenced_share=0,
)
BAGS = PLAIN.model_copy(update={"flexible_share": 1.0})
ROUND = PLAIN.model_copy(update={"round_share": 1.0})


def card(size: tuple[int, int] = (150, 90), colour: tuple[int, int, int] = (200, 30, 40)) -> Cutout:
    image = np.full((size[0] + 20, size[1] + 20, 3), 255, np.uint8)
    image[10:-10, 10:-10] = colour
    return cut_out(image, "card")


def bottle() -> Cutout:
    image = np.full((260, 160, 3), 255, np.uint8)
    image[30:230, 65:95] = (20, 60, 20)
    image[120:230, 40:120] = (20, 60, 20)
    return cut_out(image, "bottle")


def stripes(size: tuple[int, int] = (120, 100)) -> np.ndarray:
    """A picture whose red says the column."""
    picture = np.full((*size, 4), 255, np.uint8)
    picture[..., 0] = np.linspace(20, 220, size[1]).astype(np.uint8)
    return picture


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), height=st.integers(12, 160), width=st.integers(12, 160))
def test_a_bag_lies_within_its_picture_and_fills_most_of_it(seed, height, width) -> None:
    rng = np.random.default_rng(seed)
    flat = np.full((height, width, 4), 255, np.uint8)
    bag = bagged(rng, flat, random_bag(rng))
    assert bag.shape == flat.shape and bag.dtype == np.uint8
    assert 0.6 < (bag[..., 3] > 127).mean() < 1
    edge = np.concatenate([bag[0], bag[:, 0], bag[:, -1]])[:, 3]
    assert min(height, width) < 60 or (edge < 128).all(), "nothing is cut off but the foot"


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), silhouette=st.booleans(), tub=st.booleans())
def test_a_round_pack_keeps_its_width_and_a_silhouette(seed, silhouette, tub) -> None:
    rng = np.random.default_rng(seed)
    flat = (bottle() if silhouette else card()).rgba
    pack = rounded(rng, flat, random_round(rng, silhouette, tub), float(rng.normal(0, 0.5)))
    assert pack.shape == flat.shape and pack.dtype == np.uint8
    if silhouette:
        assert np.array_equal(pack[..., 3], flat[..., 3])
    was, now = hull_of(flat[..., 3]), hull_of(pack[..., 3])
    assert np.abs(np.ptp(now, axis=0) - np.ptp(was, axis=0)).max() <= 4


def test_a_label_wraps_out_of_sight_at_the_sides() -> None:
    look = RoundLook(wraps=True, rise=0.0, edge=1.08, gloss=0.0)
    red = rounded(np.random.default_rng(0), stripes(), look, 0.0)[60, :, 0].astype(int)
    step = np.diff(red)
    assert step[5:20].mean() > 1.3 * step[40:60].mean(), "print is narrower towards the sides"
    turned = rounded(np.random.default_rng(0), stripes(), look, 0.5)[60, :, 0].astype(int)
    assert turned[30:50].mean() > red[30:50].mean() + 15, "another part of it is in front"


def test_a_tub_from_above_shows_its_lid_and_from_below_none() -> None:
    flat = card((80, 120)).rgba
    flat[:30, :, :3] = (10, 200, 10)
    for rise, lidded in ((0.3, True), (-0.05, False)):
        look = RoundLook(wraps=True, rise=rise, edge=1.08, gloss=0.0)
        pack = rounded(np.random.default_rng(0), flat, look, 0.0)
        green = (pack[..., 1] > 120) & (pack[..., 3] > 127)
        middle, side = green[:, 60].sum(), green[:, 12].sum()
        assert (middle > side + 8) == lidded


def test_light_shades_and_glints() -> None:
    grey = np.full((2, 2, 4), 100, np.uint8)
    gain = np.array([[1, 0.5], [1, 1]], np.float32)
    glint = np.array([[0, 0], [1, 0.5]], np.float32)
    result = lit(grey, gain, glint)
    assert (result[..., 3] == 100).all()
    assert np.abs(result[..., 0].astype(int) - [[100, 50], [255, 178]]).max() <= 1


def test_a_share_of_nothing_draws_no_number() -> None:
    rng = np.random.default_rng(3)
    assert Forms(PLAIN).next(rng, card()) is None
    assert rng.random() == np.random.default_rng(3).random()


def test_all_facings_of_a_product_have_one_form_and_each_its_own_dents() -> None:
    rng = np.random.default_rng(0)
    forms, product = Forms(BAGS), card()
    one, two = (forms.next(rng, product) for _ in range(2))
    assert one is not None and two is not None
    assert one.paint is two.paint
    picture = product.rgba
    assert not np.array_equal(one.painted(picture), two.painted(picture))
    assert np.array_equal(one.painted(picture), one.painted(picture))


def test_what_has_a_neck_is_round_and_never_a_bag() -> None:
    form = Forms(BAGS).next(np.random.default_rng(0), bottle())
    assert form is not None
    rgba = bottle().rgba
    assert np.array_equal(form.painted(rgba)[..., 3], rgba[..., 3])


@pytest.mark.parametrize(("flexible", "round_"), [(0.3, 0.2), (0.0, 0.5)])
def test_shares_are_kept(flexible: float, round_: float) -> None:
    shares = PLAIN.model_copy(update={"flexible_share": flexible, "round_share": round_})
    rng, product = np.random.default_rng(1), card()
    drawn = [Forms(shares).next(rng, product) for _ in range(600)]
    bags = [form for form in drawn if form is not None and form.shift]
    others = [form for form in drawn if form is not None and not form.shift]
    assert len(bags) / 600 == pytest.approx(flexible, abs=0.07)
    assert len(others) / 600 == pytest.approx(round_, abs=0.07)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), bag=st.booleans())
def test_boxes_are_the_visible_outlines_of_what_was_warped(seed: int, bag: bool) -> None:
    """Of one pack alone, seen straight on: its box is the extent of its pixels."""
    rng = np.random.default_rng(seed)
    scene = PLAIN.model_copy(update={"perspective": 0.2, "tilt": 10.0})
    canvas = Canvas(rng, scene)
    form = Forms(BAGS if bag else ROUND).next(rng, card())
    canvas.put(Placed(card(), 150, 230, 130, 0.1, 3.0, 1.0, form=form), standing=False)
    canvas.pixels[:] = np.where(canvas.owner[..., None] == 1, 255, 0).astype(np.uint8)
    photo = canvas.photograph(rng)
    ys, xs = np.nonzero(photo.image[..., 0] > 127)
    seen = [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]
    np.testing.assert_allclose(photo.boxes[0], seen, atol=2.0)
    assert photo.occlusion[0] == pytest.approx(0, abs=0.01)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_seed_decides_every_byte_of_bags_and_bottles(seed: int) -> None:
    both = PLAIN.model_copy(update={"flexible_share": 0.5, "round_share": 0.5, "fenced_share": 0.5})
    one, two = (
        compose_scene(np.random.default_rng(seed), [card(), bottle()], both) for _ in range(2)
    )
    assert np.array_equal(one.image, two.image) and np.array_equal(one.boxes, two.boxes)
    assert np.array_equal(one.occlusion, two.occlusion)


def test_a_held_bag_shows_no_flank() -> None:
    held = BAGS.model_copy(update={"handheld_share": 1.0, "depth": 1.0, "yaw": 0.5})
    flat = held.model_copy(update={"depth": 0.0})
    for seed in range(5):
        deep_photo, flat_photo = (
            compose_scene(np.random.default_rng(seed), [card()], scene) for scene in (held, flat)
        )
        assert len(deep_photo.skus) == len(flat_photo.skus) > 0


def test_a_wire_fence_hides_what_it_covers_and_a_clear_lip_does_not() -> None:
    hidden = set()
    for seed in range(30):
        rng = np.random.default_rng(seed)
        canvas = Canvas(rng, PLAIN)
        canvas.put(Placed(card(), 150, 230, 130, 0.0, 0.0, 1.0))
        before, pixels = canvas.owner.copy(), canvas.pixels.copy()
        fence(canvas, rng, Row(60, 230, 10, 12), 130)
        changed = (canvas.pixels != pixels).any(axis=2)
        assert changed[:231].any() and not changed[231:].any()
        covered = (before == 1) & (canvas.owner == 0)
        hidden.add(bool(covered[:225].mean() > 0.005))
        assert covered.sum() < 0.5 * (before == 1).sum(), "seen between the wires"
    assert hidden == {True, False}


def test_a_form_leans_and_shifts_its_pack() -> None:
    canvas = Canvas(np.random.default_rng(0), PLAIN)
    canvas.put(Placed(card(), 150, 230, 130, 0.0, 0.0, 1.0), standing=False)
    slumped = Form(0, lambda rng, rgba: rgba, lean=0.0, shift=0.2)
    canvas.put(Placed(card(), 150, 230, 130, 0.0, 0.0, 1.0, form=slumped), standing=False)
    (left, _, _, _), (moved, _, _, _) = (
        cv2.boundingRect((canvas.owner == number).astype(np.uint8)) for number in (1, 2)
    )
    assert moved > left
