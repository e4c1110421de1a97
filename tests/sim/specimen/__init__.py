"""Rendered specimens of identity documents, for tests, benchmarks and the demo.

Draws synthetic documents, every one marked 見本 SPECIMEN, and photographs of them. Places come from
published descriptions (SOURCES.md) and were not compared with real documents; no artwork is copied.
Layouts that readers' rules may be thought out on are in `seen`, those that only the benchmark draws in
`unseen`.
"""

from tests.sim.specimen.camera import Level, capture, capture_burst, capture_frames
from tests.sim.specimen.fonts import FontMissingError
from tests.sim.specimen.held_out import photograph_held_out, render_held_out
from tests.sim.specimen.mynumber_2016 import render_mynumber
from tests.sim.specimen.paper import CARD_SIZE_PX
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
