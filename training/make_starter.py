"""Make the starter family again, from nothing to the shipped files: `make starter`.

    python -m training.make_starter                 # everything that is not done yet
    python -m training.make_starter --stage sft     # one part; what it builds on has to be there

Every part goes on from where it was interrupted; delete `training/runs/starter` to begin
anew. Measuring and the card come after, with the app's own worker: `make eval-starter`.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import torch

from .card import CURVES, RUN_FACTS
from .export_gguf import export, tokens_seen
from .family import FAMILY, SHIPPED, SHIPPED_FILES
from .feedback import learn_from_feedback
from .memory import restart_with_large_pages
from .reward import train_reward
from .settings import RUN, STARTER
from .tokenizer import load_or_train
from .train import train

_READING = ("pretrain", "closing", "dialogues", "practice", "review", "sft")


def ship(run: Path = RUN) -> None:
    """The GGUF files, the curves, the log, and the facts that the card tells.

    A run that began with a shipped file has only the stages behind it: of the others, files, curves and facts stay as they are.
    """
    for who, step in zip(FAMILY, STARTER.pretraining.grown):
        if (run / f"snapshot-{step}.pt").exists():
            shutil.copyfile(run / f"snapshot-{step}.pt", run / who.checkpoint)
    states = {who.stage: torch.load(run / who.checkpoint, weights_only=False) for who in SHIPPED_FILES if (run / who.checkpoint).exists()}
    for who in SHIPPED_FILES:
        if who.stage in states:
            export(who, run)
    CURVES.mkdir(exist_ok=True)
    for name in (*_READING, "reward", "feedback"):
        if (run / f"curve-{name}.csv").exists():
            shutil.copyfile(run / f"curve-{name}.csv", CURVES / f"{name}.csv")
    shutil.copyfile(run / "log.json", SHIPPED / "log.json")
    known = json.loads(RUN_FACTS.read_text(encoding="utf-8")) if RUN_FACTS.exists() else {}
    # A checkpoint without a curve is a shipped file that the run began with.
    read = {name: torch.load(run / f"{name}.pt", weights_only=False) for name in _READING if (run / f"curve-{name}.csv").exists()}
    tuned, reward = states["tuned"], states["reward"]
    RUN_FACTS.write_text(json.dumps({
        "model": tuned["config"], "settings": tuned["settings"],
        "parameters": sum(tensor.numel() for tensor in tuned["model"].values()),
        "tokens_seen": known.get("tokens_seen", {}) | {stage: tokens_seen(run, state) for stage, state in states.items()},
        "tokens": known.get("tokens", {}) | {name: state["tokens"] for name, state in read.items()},
        "seconds": known.get("seconds", {}) | {name: round(state["seconds"]) for name, state in (*read.items(), ("reward", reward), ("tuned", tuned))},
        "feedback_steps": tuned["step"],
        "reward_pairs": reward["pairs"], "reward_held_pairs": reward["held_pairs"], "reward_held_accuracy": reward["held_accuracy"],
    }, indent=1) + "\n", encoding="utf-8")


PARTS: dict[str, Callable[[], object]] = {
    "tokenizer": lambda: load_or_train(RUN / "tokenizer.json", STARTER.seed),
    **{name: lambda name=name: train(wanted=(name,)) for name in _READING},
    "reward": train_reward,
    "tuned": learn_from_feedback,
    "ship": ship,
}
"""In the order in which each builds on those before."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--stage", choices=PARTS, action="append", help="only this part; may be given more than once")
    chosen = parser.parse_args().stage
    RUN.mkdir(parents=True, exist_ok=True)
    for name, part in PARTS.items():
        if not chosen or name in chosen:
            part()


if __name__ == "__main__":
    restart_with_large_pages("training.make_starter")
    main()
