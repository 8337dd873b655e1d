"""Cross-entropy over a large vocabulary, a few rows at a time.

The logits of a whole batch are hundreds of megabytes, and on a CPU moving them costs
more than computing them. Here a piece is computed, turned into its gradient while it
lies in the cache, multiplied back, and forgotten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

from .model import StarterModel

if TYPE_CHECKING:
    from .batches import Batch

NOT_LEARNED = -100
"""The target of a token that is not to be learned."""
_PIECE = 512


def _piece(states: Tensor, table: Tensor, targets: Tensor, share: Tensor) -> tuple[Tensor, Tensor]:
    """Summed loss of some rows, and the gradient of (`share` times that) with respect to their logits."""
    logits = F.linear(states, table).float()
    top = logits.amax(-1, keepdim=True)
    powers = (logits - top).exp()
    total = powers.sum(-1, keepdim=True)
    learned = targets >= 0
    chosen = logits.gather(1, targets.clamp(min=0)[:, None])[:, 0]
    losses = (top[:, 0] + total.log()[:, 0] - chosen) * learned
    gradient = powers * (share * learned[:, None] / total)
    hit = torch.arange(table.shape[0])[None] == targets[:, None]
    return losses.sum(), torch.where(hit, gradient - share, gradient).to(states.dtype)


_compiled_piece = torch.compile(_piece, dynamic=False)


class _CrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, states: Tensor, table: Tensor, targets: Tensor) -> Tensor:  # noqa: ANN001
        share = 1.0 / (targets >= 0).sum().clamp(min=1)
        narrow = table.to(states.dtype)
        to_states, to_table, loss = torch.empty_like(states), torch.zeros_like(table), torch.zeros(())
        for at in range(0, len(states), _PIECE):
            rows = slice(at, at + _PIECE)
            part, gradient = _compiled_piece(states[rows], narrow, targets[rows], share)
            loss = loss + part
            torch.mm(gradient, narrow, out=to_states[rows])
            to_table += gradient.t() @ states[rows]
        ctx.save_for_backward(to_states, to_table)
        return loss * share

    @staticmethod
    def backward(ctx, outer: Tensor) -> tuple[Tensor, Tensor, None]:  # noqa: ANN001
        to_states, to_table = ctx.saved_tensors
        return to_states * outer, to_table * outer, None


def cross_entropy(states: Tensor, table: Tensor, targets: Tensor) -> Tensor:
    """Mean loss over the tokens to be learned.

    `states`: (cells, width) after the last norm. `table`: the output layer, (vocabulary,
    width). `targets`: (cells); only where one is not `NOT_LEARNED` are logits computed.
    """
    wanted = targets != NOT_LEARNED
    states, targets = states[wanted].bfloat16(), targets[wanted]
    # Pieces of one size: compiled once.
    missing = -len(targets) % _PIECE
    if missing:
        states, targets = F.pad(states, (0, 0, 0, missing)), F.pad(targets, (0, missing), value=NOT_LEARNED)
    return _CrossEntropy.apply(states, table, targets)


def loss_of(model: StarterModel, batch: Batch) -> Tensor:
    """Mean cross-entropy over the tokens of a batch that are to be learned."""
    with torch.autocast("cpu", torch.bfloat16):
        states = model.hidden_states(batch.ids, batch.documents)
    return cross_entropy(states.flatten(0, 1), model.token_embd.weight, batch.targets.flatten())
