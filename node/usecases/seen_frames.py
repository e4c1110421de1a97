"""A case remembers the frames of every clip it was given, so that none answers two of its challenges.

Decides by digests of the files, which lie encrypted under the case id and go when the case goes. Nothing is
compared between cases: that would be an index of faces over all customers. A clip of another case is kept out
by its challenge, which is signed for one case and asks for other actions at other times; a clip that was
compressed anew is a matter of the engine ("liveness.action", "liveness.film").
"""

from __future__ import annotations

import hashlib
import json

from node.domain.evidence import ClipFiles
from node.errors import InvalidInput
from node.ports import Vault
from node.usecases.case_files import numbered, seen_frames_file

REPEATED_SHARE = 0.5
"""From this share of known frames on a clip is a repetition; less may be a black first picture."""


def remember_frames(vault: Vault, case_id: str, clip: ClipFiles) -> None:
    """Note a clip's frames; InvalidInput "clip.seen_before" if the case saw half of them before."""
    answers = _digest(clip.token.encode())
    mine = {_digest(frame) for frame in clip.frames}
    earlier = [json.loads(data) for data in numbered(vault, case_id, seen_frames_file)]
    # The same answer may come again, because the node was stopped before it could say that it has it.
    known = {frame for entry in earlier if entry["answers"] != answers for frame in entry["frames"]}
    if len(mine & known) >= REPEATED_SHARE * len(mine):
        raise InvalidInput(
            "clip.seen_before",
            "these frames were sent before, for another challenge",
            hint="ask for a new challenge and record again",
        )
    entry = {"answers": answers, "frames": sorted(mine)}
    vault.put(case_id, seen_frames_file(len(earlier)), json.dumps(entry).encode())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
