"""A model file run by the app's own worker, over its protocol (docs/worker-protocol.md).

Needs nothing but Python itself. The program is `$VITRINE_WORKER`, else the one that
`make build` leaves in the target folder.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .corpus.cases import Message


class WorkerError(Exception):
    """What the worker answered instead of a result."""


def program() -> Path:
    given = os.environ.get("VITRINE_WORKER")
    if given:
        return Path(given)
    target = os.environ.get("CARGO_TARGET_DIR", "target")
    return Path(target) / "debug" / "vitrine-worker"


@dataclass(frozen=True)
class Answer:
    """What was written; `ids` is without the end token."""

    prompt_ids: list[int]
    ids: list[int]
    ended: bool
    text: str


class Worker:
    """One process with one model in it."""

    def __init__(self, model: Path):
        self._process = subprocess.Popen([program()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._next = 0
        self._events: list[dict] = []
        self.request("model/load", {"path": str(model.resolve())})

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def request(self, method: str, params: dict) -> Any:
        self._next += 1
        line = json.dumps({"jsonrpc": "2.0", "id": self._next, "method": method, "params": params}, ensure_ascii=False)
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()
        while True:
            message = self._line()
            if "method" in message:
                self._events.append(message)
            elif "error" in message:
                raise WorkerError(message["error"]["message"])
            else:
                return message["result"]

    def _line(self) -> dict:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise WorkerError("the worker has ended")
        return json.loads(line)

    def tokenize(self, text: str) -> list[int]:
        return self.request("text/tokenize", {"text": text, "add_special": False})["ids"]

    def special(self, token: str) -> int:
        """The id of a control token."""
        (found,) = self.request("text/tokenize", {"text": token, "add_special": True})["ids"]
        return found

    def score(self, messages: Iterable[Message], score_id: int, end_id: int) -> float:
        """The raw logit of `score_id` behind the end token of the last message: what a reward model says of it."""
        rendered = self.request("chat/render", {"messages": _as_json(messages), "add_generation_prompt": False})["ids"]
        ids = rendered[: len(rendered) - rendered[::-1].index(end_id)]
        self._events.clear()
        self.request("generate/start", {"prompt_ids": ids, "sampling": {"temperature": 0}, "max_tokens": 1, "alternatives": 0, "logits": True})
        score: float | None = None
        while True:
            event = self._events.pop(0) if self._events else self._line()
            if event["method"] == "generate/token" and score is None:
                score = event["params"]["logits"][score_id]
            if event["method"] == "generate/end":
                if score is None:
                    raise WorkerError("no token came")
                return score

    def _write(self, params: dict, limit: int) -> Answer:
        self._events.clear()
        started = self.request("generate/start", params | {"sampling": {"temperature": 0}, "max_tokens": limit, "alternatives": 0})
        ids: list[int] = []
        text = ""
        while True:
            event = self._events.pop(0) if self._events else self._line()
            what = event["params"]
            if event["method"] == "generate/end":
                ended = what["reason"] == "end_token"
                return Answer(started["prompt_ids"], ids[:-1] if ended else ids, ended, text + what.get("tail", ""))
            if event["method"] == "generate/token":
                ids.append(what["id"])
                text += what["text"]

    def answer(self, messages: Iterable[Message], limit: int = 200) -> Answer:
        """The model's greedy answer to a conversation, by its chat template."""
        return self._write({"messages": _as_json(messages)}, limit)

    def ask(self, question: str, limit: int = 200) -> Answer:
        return self.answer([("user", question)], limit)

    def go_on(self, text: str, limit: int = 48) -> Answer:
        """How the model continues a text, greedily."""
        return self._write({"prompt": text}, limit)


def _as_json(messages: Iterable[Message]) -> list[dict[str, str]]:
    return [{"role": role, "content": content} for role, content in messages]
