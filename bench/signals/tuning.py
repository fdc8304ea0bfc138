"""`python -m bench.signals tune`: teaches the upper half of the model of sentences what the labelled texts show.

all-MiniLM-L6-v2 (Wang et al. 2020; Reimers and Gurevych 2019) was taught to tell any two sentences apart; here its
layers from the fourth on learn, by a line from a text's vector to each name, what matters in a post. The line is thrown
away: `fitting` weighs the vectors. What was learnt is written to `tuned.npz` in eight bits, and once more without each
fold of authors to `.tuned/`, by which `fitting` chooses on texts that neither the layers nor the weights ever read.
An hour of one core. Rounding parts two machines, so that another run gives like figures and not the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from bench.signals.fitting import FOLDS, TUNED, Taught, taught
from remit.signals import meaning
from remit.signals.readable import Readable

#: Layers, and from which on they learn; the lower ones know English already, and are read once for all rounds.
LAYERS, FIRST, HEADS = 6, 3, 12
ROUNDS, BATCH, RATE, LINE_RATE, DROPPED = 4, 32, 2e-4, 4e-3, 0.1
#: The model's matrices by the names that its file gives them: query, key, value, out, and the two of the feed-forward.
MATRICES = {
    3: (264, 272, 280, 318, 322, 331),
    4: (335, 343, 351, 389, 393, 402),
    5: (406, 414, 422, 460, 464, 473),
}
PARTS = (
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
    "intermediate.dense", "output.dense",
)  # fmt: skip
NORMS = ("attention.output.LayerNorm", "output.LayerNorm")


def write(folds: Sequence[int] = range(len(FOLDS) + 1)) -> None:
    """Teach the layers all texts (fold 0), and all but each fold's, and write the files."""
    texts = taught()
    TUNED.mkdir(exist_ok=True)
    lower = below(texts)
    for fold in folds:
        kept = texts.fold != fold if fold else np.ones(len(texts.rows), bool)
        path = TUNED / f"without-{fold}.npz" if fold else meaning.TUNED_FILE
        _save(path, learn(texts, lower, kept))
        print(f"{path.name}: {path.stat().st_size:,} bytes", flush=True)


def base() -> dict[str, Any]:
    """The model's own weights before they were put in eight bits: name → tensor."""
    import torch

    raw = meaning.file_of(meaning.VOCABULARY, "model/model.safetensors").read_bytes()
    size = int.from_bytes(raw[:8], "little")
    weights = {}
    for name, said in json.loads(raw[8 : 8 + size]).items():
        if said.get("dtype") == "F32":
            start, end = (8 + size + offset for offset in said["data_offsets"])
            weights[name] = torch.frombuffer(bytearray(raw[start:end]), dtype=torch.float32).view(said["shape"])
    return weights


def layer(weights: dict[str, Any], number: int) -> Any:
    """One layer of the model, as the library has it."""
    import torch

    made = torch.nn.TransformerEncoderLayer(
        384, HEADS, 1536, DROPPED, "gelu", layer_norm_eps=1e-12, batch_first=True
    )  # fmt: skip
    made.self_attn.dropout, made.dropout.p = 0.0, 0.0
    own = {part: [weights[f"encoder.layer.{number}.{part}.{kind}"] for kind in ("weight", "bias")] for part in PARTS}
    state = {}
    for place, kind in enumerate(("weight", "bias")):
        state[f"self_attn.in_proj_{kind}"] = torch.cat([own[part][place] for part in PARTS[:3]])
        state[f"self_attn.out_proj.{kind}"] = own[PARTS[3]][place]
        state[f"linear1.{kind}"], state[f"linear2.{kind}"] = own[PARTS[4]][place], own[PARTS[5]][place]
        for norm, name in enumerate(NORMS, 1):
            state[f"norm{norm}.{kind}"] = weights[f"encoder.layer.{number}.{name}.{kind}"]
    made.load_state_dict(state)
    return made


def below(texts: Taught) -> list[Any]:
    """What the lower layers make of the first window of each text: pieces × 384, in half precision."""
    import torch

    weights = base()
    word, place, kind = (weights[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position", "token_type"))
    norm = (weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"])
    lower = torch.nn.Sequential(*(layer(weights, number) for number in range(FIRST))).eval()
    found = []
    with torch.inference_mode():
        for row in texts.rows:
            numbers = torch.tensor(meaning.first_window(Readable(row.text)))
            hidden = torch.nn.functional.layer_norm(
                word[numbers] + place[: len(numbers)] + kind[0], (384,), *norm, 1e-12
            )
            found.append(lower(hidden[None])[0].half())
    return found


def learn(texts: Taught, lower: list[Any], kept: np.ndarray) -> dict[str, np.ndarray]:
    """The upper layers taught by the rows that `kept` marks: arrays by the names that the model's file gives them."""
    import torch

    torch.manual_seed(0)
    chance = np.random.default_rng(0)
    weights = base()
    upper = torch.nn.ModuleList(layer(weights, number) for number in range(FIRST, LAYERS))
    rows = np.flatnonzero(kept)
    usual = texts.taught[rows].mean(0).clip(1e-4)
    line = torch.nn.Linear(384, len(texts.names))
    torch.nn.init.normal_(line.weight, std=0.02)
    line.bias.data = torch.from_numpy(np.log(usual / (1 - usual))).float()
    batches = len(rows) // BATCH + 1
    rates = [RATE, LINE_RATE]
    steps = torch.optim.AdamW(
        [{"params": upper.parameters(), "lr": RATE}, {"params": line.parameters(), "lr": LINE_RATE}], weight_decay=0.01
    )
    slower = torch.optim.lr_scheduler.OneCycleLR(
        steps, rates, total_steps=ROUNDS * batches + 1, pct_start=0.1, anneal_strategy="linear"
    )
    started = perf_counter()
    for number in range(ROUNDS):
        # Texts of about one length go together, and never twice the same.
        order = np.array(sorted(rows, key=lambda row: len(lower[row]) + chance.uniform(0, 10)))
        total = 0.0
        for at in chance.permutation(batches):
            batch = order[at * BATCH : (at + 1) * BATCH]
            if not len(batch):
                continue
            hidden = torch.nn.utils.rnn.pad_sequence([lower[row].float() for row in batch], batch_first=True)
            lengths = torch.tensor([len(lower[row]) for row in batch])
            beyond = torch.arange(hidden.shape[1])[None] >= lengths[:, None]
            for one in upper:
                hidden = one(hidden, src_key_padding_mask=beyond)
            vector = (hidden * ~beyond[:, :, None]).sum(1) / lengths[:, None]
            told = line(torch.nn.functional.dropout(vector, 2 * DROPPED))
            loss = torch.nn.functional.binary_cross_entropy_with_logits(
                told, torch.from_numpy(texts.taught[batch]), reduction="sum"
            ) / len(batch)
            steps.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(upper.parameters(), 1.0)
            steps.step()
            slower.step()
            total += loss.item()
        print(f"round {number + 1} of {ROUNDS}: {total / batches:.3f}, {perf_counter() - started:,.0f} s", flush=True)
    return {name: array for number, one in enumerate(upper, FIRST) for name, array in _named(number, one)}


def _named(number: int, one: Any) -> list[tuple[str, np.ndarray]]:
    """A layer's arrays as the model's file has them: matrices turned and in eight bits with a scale a column."""
    state = {name: array.detach().numpy() for name, array in one.state_dict().items()}
    query, key, value = np.split(state["self_attn.in_proj_weight"], 3)
    matrices = (query, key, value, *(state[f"{n}.weight"] for n in ("self_attn.out_proj", "linear1", "linear2")))
    offsets = (
        *np.split(state["self_attn.in_proj_bias"], 3),
        *(state[f"{name}.bias"] for name in ("self_attn.out_proj", "linear1", "linear2")),
    )
    found = []
    for place, part, matrix, offset in zip(MATRICES[number], PARTS, matrices, offsets, strict=True):
        turned = matrix.T
        scale = np.abs(turned).max(0, keepdims=True) / 127 + 1e-12
        found.append((f"val_{place}_q", np.round(turned / scale).astype(np.int8)))
        found.append((f"val_{place}_scale", scale.astype(np.float32)))
        found.append((f"inner.encoder.layer.{number}.{part}.bias", offset))
    for norm, name in enumerate(NORMS, 1):
        found += [
            (f"inner.encoder.layer.{number}.{name}.{kind}", state[f"norm{norm}.{kind}"]) for kind in ("weight", "bias")
        ]
    return found


def _save(path: Path, arrays: dict[str, np.ndarray]) -> None:
    model = meaning.file_of(meaning.MODEL, "model.onnx").read_bytes()
    assert hashlib.sha256(model).hexdigest() == meaning.MODEL_HASH
    about = {"places": {name: _place(model, name, array.nbytes) for name, array in arrays.items()}}
    np.savez_compressed(
        path, about=np.array(json.dumps(about)), **{name: np.ascontiguousarray(a) for name, a in arrays.items()}
    )


def _place(model: bytes, name: str, size: int) -> int:
    """Where in the ONNX file the bytes of a named array begin: behind its name (field 8) and their count (field 9)."""
    length, rest = b"", size
    while rest > 127:
        length, rest = length + bytes([rest & 127 | 128]), rest >> 7
    head = b"\x42" + bytes([len(name)]) + name.encode() + b"\x4a" + length + bytes([rest])
    assert model.count(head) == 1, name
    return model.index(head) + len(head)
