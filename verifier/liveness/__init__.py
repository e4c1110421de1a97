"""Liveness: what was asked, what was done, and whether a head did it. Start with `judge.judge`."""
