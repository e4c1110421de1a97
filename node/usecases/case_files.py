"""Names under which a case's personal data lies in the vault, under the case id."""

from __future__ import annotations

SURFACE_FILE = "surface.zip"
"""Photographs of the card's front (`node.domain.bundle`)."""

CLIP_FILE = "clip.zip"
"""The live capture (`node.domain.bundle`)."""

PINS_FILE = "pins.json"
"""What was sent to a card (`node.domain.pins`)."""

TYPED_FILE = "typed-birth-date"
"""ISO 8601 date that the customer typed."""

FACTS_FILE = "facts.json"
"""What a record would say, while a reviewer decides (`node.domain.evidence`)."""

REVIEW_FILE = "review.json"
"""Who decided on review, when, and why."""
