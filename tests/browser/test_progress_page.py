"""The capture page once the verification has started: the place in the line, and that it ended."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from node.bootstrap import Node
from node.domain.access import Role
from node.usecases.verify_case import TypedSecrets
from tests.browser.chromium import Person
from tests.integration.reuse_network import Network
from tests.sim.patience import DEADLINE_S

pytestmark = pytest.mark.browser


@contextmanager
def _nobody_served(node: Node) -> Iterator[None]:
    """The node's only worker has something else to do."""
    done = threading.Event()
    node.verifications.prepare(lambda: done.wait(DEADLINE_S))
    try:
        yield
    finally:
        done.set()


def _case(network: Network) -> tuple[str, str]:
    """An open case and the link to its page."""
    staff = network.a.staff(Role.STAFF)
    case_id: str = staff.post("/v1/cases", json={"method": "jp.chip+face"}).json()["case_id"]
    link: str = staff.post(f"/v1/cases/{case_id}/capture").json()["url"]
    return case_id, link


def _change(network: Network, case_id: str, **changes: str | None) -> None:
    with network.a.node.transaction() as unit:
        case = unit.cases.get(case_id)
        unit.cases.replace(replace(case, **changes), was=case)


def test_a_customer_sees_the_place_in_the_line_before_and_after_a_reload(network: Network, person: Person):
    node = network.a.node
    (first, _), (mine, link) = _case(network), _case(network)
    person.page.goto(link)
    person.sees("カードとお顔の撮影")
    for case_id in (first, mine):  # as if its evidence had come; nobody reads it before the end
        _change(network, case_id, surface_file="surface-0.zip", clip_file="clip-0.zip")
    with _nobody_served(node):
        node.verifications.start(first, TypedSecrets())
        node.verifications.start(mine, TypedSecrets())
        for _ in range(2):
            person.sees("審査の順番をお待ちいただいています。")
            shown = person.page.locator("#progress strong").inner_text()
            assert shown.split() == ["2", "/", "2"]
            assert not person.page.get_by_text("審査が終わりました。").is_visible()
            person.page.reload()
        assert person.page.locator("#face").count() == 0
        _change(network, mine, state="rejected")
        person.sees("審査が終わりました。")
        _change(network, mine, state="verifying")
