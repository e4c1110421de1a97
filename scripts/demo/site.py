"""The demo's own pages on localhost: the start page with every door, and the guided path of each visitor.

They look like the product's pages and are no part of it. What happens to a visitor happens at the nodes.
"""

# ruff: noqa: FAST003  the dependency that takes the path's parameter is named by an alias

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from node.api.errors import install_error_handlers
from node.domain.access import Role
from node.domain.days import jst_text, to_text
from node.errors import InvalidInput
from node.web import pages as product
from scripts.demo.doors import houses, keys_of
from scripts.demo.path import marks
from scripts.demo.stage import Stage
from scripts.demo.visits import Visit, Visits

PAGES = Path(__file__).parent / "pages"

HOSTS = ["localhost", "127.0.0.1"]
"""Names under which it answers: a page elsewhere cannot reach it under a name of its own (DNS rebinding)."""

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    # Forms lead on to the nodes, which listen on other ports of this machine.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        "base-uri 'none'; frame-ancestors 'none'; form-action 'self' http://localhost:*"
    ),
}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Site:
    """What the pages are about: the demo that runs, and its visitors."""

    stage: Stage
    visits: Visits


def _site(request: Request) -> Site:
    found: Site = request.app.state.site
    return found


SiteDep = Annotated[Site, Depends(_site)]


def _visit(token: str, site: SiteDep) -> Visit:
    return site.visits.get(token)


VisitDep = Annotated[Visit, Depends(_visit)]
"""The visit in the path."""


def _same_origin(request: Request) -> None:
    origin = request.headers.get("origin")
    if origin is not None and origin != f"{request.url.scheme}://{request.url.netloc}":
        raise InvalidInput("session.cross_site", "this request came from another site's page")


SameOrigin = Depends(_same_origin)


@router.get("/")
def start(site: SiteDep) -> HTMLResponse:
    """Every door, and the way in for a visitor."""
    return _render("start.html", houses=houses(site.stage), now=site.stage.chain.pending_time())


@router.post("/visit", dependencies=[SameOrigin])
def begin(method: Annotated[str, Form()], site: SiteDep) -> RedirectResponse:
    """A visitor begins; the counter is at work while the guide opens."""
    return _to(f"/visit/{site.visits.begin(method).token}")


@router.get("/visit/{token}")
def guide(visit: VisitDep, site: SiteDep) -> HTMLResponse:
    """The guided path."""
    return _render("guide.html", **_standing(site, visit))


@router.get("/visit/{token}/steps")
def steps(visit: VisitDep, site: SiteDep) -> HTMLResponse:
    """The part of the guide that changes."""
    return _render("steps.html", **_standing(site, visit))


@router.post("/visit/{token}/passkey", dependencies=[SameOrigin])
def passkey(visit: VisitDep, site: SiteDep) -> RedirectResponse:
    """To bank A's page where the visitor makes the passkey."""
    return _to(site.visits.enrolment(visit))


@router.post("/visit/{token}/apply", dependencies=[SameOrigin])
def apply(visit: VisitDep, site: SiteDep) -> RedirectResponse:
    """To broker B, which sends the visitor on to bank A."""
    return _to(site.visits.application(visit))


def create_site(stage: Stage, visits: Visits) -> FastAPI:
    """The pages as an application."""
    app = FastAPI(openapi_url=None)
    app.state.site = Site(stage, visits)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)
    install_error_handlers(app, page=product.error_page)
    product.install_static(app)
    app.include_router(router)
    app.mount("/guide", StaticFiles(directory=PAGES), name="guide")
    return app


def _standing(site: Site, visit: Visit) -> dict[str, Any]:
    facts = site.visits.facts(visit)
    stage = site.stage
    return {
        "token": visit.token,
        "facts": facts,
        "marks": marks(facts),
        "chain": site.visits.trail(facts.accepted["attestation_id"]) if facts.accepted else None,
        "issuer": stage.issuer.public_url,
        "regulator": stage.regulator.public_url,
        "reviewer": keys_of(stage.issuer, Role.REVIEWER)[0],
        "auditor": keys_of(stage.regulator, Role.AUDITOR)[0],
    }


def _to(url: str) -> RedirectResponse:
    return RedirectResponse(url, status_code=303)


def _render(template: str, **context: Any) -> HTMLResponse:
    member = "デモ Demonstration (見本)"
    body = _environment().get_template(template).render(member=member, **context)
    return HTMLResponse(body, headers=_HEADERS)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader([PAGES, product.TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(jst=jst_text, iso=to_text)
    return made
