"""Train the starter model: stages in order, one learning-rate curve, checkpoints to go on from.

Weight matrices inside the blocks are trained by Muon (momentum made orthogonal), all the
rest (embedding, norms) by AdamW. Muon needs about half the text to get as far, which is
what counts on a CPU.

    python -m training.train
"""

from __future__ import annotations

import csv
import math
import os
import time
from dataclasses import asdict
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from .batches import Batch, batches
from .chat import END_OF_TEXT, ChatEncoder
from .corpus.stream import stream
from .model import StarterModel
from .settings import RUN, STARTER, Settings, Stage
from .tokenizer import load_or_train

_FIELDS = ("step", "stage", "tokens", "loss", "lr_scale", "seconds")


def learning_rate_scale(stage: Stage, before: float, warm: float, done: float) -> float:
    """The stage's cosine at `done` (0 to 1); `warm` (0 to 1) leads up to it from `before`, the value that was."""
    planned = stage.lr_to + (stage.lr_from - stage.lr_to) * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
    return planned if before >= planned else before + (planned - before) * min(1.0, warm)


def loss_of(model: StarterModel, batch: Batch) -> Tensor:
    """Mean cross-entropy over the tokens to be learned; only for those are logits computed."""
    with torch.autocast("cpu", torch.bfloat16):
        states = model.hidden_states(batch.ids)
        wanted = batch.targets != -100
        logits = F.linear(states[wanted], model.token_embd.weight)
    return F.cross_entropy(logits.float(), batch.targets[wanted])


def optimizers(model: StarterModel, settings: Settings) -> list[torch.optim.Optimizer]:
    matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and name.startswith("blk.")]
    others = [p for name, p in model.named_parameters() if p.ndim != 2 or not name.startswith("blk.")]
    return [
        torch.optim.Muon(matrices, lr=settings.matrix_lr, weight_decay=0.01, momentum=0.95, ns_steps=4),
        torch.optim.AdamW(others, lr=settings.vector_lr, betas=(0.9, 0.95), weight_decay=0.0, fused=True),
    ]


def save(path: Path, state: dict) -> None:
    """Write beside, then rename: a reader never sees half a checkpoint."""
    beside = path.with_suffix(".part")
    torch.save(state, beside)
    os.replace(beside, path)


def _forget_after(log: Path, step: int) -> None:
    """Drop what was logged after the checkpoint: those steps are done again."""
    head, *lines = log.read_text().splitlines()
    kept = [line for line in lines if int(line.split(",")[0]) <= step]
    log.write_text("\n".join([head, *kept]) + "\n")


def train(settings: Settings = STARTER, run: Path = RUN) -> None:
    """Train to the end, going on from `last.pt` where there is one."""
    run.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(settings.seed)
    # One thread: on a machine that does other work too, waiting for a second one costs more.
    torch.set_num_threads(1)
    tokenizer = load_or_train(run / "tokenizer.json", settings.seed)
    encoder = ChatEncoder(tokenizer)
    model = StarterModel(settings.model)
    opts = optimizers(model, settings)
    base_lrs = [settings.matrix_lr, settings.vector_lr]
    total = sum(stage.tokens for stage in settings.stages)
    step, seen, spent, stage_index, stage_seen, stage_step = 0, 0, 0.0, 0, 0, 0
    mean = math.nan
    last, log = run / "last.pt", run / "curve.csv"
    if last.exists():
        state = torch.load(last, weights_only=False)
        model.load_state_dict(state["model"])
        for opt, saved in zip(opts, state["optimizers"], strict=True):
            opt.load_state_dict(saved)
        step, seen, spent, mean = state["step"], state["tokens"], state["seconds"], state["loss"]
        stage_index, stage_seen, stage_step = state["stage_index"], state["stage_seen"], state["stage_step"]
        _forget_after(log, step)
        print(f"going on at step {step}", flush=True)
    else:
        log.write_text(",".join(_FIELDS) + "\n")
        print(f"{model.parameter_count():,} parameters, {total:,} tokens to read", flush=True)

    def checkpoint(path: Path, smooth: float) -> None:
        save(path, {
            "model": model.state_dict(), "optimizers": [opt.state_dict() for opt in opts], "config": settings.model.to_dict(),
            "settings": asdict(settings), "step": step, "tokens": seen, "seconds": spent, "loss": smooth,
            "stage_index": stage_index, "stage_seen": stage_seen, "stage_step": stage_step,
        })

    recent: list[float] = []
    while stage_index < len(settings.stages):
        stage = settings.stages[stage_index]
        before = settings.stages[stage_index - 1].lr_to if stage_index else 0.0
        seed = settings.seed + 1000 * (stage_index + 1)
        source = batches(
            encoder, stream(seed, stage.dialogue_share, stage.mix), seed, settings.batch_tokens,
            settings.model.context_length, tokenizer.token_to_id(END_OF_TEXT),
        )
        if stage_seen < stage.tokens:
            for _ in range(stage_step):
                next(source)
        while stage_seen < stage.tokens:
            started = time.monotonic()
            batch = next(source)
            scale = learning_rate_scale(stage, before, (stage_step + 1) / settings.warmup_steps, stage_seen / stage.tokens)
            for opt, lr in zip(opts, base_lrs, strict=True):
                opt.param_groups[0]["lr"] = lr * scale
            loss = loss_of(model, batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            for opt in opts:
                opt.step()
                opt.zero_grad(set_to_none=True)
            step, stage_step = step + 1, stage_step + 1
            seen, stage_seen = seen + batch.tokens, stage_seen + batch.tokens
            spent += time.monotonic() - started
            recent.append(loss.item())
            if step % 20 == 0:
                mean = sum(recent) / len(recent)
                recent.clear()
                with log.open("a", newline="") as file:
                    csv.writer(file).writerow([step, stage.name, seen, f"{mean:.4f}", f"{scale:.4f}", f"{spent:.0f}"])
                print(f"{step:5d} {stage.name:9s} {seen:9,d} tokens  loss {mean:.4f}  {seen / spent:,.0f} tokens/s", flush=True)
                if step % settings.checkpoint_every == 0:
                    checkpoint(last, mean)
        stage_index, stage_seen, stage_step = stage_index + 1, 0, 0
        checkpoint(run / f"{stage.name}.pt", mean)
        checkpoint(last, mean)


if __name__ == "__main__":
    train()
