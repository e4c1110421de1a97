"""Text reader over RapidOCR's shipped PP-OCRv6 small models (Apache-2.0).

The only module that imports rapidocr. It opens the model files that the wheel carries with sessions of its
own, so nothing is downloaded at run time, the thread count is explicit and threads do not spin. It composes
RapidOCR's detector and recogniser instead of calling its facade: the facade pairs per-character confidences
with characters after dropping spaces, which shifts them on every line that has a space (rapidocr 3.10.0,
`CalRecBoxes`).

The direction classifier is left out: a card that gives no field is turned around and read again
(`verifier.ocr.frames`).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from omegaconf import OmegaConf, flag_override
from rapidocr.ch_ppocr_det import TextDetector
from rapidocr.ch_ppocr_rec import TextRecInput, TextRecognizer
from rapidocr.main import DEFAULT_CFG_PATH
from rapidocr.utils.parse_parameters import ParseParams
from rapidocr.utils.process_img import get_rotate_crop_image

from verifier.errors import Unavailable
from verifier.ocr.text import LineFilter, TextLine
from verifier.types import Image

DETECTION_MODEL = "PP-OCRv6_det_small.onnx"
RECOGNITION_MODEL = "PP-OCRv6_rec_small.onnx"
MIN_LINE_CONFIDENCE = 0.5
"""Lines below this mean confidence are texture, not text; RapidOCR's own default (`text_score`)."""

DETECTION_SCALE = 0.6
"""Lines are searched in an image reduced by this: a third of the time of full size, the same fields read."""
MAX_DETECTION_SIDE_PX = 1600
"""Longer side of the image that lines are searched in: bounds memory and time."""
MAX_LINE_HEIGHTS = 50.0
"""Longer lines are not read: the longest on a document are an address and a passport's zone, about 30."""
MAX_LINES_WIDTH_PX = 12_000
"""All lines of one image together, at 48 px height, the largest print first: 1.5 s of one core. A card
and what lies around it has half of this; a page of text must not take minutes."""
LINES_PER_BATCH = 1
"""Lines recognised together are padded to the longest; one by one takes a fifth less time on a card."""
MIN_LINE_WIDTH_PX = 192
"""Shorter lines are padded to this width, at 48 px height. The model's own 320 costs a fifth more time on a
card and reads single characters worse."""
LINE_HEIGHT_PX = 48
"""What the recognition model takes."""
THREADS = 2
"""Three frames on two threads take half as long as on one; more help little, for three are searched."""


class RapidTextReader:
    """Reads text with RapidOCR 3.10.0. One instance may be used by one caller at a time."""

    def __init__(self, *, threads: int = THREADS, models: Path | None = None) -> None:
        """Load both models.

        Args:
            threads: how many images and lines are worked on side by side, 1 or more; each with one thread of
                the network's own, because two small tasks side by side scale better than one task over two
                threads.
            models: folder with the two model files; the installed rapidocr package's own by default.

        Raises:
            Unavailable: a model file is missing or does not load (code "ocr.model_unavailable").
        """
        logging.getLogger("RapidOCR").setLevel(logging.WARNING)  # it announces each model at INFO, in colour
        folder = models or Path(DEFAULT_CFG_PATH).parent / "models"
        config = ParseParams.load(DEFAULT_CFG_PATH)
        config.Det.limit_type, config.Det.limit_side_len = "max", MAX_DETECTION_SIDE_PX
        config.Rec.rec_img_shape = [3, LINE_HEIGHT_PX, MIN_LINE_WIDTH_PX]
        config.Rec.font_path, config.Rec.rec_batch_num = None, LINES_PER_BATCH
        self._threads = threads
        self._detect = TextDetector(_with_session(config.Det, folder / DETECTION_MODEL))
        self._recognise = TextRecognizer(_with_session(config.Rec, folder / RECOGNITION_MODEL))
        self._model_sha256 = MappingProxyType(
            {
                "detection": _sha256(folder / DETECTION_MODEL),
                "recognition": _sha256(folder / RECOGNITION_MODEL),
            }
        )

    @property
    def model_sha256(self) -> Mapping[str, str]:
        """Digest of each model file, by its role ("detection", "recognition")."""
        return self._model_sha256

    def read(self, image: Image) -> tuple[TextLine, ...]:
        """Read all lines; see `TextReader.read`."""
        return self.read_all([image])[0]

    def read_all(
        self, images: Sequence[Image], *, worth_reading: LineFilter | None = None
    ) -> tuple[tuple[TextLine, ...], ...]:
        """Read several images; see `TextReader.read_all`."""
        try:
            with ThreadPoolExecutor(self._threads) as pool:
                # Lines of the first image are recognised while the next one is still being searched.
                found = [pool.submit(self._boxes, image) for image in images]
                waiting = [
                    [
                        pool.submit(self._line, image, box)
                        for box in _longest_first(boxes.result(), worth_reading)
                    ]
                    for image, boxes in zip(images, found, strict=True)
                ]
                return tuple(
                    tuple(line for each in lines if (line := each.result()) is not None) for lines in waiting
                )
        except Exception as error:  # the engine raises whatever its parts raise; nothing of it may leak
            raise Unavailable(
                "ocr.engine_failed",
                f"the text reader failed ({type(error).__name__})",
                hint="Try another frame; if it persists, report the versions of rapidocr and onnxruntime.",
            ) from error

    def _boxes(self, image: Image) -> list[NDArray[np.float32]]:
        """Outlines of all lines, (4, 2) each, px of `image`."""
        scale = min(DETECTION_SCALE, MAX_DETECTION_SIDE_PX / max(image.shape[:2]))
        reduced = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        found = self._detect(reduced).boxes
        return [] if found is None else [np.asarray(box / scale, np.float32) for box in found]

    def _line(self, image: Image, box: NDArray[np.float32]) -> TextLine | None:
        """Recognise one line; None when it is no text."""
        crop = get_rotate_crop_image(image, box.copy())
        recognised: Any = self._recognise(TextRecInput(img=crop, return_word_box=True))
        text, score, words = recognised.txts[0], recognised.scores[0], recognised.word_results[0]
        if not text.strip() or score < MIN_LINE_CONFIDENCE:
            return None
        return TextLine(text, tuple(words.confs), box, _centres(text, words))


def _centres(text: str, words: Any) -> tuple[float, ...]:
    """Where the characters stand, as shares of the line: the engine tells it of all but spaces."""
    columns = iter(column for word in words.word_cols for column in word)
    found = {place: next(columns) for place, character in enumerate(text) if not character.isspace()}
    filled = np.interp(range(len(text)), list(found), list(found.values()))
    return tuple(float(min((column + 0.5) / words.line_txt_len, 1.0)) for column in filled)


def _longest_first(
    boxes: Sequence[NDArray[np.float32]], worth_reading: LineFilter | None
) -> list[NDArray[np.float32]]:
    """The lines to recognise; long ones first, so that no thread starts one when the others are done."""
    wanted = [box for box in boxes if worth_reading is None or worth_reading(box)]
    return sorted(_within_limits(wanted), key=lambda box: -_length(box))


def _within_limits(boxes: Sequence[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    left = float(MAX_LINES_WIDTH_PX)
    for box in sorted(boxes, key=lambda box: -_height(box)):
        heights = _length(box) / max(_height(box), 1.0)
        width = max(heights * LINE_HEIGHT_PX, MIN_LINE_WIDTH_PX)
        if heights <= MAX_LINE_HEIGHTS and width <= left:
            left -= width
            yield box


def _length(box: NDArray[np.float32]) -> float:
    return float(np.linalg.norm(box[1] - box[0]))


def _height(box: NDArray[np.float32]) -> float:
    return float(np.linalg.norm(box[3] - box[0]))


def _with_session(config: Any, model: Path) -> Any:
    """Give RapidOCR's configuration node a ready session, so that it neither looks for nor fetches a file."""
    with flag_override(config, "allow_objects", True):
        OmegaConf.update(config, "session", _session(model))
    return config


def _session(model: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions share no base class
        raise Unavailable(
            "ocr.model_unavailable",
            f"the text model {model.name} cannot be loaded",
            hint="Reinstall the rapidocr package; its wheel carries the model files.",
        ) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
