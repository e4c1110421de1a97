"""Presentation attacks, computed: each turns a `Scene` into the `Clip` that the camera would have taken.

None of these clips may be accepted. Their limits stand in each module and in ../README.md: passing is not
evidence about real prints, displays or attackers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tests.sim.face.attacks.masks import cut_out_mask
from tests.sim.face.attacks.people import face_swap, other_person, two_faces
from tests.sim.face.attacks.prints import bent_print, flat_print, grey_print, moved_print
from tests.sim.face.attacks.scene import Scene
from tests.sim.face.attacks.screens import screen_replay
from tests.sim.face.attacks.streams import frozen, looped, replayed_case, sped_up
from verifier.types import Clip

ATTACKS: Final[Mapping[str, Callable[[Scene], Clip]]] = {
    "print_flat": flat_print,
    "print_bent": bent_print,
    "print_moved": moved_print,
    "print_grey": grey_print,
    "mask": cut_out_mask,
    "screen_replay": screen_replay,
    "replayed_case": replayed_case,
    "frozen": frozen,
    "looped": looped,
    "sped_up": sped_up,
    "other_person": other_person,
    "two_faces": two_faces,
    "face_swap": face_swap,
}
"""By the name that the benchmark reports."""

PLANAR: Final = ("print_flat", "print_moved", "print_grey")
"""Flat pictures."""

__all__ = [
    "ATTACKS",
    "PLANAR",
    "Scene",
]
