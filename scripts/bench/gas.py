"""What operations cost on chain: this ledger, EAS and ONCHAINID on one anvil, with the same facts recorded.

Facts: issuer, recipient, method, legal basis, day of verification, decide-by time, commitment. EAS keeps
issuer and recipient in its own fields, the rest as schema data; decide-by is no EAS expiry, which would end
decided attestations too (what it would cost as one is told as well). ONCHAINID keeps all but the issuer as
claim data. Transactions are given as a receipt tells them, views as execution only, without the 21,000 and
the calldata. The peers check less: docs/contracts/gas.md. Their packages are installed on first use.

Gas is counted, not timed: one run tells it exactly, on any machine, and --quick changes nothing.

Example: python -m scripts.bench.gas --json
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from node.domain.events import ReasonClass
from scripts.bench import _peers
from scripts.bench._progress import say
from scripts.bench._report import Arguments, Found, Metric, attempt, publish
from tests.contracts.consortium import CHIP_FACE, DAY_S, Consortium, jst_day, new_id
from tests.sim.anvil import Anvil
from tests.sim.ledger import Contract, deploy_code

BATCH = 50
ANCHOR_LEAVES = 2**16
ZERO = "0x" + "00" * 20
ZERO_WORD = bytes(32)
EAS_SCHEMA = "bytes32 commitment,bytes4 method,uint8 legalBasis,uint16 verifiedOn,uint40 decideBy"
EAS_SCHEMA_EXPIRING = EAS_SCHEMA.removesuffix(",uint40 decideBy")
ONCHAINID_TOPIC = 1
ECDSA_SCHEME = 1

FLOOR_CODE = bytes.fromhex("6001600035556060600060003760003560606000a100")
"""sstore(calldata word 0, 1); log1 of three calldata words; stop: nothing can record and tell for less."""
CREATION = bytes.fromhex(f"60{len(FLOOR_CODE):02x}80600b6000396000f3") + FLOOR_CODE

Figures = dict[str, float]


def main() -> int:
    """Run the benchmark; returns the exit code."""
    options = Arguments(__doc__).given()
    return publish("Gas", attempt("gas", _all), as_json=options.json)


def _all() -> Found:
    with Anvil(accounts=12) as chain:
        say("gas: this ledger")
        ours = measure_ours(chain)
        floor = gas_of_call(chain, deploy_code(chain, CREATION), new_id() * 3)
        peers = attempt("gas peers: EAS, ONCHAINID", lambda: _peers_as_metrics(chain, ours))
    floor_of = "21,000 + one new slot + an event of three words"
    return [*_ours_as_metrics(ours), *peers, Metric("gas.floor", floor, "gas", None, floor_of)]


def measure_ours(chain: Anvil) -> Figures:
    """Cost of this ledger's operations."""
    ledger = Consortium.found(chain)
    one, many = new_id(), [new_id() for _ in range(BATCH)]
    figures: Figures = {"attest": ledger.send(ledger.a, "attest", one, ledger.terms()).gas}
    batch = ledger.send(ledger.a, "attestMany", many, [ledger.terms()] * BATCH)
    figures["batch_item"] = batch.gas / BATCH
    figures["validity_view"] = ledger.contract.execution_gas("isValid", one)
    figures["decide"] = ledger.send(ledger.b, "decide", one, new_id()).gas
    figures["revoke"] = ledger.send(ledger.a, "revoke", [one], ReasonClass.ERROR).gas
    figures["revoke_batch_item"] = ledger.send(ledger.a, "revoke", many, ReasonClass.ERROR).gas / BATCH
    figures["anchor"] = ledger.send(ledger.a, "anchor", new_id(), ANCHOR_LEAVES).gas
    return figures


def measure_eas(chain: Anvil) -> Figures:
    """Cost of EAS with the same facts, and with fewer: decide-by as expiry; one hash and nothing else."""
    registry = _peers.deploy(chain, f"{_peers.EAS}/SchemaRegistry", [], [])
    eas = _peers.deploy(chain, f"{_peers.EAS}/EAS", ["address"], [registry.address])
    facts = _register(chain, registry, EAS_SCHEMA)
    expiring_facts = _register(chain, registry, EAS_SCHEMA_EXPIRING)
    hash_only = _register(chain, registry, "bytes32 commitment")
    full = [_eas_request(chain) for _ in range(1 + BATCH)]
    bare = (ZERO, 0, True, ZERO_WORD, new_id(), 0)
    figures: Figures = {"attest_hash_only": send(chain, eas, "attest", (hash_only, bare))[0]}
    expiring = _eas_expiring_request(chain)
    figures["attest_native_expiry"], _ = send(chain, eas, "attest", (expiring_facts, expiring))
    figures["attest"], one = send(chain, eas, "attest", (facts, full[0]))
    figures["batch_item"], many = _per_item(send(chain, eas, "multiAttest", [(facts, full[1:])]))
    figures["validity_view"] = eas.execution_gas("getAttestation", one[0])
    figures["exists_view"] = eas.execution_gas("isAttestationValid", one[0])
    figures["revoke"], _ = send(chain, eas, "revoke", (facts, (one[0], 0)))
    revocations = [(facts, [(uid, 0) for uid in many])]
    figures["revoke_batch_item"], _ = _per_item(send(chain, eas, "multiRevoke", revocations))
    return figures


def measure_onchainid(chain: Anvil) -> Figures:
    """Cost of ONCHAINID with the same facts; it has no batch, and an identity per subject comes on top."""
    issuer_account = chain.accounts()[0]
    issuer = _peers.deploy(chain, f"{_peers.ONCHAINID}/ClaimIssuer", ["address"], [issuer_account])
    identity = _peers.deploy(
        chain, f"{_peers.ONCHAINID}/Identity", ["address", "bool"], [issuer_account, False]
    )
    data = _onchainid_facts(chain)
    content = encode(["address", "uint256", "bytes"], [identity.address, ONCHAINID_TOPIC, data])
    signature = bytes.fromhex(chain.rpc("eth_sign", issuer_account, f"0x{keccak(content).hex()}")[2:])
    claim = (ONCHAINID_TOPIC, ECDSA_SCHEME, issuer.address, signature, data, "")
    figures: Figures = {"attest": send(chain, identity, "addClaim", *claim)[0]}
    figures["validity_view"] = issuer.execution_gas(
        "isClaimValid", identity.address, ONCHAINID_TOPIC, signature, data
    )
    assert issuer.call("isClaimValid", identity.address, ONCHAINID_TOPIC, signature, data)
    figures["revoke"], _ = send(chain, issuer, "revokeClaimBySignature", signature)
    return figures


def send(chain: Anvil, contract: Contract, function: str, *values: Any) -> tuple[int, list[bytes]]:
    """Send from the first account: gas used, and the first data word of each log (EAS: the entry's uid)."""
    return _send(chain, contract.address, contract.calldata(function, *values))


def gas_of_call(chain: Anvil, to: str, data: bytes) -> int:
    """Gas of a bare call."""
    return _send(chain, to, data)[0]


def _send(chain: Anvil, to: str, data: bytes) -> tuple[int, list[bytes]]:
    message = {"from": chain.accounts()[0], "to": to, "data": f"0x{data.hex()}"}
    message |= {"gas": hex(2**24), "gasPrice": "0x0"}
    receipt = chain.transact(message)
    if receipt["status"] != "0x1":
        raise RuntimeError(f"a peer refused {data[:4].hex()}")
    return int(receipt["gasUsed"], 16), [bytes.fromhex(log["data"][2:66]) for log in receipt["logs"]]


def _per_item(sent: tuple[int, list[bytes]]) -> tuple[float, list[bytes]]:
    gas, words = sent
    assert len(words) == BATCH
    return gas / BATCH, words


def _register(chain: Anvil, registry: Contract, schema: str) -> bytes:
    data = registry.calldata("register", schema, ZERO, True)
    message = {"from": chain.accounts()[0], "to": registry.address, "data": f"0x{data.hex()}"}
    uid = bytes.fromhex(chain.rpc("eth_call", message, "latest")[2:])
    _send(chain, registry.address, data)
    return uid


def _eas_request(chain: Anvil) -> tuple[Any, ...]:
    now = chain.now()
    types = ["bytes32", "bytes4", "uint8", "uint16", "uint40"]
    facts = encode(types, [new_id(), CHIP_FACE, 1, jst_day(now), now + DAY_S])
    return (chain.accounts()[1], 0, True, ZERO_WORD, facts, 0)


def _eas_expiring_request(chain: Anvil) -> tuple[Any, ...]:
    now = chain.now()
    facts = encode(["bytes32", "bytes4", "uint8", "uint16"], [new_id(), CHIP_FACE, 1, jst_day(now)])
    return (chain.accounts()[1], now + DAY_S, True, ZERO_WORD, facts, 0)


def _onchainid_facts(chain: Anvil) -> bytes:
    now, recipient = chain.now(), chain.accounts()[1]
    types = ["bytes32", "address", "bytes4", "uint8", "uint16", "uint64"]
    return encode(types, [new_id(), recipient, CHIP_FACE, 1, jst_day(now), now + DAY_S])


def _ours_as_metrics(ours: Figures) -> Iterator[Metric]:
    targets = {
        "attest": "<= 62000",
        "batch_item": "<= 30000",
        "decide": "<= 45000",
        "revoke": "<= 38000",
        "revoke_batch_item": "<= 12000",
        "validity_view": "<= 7500",
        "anchor": "<= 60000",
    }
    for name, target in targets.items():
        yield Metric(f"gas.{name}", ours[name], "gas", target)


def _peers_as_metrics(chain: Anvil, ours: Figures) -> list[Metric]:
    _peers.install()
    say("gas: EAS and ONCHAINID")
    eas, onchainid = measure_eas(chain), measure_onchainid(chain)
    ratio = eas["attest"] / ours["attest"]
    return [
        Metric("gas.attest_vs_eas_ratio", ratio, "ratio", ">= 4.5", "EAS, same facts"),
        *(
            Metric(f"gas.eas_{name}", value, "gas", None, "EAS contracts 1.9.0")
            for name, value in eas.items()
        ),
        *(
            Metric(f"gas.onchainid_{name}", value, "gas", None, "ONCHAINID contracts 2.2.1")
            for name, value in onchainid.items()
        ),
    ]


if __name__ == "__main__":
    sys.exit(main())
