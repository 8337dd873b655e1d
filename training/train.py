"""Stages (a) and (b): pre-training on documents, then supervised fine-tuning on dialogues (in three parts).

Weight matrices inside the blocks are trained by Muon (momentum made orthogonal), all the
rest (embedding, norms) by AdamW. Muon needs about half the text to get as far, which is
what counts on a CPU.

    python -m training.train
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from .batches import NOT_LEARNED, Batch, batches
from .chat import END_OF_TEXT, ChatEncoder
from .corpus.stream import stream
from .model import StarterModel
from .run import Curve, load_model, save
from .settings import RUN, STARTER, Settings
from .tokenizer import load_or_train


@dataclass(frozen=True)
class Stage:
    """A stretch of training on one kind of text.

    The learning rate, a share of its full value, goes from `lr_from` to `lr_to` along a
    cosine, after a linear warm-up.
    """

    name: str
    corpus: str
    tokens: int
    lr_from: float
    lr_to: float
    packed_share: float = 0.0
    snapshots: tuple[tuple[str, int], ...] = ()

    def learning_rate(self, seen: int, warm: float) -> float:
        """At `seen` tokens; `warm` is the share of the warm-up that is done (1 and more: all)."""
        done = min(1.0, seen / self.tokens)
        return min(1.0, warm) * (self.lr_to + (self.lr_from - self.lr_to) * 0.5 * (1 + math.cos(math.pi * done)))


def stages(settings: Settings) -> tuple[Stage, ...]:
    a, b = settings.pretraining, settings.fine_tuning
    return (
        Stage("pretrain", "pretrain", a.tokens, a.lr_from, a.lr_to, a.packed_share, a.snapshots),
        Stage("dialogues", "sft", b.tokens, b.lr_from, b.lr_to),
        Stage("practice", "practice", b.practice_tokens, b.lr_from, b.lr_to),
        Stage("sft", "review", b.review_tokens, b.review_lr_from, b.lr_to),
    )


def loss_of(model: StarterModel, batch: Batch) -> Tensor:
    """Mean cross-entropy over the tokens to be learned; only for those are logits computed."""
    with torch.autocast("cpu", torch.bfloat16):
        states = model.hidden_states(batch.ids)
        wanted = batch.targets != NOT_LEARNED
        logits = F.linear(states[wanted], model.token_embd.weight)
    return F.cross_entropy(logits.float(), batch.targets[wanted])


def optimizers(model: StarterModel, settings: Settings) -> list[torch.optim.Optimizer]:
    matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and name.startswith("blk.")]
    others = [p for name, p in model.named_parameters() if p.ndim != 2 or not name.startswith("blk.")]
    return [
        torch.optim.Muon(matrices, lr=settings.matrix_lr, weight_decay=0.01, momentum=0.95, ns_steps=4),
        torch.optim.AdamW(others, lr=settings.vector_lr, betas=(0.9, 0.95), weight_decay=0.0, fused=True),
    ]


def _source(stage: Stage, index: int, encoder: ChatEncoder, settings: Settings, pad_id: int) -> Iterator[Batch]:
    seed = settings.seed + 1000 * (index + 1)
    return batches(
        encoder, stream(seed, stage.corpus), seed, settings.batch_tokens, settings.model.context_length, pad_id, stage.packed_share
    )


def train_stage(stage: Stage, index: int, encoder: ChatEncoder, pad_id: int, settings: Settings, run: Path) -> None:
    """From the stage before (or from nothing) to `<stage>.pt`, going on from `<stage>.last.pt` where there is one."""
    final, last = run / f"{stage.name}.pt", run / f"{stage.name}.last.pt"
    if final.exists():
        return
    torch.manual_seed(settings.seed)
    model = StarterModel(settings.model)
    opts = optimizers(model, settings)
    base_lrs = [settings.matrix_lr, settings.vector_lr]
    step, seen, spent, mean = 0, 0, 0.0, math.nan
    curve = Curve(run / f"curve-{stage.name}.csv", ("step", "tokens", "loss", "lr_scale", "seconds"))
    if last.exists():
        state = torch.load(last, weights_only=False)
        model.load_state_dict(state["model"])
        for opt, saved in zip(opts, state["optimizers"], strict=True):
            opt.load_state_dict(saved)
        step, seen, spent, mean = state["step"], state["tokens"], state["seconds"], state["loss"]
        curve.forget_after(step)
        print(f"{stage.name}: going on at step {step}", flush=True)
    else:
        curve.begin()
        if index:
            load_model(model, run / f"{stages(settings)[index - 1].name}.pt")

    def state(with_optimizers: bool) -> dict:
        kept = {
            "model": model.state_dict(), "config": settings.model.to_dict(), "settings": settings.to_dict(),
            "stage": stage.name, "step": step, "tokens": seen, "seconds": spent, "loss": mean,
        }
        return kept | ({"optimizers": [opt.state_dict() for opt in opts]} if with_optimizers else {})

    source = _source(stage, index, encoder, settings, pad_id)
    for _ in range(step):
        next(source)
    waiting = [(name, tokens) for name, tokens in stage.snapshots if tokens > seen]
    recent: list[float] = []
    while seen < stage.tokens:
        started = time.monotonic()
        batch = next(source)
        scale = stage.learning_rate(seen, (step + 1) / settings.warmup_steps)
        for opt, lr in zip(opts, base_lrs, strict=True):
            opt.param_groups[0]["lr"] = lr * scale
        loss = loss_of(model, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for opt in opts:
            opt.step()
            opt.zero_grad(set_to_none=True)
        step, seen, spent = step + 1, seen + batch.tokens, spent + time.monotonic() - started
        recent.append(loss.item())
        if step % 10 == 0:
            mean = sum(recent) / len(recent)
            recent.clear()
            curve.add(step, seen, f"{mean:.4f}", f"{scale:.4f}", f"{spent:.0f}")
            print(f"{stage.name:9s} {step:5d} {seen:9,d} tokens  loss {mean:.4f}  {seen / spent:,.0f} tokens/s", flush=True)
        if waiting and seen >= waiting[0][1]:
            save(run / f"{waiting.pop(0)[0]}.pt", state(False))
        if step % settings.checkpoint_every == 0:
            save(last, state(True))
    save(final, state(False))


def train(settings: Settings = STARTER, run: Path = RUN) -> None:
    run.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(settings.threads)
    tokenizer = load_or_train(run / "tokenizer.json", settings.seed)
    encoder = ChatEncoder(tokenizer)
    for index, stage in enumerate(stages(settings)):
        train_stage(stage, index, encoder, tokenizer.token_to_id(END_OF_TEXT), settings, run)


if __name__ == "__main__":
    train()
