"""Nothing on the chain can be computed from what is known of a customer; logs and files name nobody.

The whole life of a verification is driven (record, anchor, accepted and refused reuse, disclosure, revoking);
then everything that the chain shows is searched for every guess that `tests.sim.guesses` makes.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from eth_hash.auto import keccak

from node.domain import base64url
from node.domain.access import Role as StaffRole
from node.domain.canonical import canonical_bytes, canonical_digest
from node.domain.commitments import attestation_id, decision_commitment, method_code
from node.domain.evm_words import address_word, uint_word
from node.domain.ids import MemberId
from node.domain.jwk import cose_of_jwk, point_of_jwk
from node.domain.methods import CHIP_FACE
from node.domain.release import recomputed_leaf
from node.domain.transfer import Transfer, parse_transfer
from node.domain.versions import unsigned_core, version_digest
from node.usecases.receive_transfer import TRANSFER_FILE
from node.usecases.releasable import load_record, load_version
from tests.integration.reuse_network import Customer, Network, enrol, open_reuse, record_at, seen
from tests.sim.chain_scan import MIN_BYTES, Chain, Finding, Guess, read_chain
from tests.sim.consortium import Consortium
from tests.sim.guesses import Facts, date_spellings, hmac_keccak, name_spellings, text_spellings
from tests.sim.patience import eventually
from verifier.era import in_era
from verifier.ocr.pin_b import build_pin_b

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.integration

NAME, KANA, ROMAN = "見本谷 花子", "ミホンヤ ハナコ", "Mihonya Hanako"
ADDRESS = "東京都見本区架空一丁目2番3号"
BORN, EXPIRES = date(1990, 4, 1), date(2031, 4, 1)
SECURITY_CODE = "2285"
PIN_B = build_pin_b(in_era(BORN), EXPIRES.year, SECURITY_CODE)
E_MAIL = "hanako.mihonya@example.jp"
PORTRAIT = b"\x00\x00\x00\x0cjP  specimen photograph of an invented person"
APPLICATION = {"name": NAME, "address": ADDRESS, "birth_date": BORN.isoformat(), "sex": "female"}

NO_SECRET = bytes(32)

TEXTS = {
    "name": name_spellings(NAME, ROMAN, "Hanako Mihonya", KANA, "ﾐﾎﾝﾔ ﾊﾅｺ", "みほんや はなこ"),
    "birth date": date_spellings(BORN),
    "address": text_spellings(
        ADDRESS, "東京都見本区架空1丁目2番3号", "東京都見本区架空1-2-3", "見本区架空1-2-3"
    ),
    "sex": ["female", "女", "F", "2", "女性", "Female"],
    "expiry": date_spellings(EXPIRES),
    "code B": [PIN_B, PIN_B[:-4]],
    "security code": [SECURITY_CODE],
    "e-mail": [E_MAIL, f"mailto:{E_MAIL}", E_MAIL.upper(), E_MAIL.partition("@")[0]],
}


@dataclass(frozen=True)
class Journey:
    """What is left after everything happened.

    Attributes:
        chain: what it shows.
        facts: what somebody who knows the customer, or either bank's files without their secrets, knows.
        released: ids of the attestations: on chain on purpose.
        log: everything that the nodes logged at the most talkative level.
        files: every file that the three nodes wrote, databases and evidence alike.
    """

    chain: Chain
    facts: Facts
    released: tuple[bytes, ...]
    log: str
    files: bytes


@pytest.fixture(name="journey", scope="module")
def _journey(tmp_path_factory) -> Journey:
    folder = tmp_path_factory.mktemp("journey")
    with _without_models(), _logged(folder / "log") as log, Network(folder) as network:
        customer = enrol(network, _record(network))
        reuses = [_reuse(network, customer), _reuse(network, customer, high_risk=["foreign_pep"])]
        assert [reuse["state"] for reuse in reuses] == ["accepted", "refused"]
        _disclose(network, reuses[0]["attestation_id"])
        released = tuple(bytes.fromhex(reuse["attestation_id"][2:]) for reuse in reuses)
        _revoke(network, customer, released)
        facts = Facts(TEXTS, _blobs(network, customer, reuses), _public(network))
        return Journey(
            read_chain(network.chain), facts, released, log.read_text(encoding="utf-8"), _files(folder)
        )


def test_the_chain_shows_nothing_that_can_be_computed_from_what_is_known_of_the_customer(journey):
    assert journey.chain.scan(journey.facts.guesses()) == []


def test_everything_that_happened_was_read(journey):
    deliberate = [Guess("attestation", one) for one in journey.released]
    deliberate += [Guess(text, text.encode()) for text in ("見本第一銀行", "見本ひかり証券")]
    found = {finding.label for finding in journey.chain.scan(deliberate)}
    assert {"attestation", "見本第一銀行", "見本ひかり証券"} <= found
    happened = {data for where, data in journey.chain.places if where.endswith("topic 0")}
    for event in (
        "Anchored(uint16,bytes32,uint32)",
        "Attested(bytes32,uint16,uint16,(uint16,uint16,bytes4,uint8,uint16,uint40))",
        "Decided(bytes32,uint16,bytes32)",
        "Revoked(bytes32,uint16,uint8)",
    ):
        assert keccak(event.encode()) in happened, event
    for part in ("input", "log 0 data", "log 0 topic 3"):
        assert any(where.endswith(part) for where, _ in journey.chain.places), part
    for part in ("storage of", "code of"):
        assert any(where.startswith(part) for where, _ in journey.chain.places), part


def test_the_logs_name_nobody(journey):
    assert "/exchange/par" in journey.log
    assert _named_in(journey.log) == []


def test_the_files_of_the_nodes_name_nobody(journey):
    assert journey.released[0].hex().encode() in journey.files
    assert _named_in(journey.files.decode("utf-8", errors="replace")) == []


# --- the search can fail ---

PLANTED = {
    "sha256 of name": sha256(NAME.encode()).digest(),
    "keccak256 of name+birth date": keccak(f"{NAME}|1990-04-01".encode()),
    "blake2s of birth date+name+address": hashlib.blake2s(f"19900401{NAME}{ADDRESS}".encode()).digest(),
    "keccak256 of abi.encode(chain id, keccak256) of name": keccak(uint_word(31337) + keccak(NAME.encode())),
    "HMAC-keccak256 by contract of code B": b"contract",
    "sha512 of e-mail": hashlib.sha512(E_MAIL.encode()).digest()[:8] + secrets.token_bytes(24),
    "sha256 of passkey": sha256(b"\x04" * 65).digest(),
    "identity of passkey": b"\x04" * 32,
}
"""Guess -> value that a careless implementation would anchor as a root."""


@pytest.fixture(name="careless", scope="module")
def _careless(tmp_path_factory) -> list[Finding]:
    """Findings on a chain whose members anchor, send and store what they must not."""
    with Consortium(tmp_path_factory.mktemp("careless")) as net:
        address = bytes.fromhex(net.deployment.contract[2:])
        public = {"chain id": uint_word(net.deployment.chain_id), "contract": address}
        facts = Facts(TEXTS, {"passkey": b"\x04" * 65}, public)
        assert read_chain(net.chain).scan(facts.guesses()) == []
        for number, value in enumerate(PLANTED.values()):
            root = hmac_keccak(address, PIN_B.encode()) if value == b"contract" else value
            assert net.a.do(f"anchor-{number}", "anchor", root, size=1).is_recorded
        account = net.chain.accounts()[0]
        sent = {"from": account, "to": account, "data": "0x" + ADDRESS.encode("utf-16-le").hex()}
        net.chain.rpc("eth_sendTransaction", sent)
        hidden = hashlib.sha1(KANA.encode(), usedforsecurity=False).digest().rjust(32, b"\0")
        net.chain.rpc("anvil_setStorageAt", account, hex(7), "0x" + hidden.hex())
        net.chain.mine()
        return read_chain(net.chain).scan(facts.guesses())


@pytest.mark.parametrize("label", PLANTED)
def test_a_planted_root_is_found(careless, label):
    assert any(finding.label.startswith(label) for finding in careless)


def test_planted_calldata_is_found(careless):
    assert any(f.label.startswith("identity of address") and f.place.endswith("input") for f in careless)


def test_a_planted_storage_word_is_found(careless):
    assert any(f.label.startswith("sha1 of name") and f.place.startswith("storage") for f in careless)


@pytest.mark.parametrize("form", [NAME, json.dumps(NAME), quote(ADDRESS), "born 1990-04-01", f"try {PIN_B}"])
def test_a_name_in_a_log_is_found(form):
    assert _named_in(f"INFO node: customer {form} was verified")


# --- driving the journey ---


def _record(network: Network) -> str:
    return record_at(
        network.a,
        name=NAME,
        address=ADDRESS,
        birth_date=BORN,
        portrait=PORTRAIT,
        document_expires_on=EXPIRES,
    )


def _reuse(network: Network, customer: Customer, **changes: Any) -> dict[str, Any]:
    """One reuse from asking to the end, as the recipient's staff see it then."""
    opened = open_reuse(network, application=APPLICATION, **changes)
    customer.wait(customer.come_back(customer.consent(opened["redirect_url"], "portrait")))
    return seen(network, opened["reuse_id"])


def _disclose(network: Network, identifier: str) -> None:
    first, second = (network.r.staff(StaffRole.AUDITOR, name) for name in ("佐藤", "鈴木"))
    eventually(lambda: first.post("/v1/audit/completeness").json()["complete"])
    asked = {"attestation_id": identifier, "case_number": "令和8-17"}
    disclosure = first.post("/v1/audit/disclosures", json=asked).json()
    shown = second.post(f"/v1/audit/disclosures/{disclosure['disclosure_id']}/approve").json()
    assert shown["claims"]["name"] == NAME


def _revoke(network: Network, customer: Customer, released: tuple[bytes, ...]) -> None:
    officer = network.a.staff(StaffRole.OFFICER)
    officer.post(f"/v1/records/{customer.record_id}/revoke", json={"reason": "ended"})
    for identifier in released:
        eventually(lambda one=identifier: network.a.node.ledger.status_of(one)[0].name == "REVOKED")


def _blobs(network: Network, customer: Customer, reuses: list[dict[str, Any]]) -> dict[str, bytes]:
    """What both banks keep of the customer, without the secrets of commitments."""
    ledger = network.a.node.ledger.ledger
    with network.a.node.transaction() as unit:
        entry = unit.records.get(customer.record_id)
        record = load_record(unit.vault, customer.record_id)
        (binding,) = unit.bindings.find(record_id=customer.record_id)
        versions = [load_version(unit.vault, customer.record_id, number) for number in range(16)]
    blobs = _passkey(binding) | {
        "portrait": PORTRAIT,
        "record": canonical_bytes(record.to_json()),
        "record digest": bytes.fromhex(entry.digest),
        "claims": canonical_bytes(record.verified_claims["claims"]),
        "verified claims": canonical_bytes(record.verified_claims),
        "application": canonical_bytes(APPLICATION),
        "application as Python writes it": json.dumps(APPLICATION).encode(),
    }
    for number, version in enumerate(versions):
        digest = version_digest(unsigned_core(record, version))
        blobs[f"version {number}"] = digest
        blobs[f"leaf {number} without secret"] = recomputed_leaf(
            ledger, MemberId(1), version_digest=digest, secret=NO_SECRET
        )
    for holder in ("見本 係員 staff", "見本 係員 officer", "佐藤 auditor", "鈴木 auditor"):
        blobs[f"API key of {holder}"] = holder.encode()
    for name, text in {"record id": customer.record_id, "reuse id": reuses[0]["reuse_id"]}.items():
        blobs |= {name: bytes.fromhex(text), f"{name} as text": text.encode()}
    for number, reuse in enumerate(reuses):
        blobs |= {f"{name} of reuse {number}": value for name, value in _released(network, reuse).items()}
    return blobs


def _passkey(binding: Any) -> dict[str, bytes]:
    """Every form of the customer's passkey."""
    point, jwk = point_of_jwk(binding.jwk), dict(binding.jwk)
    credential = base64url.decode(binding.binding_id, code="test")
    return {
        "passkey id": credential,
        "passkey id as text": binding.binding_id.encode(),
        "passkey x": point[:32],
        "passkey y": point[32:],
        "passkey point": point,
        "passkey point, uncompressed": b"\x04" + point,
        "passkey point, compressed": bytes([2 + point[-1] % 2]) + point[:32],
        "passkey JWK": canonical_bytes(jwk),
        "passkey COSE": cose_of_jwk(jwk),
        "user handle": bytes.fromhex(binding.user_handle),
    }


def _released(network: Network, reuse: dict[str, Any]) -> dict[str, bytes]:
    """What one release and its decision consist of, and their commitments without the secrets."""
    ledger, identifier = network.a.node.ledger.ledger, bytes.fromhex(reuse["attestation_id"][2:])
    with network.b.node.transaction() as unit:
        transfer: Transfer = parse_transfer(unit.vault.get(reuse["reuse_id"], TRANSFER_FILE))
        opening = json.loads(unit.vault.get(reuse["reuse_id"], "opening.json"))
    credential, consent = transfer.presentation.credential_digest, transfer.consent.digest
    decision = canonical_digest(opening["decision"])
    guesses = {
        "credential": transfer.credential.encode(),
        "credential digest": credential,
        "consent receipt": canonical_bytes(transfer.consent.to_json()),
        "consent digest": consent,
        "decision": canonical_bytes(opening["decision"]),
        "decision digest": decision,
        "attestation id without secret": attestation_id(
            chain_id=ledger.chain_id,
            contract=ledger.contract,
            issuer_id=1,
            recipient_id=2,
            credential_digest=credential,
            consent_digest=consent,
            secret=NO_SECRET,
        ),
    }
    for accepted in (True, False):
        guesses[f"decision {accepted} without secret"] = decision_commitment(
            identifier, accepted=accepted, decision_digest=decision, secret=NO_SECRET
        )
    return guesses


def _public(network: Network) -> dict[str, bytes]:
    """What anybody could key a function with."""
    ledger = network.a.node.ledger.ledger
    contract = ledger.contract
    return {
        "chain id": uint_word(ledger.chain_id),
        "chain id as text": str(ledger.chain_id).encode(),
        "contract": bytes.fromhex(contract[2:]),
        "contract word": address_word(contract),
        "contract as text": contract.encode(),
        "contract in lower case": contract.lower().encode(),
        **{f"member {n}": uint_word(n) for n in (1, 2, 3)},
        **{f"member {n} as text": str(n).encode() for n in (1, 2, 3)},
        "issuer": "見本第一銀行".encode(),
        "recipient": "見本ひかり証券".encode(),
        "issuer's endpoint": network.a.url.encode(),
        "recipient's endpoint": network.b.url.encode(),
        "method": CHIP_FACE.encode(),
        "method code": method_code(CHIP_FACE),
        "consortium": "見本コンソーシアム".encode(),
        "project": b"rireki",
    }


def _files(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in folder.glob("[abr]/**/*") if path.is_file())


def _named_in(log: str) -> list[str]:
    """Raw personal values in a text: as they are, escaped as JSON, or percent-encoded."""
    texts = [text for fact in ("name", "address", "birth date", "code B", "e-mail") for text in TEXTS[fact]]
    texts += [base64url.encode(PORTRAIT), str(PORTRAIT)[2:-1]]
    forms = {form for text in texts for form in (text, json.dumps(text)[1:-1], quote(text))}
    return [form for form in forms if len(form.encode()) >= MIN_BYTES and form in log]


@contextmanager
def _without_models() -> Iterator[None]:
    """Three nodes would warm up three engines, none of which is used."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RIREKI_MODEL_ROOT", "no-models")
        yield


@contextmanager
def _logged(path: Path) -> Iterator[Path]:
    """Write what every logger says, at every level, into a file."""
    handler = logging.FileHandler(path, encoding="utf-8")
    loggers = [logging.getLogger(), logging.getLogger("uvicorn")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    try:
        yield path
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
        handler.close()
