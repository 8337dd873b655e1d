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
    """A stretch of training on one mixture of text."""

    name: str
    tokens: int
    dialogue_share: float


@dataclass(frozen=True)
class Settings:
    """A run from nothing to final weights."""

    seed: int = 20_241
    model: ModelConfig = field(default_factory=ModelConfig)
    stages: tuple[Stage, ...] = (
        Stage("pretrain", 1_500_000, dialogue_share=0.45),
        Stage("chat", 1_150_000, dialogue_share=0.93),
    )
    batch_tokens: int = 3072
    matrix_lr: float = 0.02
    vector_lr: float = 4e-3
    warmup_steps: int = 40
    decay_share: float = 0.43
    """The last part of all steps, over which the learning rate falls to zero along a cosine."""
    checkpoint_every: int = 100


STARTER = Settings()
EVALUATION_SEED = 99
