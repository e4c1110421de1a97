"""Every bad request that a running node must refuse: who sends it, what, and what must come back.

Four tables: JSON bodies, things that are not there, callers without the right, and uploads. `{case}` and
`{record}` in a path stand for ones that are there.
"""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import PIL.Image

from verifier.image import encode_jpeg

UNKNOWN = "f" * 32

SECRETIVE = {"name": "見本谷 太郎", "address": "東京都見本区架空九丁目", "birth_date": "1990-04-01"}


@dataclass(frozen=True)
class Bad:
    """One bad request: who sends it, what, and what must come back."""

    title: str
    who: str
    method: str
    path: str
    status: int
    code: str
    sent: Callable[[], dict[str, Any]] = field(default=dict)


def _json(**body: Any) -> Callable[[], dict[str, Any]]:
    return lambda: {"json": body}


def _raw(content: bytes, kind: str = "application/json") -> Callable[[], dict[str, Any]]:
    return lambda: {"content": content, "headers": {"Content-Type": kind}}


def _reuse(**changes: Any) -> Callable[[], dict[str, Any]]:
    wanted = {"issuer_id": 1, "purpose": "account_opening", "application": SECRETIVE, "high_risk": []}
    return _json(**{**wanted, **changes})


def _with(authorization: str) -> Callable[[], dict[str, Any]]:
    return lambda: {"headers": {"Authorization": authorization}}


NEW_CASE = ("staff", "POST", "/v1/cases")
NEW_REUSE = ("broker", "POST", "/v1/reuses")
JSON_REQUESTS = (
    Bad("no body", *NEW_CASE, 422, "request.malformed"),
    Bad("half JSON", *NEW_CASE, 422, "request.malformed", _raw(b'{"method": "jp')),
    Bad("no UTF-8", *NEW_CASE, 400, "http.400", _raw(b'{"method": "\xff"}')),
    Bad("nested beyond reading", *NEW_CASE, 400, "http.400", _raw(b"[" * 100_000)),
    Bad("a list", *NEW_CASE, 422, "request.malformed", _raw(b"[]")),
    Bad("not JSON", *NEW_CASE, 422, "request.malformed", _raw(b"method=jp.chip%2Bface", "text/plain")),
    Bad("a number for a method", *NEW_CASE, 422, "request.malformed", _json(method=5)),
    Bad("no such method", *NEW_CASE, 404, "method.unknown", _json(method="jp.none")),
    Bad("half a character", *NEW_CASE, 404, "method.unknown", _raw(rb'{"method": "\ud800"}')),
    Bad("no date", *NEW_CASE, 422, "request.malformed", _json(method="jp.chip+face", typed_birth_date="31")),
    Bad("two megabytes", *NEW_CASE, 413, "http.413", lambda: {"json": {"method": "x" * (2 << 20)}}),
    Bad("endless digits", *NEW_REUSE, 400, "http.400", _raw(b'{"issuer_id": ' + b"9" * 9999 + b"}")),
    Bad("member 0", *NEW_REUSE, 422, "request.malformed", _reuse(issuer_id=0)),
    Bad("member 9", *NEW_REUSE, 404, "issuer.unknown", _reuse(issuer_id=9)),
    Bad("oneself", *NEW_REUSE, 400, "issuer.same", _reuse(issuer_id=2)),
    Bad("the regulator", *NEW_REUSE, 400, "issuer.wrong_role", _reuse(issuer_id=3)),
    Bad("no purpose", *NEW_REUSE, 422, "request.malformed", _reuse(purpose="curiosity")),
    Bad("no risk", *NEW_REUSE, 422, "request.malformed", _reuse(high_risk=["見本谷 太郎"])),
    Bad(
        "half a character in a name",
        *NEW_REUSE,
        422,
        "request.malformed",
        lambda: {
            "content": json.dumps(_reuse(application={**SECRETIVE, "name": "\ud800"})()["json"]),
            "headers": {"Content-Type": "application/json"},
        },
    ),
    Bad("no name", *NEW_REUSE, 422, "request.malformed", _reuse(application={**SECRETIVE, "name": ""})),
    Bad(
        "a name without end",
        *NEW_REUSE,
        422,
        "request.malformed",
        _reuse(application={**SECRETIVE, "name": "見本谷 太郎" * 99}),
    ),
    Bad(
        "a birth date in words",
        *NEW_REUSE,
        422,
        "request.malformed",
        _reuse(application={**SECRETIVE, "birth_date": "東京都見本区架空九丁目"}),
    ),
    Bad(
        "a PIN of 13 digits",
        "staff",
        "POST",
        "/v1/cases/{case}/verify",
        422,
        "request.malformed",
        _json(typed_pin_b="1" * 13),
    ),
    Bad("nothing to verify", "staff", "POST", "/v1/cases/{case}/verify", 400, "case.incomplete"),
    Bad("a record that is not", "staff", "POST", "/v1/cases/{case}/enrolment", 409, "case.wrong_state"),
    Bad(
        "no reason",
        "officer",
        "POST",
        "/v1/records/{record}/revoke",
        422,
        "request.malformed",
        _json(reason="x"),
    ),
    Bad(
        "no note",
        "officer",
        "POST",
        f"/v1/review-cases/{UNKNOWN}/close",
        422,
        "request.malformed",
        _json(note=""),
    ),
)
UNKNOWN_THINGS = (
    Bad("case", "staff", "GET", f"/v1/cases/{UNKNOWN}", 404, "case.unknown"),
    Bad("case to verify", "staff", "POST", f"/v1/cases/{UNKNOWN}/verify", 404, "case.unknown"),
    Bad("case with a NUL", "staff", "GET", "/v1/cases/%00", 404, "case.unknown"),
    Bad("case with a very long id", "staff", "GET", "/v1/cases/" + "x" * 9000, 404, "case.unknown"),
    Bad("record", "staff", "GET", f"/v1/records/{UNKNOWN}", 404, "record.unknown"),
    Bad("reuse", "broker", "GET", f"/v1/reuses/{UNKNOWN}", 404, "reuse.unknown"),
    Bad(
        "review",
        "officer",
        "POST",
        f"/v1/review-cases/{UNKNOWN}/close",
        404,
        "review.unknown",
        _json(note="x"),
    ),
    Bad(
        "attestation", "regulator", "GET", "/v1/audit/attestations/0x" + "00" * 32, 404, "attestation.unknown"
    ),
    Bad("no method", "regulator", "GET", "/v1/audit/attestations?method=0x12", 400, "method.malformed"),
    Bad("no page", "regulator", "GET", "/v1/audit/attestations?after=behind", 400, "page.malformed"),
    Bad("no day", "regulator", "GET", "/v1/audit/attestations?until=9999-12-31", 422, "request.malformed"),
    Bad("no attestation id", "regulator", "GET", "/v1/audit/attestations/x", 400, "attestation.malformed"),
    Bad("link", "stranger", "GET", "/enrol/none", 404, "link.unknown"),
    Bad("page", "stranger", "GET", "/no/such/page", 404, "http.404"),
    Bad("verb", "stranger", "DELETE", "/health", 405, "http.405"),
)
WITHOUT_RIGHT = (
    Bad("no key", "stranger", "GET", "/v1/cases", 401, "auth.missing"),
    Bad("no bearer", "stranger", "GET", "/v1/cases", 401, "auth.missing", _with("Basic eDp5")),
    Bad("not a key", "stranger", "GET", "/v1/cases", 401, "auth.invalid", _with("Bearer x")),
    Bad("a made-up key", "stranger", "GET", "/v1/cases", 401, "auth.invalid", _with("Bearer rk_00_11")),
    Bad(
        "bytes",
        "stranger",
        "GET",
        "/v1/cases",
        401,
        "auth.invalid",
        lambda: {"headers": {b"Authorization": b"Bearer \xe8\xa6\x8b"}},
    ),
    Bad(
        "staff revokes",
        "staff",
        "POST",
        "/v1/records/{record}/revoke",
        403,
        "auth.forbidden",
        _json(reason="ended"),
    ),
    Bad(
        "staff reviews",
        "staff",
        "POST",
        "/v1/cases/{case}/review",
        403,
        "auth.forbidden",
        _json(decision="approve", note="x"),
    ),
    Bad("staff audits", "staff", "GET", "/v1/audit/summary", 403, "auth.forbidden"),
    Bad(
        "an auditor opens a case",
        "regulator",
        "POST",
        "/v1/cases",
        403,
        "auth.forbidden",
        _json(method="jp.chip+face"),
    ),
)


def picture(width: int = 64) -> bytes:
    return encode_jpeg(np.full((48, width, 3), 128, np.uint8))


def _flat(width: int, height: int) -> bytes:
    """A few hundred bytes that unfold to so many pixels."""
    file = io.BytesIO()
    PIL.Image.new("1", (width, height)).save(file, "PNG")
    return file.getvalue()


def _noise() -> bytes:
    return encode_jpeg(np.random.default_rng(1).integers(0, 255, (96, 96, 3), np.uint8))


def _bomb() -> bytes:
    """A PNG of 2.5 gigapixels in a hundred bytes."""
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _animation() -> bytes:
    file, frames = io.BytesIO(), [PIL.Image.new("RGB", (64, 64), (n, n, n)) for n in (0, 99)]
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:])
    return file.getvalue()


def surface(*images: bytes, name: str = "images") -> Callable[[], dict[str, Any]]:
    return lambda: {"files": [(name, ("見本谷 太郎.jpg", image, "image/jpeg")) for image in images]}


def clip(
    frames: int = 12, times: Any = None, image: bytes = b"", **more: str
) -> Callable[[], dict[str, Any]]:
    shown = json.dumps(list(range(0, frames * 100, 100))) if times is None else times
    files = [("frames", (f"{n}.jpg", image or picture(), "image/jpeg")) for n in range(frames)]
    return lambda: {"files": files, "data": {"timestamps_ms": shown, "challenge": "x"} | more}


def _two_sizes() -> dict[str, Any]:
    sent = clip(12)()
    sent["files"][7] = ("frames", ("7.jpg", picture(80), "image/jpeg"))
    return sent


SURFACE, CLIP = ("staff", "PUT", "/v1/cases/{case}/surface"), ("staff", "PUT", "/v1/cases/{case}/clip")
UPLOADS = (
    Bad("JSON", *SURFACE, 422, "request.malformed", _json(images=[])),
    Bad("no boundary", *SURFACE, 400, "http.400", _raw(b"x", "multipart/form-data")),
    Bad(
        "cut off",
        *SURFACE,
        422,
        "request.malformed",
        _raw(
            b'--b\r\nContent-Disposition: form-data; name="images"; filename="a"\r\n\r\n\xff\xd8',
            "multipart/form-data; boundary=b",
        ),
    ),
    Bad("another field", *SURFACE, 422, "request.malformed", surface(picture(), name="pictures")),
    Bad("two pictures", *SURFACE, 400, "surface.count", surface(*[picture()] * 2)),
    Bad("nine pictures", *SURFACE, 400, "surface.count", surface(*[picture()] * 9)),
    Bad("text", *SURFACE, 400, "image.unknown_format", surface(*[b"<html>"] * 3)),
    Bad("empty files", *SURFACE, 400, "image.unknown_format", surface(*[b""] * 3)),
    Bad("half a picture", *SURFACE, 400, "image.damaged", surface(*[_noise()[:-200]] * 3)),
    Bad("a bomb", *SURFACE, 400, "image.too_many_pixels", surface(*[_bomb()] * 3)),
    Bad("a dot", *SURFACE, 400, "image.too_small", surface(*[picture(8)] * 3)),
    Bad("an animation", *SURFACE, 400, "image.animated", surface(*[_animation()] * 3)),
    Bad("21 MB", *SURFACE, 413, "upload.too_large", surface(bytes(21 << 20))),
    Bad("no times", *CLIP, 422, "request.malformed", lambda: {"files": clip()()["files"]}),
    Bad("no challenge of this node", *CLIP, 400, "challenge.signature_invalid", clip()),
    Bad(
        "a challenge that is no text",
        *CLIP,
        400,
        "challenge.signature_invalid",
        clip(challenge="é.\u0000.="),
    ),
    Bad("an endless challenge", *CLIP, 400, "challenge.signature_invalid", clip(challenge="a.b." * 9999)),
    Bad("signals in words", *CLIP, 400, "signals.malformed", clip(signals="none")),
    Bad("signals without end", *CLIP, 400, "signals.malformed", clip(signals='{"camera":"' + "x" * 9999)),
    Bad("signals of another kind", *CLIP, 400, "signals.malformed", clip(signals='{"face":"me"}')),
    Bad("times in words", *CLIP, 400, "upload.timestamps", clip(times="now")),
    Bad("times nested", *CLIP, 400, "upload.timestamps", clip(times="[" * 100_000)),
    Bad("times missing", *CLIP, 400, "clip.timestamps", clip(times="[0, 100]")),
    Bad("times backwards", *CLIP, 400, "clip.timestamps", clip(times=json.dumps([*range(12, 0, -1)]))),
    Bad("times without end", *CLIP, 400, "upload.timestamps", clip(times="[" + "9" * 9999 + "]")),
    Bad("three frames", *CLIP, 400, "clip.too_few_frames", clip(3)),
    Bad("151 frames", *CLIP, 413, "upload.too_large", clip(151)),
    Bad(
        "one frame a second",
        *CLIP,
        400,
        "clip.frame_rate",
        clip(times=json.dumps([*range(0, 12_000, 1000)])),
    ),
    Bad("half a minute", *CLIP, 400, "clip.too_long", clip(140, json.dumps([*range(0, 28_000, 200)]))),
    Bad("frames of half a picture", *CLIP, 400, "image.damaged", clip(image=_noise()[:-200])),
    Bad("a video for a frame", *CLIP, 400, "image.unknown_format", clip(image=b"\0\0\0\x18ftypmp42" * 99)),
    Bad("frames of a bomb", *CLIP, 400, "image.too_many_pixels", clip(image=_bomb())),
    Bad(
        "frames larger than any camera's", *CLIP, 400, "image.too_many_pixels", clip(image=_flat(4000, 3000))
    ),
    Bad("animated frames", *CLIP, 400, "image.animated", clip(image=_animation())),
    Bad("frames of two sizes", *CLIP, 400, "clip.size_changes", _two_sizes),
    Bad("a frame of 3 MB", *CLIP, 413, "upload.too_large", clip(12, image=bytes(3 << 20))),
)

BAD_REQUESTS = (*JSON_REQUESTS, *UNKNOWN_THINGS, *WITHOUT_RIGHT, *UPLOADS)
