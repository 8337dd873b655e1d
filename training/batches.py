"""From the stream of samples to batches of ids: the same seed gives the same batches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

import torch
from torch import Tensor

from .chat import ChatEncoder, Encoded
from .corpus.stream import Sample

_POOL = 4096
"""Samples that are sorted together, so that a batch holds rows of about one length."""
NOT_LEARNED = -100
"""The target of a token that is not to be learned; cross-entropy leaves it out."""


@dataclass(frozen=True)
class Batch:
    """`ids` are padded at the right; `targets` is `NOT_LEARNED` where nothing is to be learned."""

    ids: Tensor
    targets: Tensor
    tokens: int
    """Ids read, without padding."""


def pad(rows: list[Encoded], pad_id: int) -> Batch:
    width = max(len(row.ids) for row in rows) - 1
    ids = torch.full((len(rows), width), pad_id)
    targets = torch.full((len(rows), width), NOT_LEARNED)
    for i, row in enumerate(rows):
        length = len(row.ids) - 1
        ids[i, :length] = torch.tensor(row.ids[:-1])
        learned = [token if wanted else NOT_LEARNED for token, wanted in zip(row.ids[1:], row.learned[1:], strict=True)]
        targets[i, :length] = torch.tensor(learned)
    return Batch(ids, targets, sum(len(row.ids) for row in rows))


def _pack(rows: list[Encoded], share: float, context: int, rng: Random) -> list[Encoded]:
    """Fill up `share` of the rows with those that follow, to a length drawn up to the whole context."""
    packed: list[Encoded] = []
    waiting = iter(rows)
    for row in waiting:
        if rng.random() < share:
            wished = rng.randint(context // 2, context)
            ids, learned = list(row.ids), list(row.learned)
            while len(ids) < wished and (more := next(waiting, None)) is not None:
                ids += more.ids
                learned += more.learned
            row = Encoded(ids, learned)
        packed.append(row)
    return packed


def batches(
    encoder: ChatEncoder, samples: Iterator[Sample], seed: int, batch_tokens: int, context: int, pad_id: int, packed_share: float = 0.0
) -> Iterator[Batch]:
    """Endless batches of at most `batch_tokens` cells.

    Every row starts at position 0 with nothing before it, just as in the app. Padding
    comes after the end, where causal attention can't see it.
    """
    rng = Random(seed + 1)
    while True:
        pool = [encoder.encode(sample) for sample in islice(samples, _POOL)]
        if packed_share:
            pool = _pack(pool, packed_share, context, rng)
        pool = [Encoded(row.ids[:context], row.learned[:context]) for row in pool]
        pool.sort(key=lambda row: len(row.ids) + rng.random())
        groups: list[list[Encoded]] = [[]]
        for row in pool:
            if (len(groups[-1]) + 1) * len(row.ids) > batch_tokens and groups[-1]:
                groups.append([])
            groups[-1].append(row)
        rng.shuffle(groups)
        for group in groups:
            yield pad(group, pad_id)
