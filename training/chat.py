"""The chat template (ChatML, as Qwen models use it) and how samples become token ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tokenizers import Tokenizer

from .chat_tokens import END_OF_TEXT, IM_END, IM_START, SCORE, SPECIAL_TOKENS
from .corpus.dialogues import Message
from .corpus.stream import Sample

__all__ = ["CHAT_TEMPLATE", "END_OF_TEXT", "IM_END", "IM_START", "SCORE", "SPECIAL_TOKENS", "ChatEncoder", "Encoded", "render"]

CHAT_TEMPLATE = (
    "{%- for message in messages %}"
    "{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"
)
"""The Jinja form that ships inside the GGUF; `render` is the same rule in Python."""


_SHOWN_AS = {"mistake": "assistant"}
"""A wrong answer that the user corrects is shown as any answer, but the model does not learn to write it."""


def render(messages: Iterable[Message], add_generation_prompt: bool = True) -> str:
    """The text that the model sees for a conversation."""
    text = "".join(f"{IM_START}{_SHOWN_AS.get(role, role)}\n{content}{IM_END}\n" for role, content in messages)
    return text + f"{IM_START}assistant\n" if add_generation_prompt else text


@dataclass(frozen=True)
class Encoded:
    """Token ids of a sample, and for each whether the model is to learn to write it."""

    ids: list[int]
    learned: list[bool]


class ChatEncoder:
    """Turns samples into ids exactly as tokenizing the rendered text would."""

    def __init__(self, tokenizer: Tokenizer):
        self._tokenizer = tokenizer
        self._end, self._im_start, self._im_end = (tokenizer.token_to_id(t) for t in (END_OF_TEXT, IM_START, IM_END))
        self._newline = self._ids("\n")
        self._heads = {role: [self._im_start, *self._ids(f"{role}\n")] for role in ("system", "user", "assistant")}
        self._heads["mistake"] = self._heads["assistant"]

    def _ids(self, text: str) -> list[int]:
        return self._tokenizer.encode(text, add_special_tokens=False).ids

    def prompt(self, messages: Iterable[Message]) -> list[int]:
        """A conversation up to the opened turn of the assistant."""
        ids: list[int] = []
        for role, content in messages:
            ids += [*self._heads[role], *self._ids(content), self._im_end, *self._newline]
        return [*ids, *self._heads["assistant"]]

    def exchange(self, messages: Iterable[Message], answer: str) -> list[int]:
        """A conversation with an answer to it, up to its end token."""
        return [*self.prompt(messages), *self._ids(answer), self._im_end]

    def encode(self, sample: Sample) -> Encoded:
        """Documents are learned whole; of dialogues only what the assistant says."""
        if sample.text is not None:
            ids = [*self._ids(sample.text), self._end]
            return Encoded(ids, [True] * len(ids))
        ids: list[int] = []
        learned: list[bool] = []
        for role, content in sample.messages:
            head, body = self._heads[role], [*self._ids(content), self._im_end]
            ids += [*head, *body, *self._newline]
            learned += [False] * len(head) + [role == "assistant"] * len(body) + [False] * len(self._newline)
        return Encoded(ids, learned)
