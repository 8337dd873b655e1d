"""Every number that decides what the starter model becomes, in one place."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from .model import ModelConfig

REPOSITORY = Path(__file__).resolve().parent.parent
RUN = REPOSITORY / "training" / "runs" / "starter"
SHIPPED = REPOSITORY / "models" / "starter"
GGUF = SHIPPED / "vitrine-starter.gguf"
FIXTURE = REPOSITORY / "tests" / "fixtures" / "starter-greedy.json"


@dataclass(frozen=True)
class Stage:
    """A stretch of training on one mixture of text.

    The learning rate, a share of its full value, goes from `lr_from` to `lr_to` along a
    cosine. `mix` names the kinds of dialogue (`corpus/dialogues.py`).
    """

    name: str
    tokens: int
    dialogue_share: float
    lr_from: float
    lr_to: float
    mix: str = "everyday"


@dataclass(frozen=True)
class Settings:
    """A run from nothing to final weights."""

    seed: int = 20_241
    model: ModelConfig = field(default_factory=ModelConfig)
    stages: tuple[Stage, ...] = (
        Stage("pretrain", 1_500_000, dialogue_share=0.45, lr_from=1.0, lr_to=1.0),
        Stage("chat", 845_000, dialogue_share=0.93, lr_from=1.0, lr_to=0.16),
        # Arithmetic is learned last of all: half of these two stages and more is sums.
        Stage("practice", 700_000, dialogue_share=0.97, lr_from=0.5, lr_to=0.0, mix="practice"),
        Stage("sums", 1_000_000, dialogue_share=0.98, lr_from=0.6, lr_to=0.0, mix="sums"),
    )
    batch_tokens: int = 3072
    matrix_lr: float = 0.02
    vector_lr: float = 4e-3
    warmup_steps: int = 40
    """At the beginning of every stage that raises the learning rate."""
    checkpoint_every: int = 50


STARTER = Settings()
EVALUATION_SEED = 99
