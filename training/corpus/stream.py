"""Endless, reproducible streams of samples: the same seed gives the same text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

from .dialogues import DialogueWriter, Message
from .documents import CHINESE_SHARE, document


@dataclass(frozen=True)
class Sample:
    """Either a plain document (`text`) or a dialogue (`messages`)."""

    text: str | None = None
    messages: tuple[Message, ...] = ()


def stream(seed: int, kind: Literal["pretrain", "closing", "sft", "practice", "review", "breadth", "kept"]) -> Iterator[Sample]:
    """Samples, half of them Chinese and half English, for as long as they are wanted.

    `pretrain` and `closing` (its last stretch) give documents only, `sft` dialogues of every kind, `practice` dialogues most of which are sums,
    `review` dialogues of facts and sums, `breadth` dialogues of every kind in which conversations and questions to the model about itself are frequent.
    """
    rng = Random(seed)
    dialogues = DialogueWriter(kind if kind in ("practice", "review", "breadth", "kept") else "everyday")
    while True:
        if kind not in ("pretrain", "closing"):
            yield Sample(messages=tuple(dialogues.dialogue(rng, "en" if rng.random() < 0.5 else "zh")))
        else:
            yield Sample(text=document(rng, "zh" if rng.random() < CHINESE_SHARE else "en", kind == "closing")[1])
