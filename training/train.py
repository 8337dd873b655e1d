"""Stages (a) and (b): pre-training on documents, then supervised fine-tuning on dialogues (in parts).

Weight matrices inside the blocks are trained by Muon (momentum made orthogonal), all the
rest (embedding, norms) by AdamW. Muon needs about half the text to get as far, which is
what counts on a CPU.

    python -m training.make_starter --stage pretrain
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

from .batches import Batch, Plan
from .chat import END_OF_TEXT
from .log import RunLog
from .loss import loss_of
from .model import StarterModel
from .prefetch import prefetched
from .run import Curve, load_model, save
from .second import second_process
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
    batch_tokens: int
    long_share: float
    snapshots: tuple[int, ...] = ()
    """After so many steps the weights are kept as `snapshot-<steps>.pt`."""

    def learning_rate(self, seen: int, warm: float) -> float:
        """At `seen` tokens; `warm` is the share of the warm-up that is done (1 and more: all)."""
        done = min(1.0, seen / self.tokens)
        return min(1.0, warm) * (self.lr_to + (self.lr_from - self.lr_to) * 0.5 * (1 + math.cos(math.pi * done)))


_SEEDS = ("", "pretrain", "dialogues", "practice", "review", "closing", "sft")
"""A stage's place here, times 1,000, is added to the seed of its text."""


def stages(settings: Settings) -> tuple[Stage, ...]:
    a, b = settings.pretraining, settings.fine_tuning
    return (
        Stage("pretrain", "pretrain", a.tokens, a.lr_from, a.lr_to, a.batch_tokens, a.long_share, a.snapshots),
        Stage("closing", "closing", a.closing_tokens, a.closing_lr_from, a.lr_to, a.batch_tokens, a.long_share),
        Stage("dialogues", "sft", b.tokens, b.lr_from, b.lr_between, b.batch_tokens, b.long_share),
        Stage("practice", "practice", b.practice_tokens, b.practice_lr_from, b.lr_between, b.batch_tokens, b.long_share),
        Stage("review", "review", b.review_tokens, b.review_lr_from, b.lr_to, b.batch_tokens, b.long_share),
        Stage("sft", "breadth", b.breadth_tokens, b.breadth_lr_from, b.lr_to, b.batch_tokens, b.long_share),
    )


def optimizers(model: StarterModel, settings: Settings) -> list[torch.optim.Optimizer]:
    matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and name.startswith("blk.")]
    others = [p for name, p in model.named_parameters() if p.ndim != 2 or not name.startswith("blk.")]
    return [
        torch.optim.Muon(matrices, lr=settings.matrix_lr, weight_decay=0.01, momentum=0.95, ns_steps=4),
        torch.optim.AdamW(others, lr=settings.vector_lr, betas=(0.9, 0.95), weight_decay=0.0, fused=True),
    ]


@contextmanager
def _learner(model: StarterModel, processes: int) -> Iterator[Callable[[Batch], float]]:
    """What computes the loss of a batch and its gradient: this process alone, or with a second one."""

    def alone(batch: Batch) -> float:
        loss = loss_of(model, batch)
        loss.backward()
        return loss.item()

    if processes == 1:
        yield alone
    else:
        with second_process(model) as second:
            yield second.backward


def train_stage(stage: Stage, index: int, pad_id: int, settings: Settings, run: Path) -> None:
    """From the stage before (or from nothing) to `<stage>.pt`, going on from `<stage>.last.pt` where there is one."""
    final, last = run / f"{stage.name}.pt", run / f"{stage.name}.last.pt"
    if final.exists():
        return
    torch.manual_seed(settings.seed)
    model = StarterModel(settings.model)
    model.compile_blocks()
    opts = optimizers(model, settings)
    base_lrs = [settings.matrix_lr, settings.vector_lr]
    step, seen, spent, mean = 0, 0, 0.0, math.nan
    place: tuple[int, int] | None = None
    curve = Curve(run / f"curve-{stage.name}.csv", ("step", "tokens", "loss", "lr_scale", "seconds"))
    sources = ("tokenizer.json",)
    came_from = stages(settings)[index - 1].name if index else None
    if last.exists():
        state = torch.load(last, weights_only=False)
        model.load_state_dict(state["model"])
        for opt, saved in zip(opts, state["optimizers"], strict=True):
            opt.load_state_dict(saved)
        step, seen, spent, mean, place = state["step"], state["tokens"], state["seconds"], state["loss"], state["place"]
        curve.forget_after(step)
        sources += (last.name,)
        print(f"{stage.name}: going on at step {step}", flush=True)
    else:
        curve.begin()
        if index:
            load_model(model, run / f"{came_from}.pt")
            sources += (f"{came_from}.pt",)

    def state(with_optimizers: bool) -> dict:
        kept = {
            "model": model.state_dict(), "config": settings.model.to_dict(), "settings": settings.to_dict(),
            "stage": stage.name, "step": step, "tokens": seen, "seconds": spent, "loss": mean, "place": place, "came_from": came_from,
        }
        return kept | ({"optimizers": [opt.state_dict() for opt in opts]} if with_optimizers else {})

    seed = settings.seed + 1000 * _SEEDS.index(stage.name)
    plan = Plan(stage.corpus, seed, stage.batch_tokens, settings.model.context_length, pad_id, stage.long_share)
    log = RunLog(run)
    log.begins(stage.name, seed, settings, sources, step=step)
    recent: list[float] = []
    started = time.monotonic() - spent
    with prefetched(run / "tokenizer.json", plan, place) as source, _learner(model, settings.processes) as backward:
        while seen < stage.tokens:
            batch = next(source)
            scale = stage.learning_rate(seen, (step + 1) / settings.warmup_steps)
            for opt, lr in zip(opts, base_lrs, strict=True):
                opt.param_groups[0]["lr"] = lr * scale
            loss = backward(batch)
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            for opt in opts:
                opt.step()
                opt.zero_grad(set_to_none=True)
            step, seen, spent, place = step + 1, seen + batch.tokens, time.monotonic() - started, (batch.pool, batch.index)
            recent.append(loss)
            if step % 10 == 0:
                mean = sum(recent) / len(recent)
                recent.clear()
                curve.add(step, seen, f"{mean:.4f}", f"{scale:.4f}", f"{spent:.0f}")
                print(f"{stage.name:9s} {step:5d} {seen:10,d} tokens  loss {mean:.4f}  {seen / spent:,.0f} tokens/s", flush=True)
            if step in stage.snapshots:
                save(run / f"snapshot-{step}.pt", state(False))
            if step % settings.checkpoint_every == 0:
                save(last, state(True))
    save(final, state(False))
    log.ends(stage.name, (final.name,), step=step, tokens=seen, seconds=round(spent), loss=round(mean, 4))


def train(settings: Settings = STARTER, run: Path = RUN, wanted: tuple[str, ...] = ()) -> None:
    """The stages that are named, or all; what is finished already stays as it is."""
    run.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(settings.threads)
    tokenizer = load_or_train(run / "tokenizer.json", settings.seed)
    for index, stage in enumerate(stages(settings)):
        if not wanted or stage.name in wanted:
            train_stage(stage, index, tokenizer.token_to_id(END_OF_TEXT), settings, run)

