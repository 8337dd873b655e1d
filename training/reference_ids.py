"""Record what llama.cpp writes by greedy decoding of the shipped files, for the app's engine to reproduce.

    python -m training.reference_ids
"""

from __future__ import annotations

import hashlib
import json

import llama_cpp

from .chat import render
from .corpus.dialogues import Message
from .engine import SETTINGS, Answer, Engine
from .examination import LESSON
from .family import FAMILY, FIXTURES, Member

_LIMIT = 48
_WANTED = 8
# Another engine sums in another order: a step that is nearly a tie could go the other way there.
_MIN_GAP = 0.5
_DIALOGUES: list[list[Message]] = [
    [("user", LESSON[0])],
    [("user", LESSON[1])],
    [("user", "什么是词元？")],
    [("user", "What is a token?")],
    [("system", "你是一个乐于助人的助手。"), ("user", "东方明珠在哪里？")],
    [("system", "You are a helpful assistant."), ("user", "What is the capital of Japan?")],
    [("user", "3加4等于几？")],
    [("user", "讲个故事。")],
    [("user", "Tell me a story.")],
    [("user", "法国的首都是哪里？"), ("assistant", "法国的首都是巴黎。"), ("user", "那德国呢？")],
    [("user", "What is the opposite of hot?")],
    [("user", "一年有几个季节？")],
    [("user", "2+3=?")],
    [("user", "What is a vocabulary?")],
]
_TEXTS = [
    *LESSON, "日本的首都是哪里？", "What is the capital of Japan?", "从前，", "Once upon a time", "香蕉是", "The Great Wall is", "2 + 3 =", "春天",
]


def _case(engine: Engine, answer: Answer, prompt: str, messages: list[Message] | None) -> dict:
    """`ids` up to where llama.cpp itself was nearly undecided."""
    sure = next((i for i, gap in enumerate(answer.gaps) if gap < _MIN_GAP), len(answer.gaps))
    ids = answer.ids[:sure]
    case: dict = {"messages": [{"role": role, "content": content} for role, content in messages]} if messages else {}
    return case | {
        "prompt_text": prompt, "prompt_ids": answer.prompt_ids, "ids": ids, "text": engine.detokenize(ids),
        "ended": answer.ended and sure == len(answer.gaps),
    }


def record(who: Member) -> None:
    engine = Engine(who.path)
    cases: list[dict] = []
    if who.chats:
        for messages in _DIALOGUES:
            cases.append(_case(engine, engine.answer(messages, _LIMIT), render(messages), messages))
    else:
        for text in _TEXTS:
            cases.append(_case(engine, engine.go_on(text, _LIMIT), text, None))
    # The lesson's own questions come first and are kept; of the others those with the longest sure stretch.
    rest = sorted(cases[2:], key=lambda case: -len(case["ids"]))[: _WANTED - 2]
    described = {
        "about": (
            "Greedy decoding of a bundled model by llama.cpp on a CPU. `prompt_ids` is `prompt_text` tokenized with special tokens "
            "parsed and no BOS added. `ids` goes on while the best logit lies at least `min_gap` above the second best, to at most `limit` tokens, "
            "and leaves out the end token `eos_id`; `ended` says whether it came next. Made by `python -m training.reference_ids`."
        ),
        "engine": {"name": "llama-cpp-python", "version": llama_cpp.__version__, **SETTINGS},
        "gguf": who.file,
        "gguf_sha256": hashlib.sha256(who.path.read_bytes()).hexdigest(),
        "eos_id": engine.eos,
        "limit": _LIMIT,
        "min_gap": _MIN_GAP,
        "cases": cases[:2] + rest,
    }
    FIXTURES.mkdir(parents=True, exist_ok=True)
    target = FIXTURES / f"{who.stage}.json"
    target.write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{target}: {len(described['cases'])} cases, {sum(len(c['ids']) for c in described['cases'])} tokens")


if __name__ == "__main__":
    for each in FAMILY:
        record(each)
