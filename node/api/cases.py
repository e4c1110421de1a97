"""`/v1/cases`: verification cases, for the member's own systems."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, SecretStr

from node.api.auth import NodeDep, ReviewerKey, StaffKey
from node.api.documents import AnyDocument, typed_document
from node.api.paging import PageDep
from node.api.typed_date import TypedDate
from node.bootstrap import Node
from node.domain.case import Case
from node.uploads import CLIP_FORM, IMAGES_FORM, UploadedClip, UploadedImages
from node.usecases.verify_case import TypedSecrets

router = APIRouter(prefix="/v1/cases", tags=["cases"])


class NewCase(BaseModel):
    """What to verify, and how."""

    method: str = Field(examples=["jp.chip+face"])
    typed_birth_date: TypedDate | None = Field(
        default=None,
        description="As the customer typed it (1980-02-17, 1980/2/17, S55.2.17, 昭和55年2月17日); the best "
        "check on the card's era year.",
    )


class Attempt(BaseModel):
    """One attempt to verify."""

    typed_pin_b: str | None = Field(
        default=None,
        pattern=r"^\d{14}$",
        description="照合番号B as the customer typed it, where OCR must not spend a try. Not stored.",
    )
    sign_password: SecretStr | None = Field(
        default=None,
        description="jp.jpki.sign: 6 to 16 upper-case letters and digits. Not stored.",
    )
    document: AnyDocument | None = Field(
        default=None,
        description="jp.chip+face with another document than the My Number card: what opens its chip. "
        "Not stored.",
    )

    def typed(self) -> TypedSecrets:
        """As the use case takes it."""
        password = self.sign_password.get_secret_value() if self.sign_password else None
        return TypedSecrets(self.typed_pin_b, password, typed_document(self.document))


class ReviewDecision(BaseModel):
    """What the reviewer decided."""

    decision: Literal["approve", "reject"]
    note: str = Field(min_length=1, max_length=2000)


class CheckView(BaseModel):
    """One check and what came of it."""

    check: str
    outcome: Literal["passed", "failed", "undecided", "not_performed"]
    code: str | None
    score: float | None
    threshold: float | None
    model_sha256: str | None
    facts: dict[str, str | int | float | bool] = Field(
        default={}, description="Figures and counts for a reviewer; nothing personal."
    )


class QueueView(BaseModel):
    """A case's place in the line for an engine."""

    place: int = Field(description="1 is next.")
    waiting: int = Field(description="Cases in the line, this one included.")


class CaseView(BaseModel):
    """Where a case stands."""

    case_id: str
    method: str
    state: Literal["open", "verifying", "verified", "rejected", "review", "abandoned"]
    challenge: dict[str, Any]
    surface_images: int
    clip_frames: int
    tilt_challenge: dict[str, Any] | None = Field(description="jp.idimage+face: how to tilt the card.")
    tilt_frames: int
    queue: QueueView | None = Field(
        description="While it waits for an engine. A case whose card lies on a relay, or that reads none, "
        "may overtake those that wait for the node's own reader."
    )
    stage: str | None = Field(description="What runs now.")
    stages: list[dict[str, Any]] = Field(description="What is done, with seconds.")
    checks: list[CheckView]
    codes: list[str]
    last_error: dict[str, str] | None = Field(description="Why the last attempt could not decide.")
    review: dict[str, Any] | None
    record_id: str | None
    created_at: int
    decided_at: int | None
    erased_at: int | None = Field(description="When the evidence of a case without a record was destroyed.")


class SignalsView(BaseModel):
    """Evidence of how a clip was recorded; told by the page, not checked."""

    signals: dict[str, Any] | None = Field(description="None where no page told anything.")
    remarks: list[str] = Field(description="Codes for a reviewer; none of them refuses anybody.")
    frames: int


class EvidenceView(BaseModel):
    """What the engine left for a person to look at; personal."""

    photo: dict[str, Any] | None = Field(description="jp.idimage+face: figures of the filmed tilt.")
    text: dict[str, Any] | None = Field(description="Print against chip: both spellings, every difference.")
    face: dict[str, Any] | None = Field(
        description="The face match that a person must judge: score, limits, false-match rate; `picture` "
        "shows the document's photograph and frames of the clip side by side."
    )


class LinkView(BaseModel):
    """A one-time link for the customer."""

    url: str
    expires_at: int


@router.post("", status_code=201)
def open_case(new: NewCase, key: StaffKey, node: NodeDep) -> CaseView:
    """Open a case; the answer holds the liveness challenge to show to the customer."""
    opened = node.issuing.open_case(new.method, opened_by=key.holder, typed_birth_date=new.typed_birth_date)
    return case_view(opened, node)


@router.get("")
def list_cases(_key: StaffKey, node: NodeDep, page: PageDep, state: str | None = None) -> list[CaseView]:
    """Cases, or those in one state, oldest first."""
    wanted = {} if state is None else {"state": state}
    with node.snapshot() as unit:
        found = unit.cases.page(after=page.after, limit=page.limit, **wanted)
    return [case_view(case, node) for case in found]


@router.get("/{case_id}")
def get_case(case_id: str, _key: StaffKey, node: NodeDep) -> CaseView:
    """State, progress and checks of one case."""
    with node.snapshot() as unit:
        return case_view(unit.cases.get(case_id), node)


@router.post("/{case_id}/challenge")
def renew_challenge(case_id: str, _key: StaffKey, node: NodeDep) -> CaseView:
    """Draw a new liveness challenge; a clip given before no longer counts."""
    return case_view(node.issuing.renew_challenge(case_id), node)


@router.post("/{case_id}/capture", status_code=201)
def offer_capture(case_id: str, _key: StaffKey, node: NodeDep) -> LinkView:
    """A link to the camera page, for the customer's phone."""
    link, token = node.issuing.offer_capture(case_id)
    return LinkView(url=f"{node.settings.public_url}/capture/{token}", expires_at=link.expires_at)


@router.put("/{case_id}/surface", openapi_extra=IMAGES_FORM)
def add_surface(case_id: str, _key: StaffKey, node: NodeDep, images: UploadedImages) -> CaseView:
    """3 to 8 photographs of the card's front, 300 ms and a pose change apart."""
    return case_view(node.issuing.add_surface(case_id, images), node)


@router.put("/{case_id}/clip", openapi_extra=CLIP_FORM)
def add_clip(case_id: str, _key: StaffKey, node: NodeDep, clip: UploadedClip) -> CaseView:
    """The live clip that answers the challenge: frames in order, unmirrored, one timestamp each."""
    return case_view(node.issuing.add_clip(case_id, clip), node)


@router.get("/{case_id}/clip/signals")
def clip_signals(case_id: str, _key: ReviewerKey, node: NodeDep) -> SignalsView:
    """How the clip was recorded, as the capturing page told it, and what deserves a look."""
    told = node.issuing.show_signals(case_id)
    return SignalsView(signals=told.signals, remarks=list(told.remarks), frames=told.frames)


@router.post("/{case_id}/tilt-challenge")
def ask_tilt(case_id: str, _key: StaffKey, node: NodeDep) -> CaseView:
    """jp.idimage+face: draw how the card shall be tilted; a film given before no longer counts."""
    return case_view(node.issuing.ask_tilt(case_id), node)


@router.put("/{case_id}/tilt", openapi_extra=CLIP_FORM)
def add_tilt(case_id: str, _key: StaffKey, node: NodeDep, clip: UploadedClip) -> CaseView:
    """jp.idimage+face: the film that answers the tilt challenge: 1280x960, about 8 frames a second."""
    return case_view(node.issuing.add_tilt(case_id, clip), node)


@router.get("/{case_id}/evidence")
def show_evidence(case_id: str, _key: ReviewerKey, node: NodeDep) -> EvidenceView:
    """What a reviewer shall look at; `photo.pictures` and `face.picture` name the pictures."""
    found = node.issuing.show_evidence(case_id)
    return EvidenceView(
        photo=found.get("photo-evidence.json"),
        text=found.get("surface-text.json"),
        face=found.get("face-evidence.json"),
    )


@router.get("/{case_id}/evidence/{name}", response_class=Response)
def show_picture(case_id: str, name: str, _key: ReviewerKey, node: NodeDep) -> Response:
    """One picture of the evidence."""
    data, media_type = node.issuing.show_picture(case_id, name)
    return Response(data, media_type=media_type, headers={"Cache-Control": "no-store"})


@router.post("/{case_id}/verify", status_code=202)
def verify(case_id: str, _key: StaffKey, node: NodeDep, attempt: Attempt | None = None) -> CaseView:
    """Start the verification; GET the case to follow it."""
    typed = (attempt or Attempt()).typed()
    return case_view(node.verifications.start(case_id, typed), node)


@router.post("/{case_id}/review")
def review(case_id: str, decision: ReviewDecision, key: ReviewerKey, node: NodeDep) -> CaseView:
    """Decide what the engine left open."""
    approve = decision.decision == "approve"
    decided = node.issuing.review_case(case_id, approve=approve, by=key.holder, note=decision.note)
    return case_view(decided, node)


@router.post("/{case_id}/enrolment", status_code=201)
def offer_enrolment(case_id: str, _key: StaffKey, node: NodeDep) -> LinkView:
    """A one-time link at which the customer makes the passkey; 15 minutes."""
    with node.snapshot() as unit:
        record_id = unit.cases.get(case_id).required_record()
    link, token = node.issuing.offer_enrolment(record_id)
    return LinkView(url=f"{node.settings.public_url}/enrol/{token}", expires_at=link.expires_at)


def case_view(case: Case, node: Node) -> CaseView:
    """A case as the API shows it."""
    place = node.verifications.place_of(case.case_id)
    told = {name: getattr(case, name) for name in CaseView.model_fields if name != "queue"}
    return CaseView.model_validate({**told, "queue": asdict(place) if place else None})
