"""The Merkle tree of RFC 6962 over the entries: growing it, and proofs of inclusion and consistency. Pure.

A tree is cut into tiles of 256 hashes, as C2SP's tlog-tiles does: tile N of level L holds the hashes of the complete
subtrees of 256**L leaves with the numbers 256*N onwards. Appending costs one hash a leaf and what a proof reads grows
with the logarithm of the size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

#: Hashes in a full tile.
WIDTH = 256
EMPTY_ROOT = hashlib.sha256(b"").digest()

#: Gives the hash of the complete subtree `index` of 2**`level` leaves: node(level, index).
Node = Callable[[int, int], bytes]


class BadProof(ValueError):
    """A proof does not prove what it is given for."""


def leaf_hash(body: bytes) -> bytes:
    """RFC 6962's hash of a leaf: of an entry's body."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962's hash of two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def complete(hashes: Sequence[bytes]) -> bytes:
    """The hash over 2**n neighbours."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


class Growing:
    """A tree as far as its right edge: takes leaves, hands out tiles as they fill, knows its root.

    `rows[level]` holds the hashes of the level's last tile while that is not full.
    """

    def __init__(self, size: int = 0, rows: Sequence[Sequence[bytes]] = ()) -> None:
        self.size = size
        self.rows = [list(row) for row in rows]

    def append(self, leaf: bytes) -> list[tuple[int, int, list[bytes]]]:
        """Add a leaf's hash. Returns the tiles that are full now, each as (level, number, hashes)."""
        full: list[tuple[int, int, list[bytes]]] = []
        self.size += 1
        level, fresh = 0, leaf
        while True:
            if level == len(self.rows):
                self.rows.append([])
            row = self.rows[level]
            row.append(fresh)
            if len(row) < WIDTH:
                return full
            full.append((level, (self.size >> (8 * (level + 1))) - 1, row))
            self.rows[level] = []
            level, fresh = level + 1, complete(row)

    def partial(self) -> list[tuple[int, int, list[bytes]]]:
        """The tiles at the right edge that are not full."""
        return [(level, self.size >> (8 * (level + 1)), row) for level, row in enumerate(self.rows) if row]

    def root(self) -> bytes:
        """The root over all leaves so far."""
        root = b""
        for row in self.rows:  # from the right, smallest subtrees first
            end = len(row)
            while end:
                part = end & -end
                peak = complete(row[end - part : end])
                root = node_hash(peak, root) if root else peak
                end -= part
        return root or EMPTY_ROOT


def _split(size: int) -> int:
    """The largest power of two below `size`, which is at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def _over(start: int, end: int, node: Node) -> bytes:
    """The hash over the leaves from `start` up to `end`, where `start` is where RFC 6962 begins a subtree."""
    peaks = []
    while start < end:
        level = (end - start).bit_length() - 1
        peaks.append(node(level, start >> level))
        start += 1 << level
    root = peaks.pop()
    while peaks:
        root = node_hash(peaks.pop(), root)
    return root


def root_of(size: int, node: Node) -> bytes:
    """The root of the tree's first `size` leaves."""
    return _over(0, size, node) if size else EMPTY_ROOT


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """The proof that leaf `index` (from 0) is in the tree of `size` leaves (RFC 6962, section 2.1.1)."""
    if not 0 <= index < size:
        raise BadProof(f"A tree of {size} entries has no entry {index}.")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_over(middle, end, node))
            end = middle
        else:
            path.append(_over(start, middle, node))
            start = middle
    return path[::-1]


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """The proof that the tree of `old` leaves is how the tree of `new` leaves began (RFC 6962, section 2.1.2)."""
    if not 0 <= old <= new:
        raise BadProof(f"A tree of {new} entries cannot have begun as one of {old}.")
    if old in (0, new):
        return []
    start, end, path = 0, new, []
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_over(middle, end, node))
            end = middle
        else:
            path.append(_over(start, middle, node))
            start = middle
    if start:
        path.append(_over(start, end, node))
    return path[::-1]


def _right_turns(index: int, last: int) -> Iterator[bool | None]:
    """The way up from a leaf: True where its sibling is on the left, False where right, None where it has none."""
    while last:
        yield True if index & 1 else (False if index < last else None)
        index, last = index >> 1, last >> 1


def root_by_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root of a tree of `size` leaves in which `proof` puts `leaf` at `index`. Raises BadProof."""
    if not 0 <= index < size:
        raise BadProof(f"A tree of {size} entries has no entry {index}.")
    rest = iter(proof)
    root = leaf
    try:
        for on_the_left in _right_turns(index, size - 1):
            if on_the_left is not None:
                root = node_hash(next(rest), root) if on_the_left else node_hash(root, next(rest))
    except StopIteration:
        raise BadProof("The proof is too short.") from None
    if next(rest, None) is not None:
        raise BadProof("The proof is too long.")
    return root


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise BadProof unless `proof` shows that the tree of `old` leaves is how that of `new` began."""
    if not 0 <= old <= new:
        raise BadProof(f"A tree of {new} entries cannot have begun as one of {old}.")
    if old in (0, new):
        if proof or (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY_ROOT):
            raise BadProof("The two trees are not the same.")
        return
    # Walk up from the last complete subtree of the old tree.
    index, last = old - 1, new - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    rest = iter(proof)
    try:
        before = after = next(rest) if index else old_root
        for on_the_left in _right_turns(index, last):
            if on_the_left:
                sibling = next(rest)
                before, after = node_hash(sibling, before), node_hash(sibling, after)
            elif on_the_left is not None:
                after = node_hash(after, next(rest))
    except StopIteration:
        raise BadProof("The proof is too short.") from None
    if next(rest, None) is not None:
        raise BadProof("The proof is too long.")
    if before != old_root:
        raise BadProof("The proof does not lead to the older root.")
    if after != new_root:
        raise BadProof("The proof does not lead to the newer root.")
