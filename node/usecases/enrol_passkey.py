"""The customer's passkey is made and bound to the record, right after the verification.

Binding does three things at once: the key enters the record (`cnf`), sixteen salted versions are prepared,
and their leaves wait for the next anchor. One record, one binding; a link works once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from node.domain import days
from node.domain.binding import Binding
from node.domain.canonical import canonical_bytes, parse_object
from node.domain.ids import Ledger
from node.domain.link import Link, LinkPurpose, new_link
from node.domain.passkey import RelyingParty
from node.domain.record import VerificationRecord
from node.domain.register import BOUND_RECORD_FILE, RECORD_FILE, RecordEntry
from node.domain.registration import registration_options, verify_registration
from node.domain.session import Ceremony, new_ceremony, token_digest
from node.errors import InvalidInput
from node.ports import Clock, Randomness
from node.usecases.prepare_versions import prepare_versions
from node.usecases.transaction import Transactions, VerificationUnit

USER_HANDLE_BYTES = 32
"""Random; W3C Web Authentication section 14.6.1 forbids anything personal and allows up to 64."""

ENROL = "enrol"


@dataclass(frozen=True)
class OfferEnrolment:
    """Give the customer a one-time link for making a passkey."""

    transaction: Transactions
    clock: Clock
    randomness: Randomness

    def __call__(self, record_id: str) -> tuple[Link, str]:
        """Return the link and its token; earlier links for this record stop working.

        Raises:
            InvalidInput: "record.unknown", or "binding.exists".
        """
        now = self.clock.now()
        link, token = new_link(LinkPurpose.ENROL, record_id, now=now, randomness=self.randomness)
        with self.transaction() as unit:
            _ = unit.records.get(record_id).bound()
            for older in unit.links.find(purpose=LinkPurpose.ENROL.value, subject=record_id, used_at=None):
                if now < older.expires_at:
                    unit.links.replace(older.used(now=now), was=older)
            unit.links.add(link)
        return link, token


@dataclass(frozen=True)
class ShowEnrolment:
    """What the page behind a link is about."""

    snapshot: Transactions
    clock: Clock

    def __call__(self, token: str) -> RecordEntry:
        """Return the record's entry. Raises InvalidInput ("link.*", "binding.exists")."""
        with self.snapshot() as unit:
            link = _open_link(unit, token, now=self.clock.now())
            entry = unit.records.get(link.subject)
        _ = entry.bound()
        return entry


@dataclass(frozen=True)
class BeginEnrolment:
    """Ask the browser for a new passkey."""

    transaction: Transactions
    clock: Clock
    randomness: Randomness
    site: RelyingParty
    legal_name: str

    def __call__(self, token: str) -> tuple[str, dict[str, Any]]:
        """Return the ceremony's id and PublicKeyCredentialCreationOptionsJSON. Raises as `ShowEnrolment`."""
        now = self.clock.now()
        user_handle = self.randomness(USER_HANDLE_BYTES)
        with self.transaction() as unit:
            entry = unit.records.get(_open_link(unit, token, now=now).subject)
            _ = entry.bound()
            subject = f"{entry.record_id}:{user_handle.hex()}"
            ceremony = new_ceremony(ENROL, subject, now=now, randomness=self.randomness)
            unit.ceremonies.add(ceremony)
        verified_on = days.jst_date(entry.verified_at).isoformat()
        options = registration_options(
            self.site,
            name=self.legal_name,
            user_handle=user_handle,
            user_name=f"{self.legal_name} {verified_on}",
            challenge=bytes.fromhex(ceremony.challenge),
        )
        return ceremony.ceremony_id, options


@dataclass(frozen=True)
class EnrolPasskey:
    """Bind the passkey that the browser made."""

    transaction: Transactions
    snapshot: Transactions
    clock: Clock
    randomness: Randomness
    site: RelyingParty
    ledger: Ledger

    def __call__(self, token: str, ceremony_id: str, credential: Mapping[str, Any]) -> Binding:
        """Verify the registration, bind it, queue the leaves. The same answer again gives the same binding.

        Raises:
            InvalidInput: "link.*", "ceremony.*", "passkey.invalid", "key.not_p256", "binding.exists" (this
                record has one, or this passkey is bound elsewhere).
        """
        now = self.clock.now()
        if (made := self._made_before(token, credential)) is not None:
            return made
        ceremony = self._asked(ceremony_id, token, now=now)
        binding = self._verified(ceremony, credential, now=now)
        with self.transaction() as unit:
            unit.ceremonies.replace(ceremony.used(purpose=ENROL, now=now), was=ceremony)
            link = _open_link(unit, token, now=now)
            unit.links.replace(link.used(now=now), was=link)
            entry = unit.records.get(binding.record_id)
            unit.records.replace(entry.bound(), was=entry)
            unit.bindings.add(binding)
            self._prepare(unit, binding)
        return binding

    def _made_before(self, token: str, credential: Mapping[str, Any]) -> Binding | None:
        """What the same answer to the same link made already: only the word of it got lost."""
        with self.snapshot() as unit:
            links = unit.links.find(link_id=token_digest(token), purpose=LinkPurpose.ENROL.value)
            bound = unit.bindings.find(record_id=links[0].subject) if links else ()
        return next((one for one in bound if one.binding_id == credential.get("id")), None)

    def _asked(self, ceremony_id: str, token: str, *, now: int) -> Ceremony:
        with self.snapshot() as unit:
            link = _open_link(unit, token, now=now)
            ceremony = unit.ceremonies.get(ceremony_id)
        if ceremony.subject.partition(":")[0] != link.subject:
            raise InvalidInput("ceremony.unknown", "no such passkey request", hint="start again")
        _ = ceremony.used(purpose=ENROL, now=now)
        return ceremony

    def _verified(self, ceremony: Ceremony, credential: Mapping[str, Any], *, now: int) -> Binding:
        challenge = bytes.fromhex(ceremony.challenge)
        try:
            passkey = verify_registration(self.site, credential, challenge=challenge)
        except InvalidInput:
            # A challenge is spent by any answer: by a wrong one here, by the right one with what it binds.
            with self.transaction() as unit:
                unit.ceremonies.replace(ceremony.used(purpose=ENROL, now=now), was=ceremony)
            raise
        record_id, _, user_handle = ceremony.subject.partition(":")
        return Binding(passkey.credential_id, record_id, user_handle, passkey.jwk, passkey.sign_count, now)

    def _prepare(self, unit: VerificationUnit, binding: Binding) -> None:
        """Write the bound record and its versions' secrets, and queue the leaves."""
        record_id = binding.record_id
        stored = parse_object(unit.vault.get(record_id, RECORD_FILE), code="record.corrupt")
        record = VerificationRecord.from_json(stored).bound_to(binding.jwk, at=binding.created_at)
        unit.vault.put(record_id, BOUND_RECORD_FILE, canonical_bytes(record.to_json()))
        made_at = binding.created_at
        prepare_versions(unit, record_id, record, self.ledger, randomness=self.randomness, now=made_at)


def _open_link(unit: VerificationUnit, token: str, *, now: int) -> Link:
    found = unit.links.find(link_id=token_digest(token), purpose=LinkPurpose.ENROL.value)
    if not found:
        raise InvalidInput("link.unknown", "no such link", hint="ask for a new link")
    found[0].require_open(now=now)
    return found[0]
