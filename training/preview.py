"""Measure checkpoints while they are trained, through PyTorch: quicker than the worker, on a part of the questions.

    python -m training.preview CHECKPOINT.pt [--share 0.3] [--misses 60]
    python -m training.preview --base CHECKPOINT.pt
    python -m training.preview --snapshots
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from tokenizers import Tokenizer

from .chat import END_OF_TEXT, IM_END, ChatEncoder
from .examination import FIRST_QUESTIONS, LESSON, Tally, beginnings, first_table, second_table, talk
from .memory import restart_with_large_pages
from .model import StarterModel
from .rollout import write
from .run import open_model
from .settings import RUN

_ROWS = 96


def _answers(model: StarterModel, tokenizer: Tokenizer, prompts: list[list[int]], end: int, limit: int) -> list[tuple[str, bool]]:
    """Greedy answers, in the order of the prompts."""
    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    found: list[tuple[str, bool]] = [("", False)] * len(prompts)
    for at in range(0, len(order), _ROWS):
        part = order[at : at + _ROWS]
        for i, written in zip(part, write(model, [prompts[i] for i in part], end, limit, 0.0, torch.Generator()), strict=True):
            found[i] = tokenizer.decode(written.ids), written.ended
    return found


def chat(checkpoint: Path, share: float, misses: int, with_talk: bool) -> None:
    tokenizer = Tokenizer.from_file(str(RUN / "tokenizer.json"))
    encoder, end, model, tally = ChatEncoder(tokenizer), tokenizer.token_to_id(IM_END), open_model(checkpoint).eval(), Tally()
    questions = [*first_table(share), *second_table(share), *(talk() if with_talk else ())]
    for limit in sorted({q.limit for q in questions}):
        part = [q for q in questions if q.limit == limit]
        for question, (text, ended) in zip(part, _answers(model, tokenizer, [encoder.prompt(q.messages) for q in part], end, limit), strict=True):
            tally.answer(question, text, ended)
    for name, row in tally.table().items():
        if not name.startswith("group ") or row["share"] < 0.85:
            print(f"{row['share']:7.1%} {row['counted']:5d} of {row['asked']:5d}  {name}")
    for turns in FIRST_QUESTIONS:
        messages: list[tuple[str, str]] = []
        for turn in turns:
            messages.append(("user", turn))
            messages.append(("assistant", _answers(model, tokenizer, [encoder.prompt(messages)], end, 200)[0][0]))
        print(" / ".join(content for _, content in messages))
    step = max(1, len(tally.misses) // misses) if misses else 0
    print("\n".join(tally.misses[::step] if step else ()))


def base(checkpoint: Path, share: float, misses: int) -> None:
    tokenizer = Tokenizer.from_file(str(RUN / "tokenizer.json"))
    end, model, tally = tokenizer.token_to_id(END_OF_TEXT), open_model(checkpoint).eval(), Tally()
    asked = beginnings(share)
    for each, (text, _) in zip(asked, _answers(model, tokenizer, [tokenizer.encode(b.text).ids for b in asked], end, 40), strict=True):
        each.judge(tally, text)
    for name, row in tally.table().items():
        print(f"{row['share']:7.1%} {row['counted']:5d} of {row['asked']:5d}  {name}")
    for text in (*LESSON, "从前，", "Once upon a time", "春天", "The Great Wall is", "2 + 3 ="):
        print(repr(text), "->", repr(_answers(model, tokenizer, [tokenizer.encode(text).ids], end, 80)[0][0]))
    print("\n".join(tally.misses[:misses]))


def snapshots() -> None:
    """What every early snapshot writes, to choose the three that are shipped."""
    tokenizer = Tokenizer.from_file(str(RUN / "tokenizer.json"))
    end = tokenizer.token_to_id(END_OF_TEXT)
    for path in sorted(RUN.glob("snapshot-*.pt"), key=lambda p: int(p.stem.split("-")[1])):
        model = open_model(path).eval()
        print(f"== {path.stem}")
        for text in (*LESSON, "春天", "Once upon a time"):
            print(f"   {text} -> {_answers(model, tokenizer, [tokenizer.encode(text).ids], end, 40)[0][0]!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checkpoint", type=Path, nargs="?")
    parser.add_argument("--share", type=float, default=0.3)
    parser.add_argument("--misses", type=int, default=60)
    parser.add_argument("--talk", action="store_true")
    parser.add_argument("--base", action="store_true")
    parser.add_argument("--snapshots", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(1)
    if given.snapshots:
        snapshots()
    elif given.base:
        base(given.checkpoint, given.share, given.misses)
    else:
        chat(given.checkpoint, given.share, given.misses, given.talk)


if __name__ == "__main__":
    restart_with_large_pages("training.preview")
    main()
