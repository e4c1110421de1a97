"""The own log decoder against web3.py's, on the logs of a real chain."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple

import pytest
from web3 import Web3

from node.chain import proposals
from node.chain.abi import ARTIFACT
from node.chain.decoder import decode_log
from node.chain.logs import read_logs
from node.domain.events import KeySet, ReasonClass, Role
from tests.sim.consortium import Consortium, random_id

pytestmark = pytest.mark.integration


def _flat(value: object) -> object:
    if isinstance(value, list | tuple):
        return tuple(_flat(item) for item in value)
    if isinstance(value, Mapping):
        return tuple(_flat(item) for item in value.values())
    return bytes(value) if isinstance(value, bytes) else value


def test_both_decoders_read_the_same_history(tmp_path):
    with Consortium(tmp_path) as net:
        _live(net)
        url, address = net.chain.url, net.deployment.contract
        raw = net.chain.rpc("eth_getLogs", {"address": address, "fromBlock": "0x0", "toBlock": "latest"})
        contract = Web3(Web3.HTTPProvider(url)).eth.contract(
            address, abi=json.loads(ARTIFACT.read_text())["abi"]
        )
        events = {event().abi["name"]: event for event in contract.events}
        receipts = {}
        seen = set()
        for item in raw:
            (log,) = read_logs([item])
            ours = decode_log(log.topics, log.data).event
            name = type(ours).__name__
            if log.tx_hash not in receipts:
                receipts[log.tx_hash] = contract.w3.eth.get_transaction_receipt(log.tx_hash)
            entry = next(
                entry for entry in receipts[log.tx_hash]["logs"] if entry["logIndex"] == log.log_index
            )
            theirs = events[name]().process_log(entry)["args"]
            order = [parameter["name"] for parameter in events[name]().abi["inputs"]]
            assert _flat(astuple(ours)) == _flat([theirs[parameter] for parameter in order]), name
            seen.add(name)
    assert seen == set(events)


def _live(net: Consortium) -> None:
    """Make every kind of event happen."""
    net.enable()
    signer = Web3.to_checksum_address("0x" + "12" * 20)
    net.vote(proposals.admit(signer, Role.REGULATOR, "見本監督局"))
    net.vote(proposals.replace_signer(3, Web3.to_checksum_address("0x" + "34" * 20)))
    net.vote(proposals.suspend(3))
    net.a.do(
        "keys", "publish_keys", KeySet(b"r" * 64, b"t" * 1216, "https://a.example", "第1号", "見本財務局")
    )
    net.a.do("lost", "declare_compromised", since=net.chain.now())
    net.a.do("anchor", "anchor", random_id(), size=8)
    attestation_id = random_id()
    net.a.do("attest", "attest", attestation_id, terms=net.terms())
    net.b.do("decide", "decide", attestation_id, commitment=random_id())
    net.a.do("revoke", "revoke", [attestation_id], reason=ReasonClass.ERROR)
