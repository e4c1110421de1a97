"""Find waits that a busy machine breaks, in source text: what `tests.sim.patience` is there to replace.

Four kinds: a sleep; a deadline or a verdict made of a clock ("now + 20", "took less than 2"); a time limit
that is a bare number, written where it is used, as a default, or as a constant of the module; a library's own
limit.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

SLEEPS: Final = frozenset({"sleep", "wait_for_timeout"})
CLOCKS: Final = frozenset({"monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"})
LIMITS: Final = frozenset(
    {"timeout", "timeout_s", "timeout_ms", "connect_timeout", "open_timeout", "deadline_s", "within_s"}
)
"""Names of arguments that limit a wait."""

WAITING: Final = frozenset(
    {"wait", "join", "settimeout", "set_default_timeout", "set_default_navigation_timeout"}
)
"""Methods whose first argument limits a wait."""


ASKING: Final = frozenset({"get", "post", "put", "delete", "request", "stream", "Client", "AsyncClient"})
"""What httpx does within 5 s or not at all, unless told otherwise."""


@dataclass(frozen=True)
class HardWait:
    """One place: the function or constant it stands in, its line, what is wrong."""

    where: str
    line: int
    what: str


def hard_waits(source: str) -> list[HardWait]:
    """Every hard wait in a module's source text, in order."""
    tree = ast.parse(source)
    constants = {name: value for name, value in _constants(tree) if _is_bare(value, {})}
    found: list[HardWait] = []
    _Search(constants, found).visit(tree)
    return found


class _Search(ast.NodeVisitor):
    """Walks a module and knows which function it is in."""

    def __init__(self, constants: dict[str, ast.expr], found: list[HardWait]) -> None:
        self._constants, self._found, self._where = constants, found, ["module"]

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._inside(node.name, node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for name, default in _defaults(node.args):
            if name in LIMITS and _is_bare(default, self._constants):
                self._note(default, f"{name} is a bare number by default")
        self._inside(node.name, node)

    def visit_Compare(self, node: ast.Compare) -> None:
        if any(_asks_clock(part) for part in ast.walk(node)):
            self._note(node, "a clock decides")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.Add) and (_asks_clock(node.left) or _asks_clock(node.right)):
            self._note(node, "a deadline made by hand")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = _called(node.func)
        if name in SLEEPS:
            self._note(node, "a sleep")
        first = node.args[:1] if name in WAITING and isinstance(node.func, ast.Attribute) else []
        limits = [word.value for word in node.keywords if word.arg in LIMITS]
        if any(_is_bare(value, self._constants) for value in [*first, *limits]):
            self._note(node, f"{name} is limited by a bare number")
        if _is_impatient(node):
            self._note(node, f"httpx.{name} gives up after 5 s of its own accord")
        self.generic_visit(node)

    def _inside(self, name: str, node: ast.AST) -> None:
        self._where.append(name)
        self.generic_visit(node)
        self._where.pop()

    def _note(self, node: ast.expr, what: str) -> None:
        self._found.append(HardWait(self._where[-1], node.lineno, what))


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_impatient(node: ast.Call) -> bool:
    match node.func:
        case ast.Attribute(value=ast.Name(id="httpx"), attr=name) if name in ASKING:
            return not {"timeout", "transport"} & {word.arg for word in node.keywords}
    return False


def _asks_clock(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _called(node.func) in CLOCKS


def _constants(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                pairs = zip(names, values, strict=False)
                yield from ((name.id, value) for name, value in pairs if isinstance(name, ast.Name))


def _defaults(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    plain = [*arguments.posonlyargs, *arguments.args]
    given = [*zip(plain[::-1], arguments.defaults[::-1], strict=False)]
    given += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    yield from ((argument.arg, value) for argument, value in given if value is not None)


def _is_bare(value: ast.expr, constants: dict[str, ast.expr]) -> bool:
    """Whether a limit is nothing but numbers; 0 waits for nothing and is none."""
    if isinstance(value, ast.Constant):
        return isinstance(value.value, int | float) and bool(value.value)
    if isinstance(value, ast.Name):
        return value.id in constants
    if isinstance(value, ast.BinOp):
        return _is_bare(value.left, constants) and _is_bare(value.right, constants)
    return False
