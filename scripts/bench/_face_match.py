"""How well the face match separates people: registry photographs, and chip portraits made from them.

Part of scripts/bench/face.py; alone it prints the limits of a model pack (`--limits PACK`), for
verifier/match_thresholds.py or an operator's manifest: of all 30 people, never of the quick form. Every
photograph is compared with every other of its collection; "chip" makes one of the two a grey JPEG 2000 file
of about 2 kB (192 x 240 px, eyes 38 px apart), as a My Number card holds. Collections are compared only
within themselves: strangers alike in age, era and printing are the harder ones, and easy pairs would flatter
the rates. Rates: scripts/bench/_separation.py.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from scripts.bench._face_photos import YEARBOOK, Picture, collections
from scripts.bench._progress import Progress, watched
from scripts.bench._report import Arguments, Metric, attempt, publish
from scripts.bench._separation import (
    Pairs,
    Rate,
    equal_error_rate,
    false_non_match_rate,
    joined,
    tail_bounds,
)
from scripts.fetch_models import fetch_models
from tests.sim.face.photographs import chip_portrait
from verifier.errors import InvalidInput, VerifierError
from verifier.face.compare import Seen, look
from verifier.face.models import STILL_DETECTOR_SIDE, FaceModels, load_face_models
from verifier.face.quality import weight, weighted_median
from verifier.face.track import FRONTAL_KEY_FRAMES
from verifier.image import decode_image
from verifier.models import BUILT_IN, CLEANER, DEFAULT_MODEL_ROOT, REGISTRY, ModelPack
from verifier.packs import find_pack

OPERATING_FMR: Final = 0.001
"""The false-match rate at which false non-matches are reported."""
ACCEPT_BOUND: Final = 0.001
"""`accept` is the lowest score whose fitted bound is this or less."""
REVIEW_BOUND: Final = 0.05
"""`reject` is the lowest score whose bound is this or less: of twenty strangers one at most reaches a
reviewer. The band is as wide as that allows, because pictures up to ten years old could not be measured."""
GRID: Final = np.round(np.arange(0.0, 0.9, 0.01), 2)
SHOWN_STEP: Final = 4
"""Every fourth point of the grid is enough for interpolation."""
SHOWN_RATES: Final = (1e-5, 0.2)
TIMED_PICTURES: Final = 20
TIMED_ROUNDS: Final = 3
THREE: Final = 3
"""Pictures of the person in the comparison with several frames; a clip gives up to `FRONTAL_KEY_FRAMES`."""

Found = dict[str, tuple[str, Seen]]
"""By photograph: whose it is, and what was seen on it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One pack's view of all photographs.

    Attributes:
        models: what looked.
        photos: by collection: what was found on each photograph.
        chips: the same for the chip portraits made of them.
        missed: photographs and chip portraits on which no single face was found.
    """

    models: FaceModels
    photos: dict[str, Found]
    chips: dict[str, Found]
    missed: int

    def photo_pairs(self) -> Pairs:
        """Photograph against photograph."""
        return joined(*(_pairs(found, found) for found in self.photos.values()))

    def chip_pairs(self) -> Pairs:
        """Chip portrait against another photograph."""
        return joined(*(_pairs(self.chips[name], found) for name, found in self.photos.items()))


def measure(pack: ModelPack, root: Path = DEFAULT_MODEL_ROOT, *, people: int | None = None) -> Measured:
    """Look at every photograph and every chip portrait with one pack; about 20 s.

    Args:
        pack: which models; a built-in pack is fetched.
        root: where models lie.
        people: of the yearbook, the first so many; None: all.
    """
    if pack in BUILT_IN:
        fetch_models(root, pack=pack, say=lambda _: None)
    models = load_face_models(root, pack)
    cutter = _cutter(models, root)
    pictures = collections(cutter, people=people)
    total = 2 * sum(map(len, pictures.values()))
    progress = Progress(f"face: pictures seen by pack {pack.name}", total)
    photos = {name: _looked(group, models, progress, chip=None) for name, group in pictures.items()}
    chips = {name: _looked(group, models, progress, chip=cutter) for name, group in pictures.items()}
    found = sum(len(group) for side in (photos, chips) for group in side.values())
    return Measured(models, photos, chips, total - found)


def metrics(*, people: int | None = None) -> list[Metric]:
    """Everything about matching that scripts/bench/face.py reports."""
    registry, cleaner = measure(REGISTRY, people=people), measure(CLEANER, people=people)
    return [
        *_separation(registry, ""),
        *_separation(cleaner, "cleaner_"),
        *_at_the_limits(registry),
        *_timings(registry, people),
    ]


def limits(measured: Measured) -> dict[str, Any]:
    """What `match` in a pack's manifest says."""
    photo, chip = measured.photo_pairs(), measured.chip_pairs()
    bounds, floors = zip(*(tail_bounds(pairs, GRID) for pairs in (photo, chip)), strict=True)
    rates = np.maximum(*bounds)
    genuine, strangers = photo.scores[photo.same], photo.scores[~photo.same]
    points = list(zip(GRID.tolist(), rates.tolist(), strict=True))[::SHOWN_STEP]
    shown = [(score, float(f"{rate:.2g}")) for score, rate in points if _within(rate, SHOWN_RATES)]
    return {
        "accept": float(GRID[np.argmax(rates <= ACCEPT_BOUND)]),
        "reject": float(GRID[np.argmax(rates <= REVIEW_BOUND)]),
        "false_match": shown,
        "floor": float(f"{max(floors):.2g}"),
        "dataset": f"{_sizes(photo)}, and chip portraits made of them",
        "figures": (
            f"same: mean {genuine.mean():.3f}, 5th percentile {np.quantile(genuine, 0.05):.3f}; "
            f"different: 99.9th percentile {np.quantile(strangers, 0.999):.3f}, max {strangers.max():.3f}"
        ),
        "measured_on": datetime.now(UTC).date().isoformat(),
    }


def _separation(measured: Measured, prefix: str) -> list[Metric]:
    name = measured.models.pack.name
    found = [Metric(f"face.{prefix}not_found", measured.missed, "pictures", compared_with=f"pack {name}")]
    compared = {
        "": measured.photo_pairs(),
        "_chip": measured.chip_pairs(),
        "_chip_three_frames": _several_frames(measured, THREE),
        "_chip_five_frames": _several_frames(measured, FRONTAL_KEY_FRAMES),
    }
    for suffix, pairs in compared.items():
        eer, fnmr = equal_error_rate(pairs), false_non_match_rate(pairs, OPERATING_FMR)
        found.append(_share(f"face.{prefix}eer{suffix}", eer, _sizes(pairs)))
        found.append(_share(f"face.{prefix}fnmr_at_fmr_0p1{suffix}", fnmr, _sizes(pairs)))
    return found


def _at_the_limits(measured: Measured) -> list[Metric]:
    """What the shipped limits do: chip portrait against one photograph, against sharp ones, against three."""
    threshold = measured.models.pack.match_threshold
    assert threshold is not None
    sets = {
        "": measured.chip_pairs(),
        "_sharp": _pairs(_sharp(measured.chips[YEARBOOK]), _sharp(measured.photos[YEARBOOK])),
        "_three_frames": _several_frames(measured, THREE),
    }
    found = []
    for suffix, pairs in sets.items():
        for who, mine in (("same", pairs.same), ("strangers", ~pairs.same)):
            scores = pairs.scores[mine]
            matched = float((scores >= threshold.accept).mean())
            refused = float((scores < threshold.reject).mean())
            for what, value in (
                ("matched", matched),
                ("reviewed", 1 - matched - refused),
                ("refused", refused),
            ):
                name = f"face.{who}_{what}{suffix}"
                found.append(Metric(name, value, "share", compared_with=f"{len(scores)} comparisons"))
    return found


def _timings(measured: Measured, people: int | None) -> list[Metric]:
    """One still through `look` against its networks alone: alternating, the shortest CPU time of each."""
    models = measured.models
    pictures = collections(models, people=people)[YEARBOOK][:TIMED_PICTURES]
    ours = bare = 0.0
    for picture in watched(pictures, len(pictures), "face: stills timed"):
        calls = partial(look, picture.image, models), _networks_alone(picture, models)
        rounds = [[_cpu_ms(call) for call in calls] for _ in range(TIMED_ROUNDS)]
        shortest = np.min(rounds, axis=0)
        ours, bare = ours + float(shortest[0]), bare + float(shortest[1])
    against = "detector, pose and embedding alone"
    return [
        Metric("face.still_cpu_ms", ours / len(pictures), "ms CPU", compared_with=against),
        Metric("face.still_bare_cpu_ms", bare / len(pictures), "ms CPU"),
        Metric("face.still_overhead_ratio", ours / bare - 1, "ratio", compared_with=against),
    ]


def _networks_alone(picture: Picture, models: FaceModels) -> Callable[[], object]:
    """The networks' runs of one still, with their inputs prepared: what any program must pay."""
    rng = np.random.default_rng(0)
    side = STILL_DETECTOR_SIDE
    _, _, border = models.still_face(picture.image)
    detections = 2 if border else 1
    runs = [
        *[(models.detector.session, rng.random((1, 3, side, side), np.float32))] * detections,
        (models.pose_session, rng.random((1, 3, 224, 224), np.float32)),
        (models.recogniser.session, rng.random((1, 3, 112, 112), np.float32)),
    ]
    return lambda: [session.run(None, {session.get_inputs()[0].name: blob}) for session, blob in runs]


def _cpu_ms(call: Callable[[], object]) -> float:
    began = time.process_time()
    call()
    return (time.process_time() - began) * 1000


def _looked(
    pictures: Sequence[Picture], models: FaceModels, progress: Progress, *, chip: FaceModels | None
) -> Found:
    found: Found = {}
    for picture in pictures:
        try:
            image = picture.image if chip is None else decode_image(chip_portrait(picture.image, chip))
            found[picture.key] = picture.person, look(image, models, portrait=chip is not None)
        except InvalidInput:
            continue
        finally:
            progress.advance()
    return found


def _cutter(models: FaceModels, root: Path) -> FaceModels:
    """Chip portraits are cut by the default pack's detector for every pack: the same pictures for all."""
    return models if models.pack is REGISTRY else load_face_models(root, REGISTRY)


def _pairs(left: Found, right: Found) -> Pairs:
    """All pairs of two lists of the same photographs; a photograph is never compared with itself."""
    names = {person for side in (left, right) for person, _ in side.values()}
    people = {person: number for number, person in enumerate(sorted(names))}
    cosines = _embeddings(left) @ _embeddings(right).T
    first = [people[person] for person, _ in left.values()]
    second = [people[person] for person, _ in right.values()]
    keys = np.array(list(left))[:, None], np.array(list(right))[None, :]
    wanted = keys[0] < keys[1] if left is right else keys[0] != keys[1]
    rows, columns = np.nonzero(wanted)
    return Pairs(cosines[rows, columns].astype(float), np.array(first)[rows], np.array(second)[columns])


def _embeddings(found: Found) -> Any:
    return np.stack([seen.embedding for _, seen in found.values()])


def _sharp(found: Found) -> Found:
    """The sharper half; a camera page asks for another picture before it takes a worse one."""
    middle = float(np.median([seen.quality.sharpness for _, seen in found.values()]))
    return {key: item for key, item in found.items() if item[1].quality.sharpness >= middle}


def _several_frames(measured: Measured, count: int) -> Pairs:
    """A chip portrait against up to so many photographs of each person, fused as a clip's frames are.

    They were taken on different days: a clip's frames are more alike, so there is less to gain from them.
    """
    chips, photos = measured.chips[YEARBOOK], measured.photos[YEARBOOK]
    people = sorted({person for person, _ in photos.values()})
    rows = [
        (_score_of(seen, [photos[key] for key in _first(photos, other, count, without=key_of)]), mine, number)
        for key_of, (person, seen) in chips.items()
        for mine in [people.index(person)]
        for number, other in enumerate(people)
    ]
    scores, first, second = (np.array(column) for column in zip(*rows, strict=True))
    return Pairs(scores, first, second)


def _first(photos: Found, person: str, count: int, *, without: str) -> list[str]:
    return [key for key, (whose, _) in photos.items() if whose == person and key != without][:count]


def _score_of(portrait: Seen, pictures: Sequence[tuple[str, Seen]]) -> float:
    cosines = [float(portrait.embedding @ seen.embedding) for _, seen in pictures]
    return weighted_median(cosines, [weight(seen.quality) for _, seen in pictures])


def _within(value: float, span: tuple[float, float]) -> bool:
    return span[0] < value <= span[1]


def _share(name: str, rate: Rate, of: str) -> Metric:
    return Metric(name, rate.value, "share", compared_with=f"95 %: {rate.low:.4f} to {rate.high:.4f}; {of}")


def _sizes(pairs: Pairs) -> str:
    same = int(pairs.same.sum())
    return f"{same} same, {len(pairs.scores) - same:,} different pairs of {pairs.people} people"


def main() -> int:
    """Print the match metrics, or one pack's limits."""
    parser = Arguments(__doc__)
    parser.add_argument(
        "--limits", metavar="PACK", help="print the limits of one model pack, as JSON, instead"
    )
    parser.add_argument("--root", type=Path, default=DEFAULT_MODEL_ROOT, help="model root")
    parser.add_size("--people", "people of the yearbook", full=30, quick=10)
    given = parser.given()
    if not given.limits:
        found = attempt("face match", lambda: metrics(people=given.people))
        return publish("face match", found, as_json=given.json)
    try:
        measured = measure(find_pack(given.root, given.limits), given.root, people=given.people)
    except VerifierError as error:
        print(f"not performed: {error} {error.hint}", file=sys.stderr)
        return 2
    json.dump(limits(measured), sys.stdout, indent=1)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
