"""Let a model answer many prompts at once, by drawing token after token."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .model import StarterModel


@dataclass(frozen=True)
class Written:
    """What a model wrote after one prompt. `ids` holds the end token where `ended`."""

    prompt: list[int]
    ids: list[int]
    ended: bool


@torch.no_grad()
def write(
    model: StarterModel, prompts: list[list[int]], end: int, limit: int, temperature: float, generator: torch.Generator
) -> list[Written]:
    """Sample one answer to every prompt: at most `limit` tokens, up to the end token. Temperature 0 takes the best."""
    width = max(len(prompt) for prompt in prompts)
    rows = torch.full((len(prompts), width), end)
    seen = torch.zeros((len(prompts), width), dtype=torch.bool)
    for i, prompt in enumerate(prompts):
        rows[i, width - len(prompt) :] = torch.tensor(prompt)
        seen[i, width - len(prompt) :] = True
    limit = min(limit, model.config.context_length - width)
    caches = model.new_caches()
    answers: list[Tensor] = []
    going = torch.ones(len(prompts), dtype=torch.bool)
    ids = rows
    for _ in range(limit):
        with torch.autocast("cpu", torch.bfloat16):
            logits = model.next_logits(ids, caches, seen).float()
        if temperature == 0:
            drawn = logits.argmax(dim=-1)
        else:
            drawn = torch.multinomial((logits / temperature).softmax(dim=-1), 1, generator=generator)[:, 0]
        drawn = torch.where(going, drawn, end)
        answers.append(drawn)
        going &= drawn != end
        if not going.any():
            break
        ids = drawn[:, None]
        seen = torch.cat((seen, torch.ones((len(prompts), 1), dtype=torch.bool)), dim=1)
    written = []
    for prompt, row in zip(prompts, torch.stack(answers, dim=1).tolist(), strict=True):
        ended = end in row
        written.append(Written(prompt, row[: row.index(end) + 1] if ended else row, ended))
    return written
