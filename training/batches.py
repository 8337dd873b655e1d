"""From the stream of samples to batches of ids: the same seed gives the same batches.

The stream comes in pools. Each has a seed of its own, so a run goes on from the pool it
was interrupted in, without writing the earlier ones again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

import torch
from torch import Tensor

from .chat import ChatEncoder, Encoded
from .corpus.stream import stream
from .loss import NOT_LEARNED

_POOL = 4096
"""Samples in a pool."""
SHARED_WIDTHS = (128, 256, 512)
"""Rows of these widths are shared by texts that can't see each other. Few widths: each is compiled once."""


@dataclass(frozen=True)
class Batch:
    """All have the shape (rows, positions). `targets` is `NOT_LEARNED` where nothing is to be learned."""

    ids: Tensor
    targets: Tensor
    documents: Tensor | None
    """Numbers the texts that share a row; none where every row is one text."""
    tokens: int
    """Ids read, without padding."""
    pool: int
    index: int
    """Its place: which batch of which pool."""


@dataclass(frozen=True)
class Plan:
    """What batches are made of."""

    corpus: str
    seed: int
    batch_tokens: int
    context: int
    pad_id: int
    long_share: float = 0.0
    """Share of samples that follow one another in rows as long as the context, so that late positions are learned too."""


def _long_rows(samples: list[Encoded], context: int) -> list[list[Encoded]]:
    """One text after the other, cut at the end of the row."""
    rows: list[list[Encoded]] = []
    ids: list[int] = []
    learned: list[bool] = []
    for sample in samples:
        ids += sample.ids
        learned += sample.learned
        if len(ids) > context:
            # One more than the context: the last is only a target.
            rows.append([Encoded(ids[: context + 1], learned[: context + 1])])
            ids, learned = [], []
    return rows


def _fill(rows: list[list[Encoded]], samples: list[Encoded], width: int) -> list[Encoded]:
    """Put samples into rows of at most `width` cells, first fit, the longest first; those without a place come back."""
    room = [width - sum(len(sample.ids) - 1 for sample in row) for row in rows]
    shortest = min((len(sample.ids) - 1 for sample in samples), default=0)
    open_rows = [i for i, free in enumerate(room) if free >= shortest]
    without: list[Encoded] = []
    for sample in sorted(samples, key=lambda s: -len(s.ids)):
        size = len(sample.ids) - 1
        for place, i in enumerate(open_rows):
            if room[i] >= size:
                rows[i].append(sample)
                room[i] -= size
                if room[i] < shortest:
                    del open_rows[place]
                break
        else:
            without.append(sample)
    return without


def _shared_rows(samples: list[Encoded], width: int) -> list[list[Encoded]]:
    """As few rows of at most `width` cells as first fit finds."""
    rows: list[list[Encoded]] = []
    left = samples
    while left:
        # A block of new rows at a time: first fit in all rows would take the square of their number.
        fresh: list[list[Encoded]] = [[] for _ in range(max(1, sum(len(s.ids) for s in left) // width))]
        left = _fill(fresh, left, width)
        rows += [row for row in fresh if row]
    return rows


def _batch(rows: list[list[Encoded]], width: int, plan: Plan, pool: int, index: int) -> Batch:
    shape = (len(rows), width)
    ids, targets, documents = torch.full(shape, plan.pad_id), torch.full(shape, NOT_LEARNED), torch.full(shape, -1)
    tokens = 0
    for i, row in enumerate(rows):
        at = 0
        for number, sample in enumerate(row):
            end = at + len(sample.ids) - 1
            ids[i, at:end] = torch.tensor(sample.ids[:-1])
            targets[i, at:end] = torch.tensor(
                [token if wanted else NOT_LEARNED for token, wanted in zip(sample.ids[1:], sample.learned[1:], strict=True)]
            )
            documents[i, at:end] = number
            tokens += len(sample.ids)
            at = end
    return Batch(ids, targets, documents if width in SHARED_WIDTHS else None, tokens, pool, index)


def pool_batches(encoder: ChatEncoder, plan: Plan, pool: int) -> list[Batch]:
    """The batches of one pool, in the order of training."""
    rng = Random(plan.seed * 1_000_003 + pool)
    samples = [encoder.encode(sample) for sample in islice(stream(rng.randrange(2**32), plan.corpus), _POOL)]
    longest = SHARED_WIDTHS[-1] + 1
    follow = [s for s in samples if rng.random() < plan.long_share or len(s.ids) > longest]
    chosen = {id(s) for s in follow}
    rest = [s for s in samples if id(s) not in chosen]
    groups: list[tuple[int, list[list[Encoded]]]] = []

    def take(rows: list[list[Encoded]], width: int) -> None:
        """Whole batches of rows; what is left is left out."""
        rng.shuffle(rows)
        count = plan.batch_tokens // width
        groups.extend((width, rows[at : at + count]) for at in range(0, len(rows) // count * count, count))

    if follow:
        take(_long_rows(follow, plan.context), plan.context)
    for width in SHARED_WIDTHS[:0:-1]:
        long = [s for s in rest if len(s.ids) - 1 > width // 2]
        if long:
            rows = _shared_rows(long, width)
            # Short texts fill up the rows, and the last batch.
            rows += [[] for _ in range(-len(rows) % (plan.batch_tokens // width))]
            rest = _fill(rows, [s for s in rest if len(s.ids) - 1 <= width // 2], width)
            take(rows, width)
    take(_shared_rows(rest, SHARED_WIDTHS[0]), SHARED_WIDTHS[0])
    rng.shuffle(groups)
    return [_batch(rows, width, plan, pool, index) for index, (width, rows) in enumerate(groups)]


def batches(encoder: ChatEncoder, plan: Plan, after: tuple[int, int] | None = None) -> Iterator[Batch]:
    """Endless; those behind the place `after` where one is given.

    Padding comes after the end of a row, where causal attention can't see it.
    """
    pool, index = after or (0, -1)
    while True:
        yield from pool_batches(encoder, plan, pool)[index + 1 :]
        pool, index = pool + 1, -1


_SIDE_WIDTHS = (256, 512, 1024)
_SIDE_ROWS = (16, 32, 64, 128)


@dataclass(frozen=True)
class SideBySide:
    """Sequences that share rows of one width; few shapes, so that each is compiled once."""

    ids: Tensor
    documents: Tensor
    row: Tensor
    start: Tensor
    """Where each sequence lies: its row and its first cell."""
    length: Tensor

    @property
    def last(self) -> tuple[Tensor, Tensor]:
        """Row and cell of the last id of each."""
        return self.row, self.start + self.length - 1


def side_by_side(sequences: list[list[int]], pad_id: int = 0) -> SideBySide:
    """First fit, the longest first."""
    width = next(w for w in _SIDE_WIDTHS if w >= max(map(len, sequences)))
    order = sorted(range(len(sequences)), key=lambda i: -len(sequences[i]))
    room: list[int] = []
    row, start = [0] * len(sequences), [0] * len(sequences)
    for i in order:
        size = len(sequences[i])
        at = next((r for r, free in enumerate(room) if free >= size), None)
        if at is None:
            at = len(room)
            room.append(width)
        row[i], start[i] = at, width - room[at]
        room[at] -= size
    count = next((c for c in _SIDE_ROWS if c >= len(room)), len(room))
    ids, documents = torch.full((count, width), pad_id), torch.full((count, width), -1)
    for i, sequence in enumerate(sequences):
        cells = slice(start[i], start[i] + len(sequence))
        ids[row[i], cells] = torch.tensor(sequence)
        documents[row[i], cells] = i
    return SideBySide(ids, documents, torch.tensor(row), torch.tensor(start), torch.tensor([len(s) for s in sequences]))
