"""Rendered specimens of identity cards, for tests and the demo.

Draws synthetic My Number card fronts (every one marked 見本 SPECIMEN) and photographs of them. Nothing here
copies a real card's artwork; positions are drawn from general knowledge of the front side
and were not compared with a real card. Real print, wear and fingers are not modelled.
"""

from tests.sim.specimen.camera import Level, capture, capture_frames
from tests.sim.specimen.card import CARD_SIZE_PX, render_mynumber
from tests.sim.specimen.fonts import FontMissingError
from tests.sim.specimen.people import SpecimenPerson, random_person

__all__ = [
    "CARD_SIZE_PX",
    "FontMissingError",
    "Level",
    "SpecimenPerson",
    "capture",
    "capture_frames",
    "random_person",
    "render_mynumber",
]
