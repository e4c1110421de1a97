"""The customer's own page: the verification, every sharing of it, and the end of sharing."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from node.web.pages import render
from node.web.session import NodeDep, OptionalCustomer, SameOrigin, SignedInCustomer

router = APIRouter(include_in_schema=False)


@router.get("/")
def home() -> RedirectResponse:
    """Customers start at their own page."""
    return RedirectResponse("/me")


@router.get("/me")
def page(customer: OptionalCustomer, node: NodeDep) -> HTMLResponse:
    """Sign in, or see where one's data went."""
    if customer is None:
        return render("sign_in.html", member=node.settings.legal_name)
    entry, sharings = node.issuing.list_sharings(customer.binding)
    return render("me.html", member=node.settings.legal_name, record=entry, sharings=sharings)


@router.post("/me/withdraw", dependencies=[SameOrigin])
def withdraw(customer: SignedInCustomer, node: NodeDep) -> dict[str, str]:
    """Stop future sharing; what was shared stays as it was."""
    return {"state": node.issuing.withdraw_consent(customer.binding).state}
