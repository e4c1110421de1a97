"""The photograph is cut out by its own edges, near its published place."""

from __future__ import annotations

import numpy as np
import pytest

from verifier.ocr.place import Place
from verifier.ocr.portrait import PLACES, crop_portrait, find_portrait
from verifier.types import DocumentKind, Image

pytestmark = pytest.mark.unit

PUBLISHED = PLACES["mynumber_card"]
PAPER, BACKGROUND, CLOTHES = (236, 238, 240), (190, 150, 110), (60, 50, 50)


def document(place: Place, background: tuple[int, int, int] = BACKGROUND) -> Image:
    """Paper with a picture: a background, and clothes over its lower third."""
    card = np.full((821, 1288, 3), PAPER, np.uint8)
    place.of(card)[:] = background
    picture = place.of(card)
    picture[2 * picture.shape[0] // 3 :] = CLOTHES
    card[770:785, 60:300:8] = 40  # serial number and code
    card[420:660, 457:1236] = 255  # signature panel
    return card


@pytest.mark.parametrize("moved", [-0.02, 0.0, 0.02, 0.05])
def test_the_picture_is_found_where_it_is_printed(moved: float) -> None:
    place = Place(PUBLISHED.left, PUBLISHED.right + moved, PUBLISHED.top - moved, PUBLISHED.bottom + moved)
    found = find_portrait(document(place), PUBLISHED)
    assert (found.left, found.right, found.top, found.bottom) == pytest.approx(
        (place.left, place.right, place.top, place.bottom), abs=0.006
    )


def test_a_picture_without_edges_is_cut_at_its_published_place() -> None:
    found = find_portrait(document(PUBLISHED, background=PAPER), PUBLISHED)
    assert (found.left, found.right, found.top) == (PUBLISHED.left, PUBLISHED.right, PUBLISHED.top)


def test_the_crop_takes_in_neither_serial_number_nor_panel() -> None:
    crop = crop_portrait(document(PUBLISHED))
    assert crop.shape[0] == pytest.approx((PUBLISHED.bottom - PUBLISHED.top) * 821, abs=12)
    assert crop.shape[1] == pytest.approx((PUBLISHED.right - PUBLISHED.left) * 1288, abs=12)
    assert crop.max() <= max(PAPER)


@pytest.mark.parametrize("kind", sorted(PLACES))
def test_a_blank_document_gives_its_published_place(kind: DocumentKind) -> None:
    blank = np.full((821, 1288, 3), 200, np.uint8)
    assert find_portrait(blank, PLACES[kind]) == PLACES[kind]
