"""Composes photos of shelves out of packshots, with exact boxes and hidden shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from components.synthesis.effects import camera, occluders, painting
from components.synthesis.scenes import backdrop
from components.synthesis.scenes.canvas import Canvas, corners_of
from components.synthesis.scenes.cutout import Cutout
from components.synthesis.scenes.faces import other_faces
from components.synthesis.scenes.planogram import Placed, Row, Stock, fill_row, plan_rows
from components.synthesis.scenes.scene import Scene
from components.synthesis.scenes.settings import SceneSettings


def compose_scene(
    rng: np.random.Generator,
    cutouts: Sequence[Cutout],
    settings: SceneSettings,
    distractors: Sequence[Cutout] = (),
) -> Scene:
    """Compose one photo.

    Args:
        rng: Decides everything; the same state gives the same bytes.
        cutouts: Products of the catalogue. None at all gives a negative: a shelf that is empty or
            holds distractors only.
        settings: What the photo looks like and how hard it is.
        distractors: Products outside the catalogue; their SKUs say what they are annotated as.
    """
    canvas = Canvas(rng, settings)
    stock = Stock(cutouts, distractors, settings)
    handheld = len(cutouts) > 0 and rng.random() < settings.handheld_share
    facing = float(np.exp(rng.uniform(np.log(settings.min_facing), np.log(settings.max_facing))))
    if handheld:
        facing = float(rng.uniform(0.15, 0.45)) * settings.photo_height
    if not handheld or rng.random() < 0.6:
        _paint_shelf(canvas, rng, facing, stock, settings)
    if handheld:
        blurred = rng.random() < 0.6
        if blurred:
            canvas.pixels = cv2.GaussianBlur(canvas.pixels, (0, 0), float(rng.uniform(1.0, 4.0)))
            canvas.out_of_focus = len(canvas.shown)
        _hold(canvas, rng, cutouts[int(rng.integers(len(cutouts)))], settings)
    elif rng.random() < settings.occlusion:
        _occlude(canvas, rng, facing)
    return canvas.photograph(rng)


def _paint_shelf(
    canvas: Canvas,
    rng: np.random.Generator,
    facing: float,
    stock: Stock,
    settings: SceneSettings,
) -> None:
    metal = painting.random_colour(rng, (0.0, 0.12), (0.3, 0.97))
    if rng.random() < 0.25:
        metal = painting.random_colour(rng, (0.2, 0.8), (0.2, 0.9))
    rows = plan_rows(rng, canvas.height, facing)
    tags = float(rng.uniform(0.3, 1.0))
    for row in rows:
        _paint_board(canvas, row, metal)
        for item in fill_row(rng, row, canvas.width, facing, stock, settings):
            canvas.put(item)
        _paint_rail(canvas, rng, row, metal, tags)
    canvas.pixels = camera.scale_light(canvas.pixels, _lamp(rng, canvas, rows))


def _paint_board(canvas: Canvas, row: Row, metal: painting.Colour) -> None:
    top = max(round(row.board - row.depth * 1.3), 0)
    bottom = min(max(round(row.board + 1), 0), canvas.height)
    if bottom > top:
        shade = np.linspace(0.45, 0.85, bottom - top)[:, None, None]
        canvas.pixels[top:bottom] = (np.array(metal) * shade).astype(np.uint8)


def _paint_rail(
    canvas: Canvas, rng: np.random.Generator, row: Row, metal: painting.Colour, tags: float
) -> None:
    top, thick = round(row.board), round(row.rail)
    backdrop.rail(canvas.pixels, top, thick, metal)
    canvas.owner[max(top, 0) : max(top + thick, 0)] = 0
    height = round(thick * float(rng.uniform(0.65, 1.0)))
    x = int(rng.integers(0, 4 * thick))
    while x < canvas.width and top < canvas.height:
        width = round(height * float(rng.uniform(1.3, 2.2)))
        if rng.random() < tags:
            raised = round(thick * float(rng.uniform(0.3, 1.2))) if rng.random() < 0.06 else 0
            tag = (width, height + raised)
            x0, y0, x1, y1 = painting.price_tag(
                canvas.pixels, rng, (x, top + (thick - height) // 2 - raised), tag
            )
            canvas.owner[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)] = 0
        x += width + int(rng.integers(thick, 7 * thick))


def _lamp(rng: np.random.Generator, canvas: Canvas, rows: Sequence[Row]) -> np.ndarray:
    """Return the light on the canvas, float32 [H, W]: dark under boards, uneven over the shelf."""
    down = np.ones(canvas.height, np.float32)
    depth, reach = float(rng.uniform(0.15, 0.6)), float(rng.uniform(0.15, 0.5))
    for row in rows:
        y0, y1 = max(round(row.top), 0), min(round(row.board), canvas.height)
        if y1 > y0:
            below = (np.arange(y0, y1) - row.top) / (row.board - row.top)
            down[y0:y1] = 1 - depth * np.exp(-below / reach)
    coarse = rng.uniform(0.82, 1.12, (3, 4)).astype(np.float32)
    uneven = cv2.resize(coarse, (canvas.width, canvas.height), interpolation=cv2.INTER_LINEAR)
    return uneven * down[:, None]


def _hold(
    canvas: Canvas, rng: np.random.Generator, cutout: Cutout, settings: SceneSettings
) -> None:
    """Hold one pack in front of everything: fingers cover a little of it."""
    height = float(rng.uniform(0.45, 0.92)) * settings.photo_height
    if cutout.aspect < 1:
        height *= cutout.aspect
    width = height / cutout.aspect
    x = canvas.width / 2 - width / 2 + float(rng.normal(0, 0.12)) * settings.photo_width
    foot = canvas.height / 2 + height / 2 + float(rng.normal(0, 0.06)) * settings.photo_height
    lean = float(rng.normal(0, settings.lean))
    yaw = float(rng.uniform(0, settings.yaw))
    pitch = float(rng.uniform(-1, 1)) * settings.pitch if settings.pitch else 0.0
    item = Placed(cutout, x, foot, height, yaw, lean, float(rng.uniform(0.85, 1.1)), pitch=pitch)
    if settings.depth:
        item = replace(item, yaw=yaw if rng.random() < 0.5 else -yaw)
        depth = settings.depth * float(rng.uniform(0.25, 1))
        for face in other_faces(rng, item, corners_of(item), depth):
            canvas.cover(face, item.gain)
    canvas.put(item, standing=False)
    if rng.random() < 0.75:
        side = 1 if rng.random() < 0.5 else -1
        palm = (
            x + width / 2 + side * width * float(rng.uniform(0.45, 0.75)),
            foot - height * float(rng.uniform(0.0, 0.4)),
        )
        angle = np.pi * (side > 0) + side * float(rng.uniform(-0.2, 1.0))
        size = width * float(rng.uniform(0.3, 0.5))
        canvas.lay(occluders.hand(rng, canvas.shape, palm, size, angle))


def _occlude(canvas: Canvas, rng: np.random.Generator, facing: float) -> None:
    """Put hands, signs or somebody's shoulder in front of the shelf."""
    for _ in range(int(rng.integers(1, 4))):
        size = float(np.clip(facing * rng.uniform(0.3, 0.8), 18, 130))
        canvas.lay(occluders.random_overlay(rng, canvas.shape, size))
