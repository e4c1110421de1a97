"""`rireki sim card KIND`: a virtual card in a reader, for whoever develops against Rireki or PC/SC.

Starts a private pcscd with one virtual reader and lays the card on it, or puts the card into a reader that
runs already (`--port`). Prints what opens the card and how other programs find it; ends with Ctrl-C.
Everything is 見本: invented persons, keys made for this run.
"""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import cv2
import typer

from node.errors import InvalidInput
from tests.sim.card.active_authentication import active_groups
from tests.sim.card.authority import CardAuthority, generate_key
from tests.sim.card.images import portrait_jp2
from tests.sim.card.iso7816 import VirtualCard
from tests.sim.card.jpki import PASSWORD, JpkiAuthority, attributes, jpki_card
from tests.sim.card.licence import HOLDER, licence_card, personalise_licence
from tests.sim.card.mynumber import mynumber_card
from tests.sim.card.pace_chip import PaceTerms
from tests.sim.card.passport import passport_chip
from tests.sim.card.passport_files import zone
from tests.sim.card.passport_issuer import PassportIssuer
from tests.sim.card.pcscd import VirtualPcscd
from tests.sim.card.personalise import personalise
from tests.sim.card.residence import NUMBER, ImmigrationIssuer, ResidenceHolder, residence_card
from tests.sim.card.samples import HANAKO, textured_jpeg, textured_portrait
from tests.sim.card.vpcd import VpcdCard
from verifier.image import encode_jpeg

EXPIRES_ON = date(2035, 2, 17)
SECURITY_CODE = "2285"
LICENCE_PHOTO_BYTES = 1800
"""Room for 2,000 in the file; the encoder only aims at a size."""

app = typer.Typer(no_args_is_help=True, help="Simulators for development: nothing here is real (見本).")


@app.callback()
def simulators() -> None:
    """Simulators for development: nothing here is real (見本)."""


class Kind(StrEnum):
    """Cards that can be simulated."""

    MYNUMBER = "mynumber"
    LICENCE = "licence"
    RESIDENCE = "residence"
    PASSPORT = "passport"
    JPKI = "jpki"


@app.command()
def card(
    kind: Annotated[Kind, typer.Argument(help=f"which card: {', '.join(Kind)}")],
    port: Annotated[
        int | None, typer.Option(help="of a vpcd reader that runs already; a private pcscd if left out")
    ] = None,
    trust: Annotated[
        Path | None,
        typer.Option(help="folder for the trust store file that makes a test node believe the card"),
    ] = None,
    photo: Annotated[
        Path | None, typer.Option(help="image for the chip; a pattern without face if left out")
    ] = None,
) -> None:
    """Lay a virtual card on a virtual reader, until Ctrl-C.

    Needs Debian's pcscd and vsmartcard-vpcd; a private pcscd also needs root. Then, in another terminal, with
    the printed variable set: `rireki card-relay ...`, a test node, `pcsc_scan`, or your own program.
    """
    made, opens = _MAKERS[kind](_Photo(photo), trust)
    typer.echo(f"{kind}: {opens}")
    with _reader(port) as found, VpcdCard(made, found):
        typer.echo("the card lies on the reader; Ctrl-C takes it away")
        _wait_for_interrupt()


class _Photo:
    """The chip's photograph in the form and size a kind of card takes."""

    def __init__(self, path: Path | None) -> None:
        self._image = None if path is None else cv2.imread(str(path))
        if path is not None and self._image is None:
            raise InvalidInput("image.undecodable", f"{path.name} is not an image", hint="give a JPEG or PNG")

    def jp2(self, size_bytes: int, *, codestream: bool = False) -> bytes:
        if self._image is None:
            return textured_portrait(1, size_bytes=size_bytes, codestream=codestream)
        return portrait_jp2(self._image, margin=0, size_bytes=size_bytes, codestream=codestream)

    def jpeg(self) -> bytes:
        return textured_jpeg(1) if self._image is None else encode_jpeg(self._image)


def _mynumber(photo: _Photo, trust: Path | None) -> tuple[VirtualCard, str]:
    authority = CardAuthority.generate()
    if trust is not None:
        authority.write_trust(trust)
    files = personalise(
        HANAKO, photo.jp2(2000), expires_on=EXPIRES_ON, security_code=SECURITY_CODE, ca=authority
    )
    return mynumber_card(files), f"照合番号B {files.pin_b}"


def _licence(photo: _Photo, _trust: Path | None) -> tuple[VirtualCard, str]:
    picture = photo.jp2(LICENCE_PHOTO_BYTES, codestream=True)
    files = personalise_licence(HOLDER, picture, signer=generate_key())
    pin1, pin2 = files.pins or ("none", "none")
    return licence_card(files), f"PIN1 {pin1}, PIN2 {pin2}"


def _residence(photo: _Photo, trust: Path | None) -> tuple[VirtualCard, str]:
    issuer = ImmigrationIssuer.generate()
    if trust is not None:
        issuer.write_trust(trust)
    return residence_card(issuer.personalise(ResidenceHolder(), photo.jp2(2700))), f"number {NUMBER}"


def _passport(photo: _Photo, trust: Path | None) -> tuple[VirtualCard, str]:
    issuer, key, text = PassportIssuer.generate(), generate_key(), zone()
    if trust is not None:
        _write_trust(trust / "generated-test-csca.json", issuer.trust_entry())
    files = issuer.personalise(text, photo.jpeg(), extra=active_groups(key))
    return passport_chip(files, active_key=key, pace=PaceTerms()), f"zone {text}"


def _jpki(_photo: _Photo, trust: Path | None) -> tuple[VirtualCard, str]:
    authority = JpkiAuthority.generate()
    if trust is not None:
        _write_trust(trust / "generated-test-jpki.json", authority.trust_entry())
    return jpki_card(authority.issue(attributes(HANAKO))), f"signature password {PASSWORD}"


def _write_trust(path: Path, entry: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"environment": "test", "source": "generated for virtual cards", "certificates": [entry]}
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")


_MAKERS: dict[Kind, Callable[[_Photo, Path | None], tuple[VirtualCard, str]]] = {
    Kind.MYNUMBER: _mynumber,
    Kind.LICENCE: _licence,
    Kind.RESIDENCE: _residence,
    Kind.PASSPORT: _passport,
    Kind.JPKI: _jpki,
}


@contextmanager
def _reader(port: int | None) -> Iterator[int]:
    """Port of a virtual reader."""
    if port is not None:
        yield port
        return
    with VirtualPcscd() as pcscd:
        for name, value in pcscd.environment.items():
            typer.echo(f"export {name}={value}")
        yield pcscd.port


def _wait_for_interrupt() -> None:
    asked = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked.set())
    asked.wait()
