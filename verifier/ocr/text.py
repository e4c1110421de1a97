"""What a text reader gives, whichever engine is behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from verifier.types import Image

LineFilter: TypeAlias = Callable[[NDArray[np.float32]], bool]
"""Says of a line's outline, (4, 2) px of its image, whether the line is worth recognising."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text in an image.

    Attributes:
        text: as read, spaces included.
        confidences: one per character of `text`, 0..1.
        box: (4, 2) float32, px: top left, top right, bottom right, bottom left along the reading direction.
        centres: where each character of `text` stands along the line, as shares of its length; evenly spread
            where the reader does not tell.
    """

    text: str
    confidences: tuple[float, ...]
    box: NDArray[np.float32]
    centres: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if len(self.text) != len(self.confidences):
            raise ValueError("one confidence per character")
        if not self.centres:
            even = tuple((place + 0.5) / len(self.text) for place in range(len(self.text)))
            object.__setattr__(self, "centres", even)
        if len(self.text) != len(self.centres):
            raise ValueError("one centre per character")


class TextReader(Protocol):
    """Finds and reads printed Japanese text."""

    @property
    def model_sha256(self) -> Mapping[str, str]:
        """Digest of each model file, by its role ("detection", "recognition")."""
        ...

    def read(self, image: Image) -> tuple[TextLine, ...]:
        """Read all lines, in no promised order.

        Args:
            image: (H, W, 3) uint8, BGR, text roughly upright.

        Raises:
            Unavailable: the engine failed (code "ocr.engine_failed").
        """
        ...

    def read_all(
        self, images: Sequence[Image], *, worth_reading: LineFilter | None = None
    ) -> tuple[tuple[TextLine, ...], ...]:
        """Read the lines of several images, side by side where the reader can.

        Args:
            images: as for `read`, possibly none.
            worth_reading: lines for which this is False are found but not recognised, which saves most of
                their time; all lines are read when None.

        Returns:
            The lines of each image, in the order of the images.

        Raises:
            Unavailable: the engine failed (code "ocr.engine_failed").
        """
        ...
