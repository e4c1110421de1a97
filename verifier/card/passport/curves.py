"""Points of the elliptic curves that PACE uses: just enough for its mapped generator.

Decides nothing. `cryptography` multiplies only the standard generator, and PACE needs another one, so
addition and multiplication are done here, in affine coordinates and not in constant time: every scalar is
used once and thrown away. SEC 1, 2.2.1; RFC 5639; FIPS 186-4, D.1.2. Ids: ICAO Doc 9303 part 11, 9.5.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

Point: TypeAlias = tuple[int, int] | None
"""Affine coordinates; None is the point at infinity."""


@dataclass(frozen=True, slots=True)
class Curve:
    """y^2 = x^3 + ax + b modulo p, with its generator and the generator's order; cofactor 1."""

    p: int
    a: int
    b: int
    generator: tuple[int, int]
    order: int

    @property
    def size(self) -> int:
        """Bytes of one coordinate."""
        return (self.p.bit_length() + 7) // 8

    def holds(self, point: Point) -> bool:
        """Whether a point lies on the curve and is not at infinity."""
        if point is None:
            return False
        x, y = point
        return 0 <= x < self.p and 0 <= y < self.p and (y * y - (x * x + self.a) * x - self.b) % self.p == 0

    def add(self, one: Point, other: Point) -> Point:
        """Sum of two points of the curve."""
        if one is None or other is None:
            return one or other
        (x1, y1), (x2, y2) = one, other
        if x1 == x2 and (y1 + y2) % self.p == 0:
            return None
        steep = (3 * x1 * x1 + self.a, 2 * y1) if one == other else (y2 - y1, x2 - x1)
        slope = steep[0] * pow(steep[1], -1, self.p) % self.p
        x3 = (slope * slope - x1 - x2) % self.p
        return x3, (slope * (x1 - x3) - y1) % self.p

    def multiply(self, scalar: int, point: Point) -> Point:
        """A point added to itself so many times."""
        total: Point = None
        for bit in bin(scalar)[2:]:
            total = self.add(total, total)
            total = self.add(total, point) if bit == "1" else total
        return total

    def encode(self, point: tuple[int, int]) -> bytes:
        """04, x, y."""
        return b"\x04" + b"".join(part.to_bytes(self.size, "big") for part in point)

    def decode(self, encoded: bytes) -> Point:
        """A point of the curve, or None when these bytes are none."""
        if len(encoded) != 1 + 2 * self.size or encoded[0] != 4:  # noqa: PLR2004  uncompressed
            return None
        x, y = (
            int.from_bytes(half, "big") for half in (encoded[1 : 1 + self.size], encoded[1 + self.size :])
        )
        return (x, y) if self.holds((x, y)) else None


CURVES: Final[Mapping[int, Curve]] = {
    12: Curve(  # NIST P-256
        p=0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
        a=-3,
        b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        generator=(
            0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
            0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
        ),
        order=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    ),
    13: Curve(  # brainpoolP256r1
        p=0xA9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377,
        a=0x7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9,
        b=0x26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6,
        generator=(
            0x8BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262,
            0x547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997,
        ),
        order=0xA9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7,
    ),
    15: Curve(  # NIST P-384
        p=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF,
        a=-3,
        b=0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
        generator=(
            0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
            0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
        ),
        order=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    ),
    16: Curve(  # brainpoolP384r1
        p=0x8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B412B1DA197FB71123ACD3A729901D1A71874700133107EC53,
        a=0x7BC382C63D8C150C3C72080ACE05AFA0C2BEA28E4FB22787139165EFBA91F90F8AA5814A503AD4EB04A8C7DD22CE2826,
        b=0x04A8C7DD22CE28268B39B55416F0447C2FB77DE107DCD2A62E880EA53EEB62D57CB4390295DBC9943AB78696FA504C11,
        generator=(
            0x1D1C64F068CF45FFA2A63A81B7C13F6B8847A3E77EF14FE3DB7FCAFE0CBD10E8E826E03436D646AAEF87B2E247D4AF1E,
            0x8ABE1D7520F9C2A45CB1EB8E95CFD55262B70B29FEEC5864E19C054FF99129280E4646217791811142820341263C5315,
        ),
        order=0x8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B31F166E6CAC0425A7CF3AB6AF6B7FC3103B883202E9046565,
    ),
}
"""By standardised domain parameter id."""
