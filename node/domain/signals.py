"""What the capture page said about itself and the camera: kept as evidence beside a clip, never trusted.

A page runs on the customer's machine, so whoever injects a film can also write these. They are honest where
nobody lies, and a lie has to be consistent; a reviewer sees them with what they suggest. No check depends on
them. They hold no more than the browser tells any page that may use the camera.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from node.domain.canonical import parse_object
from node.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_CHARACTERS: Final = 4_096
MAX_NAME: Final = 120
MAX_CAMERAS: Final = 12
MAX_COUNT: Final = 1_000_000
VIRTUAL_NAMES: Final = (
    "obs", "virtual", "manycam", "xsplit", "snap camera", "droidcam", "iriun", "epoccam", "ivcam", "e2esoft",
    "v4l2loopback", "dummy", "fake", "mmhmm", "camo", "ndi", "avatarify", ".mjpeg", ".y4m",
)  # fmt: skip
"""Parts of the names that cameras made of software, or of a film, carry; lower case."""
LEAST_WIDTH: Final = 480
UNEVEN_SHARE: Final = 2.5
"""The longest interval between two frames, medians, from which the recording counts as interrupted."""
SLOW_CAMERA_HZ: Final = 12.0

_CODE: Final = "signals.malformed"


@dataclass(frozen=True, slots=True)
class Signals:
    """One page's account of one recording.

    Attributes:
        camera: name of the camera that was used.
        cameras: names of all cameras the browser offered.
        width, height: of its picture, pixels.
        frame_rate: that it claims, per second.
        presented: frames the camera delivered while recording; 0 where the browser does not tell.
        hidden: how often the page was covered or left while recording.
        device_changes: how often cameras came or went while recording.
        automated: whether the browser says that a program drives it.
        touch: whether the device has a touch screen.
        platform: operating system as the browser names it.
    """

    camera: str = ""
    cameras: tuple[str, ...] = ()
    width: int = 0
    height: int = 0
    frame_rate: float = 0.0
    presented: int = 0
    hidden: int = 0
    device_changes: int = 0
    automated: bool = False
    touch: bool = False
    platform: str = ""

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `read_signals` accepts."""
        return asdict(self) | {"cameras": list(self.cameras)}


def read_signals(text: str) -> Signals | None:
    """Read what a page sent; None for nothing.

    Raises:
        InvalidInput: longer than `MAX_CHARACTERS`, not JSON, or a field is unknown, of another type or out of
            bounds ("signals.malformed").
    """
    if not text:
        return None
    if len(text) > MAX_CHARACTERS:
        raise _malformed()
    return signals_from(parse_object(text, code=_CODE))


def signals_from(document: dict[str, Any]) -> Signals:
    """Read a JSON object; errors as in `read_signals`."""
    if not set(document) <= {one.name for one in fields(Signals)}:
        raise _malformed()
    given = {name: _field(name, value) for name, value in document.items()}
    return Signals(**given)


def remarks(signals: Signals, timestamps_ms: Sequence[int]) -> tuple[str, ...]:
    """Codes of what a reviewer should look at; nothing here refuses anybody.

    "capture.virtual_camera": its name is that of software, or of a film. "capture.virtual_camera_present":
    another of the machine's cameras is one. "capture.automated", "capture.page_hidden",
    "capture.cameras_changed", "capture.small_picture", "capture.slow_camera", "capture.uneven_timing".
    """
    others = [name for name in signals.cameras if name != signals.camera]
    found = {
        "capture.virtual_camera": _is_virtual(signals.camera),
        "capture.virtual_camera_present": any(map(_is_virtual, others)),
        "capture.automated": signals.automated,
        "capture.page_hidden": signals.hidden > 0,
        "capture.cameras_changed": signals.device_changes > 0,
        "capture.small_picture": 0 < signals.width < LEAST_WIDTH,
        "capture.slow_camera": 0 < signals.frame_rate < SLOW_CAMERA_HZ,
        "capture.uneven_timing": _is_uneven(timestamps_ms),
    }
    return tuple(code for code, applies in found.items() if applies)


def _is_virtual(name: str) -> bool:
    return any(part in name.casefold() for part in VIRTUAL_NAMES)


def _is_uneven(timestamps_ms: Sequence[int]) -> bool:
    intervals = [after - before for before, after in pairwise(timestamps_ms)]
    return bool(intervals) and max(intervals) > UNEVEN_SHARE * median(intervals)


def _field(name: str, value: Any) -> Any:
    default = getattr(Signals(), name)
    if isinstance(default, tuple):
        if isinstance(value, list) and len(value) <= MAX_CAMERAS:
            return tuple(_name(one) for one in value)
    elif isinstance(default, str):
        return _name(value)
    elif isinstance(default, bool):
        if isinstance(value, bool):
            return value
    elif type(value) in ((int,) if isinstance(default, int) else (int, float)) and 0 <= value <= MAX_COUNT:
        return value
    raise _malformed()


def _name(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_NAME or not value.isprintable():
        raise _malformed()
    return value


def _malformed() -> InvalidInput:
    return InvalidInput(
        _CODE, "the capture page's own account cannot be read", hint="send what the page collected, or none"
    )
