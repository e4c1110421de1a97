"""Rendered specimens of identity cards, for tests and the demo.

Draws synthetic My Number card fronts (every one marked 見本 SPECIMEN) and photographs of them. Nothing here
copies a real card's artwork; positions are drawn from general knowledge of the front side
and were not compared with a real card. Real print, wear and fingers are not modelled.
"""

from tests.sim.specimen.camera import Level, capture, capture_burst, capture_frames
from tests.sim.specimen.card import CARD_SIZE_PX, render_mynumber
from tests.sim.specimen.fonts import FontMissingError
from tests.sim.specimen.held_out import photograph_held_out, render_held_out
from tests.sim.specimen.people import SpecimenPerson, random_holder, random_person
from tests.sim.specimen.portrait import drawn_portrait

__all__ = [
    "CARD_SIZE_PX",
    "FontMissingError",
    "Level",
    "SpecimenPerson",
    "capture",
    "capture_burst",
    "capture_frames",
    "drawn_portrait",
    "photograph_held_out",
    "random_holder",
    "random_person",
    "render_held_out",
    "render_mynumber",
]
