"""How the interpreter of a node's process is set: once, by whoever starts it."""

from __future__ import annotations

import codecs
import gc
import io
import locale
import os
import sys

RECURSION_LIMIT = 1_000
"""Frames; Python's own default. A library below web3 (py_ecc) raises it to 100,000 on import, where a few
kilobytes of nested JSON overflow the C stack and end the process."""

COLLECT_EVERY = 10_000
"""New containers between two looks for cyclic garbage; Python's 700 spends a fifth of a catch-up on looking
(measured), in objects that are no garbage. Ten thousand small objects are a megabyte or two."""


def prepare_process() -> None:
    """Set both; calling it again changes nothing."""
    sys.setrecursionlimit(RECURSION_LIMIT)
    gc.set_threshold(COLLECT_EVERY)


def use_utf8() -> None:
    """Work in UTF-8, whatever the locale.

    In a locale of another encoding (Latin-1, EUC-JP) Python would name files, read variables and write names
    of people in that encoding, and libraries would open text in it. There the program starts anew in UTF-8
    mode, in place: process id, arguments and open files stay. What is written never fails: a character that
    cannot be shown becomes an escape.

    Source: PEP 540 (UTF-8 mode).
    """
    encodings = (locale.getencoding(), sys.getfilesystemencoding())
    if not sys.flags.utf8_mode and not all(map(_is_utf8, encodings)):
        os.environ["PYTHONUTF8"] = "1"  # for the processes that this one starts
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606  itself
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _is_utf8(encoding: str) -> bool:
    return codecs.lookup(encoding).name == "utf-8"
