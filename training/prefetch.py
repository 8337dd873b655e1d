"""Batches made by a process of their own, ahead of the training that reads them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from queue import Empty, Full, Queue

import numpy as np
import torch
from tokenizers import Tokenizer

from .batches import Batch, Plan, batches
from .chat import ChatEncoder

_AHEAD = 24
_NICENESS = 5


def _make(tokenizer: Path, plan: Plan, after: tuple[int, int] | None, out: Queue) -> None:
    reader = os.getppid()
    os.nice(_NICENESS)
    torch.set_num_threads(1)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    for batch in batches(ChatEncoder(Tokenizer.from_file(str(tokenizer))), plan, after):
        documents = None if batch.documents is None else batch.documents.numpy().astype(np.int16)
        # As plain arrays: tensors would be passed on through shared memory, of which small machines have little.
        made = (batch.ids.numpy().astype(np.int32), batch.targets.numpy().astype(np.int32), documents, batch.tokens, batch.pool, batch.index)
        while True:
            try:
                out.put(made, timeout=5)
                break
            except Full:
                # Whoever reads may have been killed.
                if os.getppid() != reader:
                    return


@contextmanager
def prefetched(tokenizer: Path, plan: Plan, after: tuple[int, int] | None) -> Iterator[Iterator[Batch]]:
    """The batches of `plan` behind the place `after`, for as long as the context lasts."""
    context = get_context("spawn")
    waiting: Queue = context.Queue(maxsize=_AHEAD)
    process = context.Process(target=_make, args=(tokenizer, plan, after, waiting), daemon=True)
    process.start()

    def read() -> Iterator[Batch]:
        while True:
            try:
                ids, targets, documents, tokens, pool, index = waiting.get(timeout=10)
            except Empty:
                if process.is_alive():
                    continue
                raise RuntimeError("the process that makes the batches has ended") from None
            yield Batch(
                torch.from_numpy(ids).long(), torch.from_numpy(targets).long(),
                None if documents is None else torch.from_numpy(documents).long(), tokens, pool, index,
            )

    try:
        yield read()
    finally:
        process.terminate()
        process.join()
