"""Make the starter family again, from nothing to the shipped files: `make starter`.

    python -m training.make_starter

Every part goes on from where it was interrupted; delete `training/runs/starter` to begin
anew. Measuring and the card come after, with the app's own worker: `make eval-starter`.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch

from .card import CURVES, RUN_FACTS
from .export_gguf import export, tokens_seen
from .family import FAMILY
from .feedback import learn_from_feedback
from .reward import train_reward
from .settings import RUN
from .train import train


def ship(run: Path = RUN) -> None:
    """The GGUF files, the curves, and the facts that the card tells."""
    states = {who.stage: torch.load(run / who.checkpoint, weights_only=False) for who in FAMILY}
    for who in FAMILY:
        export(who, run)
    CURVES.mkdir(exist_ok=True)
    for name in ("pretrain", "dialogues", "practice", "sft", "reward", "feedback"):
        shutil.copyfile(run / f"curve-{name}.csv", CURVES / f"{name}.csv")
    dialogues, practice, reward = (torch.load(run / name, weights_only=False) for name in ("dialogues.pt", "practice.pt", "reward.pt"))
    tuned = states["tuned"]
    RUN_FACTS.write_text(json.dumps({
        "model": tuned["config"], "settings": tuned["settings"],
        "parameters": sum(tensor.numel() for tensor in tuned["model"].values()),
        "tokens_seen": {stage: tokens_seen(run, state) for stage, state in states.items()},
        "tokens": {"pretrain": states["base"]["tokens"], "dialogues": dialogues["tokens"], "practice": practice["tokens"], "review": states["sft"]["tokens"]},
        "seconds": {"pretrain": states["base"]["seconds"], "sft": dialogues["seconds"] + practice["seconds"] + states["sft"]["seconds"], "tuned": tuned["seconds"] + reward["seconds"]},
        "reward_pairs": reward["pairs"], "reward_held_pairs": reward["held_pairs"], "reward_held_accuracy": reward["held_accuracy"],
    }, indent=1) + "\n", encoding="utf-8")


def make() -> None:
    train()
    train_reward()
    learn_from_feedback()
    ship()


if __name__ == "__main__":
    make()
