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

    tokens: int = 15_600_000
    batch_tokens: int = 8192
    lr_from: float = 1.0
    lr_to: float = 0.03
    long_share: float = 0.1
    """Share of documents that follow one another in rows of the whole context, so that late positions are learned too."""
    closing_tokens: int = 1_300_000
    """A last stretch in which a question leads on to another and to a story."""
    closing_lr_from: float = 0.3
    snapshots: tuple[int, ...] = (1, 2, 3, 4, 6, 8, 11, 15, 20, 26, 33, 40, 50, 60, 75, 90, 110, 140, 180, 240, 320, 450)
    """Steps after which weights are kept; `grown` says which of them are shipped."""
    grown: tuple[int, int, int] = (6, 40, 110)
    """Steps of grow-1, grow-2 and grow-3: chosen by reading what the kept ones write."""


@dataclass(frozen=True)
class FineTuning:
    """Stage (b): dialogues in the chat template; only what the assistant says is learned."""

    tokens: int = 3_400_000
    """Dialogues of every kind."""
    practice_tokens: int = 1_200_000
    """Dialogues most of which are sums, which need the most practice."""
    review_tokens: int = 3_400_000
    """Dialogues of facts and sums: facts fade while only sums are practised."""
    breadth_tokens: int = 16_000_000
    """Dialogues of every kind in many more ways of asking, conversations and questions about itself more often: the longest part."""
    batch_tokens: int = 8192
    long_share: float = 0.05
    """Share of dialogues that follow one another as one long conversation."""
    lr_from: float = 0.7
    lr_between: float = 0.2
    """At the end of the first two parts."""
    practice_lr_from: float = 0.3
    review_lr_from: float = 0.3
    breadth_lr_from: float = 0.5
    lr_to: float = 0.0


@dataclass(frozen=True)
class RewardModelling:
    """Stage (c), first half: a reward model learns from pairs of answers which one people prefer."""

    prompts: int = 1_800
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

    steps: int = 124
    prompts: int = 32
    samples: int = 4
    longest_answer: int = 64
    """Tokens; the sampled answers of the run, not of the finished model."""
    temperature: float = 1.0
    kl_weight: float = 0.15
    kept_weight: float = 0.5
    """Of the supervised term: the mean loss of a batch of fine-tuning dialogues about what is to stay as it is."""
    loose_after: int = 40
    """Steps after which that weight becomes `loose_weight`: what is unkind or invented goes first, and then there is room for kinder manners."""
    loose_weight: float = 0.04
    lr: float = 1.2e-4
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
    matrix_lr: float = 0.02
    """Of Muon, which trains the weight matrices of the blocks."""
    vector_lr: float = 4e-3
    """Of AdamW, which trains the rest (embedding, norms)."""
    warmup_steps: int = 40
    checkpoint_every: int = 50
    threads: int = 1
    """Of each process: on a busy machine threads wait for one another longer than they work."""
    processes: int = 1
    """That share the rows of a batch while training (1 or 2). On an idle machine two are nearly twice as quick; where one core has other work, one waits for the other."""

    def to_dict(self) -> dict:
        return asdict(self)


STARTER = Settings()
EVALUATION_SEED = 99

