"""An issuer's node with its chain, its card reader and a customer: what the verification journey needs."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from node.chain.deploy import deploy
from node.chain.rpc import Rpc
from node.domain.access import Role
from tests.integration.face_fixtures import picture, real_models
from tests.sim.anvil import Anvil
from tests.sim.card import CardAuthority, VirtualPcscd
from tests.sim.customer import Customer, put_clip, put_surface
from tests.sim.face.photographs import ASTRONAUT, Photograph
from tests.sim.patience import eventually
from tests.sim.running_node import RunningNode
from tests.sim.specimen import random_person

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    import httpx

CARD_WAIT_S = 1.0


@dataclass
class Issuer:
    """A running issuer."""

    folder: Path
    node: RunningNode
    chain: Anvil
    pcscd: VirtualPcscd
    ca: CardAuthority
    staff: httpx.Client
    officer: httpx.Client

    def customer(self, photograph: Photograph = ASTRONAUT, *, seed: int = 1) -> Customer:
        """A person with a card of this issuer's trusted authority."""
        specimen = random_person(np.random.default_rng(seed), today=date.today())  # noqa: DTZ011
        return Customer(specimen, picture(photograph), self.ca, real_models(), seed)

    def open_case(self, method: str = "jp.chip+face", **more: Any) -> dict[str, Any]:
        """Open a case."""
        answer = self.staff.post("/v1/cases", json={"method": method, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def give(self, case: dict[str, Any], holder: Customer, face: Customer | None = None) -> None:
        """Upload the holder's card and a clip of the holder, or of somebody else."""
        assert put_surface(self.staff, case["case_id"], holder.surface).status_code == 200
        clip = (face or holder).clip(case["challenge"])
        answer = put_clip(self.staff, case["case_id"], clip)
        assert answer.status_code == 200, answer.text

    def verify(self, case_id: str, **attempt: Any) -> dict[str, Any]:
        """Run one attempt to its end."""
        answer = self.staff.post(f"/v1/cases/{case_id}/verify", json=attempt)
        assert answer.status_code == 202, answer.text
        return self.wait_for(case_id)

    def wait_for(self, case_id: str) -> dict[str, Any]:
        """The case once it is no longer being verified."""

        def verified() -> dict[str, Any] | None:
            case: dict[str, Any] = self.staff.get(f"/v1/cases/{case_id}").json()
            return case if case["state"] != "verifying" else None

        case = eventually(verified, every_s=0.2, describe=self.node.log)
        assert case is not None
        return case

    def record(self, record_id: str) -> dict[str, Any]:
        """One record's entry."""
        found: dict[str, Any] = self.staff.get(f"/v1/records/{record_id}").json()
        return found


class RunningIssuer:
    """Starts everything, stops everything."""

    def __init__(self, folder: Path, *, command: tuple[str, ...] = (), **settings: Any) -> None:
        """Prepare; `settings` go into the settings file, `command` serves instead of `rireki serve`."""
        self._folder, self._settings, self._stack = folder, settings, ExitStack()
        self._command = command

    def __enter__(self) -> Issuer:
        with self._stack as stack:
            chain, pcscd = stack.enter_context(Anvil()), stack.enter_context(VirtualPcscd())
            ca = CardAuthority.generate()
            ca.write_trust(self._folder / "trust")
            node = RunningNode(
                self._folder / "a",
                "見本第一銀行",
                chain.url,
                environment=pcscd.environment,
                command=self._command,
                settings={
                    "trust_dir": str(self._folder / "trust"),
                    "anchor_interval_s": 1.0,
                    "card_wait_s": CARD_WAIT_S,
                    **self._settings,
                },
            )
            signer = node.prepare()
            node.write_settings(deploy(Rpc(chain.url), signer, [(signer.address, node.legal_name)]))
            stack.enter_context(node)
            staff = stack.enter_context(node.client(Role.STAFF))
            officer = stack.enter_context(node.client(Role.OFFICER))
            self._stack = stack.pop_all()
        return Issuer(self._folder, node, chain, pcscd, ca, staff, officer)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
