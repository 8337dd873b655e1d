"""The shipped GGUF run by llama.cpp: the second opinion that the app's own engine is held against."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import llama_cpp
import numpy as np

from .chat import render
from .corpus.dialogues import Message

SETTINGS = {"flash_attn": False, "n_gpu_layers": 0, "type_k": "f16", "type_v": "f16", "decoding": "greedy"}


@dataclass(frozen=True)
class Answer:
    """What greedy decoding wrote.

    `ids` stops before the end token; `gaps` holds, for every step, how far the best
    logit lay above the second best, the step of the end token included.
    """

    prompt_ids: list[int]
    ids: list[int]
    gaps: list[float]
    ended: bool
    text: str


def _plain_buffers() -> None:
    """No matrices ordered anew for a processor's tiles: llama.cpp as of llama-cpp-python 0.3.36 ends by an illegal
    instruction with one thread where there is AMX, and `Llama` has no argument for it."""
    given = llama_cpp.llama_cpp.llama_model_default_params

    def params() -> llama_cpp.llama_model_params:
        made = given()
        made.use_extra_bufts = False
        return made

    for module in (llama_cpp, llama_cpp.llama_cpp):
        module.llama_model_default_params = params


_plain_buffers()


class Engine:
    """One loaded GGUF and one sequence at a time."""

    def __init__(self, path: Path, context: int = 1024):
        # One thread and whole-prompt batches: the same sums in the same order every time.
        self._llama = llama_cpp.Llama(
            str(path), n_ctx=context, n_batch=context, n_ubatch=context, n_threads=1, n_threads_batch=1,
            n_gpu_layers=0, flash_attn=False, logits_all=True, verbose=False,
        )
        self.context = context
        self.eos = self._llama.token_eos()

    @property
    def metadata(self) -> dict[str, str]:
        return self._llama.metadata

    def tokenize(self, text: str) -> list[int]:
        return self._llama.tokenize(text.encode(), add_bos=False, special=True)

    def detokenize(self, ids: list[int]) -> str:
        return self._llama.detokenize(ids).decode("utf-8", errors="replace")

    def logits(self, ids: list[int]) -> np.ndarray:
        """The logits after every one of the ids, one row each."""
        self._llama.reset()
        self._llama.eval(ids)
        return self._llama.scores[: len(ids)].copy()

    def answer(self, messages: list[Message], limit: int = 200) -> Answer:
        return self.go_on(render(messages), limit)

    def go_on(self, text: str, limit: int = 200) -> Answer:
        prompt = self.tokenize(text)
        self._llama.reset()
        self._llama.eval(prompt)
        ids: list[int] = []
        gaps: list[float] = []
        ended = False
        while len(ids) < limit and len(prompt) + len(ids) < self.context:
            logits = self._llama.scores[self._llama.n_tokens - 1]
            second, best = np.argpartition(logits, -2)[-2:]
            gaps.append(float(logits[best] - logits[second]))
            if best == self.eos:
                ended = True
                break
            ids.append(int(best))
            if len(ids) < limit:
                self._llama.eval([int(best)])
        return Answer(prompt, ids, gaps, ended, self.detokenize(ids))
