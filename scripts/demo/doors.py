"""Every door of the running demo: where it is, what one can do there, and the keys that open it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from node.domain.access import Role as StaffRole
from scripts.demo.members import Member
from scripts.demo.stage import Stage


@dataclass(frozen=True)
class Key:
    """An API key and whose it is. Throw-away: made by this run, for this machine only."""

    holder: str
    token: str


@dataclass(frozen=True)
class Door:
    """One place to look.

    Attributes:
        name: Japanese and English.
        address: URL, or how a program reaches it.
        can: what one can do there; Japanese and English.
        keys: one of them is asked for at the door; none where it stands open.
        command: a line for the terminal that shows something, for what is no page.
    """

    name: tuple[str, str]
    address: str
    can: tuple[str, str]
    keys: tuple[Key, ...] = ()
    command: str = ""


@dataclass(frozen=True)
class House:
    """The doors of one member, or of what all share."""

    title: str
    legal_name: str
    doors: tuple[Door, ...]


def houses(stage: Stage) -> tuple[House, ...]:
    """All doors, member by member."""
    issuer, recipient, regulator = stage.members
    shared = House("shared", "共同の台帳とカードリーダー (shared)", (_chain(stage), _reader(stage)))
    return (
        House(issuer.title, issuer.legal_name, _provider(issuer)),
        House(recipient.title, recipient.legal_name, _provider(recipient)),
        House(regulator.title, regulator.legal_name, _regulator(regulator)),
        shared,
    )


def doors_text(stage: Stage, start_url: str) -> str:
    """Every door for the terminal, the start page first."""
    lines = [f"[bold]running[/] (end with Ctrl-C)   start page: [bold]{start_url}[/]"]
    lines += ["  every door as a page, and the way to be the customer yourself"]
    for house in houses(stage):
        lines += ["", f"[bold]{house.title}[/]  {house.legal_name}"]
        for door in house.doors:
            lines += [f"  {door.name[1]:<18} {door.address}", f"  {'':<18} [dim]{door.can[1]}[/]"]
            lines += [f"  {'':<18} {key.holder:<10} {key.token}" for key in door.keys]
            lines += [f"  {'':<18} [dim]$ {door.command}[/]"] if door.command else []
    return "\n".join(lines)


def _provider(member: Member) -> tuple[Door, ...]:
    return (
        Door(
            ("お客様のマイページ", "Customer's page"),
            f"{member.public_url}/me",
            (
                "パスキーでサインインし、提供の履歴を見て、提供を停止します。",
                "Sign in with a passkey, see where the data went, stop sharing.",
            ),
        ),
        Door(
            ("本人確認の審査", "Reviewer's desk"),
            f"{member.public_url}/reviews",
            (
                "人の判断を待つ案件の証拠を見て、承認または否認します。",
                "Look at the evidence of the cases that wait for a person, approve or reject.",
            ),
            keys_of(member, StaffRole.REVIEWER),
        ),
        _api(
            member,
            "cases",
            (
                "案件の受付から照会まで。責任者の鍵では失効もできます。",
                "Verify customers, start reuses and follow them; the officer's key also revokes.",
            ),
            StaffRole.STAFF,
            StaffRole.OFFICER,
        ),
    )


def _regulator(member: Member) -> tuple[Door, ...]:
    return (
        Door(
            ("台帳の閲覧", "Explorer"),
            f"{member.public_url}/explorer",
            (
                "参加者、件数、拒否の理由、記録の欠落の有無を調べます。",
                "See members, volumes, refusals, each attestation's trail, and whether anything is missing.",
            ),
            keys_of(member, StaffRole.AUDITOR),
        ),
        _api(
            member,
            "audit/summary",
            (
                "証明の開示は、1人目が請求し、別の1人が承認します。",
                "To open an attestation one auditor asks and the other approves: two keys.",
            ),
            StaffRole.AUDITOR,
        ),
    )


def _api(member: Member, path: str, can: tuple[str, str], *roles: StaffRole) -> Door:
    keys = keys_of(member, *roles)
    url = f"{member.public_url}/v1/{path}"
    command = f'curl -s -H "Authorization: Bearer {keys[0].token}" {url}'
    return Door(("業務用API", "Staff API"), f"{member.public_url}/docs", can, keys, command)


def _chain(stage: Stage) -> Door:
    contract = stage.issuer.settings.contract_address
    call = {"jsonrpc": "2.0", "id": 1, "method": "eth_getLogs"}
    body = json.dumps({**call, "params": [{"fromBlock": "0x0", "address": contract}]})
    return Door(
        ("ブロックチェーン", "Chain (JSON-RPC)"),
        stage.chain.url,
        (
            "契約の全記録を読めます。個人情報は含まれません。",
            f"Any Ethereum tool reads all that is recorded at {contract}: nothing personal is in it.",
        ),
        command=f"curl -s -H 'Content-Type: application/json' -d '{body}' {stage.chain.url}",
    )


def _reader(stage: Stage) -> Door:
    variables = " ".join(f"{name}={value}" for name, value in stage.reader.environment.items())
    return Door(
        ("カードリーダー", "Card reader"),
        stage.reader.note,
        (
            "見本のマイナンバーカードが入っています。",
            "Holds the specimen's My Number card; any PC/SC program sees it with this variable set."
            if variables
            else "Holds the specimen's My Number card, which the demo lends to bank A case by case.",
        ),
        command=f"{variables} pcsc_scan" if variables else "",
    )


def keys_of(member: Member, *roles: StaffRole) -> tuple[Key, ...]:
    """A member's keys for these roles; numbered where several people hold one."""
    return tuple(
        Key(f"{role.value} {number}" if len(member.tokens[role]) > 1 else role.value, token)
        for role in roles
        for number, token in enumerate(member.tokens[role], start=1)
    )
