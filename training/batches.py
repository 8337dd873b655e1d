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


@dataclass(frozen=True)
class Batch:
    """`ids` are padded at the right; `targets` is -100 where nothing is to be learned."""

    ids: Tensor
    targets: Tensor
    tokens: int


def _pad(rows: list[Encoded], pad_id: int) -> Batch:
    width = max(len(row.ids) for row in rows) - 1
    ids = torch.full((len(rows), width), pad_id)
    targets = torch.full((len(rows), width), -100)
    for i, row in enumerate(rows):
        length = len(row.ids) - 1
        ids[i, :length] = torch.tensor(row.ids[:-1])
        learned = [token if wanted else -100 for token, wanted in zip(row.ids[1:], row.learned[1:], strict=True)]
        targets[i, :length] = torch.tensor(learned)
    return Batch(ids, targets, sum(len(row.ids) for row in rows))


def batches(encoder: ChatEncoder, samples: Iterator[Sample], seed: int, batch_tokens: int, context: int, pad_id: int) -> Iterator[Batch]:
    """Endless batches of at most `batch_tokens` cells.

    Every sample starts at position 0 with nothing before it, just as in the app. Padding
    comes after the end, where causal attention can't see it.
    """
    rng = Random(seed + 1)
    while True:
        pool = [encoder.encode(sample) for sample in islice(samples, _POOL)]
        pool = [Encoded(row.ids[:context], row.learned[:context]) for row in pool]
        pool.sort(key=lambda row: len(row.ids) + rng.random())
        groups: list[list[Encoded]] = [[]]
        for row in pool:
            if (len(groups[-1]) + 1) * len(row.ids) > batch_tokens and groups[-1]:
                groups.append([])
            groups[-1].append(row)
        rng.shuffle(groups)
        for group in groups:
            yield _pad(group, pad_id)
