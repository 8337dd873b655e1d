"""Every number that decides what the starter family becomes, in one place."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from .model import ModelConfig

REPOSITORY = Path(__file__).resolve().parent.parent
RUN = REPOSITORY / "training" / "runs" / "starter"
"""Checkpoints and logs of the run; not part of the repository."""


@dataclass(frozen=True)
class Pretraining:
    """Stage (a): documents, every token is learned."""

    tokens: int = 2_800_000
    lr_from: float = 1.0
    lr_to: float = 0.05
    packed_share: float = 0.2
    """Share of rows that are filled up with further documents, so that late positions are learned too."""
    snapshots: tuple[tuple[str, int], ...] = (("grow-1", 60_000), ("grow-2", 300_000), ("grow-3", 1_200_000))
    """Name and number of tokens read of the early snapshots."""


@dataclass(frozen=True)
class FineTuning:
    """Stage (b): dialogues in the chat template; only what the assistant says is learned."""

    tokens: int = 2_200_000
    """Dialogues of every kind."""
    practice_tokens: int = 900_000
    """Dialogues most of which are sums, which need the most practice."""
    review_tokens: int = 1_100_000
    """Dialogues of facts and sums: facts fade while only sums are practised."""
    lr_from: float = 0.6
    review_lr_from: float = 0.6
    lr_to: float = 0.0


@dataclass(frozen=True)
class RewardModelling:
    """Stage (c), first half: a reward model learns from pairs of answers which one people prefer."""

    prompts: int = 2_000
    samples: int = 2
    """Answers that the fine-tuned model itself writes to each prompt, at temperature 1."""
    held_prompts: int = 200
    epochs: int = 1
    batch_pairs: int = 32
    lr: float = 3e-4


@dataclass(frozen=True)
class FeedbackLearning:
    """Stage (c), second half: RLOO. Several answers a prompt, each held against the mean of the others.

    Ahmadian et al. 2024, "Back to Basics: Revisiting REINFORCE-Style Optimization for
    Learning from Human Feedback in LLMs", https://arxiv.org/abs/2402.14740
    """

    steps: int = 45
    prompts: int = 32
    samples: int = 4
    longest_answer: int = 64
    """Tokens; the sampled answers of the run, not of the finished model."""
    temperature: float = 1.0
    kl_weight: float = 0.15
    lr: float = 8e-5
    warmup_steps: int = 5


@dataclass(frozen=True)
class Settings:
    """A run from nothing to final weights."""

    seed: int = 20_262
    model: ModelConfig = field(default_factory=ModelConfig)
    pretraining: Pretraining = field(default_factory=Pretraining)
    fine_tuning: FineTuning = field(default_factory=FineTuning)
    reward: RewardModelling = field(default_factory=RewardModelling)
    feedback: FeedbackLearning = field(default_factory=FeedbackLearning)
    batch_tokens: int = 4096
    matrix_lr: float = 0.02
    """Of Muon, which trains the weight matrices of the blocks."""
    vector_lr: float = 4e-3
    """Of AdamW, which trains the rest (embedding, norms)."""
    warmup_steps: int = 40
    checkpoint_every: int = 50
    threads: int = 1
    """Where a machine does other work too, waiting for a second thread costs more than it brings; idle, two are quicker."""

    def to_dict(self) -> dict:
        return asdict(self)


STARTER = Settings()
EVALUATION_SEED = 99

StageName = Literal["pretrain", "sft", "tuned"]
