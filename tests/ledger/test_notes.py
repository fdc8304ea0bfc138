"""Signed notes and checkpoints: ours are what others read, and nothing altered passes."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigstore._internal.rekor.checkpoint import SignedCheckpoint

from remit.ledger.notes import BadNote, Checkpoint, Signer, Verifier, read_signed, sign

KEY = Signer("police.example/remit", bytes(range(32)))
CHECKPOINT = Checkpoint("police.example/remit", 1234, bytes(range(32)))


def test_sigstore_reads_our_checkpoint() -> None:
    """Otherwise an auditor's own tools could not read it."""
    theirs = SignedCheckpoint.from_text(sign(str(CHECKPOINT), [KEY]))
    assert (theirs.checkpoint.origin, theirs.checkpoint.log_size) == ("police.example/remit", 1234)
    assert theirs.checkpoint.log_hash == CHECKPOINT.root.hex()
    assert theirs.signed_note.note == str(CHECKPOINT)
    signature = theirs.signed_note.signatures[0]
    assert signature.sig_hash == KEY.verifier.key_id
    assert KEY.verifier.signed(str(CHECKPOINT).encode(), base64.b64decode(signature.signature))


def test_the_example_of_gos_note_package_is_read() -> None:
    """Otherwise "signed note" would be our own idea of it. Key and note are those of golang.org/x/mod/sumdb/note."""
    key = Verifier.read("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    note = (
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    text, signed_by = read_signed(note, [key])
    assert text.startswith("If you think cryptography")
    assert signed_by == [key]
    assert str(key) == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_two_keys_may_sign_and_either_is_enough() -> None:
    """Otherwise whoever trusts the old key could not follow to the new one."""
    new = Signer("police.example/remit", bytes(32))
    note = sign(str(CHECKPOINT), [KEY, new])
    for trusted in ([KEY.verifier], [new.verifier]):
        text, signed_by = read_signed(note, trusted)
        assert Checkpoint.read(text) == CHECKPOINT
        assert signed_by == trusted


@given(st.data())
def test_no_altered_note_passes(data: st.DataObject) -> None:
    """Otherwise a checkpoint could be made to say another size or root."""
    note = sign(str(CHECKPOINT), [KEY]).encode()
    at = data.draw(st.integers(0, len(note) - 1))
    altered = bytearray(note)
    altered[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        text, _ = read_signed(altered.decode(), [KEY.verifier])
    except (BadNote, UnicodeDecodeError):
        return
    assert text == str(CHECKPOINT), "only what is beside the text may differ"


def test_a_note_of_somebody_else_is_refused() -> None:
    """Otherwise anybody could sign for the log."""
    other = Signer("police.example/remit", bytes(32))
    with pytest.raises(BadNote, match="None of the keys"):
        read_signed(sign(str(CHECKPOINT), [other]), [KEY.verifier])
    for broken in ("", "words\n", "words\n\n", "words\n\nno signature\n"):
        with pytest.raises(BadNote):
            read_signed(broken, [KEY.verifier])


def test_keys_are_read_back_and_damaged_ones_refused() -> None:
    """Otherwise a key copied with a character missing would sign, or trust, something else."""
    assert Signer.read(KEY.write()) == KEY
    assert Verifier.read(str(KEY.verifier)) == KEY.verifier
    assert "PRIVATE" not in repr(KEY)
    for damaged in ("", "x", str(KEY.verifier)[:-4], str(KEY.verifier).replace("+", "+0", 1), KEY.write()):
        with pytest.raises(BadNote):
            Verifier.read(damaged)
    for damaged in ("", KEY.write()[:-4], KEY.write().replace("remit", "other"), str(KEY.verifier)):
        with pytest.raises(BadNote):
            Signer.read(damaged)
    for name in ("", "two words", "a+b"):
        with pytest.raises(BadNote, match="cannot name"):
            Signer.fresh(name)


def test_what_is_no_checkpoint_is_refused() -> None:
    """Otherwise a damaged witness file would count as one."""
    good = str(CHECKPOINT)
    for text in ("", "one line\n", good.replace("1234", "01234"), good.replace("1234", "-1"), "o\n5\nAAAA\n"):
        with pytest.raises(BadNote):
            Checkpoint.read(text)
