"""One endless, reproducible stream of samples: the same seed gives the same text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from .dialogues import DialogueWriter, Message
from .documents import DocumentWriter


@dataclass(frozen=True)
class Sample:
    """Either a plain document (`text`) or a dialogue (`messages`)."""

    text: str | None = None
    messages: tuple[Message, ...] = ()


def stream(seed: int, dialogue_share: float, mix: str = "everyday") -> Iterator[Sample]:
    """Samples, half of them Chinese and half English, for as long as they are wanted."""
    rng = Random(seed)
    dialogues = DialogueWriter(mix)
    documents = DocumentWriter(dialogues)
    while True:
        lang = rng.choice(("en", "zh"))
        if rng.random() < dialogue_share:
            yield Sample(messages=tuple(dialogues.dialogue(rng, lang)))
        else:
            yield Sample(text=documents.document(rng, lang))
