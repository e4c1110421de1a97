"""Who is a member, and what the votes on membership change."""

import pytest
from eth_utils.crypto import keccak

from node.domain.events import (
    Action,
    MemberAdmitted,
    MemberStatusChanged,
    ProposalExecuted,
    Role,
    SignerReplaced,
    Status,
)
from tests.contracts.consortium import KEYS, Consortium
from tests.sim.anvil import Anvil, RpcError
from tests.sim.ledger import Refusal, deploy

pytestmark = pytest.mark.contracts

ZERO_ADDRESS = "0x" + "00" * 20
CAPACITY = 1023
COUNTS_SLOT = "0x9"
"""Storage slot of the member count (lowest 16 bits) and the count of active providers."""


def test_founders_are_active_providers_numbered_from_one(consortium: Consortium):
    assert consortium.call("memberCount") == 3
    assert consortium.call("activeProviderCount") == 3
    assert consortium.call("memberIdOf", consortium.c) == 3
    signer, role, status, since = consortium.call("memberOf", 1)
    assert (signer, role, status) == (consortium.a.lower(), Role.PROVIDER, Status.ACTIVE)
    assert since > 0


def test_a_consortium_needs_a_founder(chain: Anvil):
    with pytest.raises(RpcError) as refused:
        deploy(chain, [])
    assert refused.value.data == "0x" + keccak(text="LastProvider()")[:4].hex()


def test_admission_makes_an_active_member_and_tells_its_name(consortium: Consortium):
    newcomer = consortium.outsiders[0]
    receipt = consortium.vote(Action.ADMIT, newcomer, Role.PROVIDER, "丁信用金庫")
    assert receipt.history[1:] == (
        ProposalExecuted(3),
        MemberAdmitted(4, newcomer, Role.PROVIDER, "丁信用金庫"),
    )
    assert consortium.call("activeProviderCount") == 4


def test_a_regulator_may_publish_keys_but_neither_vote_nor_write_history(consortium: Consortium):
    regulator = consortium.outsiders[0]
    member = consortium.admit(regulator, Role.REGULATOR)
    assert consortium.call("activeProviderCount") == 3
    consortium.send(regulator, "publishKeys", KEYS)
    assert consortium.call("keysDigestOf", member)[1] > 0
    refused = Refusal("NotActiveProvider", (regulator.lower(),))
    assert consortium.proposal_refusal(regulator, Action.SUSPEND, 3) == refused
    assert consortium.refusal(regulator, "approve", 1) == refused
    assert consortium.refusal(regulator, "anchor", b"\1" * 32, 16) == refused


def test_admission_without_a_role_is_refused(consortium: Consortium):
    refusal = consortium.proposal_refusal(consortium.a, Action.ADMIT, consortium.outsiders[0], Role.NONE, "x")
    assert refusal.error == "InvalidRole"


def test_admission_without_a_signer_is_refused(consortium: Consortium):
    refusal = consortium.proposal_refusal(consortium.a, Action.ADMIT, ZERO_ADDRESS, Role.PROVIDER, "x")
    assert refusal.error == "InvalidSigner"


def test_a_signer_acts_for_one_member_only(consortium: Consortium):
    refusal = consortium.proposal_refusal(consortium.a, Action.ADMIT, consortium.b, Role.PROVIDER, "x")
    assert refusal == Refusal("SignerTaken", (consortium.b.lower(),))
    refusal = consortium.proposal_refusal(consortium.a, Action.REPLACE_SIGNER, 1, consortium.b)
    assert refusal.error == "SignerTaken"


def test_suspension_stops_a_member_from_doing_anything(consortium: Consortium):
    receipt = consortium.vote(Action.SUSPEND, 3)
    assert receipt.history[-1] == MemberStatusChanged(3, Status.SUSPENDED)
    assert consortium.call("activeProviderCount") == 2
    refused = Refusal("NotActiveProvider", (consortium.c.lower(),))
    assert consortium.refusal(consortium.c, "anchor", b"\1" * 32, 16) == refused
    assert consortium.refusal(consortium.c, "approve", 1) == refused
    assert consortium.refusal(consortium.c, "publishKeys", KEYS).error == "NotActiveMember"
    assert consortium.refusal(consortium.c, "declareCompromised", 1).error == "NotActiveMember"


def test_reinstatement_gives_the_vote_back(consortium: Consortium):
    consortium.vote(Action.SUSPEND, 3)
    receipt = consortium.vote(Action.REINSTATE, 3)
    assert receipt.history[-1] == MemberStatusChanged(3, Status.ACTIVE)
    assert consortium.call("memberOf", 3)[3] == receipt.timestamp
    assert consortium.call("activeProviderCount") == 3
    consortium.propose(consortium.c, Action.SUSPEND, 1)


def test_removal_is_for_good(consortium: Consortium):
    consortium.vote(Action.REMOVE, 3)
    wrong = Refusal("WrongStatus", (3, Status.REMOVED))
    for action in (Action.SUSPEND, Action.REINSTATE, Action.REMOVE):
        assert consortium.proposal_refusal(consortium.a, action, 3) == wrong
    assert consortium.proposal_refusal(
        consortium.a, Action.REPLACE_SIGNER, 3, consortium.outsiders[0]
    ) == wrong  # fmt: skip


def test_a_suspended_member_may_be_removed(consortium: Consortium):
    consortium.vote(Action.SUSPEND, 3)
    consortium.vote(Action.REMOVE, 3)
    assert consortium.call("memberOf", 3)[2] == Status.REMOVED
    assert consortium.call("activeProviderCount") == 2


def test_an_active_member_cannot_be_reinstated_nor_a_suspended_one_suspended(consortium: Consortium):
    assert consortium.proposal_refusal(consortium.a, Action.REINSTATE, 3).error == "WrongStatus"
    consortium.vote(Action.SUSPEND, 3)
    assert consortium.proposal_refusal(consortium.a, Action.SUSPEND, 3).error == "WrongStatus"


def test_votes_on_unknown_members_are_refused(consortium: Consortium):
    assert consortium.proposal_refusal(consortium.a, Action.SUSPEND, 9) == Refusal("UnknownMember", (9,))
    refusal = consortium.proposal_refusal(consortium.a, Action.REPLACE_SIGNER, 0, consortium.outsiders[0])
    assert refusal.error == "UnknownMember"


@pytest.mark.parametrize("action", [Action.SUSPEND, Action.REMOVE])
def test_the_last_active_provider_stays(consortium: Consortium, action: Action):
    consortium.vote(Action.SUSPEND, 3)
    consortium.vote(Action.SUSPEND, 2)
    assert consortium.proposal_refusal(consortium.a, action, 1).error == "LastProvider"


def test_a_regulator_may_leave_although_one_provider_is_left(consortium: Consortium):
    regulator = consortium.admit(consortium.outsiders[0], Role.REGULATOR)
    consortium.vote(Action.REMOVE, 3)
    consortium.vote(Action.REMOVE, 2)
    consortium.propose(consortium.a, Action.REMOVE, regulator)
    assert consortium.call("memberOf", regulator)[2] == Status.REMOVED


def test_a_new_signer_takes_over_and_the_old_one_is_nobody(consortium: Consortium):
    new = consortium.outsiders[0]
    receipt = consortium.vote(Action.REPLACE_SIGNER, 3, new)
    assert receipt.history[-1] == SignerReplaced(3, new)
    assert consortium.call("memberIdOf", consortium.c) == 0
    assert consortium.call("memberIdOf", new) == 3
    assert consortium.refusal(consortium.c, "anchor", b"\1" * 32, 16).error == "NotActiveProvider"
    consortium.send(new, "anchor", b"\1" * 32, 16)


def test_member_1023_is_the_last_and_its_vote_counts(consortium: Consortium):
    consortium.vote(Action.REMOVE, 3)
    consortium.vote(Action.REMOVE, 2)  # A alone is a majority now, so its proposals take effect at once
    fill_up(consortium, CAPACITY - 1)
    last = consortium.outsiders[0]
    consortium.propose(consortium.a, Action.ADMIT, last, Role.PROVIDER, "x")
    assert consortium.call("memberIdOf", last) == CAPACITY

    refusal = consortium.proposal_refusal(
        consortium.a, Action.ADMIT, consortium.outsiders[1], Role.PROVIDER, "x"
    )
    assert refusal.error == "ConsortiumFull"
    proposal = consortium.propose(consortium.a, Action.SET_LEGAL_BASES, 1)
    assert consortium.call("legalBases") != 1
    consortium.send(last, "approve", proposal)
    assert consortium.call("legalBases") == 1


def fill_up(consortium: Consortium, members: int) -> None:
    """Write the member count by hand: a thousand votes would take half a minute and show no more."""
    count = int(
        consortium.chain.rpc("eth_getStorageAt", consortium.contract.address, COUNTS_SLOT, "latest"), 16
    )
    filled = (count >> 16 << 16) | members
    consortium.chain.rpc("anvil_setStorageAt", consortium.contract.address, COUNTS_SLOT, f"0x{filled:064x}")
    assert consortium.call("memberCount") == members
    assert consortium.call("activeProviderCount") == 1
