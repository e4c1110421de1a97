"""Steps that several journeys share, as the customer takes them."""

from __future__ import annotations

from node.domain.access import Role as StaffRole
from tests.browser.chromium import Person
from tests.integration.reuse_network import Network, open_reuse, seen
from tests.sim.patience import eventually

ACCEPTED = "ご提供いただいた本人確認を受け付けました。"


def enrolment_link(network: Network, record_id: str) -> str:
    """The one-time link that the issuer's staff hand out."""
    link: str = network.a.staff(StaffRole.STAFF).post(f"/v1/cases/{record_id}/enrolment").json()["url"]
    return link


def enrol(network: Network, person: Person, record_id: str, link: str = "") -> None:
    """Make the passkey, and wait for the anchor."""
    person.page.goto(link or enrolment_link(network, record_id))
    person.press("パスキーを登録する")
    person.sees("登録しました。")
    staff = network.a.staff(StaffRole.STAFF)
    eventually(lambda: staff.get(f"/v1/records/{record_id}").json()["versions"]["anchored"])


def ask(network: Network, person: Person, **changes: object) -> str:
    """The recipient's staff open a reuse and the person follows its link; gives the reuse's id."""
    opened = open_reuse(network, **changes)
    person.page.goto(opened["redirect_url"])
    person.sees("本人確認情報を提供しますか")
    reuse_id: str = opened["reuse_id"]
    return reuse_id


def sign_in(person: Person) -> None:
    """At the issuer, with the passkey."""
    person.press("パスキーでサインイン")
    person.page.get_by_role("button", name="パスキーでサインイン").wait_for(state="detached")


def agree(person: Person, *, until: str = ACCEPTED) -> None:
    """Sign what the page shows, and wait for the recipient's page."""
    person.press("同意してパスキーで署名")
    person.sees(until)


def released(network: Network, reuse_id: str) -> list[str]:
    """What the issuer noted as released."""
    identifier = seen(network, reuse_id)["attestation_id"].removeprefix("0x")
    with network.a.node.transaction() as unit:
        return list(unit.attestations.get(identifier).attributes)
