"""A second process that computes the gradient of half of every batch.

Two threads of one process wait for each other at every matrix product, which on a
machine that does other work too costs more than it brings. Two processes meet once a
step. What is computed is the same as with one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from multiprocessing import RawArray, get_context
from multiprocessing.connection import Connection

import torch
from torch import Tensor

from .batches import Batch
from .loss import NOT_LEARNED, loss_of
from .model import ModelConfig, StarterModel


def split(batch: Batch) -> tuple[Batch, Batch]:
    """The upper and the lower half of the rows."""
    at = batch.ids.shape[0] // 2

    def part(rows: slice) -> Batch:
        documents = None if batch.documents is None else batch.documents[rows]
        return replace(batch, ids=batch.ids[rows], targets=batch.targets[rows], documents=documents)

    return part(slice(0, at)), part(slice(at, None))


def _views(memory: RawArray, model: StarterModel) -> list[Tensor]:
    """Shared memory as tensors in the shapes of the parameters."""
    flat = torch.frombuffer(memory, dtype=torch.float32)
    sizes = [p.numel() for p in model.parameters()]
    return [part.view_as(p) for part, p in zip(flat.split(sizes), model.parameters(), strict=True)]


def _compute(config: dict, weights: RawArray, gradients: RawArray, pipe: Connection) -> None:
    torch.set_num_threads(1)
    model = StarterModel(ModelConfig(**config))
    model.compile_blocks()
    given, found = _views(weights, model), _views(gradients, model)
    while True:
        try:
            batch: Batch = pipe.recv()
        except EOFError:
            return
        batch = replace(
            batch, ids=torch.from_numpy(batch.ids), targets=torch.from_numpy(batch.targets),
            documents=None if batch.documents is None else torch.from_numpy(batch.documents),
        )
        with torch.no_grad():
            for parameter, value in zip(model.parameters(), given, strict=True):
                parameter.copy_(value)
        loss = loss_of(model, batch)
        loss.backward()
        with torch.no_grad():
            for parameter, value in zip(model.parameters(), found, strict=True):
                value.copy_(parameter.grad)
        model.zero_grad(set_to_none=True)
        pipe.send(loss.item())


@dataclass
class Second:
    """The other process, seen from the one that trains."""

    model: StarterModel
    weights: list[Tensor]
    gradients: list[Tensor]
    pipe: Connection

    def backward(self, batch: Batch) -> float:
        """The mean loss of a batch; its gradient is left at the parameters, as `loss.backward()` does."""
        here, there = split(batch)
        with torch.no_grad():
            for value, parameter in zip(self.weights, self.model.parameters(), strict=True):
                value.copy_(parameter)
        self.pipe.send(replace(
            there, ids=there.ids.numpy(), targets=there.targets.numpy(), documents=None if there.documents is None else there.documents.numpy()
        ))
        loss = loss_of(self.model, here)
        loss.backward()
        other = self.pipe.recv()
        learned = [int((part.targets != NOT_LEARNED).sum()) for part in (here, there)]
        share = learned[1] / max(1, sum(learned))
        with torch.no_grad():
            for parameter, gradient in zip(self.model.parameters(), self.gradients, strict=True):
                parameter.grad.lerp_(gradient, share)
        return loss.item() * (1 - share) + other * share


@contextmanager
def second_process(model: StarterModel) -> Iterator[Second]:
    context = get_context("spawn")
    count = model.parameter_count()
    weights, gradients = context.RawArray("f", count), context.RawArray("f", count)
    pipe, far = context.Pipe()
    process = context.Process(target=_compute, args=(asdict(model.config), weights, gradients, far), daemon=True)
    process.start()
    far.close()
    try:
        yield Second(model, _views(weights, model), _views(gradients, model), pipe)
    finally:
        pipe.close()
        process.terminate()
        process.join()
