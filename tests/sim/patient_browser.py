"""A browser on the node's own pages: what a busy node refused is sent again when it says so."""

from __future__ import annotations

import httpx

from tests.sim.patience import DEADLINE_S, eventually, let_pass


class PatientTransport(httpx.HTTPTransport):
    """Sends a request again after a 503 with `Retry-After`."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """As the base class; repeats for at most `DEADLINE_S`."""
        return eventually(lambda: self._served(request))

    def _served(self, request: httpx.Request) -> httpx.Response | None:
        """The answer; None once the time has passed after which the node wants to be asked again."""
        response = super().handle_request(request)
        told = response.headers.get("Retry-After")
        if response.status_code != httpx.codes.SERVICE_UNAVAILABLE or not told:
            return response
        response.close()
        let_pass(float(told))
        return None


def patient_browser() -> httpx.Client:
    """A client with cookies and patience."""
    return httpx.Client(timeout=DEADLINE_S, transport=PatientTransport(trust_env=False))
