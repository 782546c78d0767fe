import pytest

from components.datasets.box_plausibility import BoxForm
from components.datasets.box_size import size_fault

WIDTH, HEIGHT = 800, 600
SHELF = [(100 * x + 10, 100 * y + 20, 80, 70) for y in range(5) for x in range(6)]
IN_PIXELS = "give bbox as x, y, width, height in pixels, not in"


def fractions(boxes):
    return [(x / WIDTH, y / HEIGHT, w / WIDTH, h / HEIGHT) for x, y, w, h in boxes]


def percent(boxes):
    return [tuple(100 * part for part in box) for box in fractions(boxes)]


def corners(boxes):
    return [(x, y, x + w, y + h) for x, y, w, h in boxes]


def larger(boxes):
    return [(4 * x + WIDTH, 4 * y, 4 * w, 4 * h) for x, y, w, h in boxes]


def complaint(*photos, least=0.0):
    form = BoxForm()
    for number, boxes in enumerate(photos):
        form.see(f"{number}.jpg", boxes, WIDTH, HEIGHT)
    return form.complaint(least)


FORMS = {
    fractions: (30, "have only numbers from 0 to 1", f"{IN_PIXELS} fractions of the photo"),
    percent: (30, "have only numbers from 0 to 100", f"{IN_PIXELS} percent of the photo"),
    corners: (18, "reach beyond their photos", "give bbox as x, y, width, height, not as the "),
    larger: (30, "lie beyond their photos", "give the photos at the size that they were annota"),
}


@pytest.mark.parametrize("form", FORMS)
def test_one_photo_of_another_form_among_good_ones_is_found(form):
    count, what, remedy = FORMS[form]
    said = complaint(SHELF, form(SHELF), SHELF)
    assert said is not None
    assert said[0].startswith(f"{count} of 90 boxes {what} (first on photo '1.jpg')")
    assert said[1].startswith(remedy)


@pytest.mark.parametrize("form", FORMS)
def test_photos_of_one_box_are_judged_together(form):
    alone = [[form([SHELF[at]])[0]] for at in (20, 22, 23, 28, 29)]
    said = complaint(*alone)
    assert said is not None and FORMS[form][1] in said[0]


def test_shelves_as_they_should_be_are_plausible():
    small_photo_form = BoxForm()
    small_photo_form.see("small.jpg", [(10, 20, 30, 40)] * 8, 160, 120)
    assert small_photo_form.complaint() is None
    assert complaint() is None
    assert complaint([], SHELF, SHELF[:1], SHELF[:3]) is None


def test_a_single_photo_of_many_is_no_fault_of_the_table():
    photos = [SHELF] * 20 + [fractions(SHELF)]
    assert complaint(*photos, least=0.1) is None
    assert complaint(*photos) is not None


@pytest.mark.parametrize(
    ("sides", "fault"),
    [
        ((0, 5), "has no area"),
        ((5, -1), "has no area"),
        ((0.001, 0.001), "is less than a pixel wide or high"),
        ((300, 0.5), "is less than a pixel wide or high"),
        ((0.99, 1), None),  # of corners rounded to hundredths
        ((1, 1), None),
    ],
)
def test_a_box_of_less_than_a_pixel_shows_nothing(sides, fault):
    assert size_fault(*sides) == fault
