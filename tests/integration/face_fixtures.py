"""The real models and photographs; a test that needs them fails with the command that fetches them."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from scripts.fetch_models import MODEL_ROOT_VARIABLE
from tests.sim.face.clip import synthesise_clip
from tests.sim.face.photographs import Photograph, load_photograph
from verifier.errors import VerifierError
from verifier.face.models import FaceModels, load_face_models
from verifier.liveness.challenge import Challenge, issue
from verifier.models import DEFAULT_MODEL_ROOT

if TYPE_CHECKING:
    from verifier.types import Clip, Image


@cache
def real_models() -> FaceModels:
    try:
        return load_face_models(Path(os.environ.get(MODEL_ROOT_VARIABLE) or DEFAULT_MODEL_ROOT))
    except VerifierError as error:
        pytest.fail(f"{error}; {error.hint}")


@cache
def picture(photograph: Photograph) -> Image:
    try:
        return load_photograph(photograph)
    except VerifierError as error:
        pytest.fail(f"{error}; {error.hint}")


def a_challenge(seed: int) -> Challenge:
    return issue(randomness=random.Random(seed), now=datetime(2026, 11, 22, tzinfo=UTC))


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@cache
def genuine_clip(photograph: Photograph, seed: int) -> Clip:
    """The photographed person answers `a_challenge(seed)`; made once for all modules."""
    return synthesise_clip(picture(photograph), a_challenge(seed), real_models(), rng=rng(seed))
