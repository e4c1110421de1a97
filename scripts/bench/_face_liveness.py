"""How often attacks pass and genuine people do not: match, liveness and fusion over synthetic clips.

An attack counts as accepted where the fusion says PASS; what it sends to a reviewer or asks again is not
accepted (APCER, the share accepted, by kind). A genuine clip that does not pass counts as refused whatever
became of it (BPCER); how many of those a reviewer or a second clip would still have let through is reported
beside it. Rows are appended to a file, so that a run can be stopped and continued, and read again.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from scripts.bench._face_cues import cue_metrics
from scripts.bench._face_scenes import EXTRA_KINDS, GENUINE, SIBLING, Attempt, Cast, Half, attempts, cast
from scripts.bench._report import Metric
from scripts.bench._workers import PROCESSES, spread
from tests.sim.face.attacks import ATTACKS, PLANAR
from verifier.face.match import match
from verifier.face.models import FaceModels, load_face_models
from verifier.face.track import FaceTrack, track
from verifier.liveness.evidence import Evidence, gather
from verifier.liveness.fusion import Answer, Level, fuse
from verifier.liveness.judge import judge
from verifier.types import CheckResult

KINDS: Final = (*ATTACKS, *EXTRA_KINDS)
SAME_CLIP: Final = ("other_person", SIBLING)
LIMIT: Final = "<= 0.05"
NONE: Final = "== 0"
REFUSED: Final = tuple(answer for answer in Answer if answer is not Answer.PASS)
COMPARED: Final = "held-out people and seeds; PASS counts as accepted, review and again do not"


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one attempt; `checks` are (name, outcome, code, score, facts)."""

    half: str
    scene: int
    kind: str
    person: str
    light: str
    answer: str
    codes: list[str]
    checks: list[list[Any]]


def measure(
    half: Half,
    scenes: int,
    *,
    kinds: Sequence[str] = KINDS,
    processes: int = PROCESSES,
    results: Path | None = None,
    first: int = 0,
) -> list[Row]:
    """Judge the scenes from `first` to before `scenes`; those in the file already are not repeated."""
    done = read_rows(results) if results and results.exists() else []
    known = {row.scene for row in done if row.half == half}
    left = [number for number in range(first, scenes) if number not in known]
    found = [row for row in done if row.half == half and row.scene < scenes]
    judge_one = partial(_judge_scene, half, kinds)
    prepare = partial(_loaded, half)
    what = f"face: {half} scenes of {len(kinds)} attacks"
    for part in spread(judge_one, left, processes=processes, what=what, prepare=prepare):
        found += part
        if results:
            with results.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(asdict(row)) + "\n" for row in part)
    return found


def read_rows(path: Path) -> list[Row]:
    """Rows of an earlier run."""
    return [Row(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def metrics(rows: Sequence[Row]) -> list[Metric]:
    """Error rates by kind and over all."""
    judged_kinds = [kind for kind in KINDS if _of(rows, kind)]
    accepted = {kind: _share(rows, kind, Answer.PASS) for kind in judged_kinds}
    planar = [accepted[kind] for kind in PLANAR if kind in accepted]
    attacks = [row for row in rows if row.kind != GENUINE]
    passed = sum(row.answer == Answer.PASS for row in attacks)
    return [
        Metric("face.attacks_accepted", passed, "clips", NONE, f"{len(attacks)} of {len(accepted)} kinds"),
        Metric("face.apcer_max", max(accepted.values()), "share", LIMIT, COMPARED),
        *(
            Metric("face.apcer_planar", max(planar), "share", NONE, f"worst of {', '.join(PLANAR)}")
            for _ in planar[:1]
        ),
        *(
            Metric(f"face.apcer_{kind}", share, "share", NONE if kind == "replayed_case" else LIMIT)
            for kind, share in accepted.items()
        ),
        Metric("face.bpcer", _share(rows, GENUINE, *REFUSED), "share", LIMIT, "everything but PASS"),
        Metric(
            "face.bpcer_review", _share(rows, GENUINE, Answer.REVIEW), "share", None, "of these, reviewed"
        ),
        Metric(
            "face.bpcer_again", _share(rows, GENUINE, Answer.AGAIN), "share", None, "of these, asked again"
        ),
        Metric(
            "face.bpcer_reject", _share(rows, GENUINE, Answer.REJECT), "share", None, "of these, rejected"
        ),
        Metric("face.genuine_clips", len(_of(rows, GENUINE)), "clips"),
        Metric("face.clips_per_attack", min(len(_of(rows, kind)) for kind in judged_kinds), "clips"),
        *cue_metrics(rows, GENUINE),
    ]


def reasons(rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """(kind, counts of answers and codes), for the person who calibrates."""
    for kind in (GENUINE, *KINDS):
        of_kind = _of(rows, kind)
        answers = Counter(row.answer for row in of_kind)
        codes = Counter(code for row in of_kind for code in row.codes)
        yield kind, f"{dict(answers)} {dict(codes.most_common())}"


def _share(rows: Sequence[Row], kind: str, *answers: Answer) -> float:
    of_kind = _of(rows, kind)
    return sum(row.answer in answers for row in of_kind) / max(1, len(of_kind))


def _of(rows: Sequence[Row], kind: str) -> list[Row]:
    return [row for row in rows if row.kind == kind]


def _judge_scene(half: Half, kinds: Sequence[str], number: int) -> list[Row]:
    models, who = _loaded(half)
    genuine: list[tuple[Attempt, tuple[FaceTrack, Evidence]]] = []
    rows = []
    for attempt in attempts(half, number, models, who, kinds):
        # The attacker's own clip is held against several portraits.
        known = (seen for one, seen in genuine if one.clip is attempt.clip)
        seen = next(known, None) if attempt.kind in SAME_CLIP else None
        seen = seen or look(attempt, models)
        if attempt.kind == GENUINE:
            genuine.append((attempt, seen))
        rows.append(_row(half, number, attempt, judged(attempt, *seen, models)))
    return rows


@cache
def _loaded(half: Half) -> tuple[FaceModels, Cast]:
    models = load_face_models()
    return models, cast(half, models)


def look(attempt: Attempt, models: FaceModels) -> tuple[FaceTrack, Evidence]:
    """One pass over a clip; the same clip may be held against several portraits."""
    seen = track(attempt.clip, models, dense=attempt.challenge.eye_windows())
    return seen, gather(attempt.clip, seen)


def judged(
    attempt: Attempt, seen: FaceTrack, evidence: Evidence, models: FaceModels
) -> tuple[CheckResult, ...]:
    """Everything that a verification asks of a live face."""
    return match(attempt.portrait, seen, models), *judge(seen, attempt.challenge, evidence)


def _row(half: Half, number: int, attempt: Attempt, checks: tuple[CheckResult, ...]) -> Row:
    fusion = fuse(Level.RECORD, checks)
    figures = [_figures(check) for check in checks]
    return Row(
        half, number, attempt.kind, attempt.person, attempt.light, fusion.answer, list(fusion.codes), figures
    )


def _figures(check: CheckResult) -> list[Any]:
    return [check.check, check.outcome, check.code, check.score, dict(check.facts)]


def main(arguments: Iterable[str] | None = None) -> int:
    """Run one half and print what came of it: for calibration."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", type=Half, choices=list(Half), default=Half.CALIBRATION)
    parser.add_argument("--scenes", type=int, default=8, help="each gives two genuine clips and every attack")
    parser.add_argument("--first", type=int, default=0, help="first scene, to share a run out")
    parser.add_argument("--processes", type=int, default=PROCESSES)
    parser.add_argument("--results", type=Path, help="file to continue and to append to")
    given = parser.parse_args(None if arguments is None else list(arguments))
    rows = measure(
        given.half, given.scenes, processes=given.processes, results=given.results, first=given.first
    )
    for kind, counted in reasons(rows):
        print(f"{kind:16} {counted}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
