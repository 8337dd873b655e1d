"""The shipped files: which stages there are, what each is called, where it lies.

Needs nothing but Python itself, so that evaluation and card run without PyTorch.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).resolve().parent.parent / "models" / "starter"
FIXTURES = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "starter"


@dataclass(frozen=True)
class Member:
    """One model of the family."""

    stage: str
    """`grow-1`, `grow-2`, `grow-3`, `base`, `sft`, `tuned`, `reward`: the value of `vitrine.stage` in the file."""
    file: str
    checkpoint: str
    """Its file in the run's folder."""
    name: str
    """`general.name`."""
    about: str
    """`general.description`."""
    chats: bool
    """Has a chat template."""

    @property
    def path(self) -> Path:
        return SHIPPED / self.file


FAMILY: tuple[Member, ...] = (
    Member("grow-1", "vitrine-starter-grow-1.gguf", "grow-1.pt", "Vitrine Starter (base, first steps)",
           "An early snapshot of pre-training: it has read very little.", False),
    Member("grow-2", "vitrine-starter-grow-2.gguf", "grow-2.pt", "Vitrine Starter (base, early)",
           "An early snapshot of pre-training: it has read some text.", False),
    Member("grow-3", "vitrine-starter-grow-3.gguf", "grow-3.pt", "Vitrine Starter (base, half grown)",
           "A snapshot of pre-training: it has read a good part of its text.", False),
    Member("base", "vitrine-starter-base.gguf", "closing.pt", "Vitrine Starter (base)",
           "A very small bilingual base model: it goes on with any text.", False),
    Member("sft", "vitrine-starter-sft.gguf", "sft.pt", "Vitrine Starter (fine-tuned)",
           "The base model after supervised fine-tuning on questions and answers.", True),
    Member("tuned", "vitrine-starter.gguf", "tuned.pt", "Vitrine Starter",
           "A very small bilingual chat model: pre-trained, fine-tuned, then tuned to preferences.", True),
)

"""The six models that write, youngest first."""

REWARD = Member("reward", "vitrine-starter-reward.gguf", "reward.pt", "Vitrine Starter (reward model)",
                "Scores answers: its logit for <|score|> behind the end token of an answer. It does not write.", True)
SHIPPED_FILES: tuple[Member, ...] = (*FAMILY, REWARD)


def member(stage: str) -> Member:
    """The member of that stage."""
    return next(m for m in SHIPPED_FILES if m.stage == stage)
