"""What is read out of locks, pip's configuration and pip's complaints."""

from __future__ import annotations

import pytest
from packaging.requirements import Requirement

from scripts.install_packages import left_out, unexplained
from scripts.lock_closure import missing, read_pins
from scripts.make_lock import without_marker
from scripts.pip_settings import offline, read_pip_config, uv_environment

pytestmark = pytest.mark.unit

HASH = "    --hash=sha256:00\n"
LOCK = f"# made by uv\nplain==1.0 \\\n{HASH}    # via rireki\nwith-extra[toml]==2.0 \\\n{HASH}"
MARKER = "sys_platform == 'linux' and python_full_version < '3.14'"

PIP_CONFIG = """\
:env:.index-url='https://later.invalid/simple'
global.extra-index-url='https://one.invalid/simple\\nhttps://two.invalid/simple'
global.index-url='https://index.invalid/simple'
global.proxy='http://proxy.invalid:3128'
install.trusted-host='index.invalid'
wheel.no-index='true'
"""


def problems(line: str, *, asking: tuple[str, ...] = ()) -> list[str]:
    return list(missing([Requirement(line)], read_pins(LOCK), asking))


def test_a_lock_without_the_extra_that_is_asked_for_is_open():
    assert problems("with_extra[toml]>=1") == []
    assert problems("plain[toml]") == ["plain is locked without its extra toml"]


def test_a_lock_without_a_package_or_with_another_version_is_open():
    assert problems("absent") == ["absent is not locked"]
    assert problems("plain>=1.1") == ["plain is locked at 1.0, not >=1.1"]


@pytest.mark.parametrize(
    "marker",
    [
        "python_version < '3.12'",
        "python_version >= '3.13'",
        "python_full_version <= '3.11.0a6'",
        "platform_machine == 'aarch64'",
        "sys_platform == 'win32'",
        "extra == 'never'",
    ],
)
def test_a_requirement_counts_where_any_supported_machine_has_it(marker):
    needed = marker.startswith(("python_version", "platform"))
    assert problems(f"absent; {marker}") == (["absent is not locked"] if needed else [])


def test_a_requirement_of_an_extra_counts_when_the_extra_is_locked():
    line = "absent; extra == 'toml'"
    assert problems(line) == []
    assert problems(line, asking=("toml",)) == ["absent is not locked"]


@pytest.mark.parametrize(
    "line", ["loose>=1 \\\n", "twice==1 \\\n" + HASH + "twice==1 \\\n", "some==1 ; python_version < '4' \\\n"]
)
def test_what_is_not_one_version_for_every_machine_is_no_lock(line):
    with pytest.raises(ValueError, match="every line"):
        read_pins(f"{LOCK}{line}{HASH}")


def test_a_pin_without_hashes_is_seen():
    (pin,) = read_pins("bare==1.0 \\\n    # via x\n").values()
    assert not pin.has_hashes


def test_the_marker_of_all_machines_is_taken_off_and_no_other():
    locked = f"name[extra]==1.0 ; {MARKER} \\\n{HASH}"
    assert without_marker(locked, MARKER) == f"name[extra]==1.0 \\\n{HASH}"
    with pytest.raises(ValueError, match="some machines only"):
        without_marker(locked.replace("3.14", "3.12"), MARKER)


def test_complaints_are_expected_only_about_what_is_left_out():
    names = left_out("[tool.uv]\noverride-dependencies = [\"second-copy ; python_version < '3'\"]\n")
    assert names == {"second-copy"}
    expected = "reader 3.1 requires second-copy, which is not installed."
    others = [
        "reader 3.1 requires second-copier, which is not installed.",
        "reader 3.1 has requirement second-copy<2, but you have second-copy 2.0.",
    ]
    assert unexplained("\n".join([expected, *others, ""]), names) == others


def test_what_pip_is_told_is_told_to_uv():
    pip = read_pip_config(PIP_CONFIG)
    given = uv_environment(pip, {"UV_INSECURE_HOST": "mine.invalid", "HOME": "/home"})
    assert given["UV_DEFAULT_INDEX"] == "https://later.invalid/simple"
    assert given["UV_INDEX"] == "https://one.invalid/simple https://two.invalid/simple"
    assert given["HTTPS_PROXY"] == given["HTTP_PROXY"] == "http://proxy.invalid:3128"
    assert given["UV_INSECURE_HOST"] == "mine.invalid"
    assert given["HOME"] == "/home"
    assert "UV_FIND_LINKS" not in given
    assert not offline(pip)


def test_no_index_is_kept():
    assert offline(read_pip_config(":env:.no-index='1'"))
