"""The Merkle tree against two implementations that others wrote: pymerkle's, and the verifier of sigstore."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

import pymerkle
import pytest
from pymerkle.proof import InvalidProof
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore.errors import VerificationError

from remit.ledger import tree
from remit.ledger.tree import BadProof, Growing

SIZE = 2_500
ROUNDS = 10_000
LEAVES = [str(n).encode() for n in range(SIZE)]


@cache
def node(level: int, index: int) -> bytes:
    if level == 0:
        return tree.leaf_hash(LEAVES[index])
    return tree.node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))


@pytest.fixture(scope="module")
def roots() -> list[bytes]:
    """The root at every size, as our tree has it while it grows."""
    growing = Growing()
    found = [growing.root()]
    for leaf in LEAVES:
        growing.append(tree.leaf_hash(leaf))
        found.append(growing.root())
    return found


@pytest.fixture(scope="module")
def oracle() -> pymerkle.InmemoryTree:
    theirs = pymerkle.InmemoryTree(algorithm="sha256")
    for leaf in LEAVES:
        theirs.append_entry(leaf)
    return theirs


def drawn(seed: int) -> list[tuple[int, int]]:
    """Random (index, size), small sizes as often as large ones."""
    random_ = random.Random(seed)
    sizes = (random_.randint(1, random_.choice((4, 40, 400, SIZE))) for _ in range(ROUNDS))
    return [(random_.randrange(size), size) for size in sizes]


def sigstore_entry(index: int, size: int, root: bytes, proof: list[bytes]) -> Any:
    said = SimpleNamespace(log_index=index, tree_size=size, root_hash=root, hashes=proof)
    return SimpleNamespace(_inner=SimpleNamespace(inclusion_proof=said, canonicalized_body=LEAVES[index]))


def test_pymerkle_gives_the_same_roots_and_proofs(roots: list[bytes], oracle: pymerkle.InmemoryTree) -> None:
    """Otherwise our proofs would convince nobody's software but ours."""
    for index, size in drawn(1):
        theirs = oracle.prove_inclusion(index + 1, size)
        assert theirs.path[1:] == tree.inclusion(index, size, node)
        assert oracle.get_root(size) == roots[size] == tree.root_of(size, node)


def test_sigstore_accepts_our_proofs_and_refuses_altered_ones(roots: list[bytes]) -> None:
    """Otherwise a proof that we call good, or bad, might not be so for an independent verifier."""
    flip = random.Random(2)
    for index, size in drawn(2):
        proof = tree.inclusion(index, size, node)
        verify_merkle_inclusion(sigstore_entry(index, size, roots[size], proof))
        assert tree.root_by_inclusion(index, size, node(0, index), proof) == roots[size]
        if not proof:
            continue
        bad = list(proof)
        at = flip.randrange(len(bad))
        bad[at] = bytes([bad[at][0] ^ 1 << flip.randrange(8)]) + bad[at][1:]
        with pytest.raises(VerificationError):
            verify_merkle_inclusion(sigstore_entry(index, size, roots[size], bad))
        assert tree.root_by_inclusion(index, size, node(0, index), bad) != roots[size]


def test_pymerkle_agrees_on_consistency(roots: list[bytes], oracle: pymerkle.InmemoryTree) -> None:
    """Otherwise a rewritten log could pass for a continued one, or a continued one for rewritten."""
    for old, new in ((index + 1, size) for index, size in drawn(3)):
        proof = tree.consistency(old, new, node)
        tree.check_consistency(old, roots[old], new, roots[new], proof)
        theirs = oracle.prove_consistency(old, new)
        pymerkle.verify_consistency(roots[old], roots[new], theirs)
        if old == new:
            continue
        wrong = roots[old - 1]
        with pytest.raises(BadProof):
            tree.check_consistency(old, wrong, new, roots[new], proof)
        with pytest.raises(InvalidProof):
            pymerkle.verify_consistency(wrong, roots[new], theirs)


@pytest.mark.parametrize("change", [lambda p: p[:-1], lambda p: [*p, bytes(32)], lambda p: p[::-1]])
def test_a_proof_of_the_wrong_shape_is_refused(roots: list[bytes], change: Callable[[Any], Any]) -> None:
    """Otherwise a proof could be stretched or shortened until it fits something else."""
    inclusion, consistency = tree.inclusion(5, 1_000, node), tree.consistency(700, 1_000, node)
    with pytest.raises(BadProof):
        assert tree.root_by_inclusion(5, 1_000, node(0, 5), change(inclusion)) != roots[1_000]
        raise BadProof
    with pytest.raises(BadProof):
        tree.check_consistency(700, roots[700], 1_000, roots[1_000], change(consistency))


def test_what_does_not_exist_cannot_be_proved() -> None:
    """Otherwise an entry beyond the end could be claimed."""
    for index, size in ((-1, 5), (5, 5), (0, 0)):
        with pytest.raises(BadProof):
            tree.inclusion(index, size, node)
        with pytest.raises(BadProof):
            tree.root_by_inclusion(index, size, bytes(32), [])
    with pytest.raises(BadProof):
        tree.consistency(6, 5, node)
    with pytest.raises(BadProof):
        tree.check_consistency(6, bytes(32), 5, bytes(32), [])


def test_the_empty_tree_is_rfc_6962s(roots: list[bytes]) -> None:
    """Otherwise the first checkpoint of all would be one that nobody else can make."""
    assert roots[0].hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    tree.check_consistency(0, roots[0], 5, roots[5], [])
