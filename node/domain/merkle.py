"""Build and check the Merkle trees whose roots are anchored.

Trees are as OpenZeppelin `MerkleProof` expects: leaves hashed twice (the value is itself a hash, and a tree
leaf is keccak256 of it, so no inner node passes for a leaf), parents the hash of the sorted pair. Leaves are
shuffled, so the versions of one record do not stand side by side, and padded with random leaves to a power of
two, so neither root nor proof tells how many there are. Does not know what a leaf value commits to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from node.domain.keccak import keccak

Randomness = Callable[[int], bytes]
"""Gives that many random bytes; `secrets.token_bytes` in production."""

HASH_BYTES = 32
"""Bytes of a leaf value, a tree node and a root."""

_ORDER_KEY_BYTES = 16
"""Random sort key per leaf; equal keys (below 2**-88 for a million leaves) only keep the given order."""


@dataclass(frozen=True, slots=True)
class MerkleTree:
    """A tree over shuffled, padded leaves.

    Attributes:
        layers: from the leaves up to the layer that holds the root alone.
    """

    layers: tuple[tuple[bytes, ...], ...]
    _positions: dict[bytes, int] = field(repr=False, compare=False)

    @property
    def root(self) -> bytes:
        """The root to anchor, 32 bytes."""
        return self.layers[-1][0]

    @property
    def size(self) -> int:
        """Number of leaves, padding included: a power of two."""
        return len(self.layers[0])

    def proof(self, value: bytes) -> tuple[bytes, ...]:
        """Siblings from the leaf of `value` up to below the root.

        Raises:
            KeyError: the value is not in the tree.
        """
        position = self._positions[_leaf(value)]
        siblings = []
        for layer in self.layers[:-1]:
            siblings.append(layer[position ^ 1])
            position >>= 1
        return tuple(siblings)


def build_tree(values: Sequence[bytes], *, randomness: Randomness) -> MerkleTree:
    """Build a tree over leaf values.

    Args:
        values: distinct leaf values, 32 bytes each, at least one.
        randomness: source of padding leaves and of the order.

    Raises:
        ValueError: no values, a value that is not 32 bytes, or a value given twice.
    """
    if not values or len(set(values)) != len(values) or any(len(v) != HASH_BYTES for v in values):
        raise ValueError("a tree needs distinct values of 32 bytes")
    layer = _shuffled([_leaf(value) for value in values] + _padding(len(values), randomness), randomness)
    positions = {leaf: position for position, leaf in enumerate(layer)}
    layers = [layer]
    while len(layer) > 1:
        layer = tuple(_parent(left, right) for left, right in zip(layer[::2], layer[1::2], strict=True))
        layers.append(layer)
    return MerkleTree(layers=tuple(layers), _positions=positions)


def verify_proof(root: bytes, value: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether `value` is a leaf value under `root`, as OpenZeppelin `MerkleProof.verify` does."""
    node = _leaf(value)
    for sibling in proof:
        if len(sibling) != HASH_BYTES:
            return False
        node = _parent(node, sibling)
    return node == root


def _leaf(value: bytes) -> bytes:
    return keccak(value)


def _parent(left: bytes, right: bytes) -> bytes:
    return keccak(left + right if left < right else right + left)


def _padding(count: int, randomness: Randomness) -> list[bytes]:
    missing = (1 << (count - 1).bit_length()) - count
    return [randomness(HASH_BYTES) for _ in range(missing)]


def _shuffled(leaves: Sequence[bytes], randomness: Randomness) -> tuple[bytes, ...]:
    return tuple(sorted(leaves, key=lambda _: randomness(_ORDER_KEY_BYTES)))
