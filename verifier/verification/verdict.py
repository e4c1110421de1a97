"""Puts a verdict together: every check the method asks for, the policy's decision, and the findings. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from verifier.policy import complete, decide
from verifier.types import CheckResult, Verdict
from verifier.verification.findings import Findings


def assemble(
    method: str,
    checks: Iterable[CheckResult],
    findings: Findings,
    *,
    at: datetime,
    seconds: Mapping[str, float],
) -> Verdict:
    """The verdict on one document, without a selfie.

    Args:
        method: stable method id.
        checks: those that ran, in any order.
        findings: what the document contributed.
        at: when it is decided, UTC.
        seconds: wall time per stage.
    """
    asked = complete(method, checks, findings.document.kind)
    decision, codes = decide(method, asked, findings.document.kind)
    return Verdict(
        method=method,
        decision=decision,
        codes=codes,
        checks=asked,
        person=findings.person,
        document=findings.document,
        portrait=findings.portrait,
        selfie=None,
        verified_at=at,
        seconds=seconds,
        attachments=findings.files,
    )
