"""Held packs are boxes: turned aside they show a flank, tipped a lid."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.synthesis.scenes.canvas import Canvas
from components.synthesis.scenes.compose_scene import compose_scene
from components.synthesis.scenes.cutout import cut_out
from components.synthesis.scenes.faces import other_faces
from components.synthesis.scenes.planogram import Placed
from components.synthesis.scenes.pose import corners_of
from components.synthesis.scenes.settings import SceneSettings

SCENE = SceneSettings(
    photo_width=320,
    photo_height=240,
    handheld_share=1,
    lean=0,
    yaw=0.4,
    flexible_share=0,
    round_share=0,
)


def carton(colour=(200, 30, 30)):
    picture = np.full((260, 160, 3), 255, np.uint8)
    picture[30:230, 30:130] = colour
    return cut_out(picture, "carton")


def bottle():
    picture = np.full((260, 160, 3), 255, np.uint8)
    picture[30:230, 68:92] = (20, 60, 20)
    picture[120:230, 30:130] = (20, 60, 20)
    return cut_out(picture, "bottle")


def held(cutout, yaw=0.0, pitch=0.0, lean=0.0):
    return Placed(cutout, 100.0, 200.0, 120.0, yaw, lean, 1.0, pitch=pitch)


def faces_of(item, depth=1.0):
    return other_faces(np.random.default_rng(0), item, corners_of(item), depth)


def test_a_pack_seen_straight_on_shows_its_front_only():
    assert faces_of(held(carton())) == []


@pytest.mark.parametrize(
    ("turn", "axis", "sign"),
    [
        ({"yaw": 0.3}, 0, -1),
        ({"yaw": -0.3}, 0, 1),
        ({"pitch": -0.3}, 1, -1),
        ({"pitch": 0.3}, 1, 1),
    ],
)
def test_the_nearer_of_two_opposite_faces_is_seen(turn, axis, sign):
    """A right edge that goes away brings the left flank, a foot that goes away the lid."""
    item = held(carton(), **turn)
    (face,) = faces_of(item)
    towards = face.quad.mean(axis=0) - corners_of(item).mean(axis=0)
    assert towards[axis] * sign > 10
    assert abs(towards[1 - axis]) < 8


def test_a_flank_is_as_wide_as_the_turn_lets_it_look():
    """A front that looks cos(a) as wide as it is was turned by a; a flank then shows sin(a)."""
    item = held(carton(), yaw=1 - np.cos(np.pi / 6))
    (face,) = faces_of(item, depth=0.8)
    width = item.height / item.cutout.aspect
    seen = np.linalg.norm(face.quad[1] - face.quad[0])
    assert seen == pytest.approx(width * 0.8 * np.sin(np.pi / 6), rel=0.1)


@given(yaw=st.floats(-0.5, 0.5), pitch=st.floats(-0.5, 0.5), lean=st.floats(-45, 45))
def test_faces_touch_the_front_along_one_of_its_edges(yaw, pitch, lean):
    item = held(carton(), yaw, pitch, lean)
    front = corners_of(item)
    edges = {frozenset((n, (n + 1) % 4)) for n in range(4)}
    faces = faces_of(item)
    assert len(faces) >= sum(abs(turn) > 0.01 for turn in (yaw, pitch))
    for face in faces:
        near = np.linalg.norm(face.quad[:, None] - front[None], axis=-1) < 2.5
        assert frozenset(np.flatnonzero(near.any(axis=0)).tolist()) in edges


def test_round_packs_have_no_flank():
    assert faces_of(held(bottle(), yaw=0.4)) == []


def test_a_carton_with_a_cap_shows_no_lid_above_it():
    picture = np.full((260, 160, 3), 255, np.uint8)
    picture[50:230, 30:130] = (200, 30, 30)
    picture[25:50, 65:95] = (30, 30, 200)
    assert faces_of(held(cut_out(picture, "capped"), pitch=-0.4)) == []


def test_a_packshot_with_nothing_solid_at_its_rim_shows_no_flank():
    cutout = carton()
    cutout.rgba[:, :10, 3] = 60
    assert faces_of(held(cutout, yaw=0.3)) == []
    assert len(faces_of(held(cutout, yaw=-0.3))) == 1


def test_yaw_of_either_sign_mirrors_the_front():
    right, left = corners_of(held(carton(), yaw=0.3)), corners_of(held(carton(), yaw=-0.3))
    middle = right[:, 0].mean()
    mirrored = np.stack([2 * middle - right[[1, 0, 3, 2], 0], right[[1, 0, 3, 2], 1]], axis=1)
    np.testing.assert_allclose(left, mirrored, atol=1e-4)


def test_a_flank_hides_what_is_behind_it_and_is_no_product():
    canvas = Canvas(np.random.default_rng(0), SCENE.model_copy(update={"depth": 1.0}))
    behind = held(carton((30, 30, 200)))
    canvas.put(behind, standing=False)
    before = np.count_nonzero(canvas.owner == 1)
    item = Placed(carton(), 150.0, 200.0, 120.0, 0.3, 0.0, 1.0)
    (face,) = faces_of(item)
    canvas.cover(face, 1.0)
    assert np.count_nonzero(canvas.owner == 1) < before
    x, y = np.round(face.quad.mean(axis=0)).astype(int)
    assert canvas.owner[y, x] == 0
    assert abs(int(canvas.pixels[y, x, 2]) - 200) > 100, "the pack behind is painted over"


def test_boxes_are_those_of_the_front():
    flat = compose_scene(np.random.default_rng(7), [carton()], SCENE)
    deep = compose_scene(
        np.random.default_rng(7), [carton()], SCENE.model_copy(update={"depth": 1})
    )
    wide = flat.boxes[-1, 2] - flat.boxes[-1, 0]
    assert deep.boxes[-1, 2] - deep.boxes[-1, 0] == pytest.approx(wide, rel=0.1)
    assert not np.array_equal(flat.image, deep.image)
