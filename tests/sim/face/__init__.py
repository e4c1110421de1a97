"""Synthetic people in front of a camera; see README.md."""
