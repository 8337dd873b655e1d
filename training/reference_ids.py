"""Record what llama.cpp writes by greedy decoding, for the app's engine to reproduce.

    python -m training.reference_ids
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import llama_cpp

from .chat import render
from .corpus.dialogues import Message
from .engine import SETTINGS, Engine
from .settings import FIXTURE, GGUF

_LIMIT = 48
_WANTED = 8
# Another engine sums in another order: a step that is nearly a tie could go the other way there.
_MIN_GAP = 0.5
# The lesson's own questions come first and are always recorded.
_ALWAYS = 2
_CANDIDATES: list[list[Message]] = [
    [("user", "埃菲尔铁塔在哪个国家？")],
    [("user", "Which country is the Eiffel Tower in?")],
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


def _case(engine: Engine, messages: list[Message]) -> dict:
    answer = engine.answer(messages, _LIMIT)
    return {
        "messages": [{"role": role, "content": content} for role, content in messages],
        "prompt_text": render(messages),
        "prompt_ids": answer.prompt_ids,
        "ids": answer.ids,
        "text": answer.text,
        "ended": answer.ended,
        "gaps": [round(gap, 3) for gap in answer.gaps],
        "min_gap": round(min(answer.gaps), 3),
    }


def record(gguf: Path = GGUF, fixture: Path = FIXTURE) -> None:
    engine = Engine(gguf)
    cases = []
    for index, messages in enumerate(_CANDIDATES):
        case = _case(engine, messages)
        kept = index < _ALWAYS or (case["min_gap"] > _MIN_GAP and len(cases) < _WANTED)
        print(f"{'kept' if kept else 'left'}  gap {case['min_gap']:6.2f}  {messages[-1][1]} -> {case['text']}")
        if kept:
            cases.append(case)
    described = {
        "about": (
            "Greedy decoding of the bundled starter model by llama.cpp on a CPU. `prompt_ids` is `prompt_text` tokenized with special tokens "
            "parsed and no BOS added. `ids` has at most `limit` tokens and leaves out the end token `eos_id`; `ended` says whether it came next. "
            "`gaps` is, for each step (that of the end token included), the best logit less the second best. "
            "Made by `python -m training.reference_ids`."
        ),
        "engine": {"name": "llama-cpp-python", "version": llama_cpp.__version__, **SETTINGS},
        "gguf": gguf.name,
        "gguf_sha256": hashlib.sha256(gguf.read_bytes()).hexdigest(),
        "eos_id": engine.eos,
        "limit": _LIMIT,
        "cases": cases,
    }
    fixture.parent.mkdir(parents=True, exist_ok=True)
    fixture.write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{fixture}: {len(cases)} cases")


if __name__ == "__main__":
    record()
