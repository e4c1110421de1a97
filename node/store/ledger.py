"""The node's own index of the ledger, read as one.

How fresh the answers are, `node.chain.indexer.Indexer.status` says; what must be asked of the chain itself,
`node.chain.views` asks.
"""

from __future__ import annotations

from node.store.attestations import AttestationView
from node.store.consortium import ConsortiumView


class LedgerView(ConsortiumView, AttestationView):
    """The index within one transaction or snapshot: who may do what, and what was done."""
