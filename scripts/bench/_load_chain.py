"""What the chain says of the reuses, read by web3.py from the contract's events: the judge from outside.

No part of the node takes part: neither its database nor its index nor its decoder.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from eth_utils.address import to_checksum_address
from web3 import Web3

from node.chain.abi import ARTIFACT
from scripts.bench._load_attempt import Attempt


@dataclass(frozen=True)
class Recorded:
    """Events by attestation id, with how often each occurs."""

    attested: Counter[str]
    decided: Counter[str]


@dataclass(frozen=True)
class Chain:
    """The contract, as anybody with a chain node sees it."""

    rpc_url: str
    contract: str

    def height(self) -> int:
        """Number of the newest block."""
        return int(Web3(Web3.HTTPProvider(self.rpc_url)).eth.block_number)

    def recorded(self, *, since: int) -> Recorded:
        """Everything attested and decided after block `since`."""
        web3 = Web3(Web3.HTTPProvider(self.rpc_url))
        abi = json.loads(ARTIFACT.read_text())["abi"]
        events = web3.eth.contract(to_checksum_address(self.contract), abi=abi).events
        attested, decided = (
            Counter("0x" + one["args"]["id"].hex() for one in event.get_logs(from_block=since + 1))
            for event in (events.Attested(), events.Decided())
        )
        return Recorded(attested, decided)


def lost(attempts: Sequence[Attempt], recorded: Recorded) -> int:
    """Customers who were told what the chain does not know: signed, or accepted."""
    signed = {one.attestation_id for one in attempts if one.attestation_id}
    accepted = {one.attestation_id for one in attempts if one.served}
    return len(signed - recorded.attested.keys()) + len(accepted - recorded.decided.keys())


def doubled(attempts: Sequence[Attempt], recorded: Recorded) -> int:
    """What the chain holds more than once, or beyond what customers signed."""
    may_be = sum(one.sent_signature for one in attempts)
    return sum(
        sum(count - 1 for count in found.values()) + max(0, len(found) - may_be)
        for found in (recorded.attested, recorded.decided)
    )
