"""Write checkpoints as GGUF: Q8_0 matrices, F32 norms, tokenizer, chat template, training facts.

    python -m training.export_gguf [STAGE ...]
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
from tokenizers import Tokenizer

from .chat import CHAT_TEMPLATE, END_OF_TEXT, IM_END, SCORE, SPECIAL_TOKENS
from .family import REWARD, SHIPPED_FILES, Member, member
from .model import ModelConfig
from .settings import RUN

ARCHITECTURE = "qwen3"


def _general(writer: gguf.GGUFWriter, who: Member, parameters: int) -> None:
    writer.add_name(who.name)
    writer.add_author("The Vitrine authors")
    writer.add_description(who.about)
    writer.add_license("Apache-2.0")
    writer.add_size_label(f"{parameters / 1e6:.1f}M")
    writer.add_finetune(who.stage)
    writer.add_languages(["zh", "en"])
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)


def _shape(writer: gguf.GGUFWriter, c: ModelConfig) -> None:
    writer.add_vocab_size(c.vocab_size)
    writer.add_context_length(c.context_length)
    writer.add_embedding_length(c.hidden)
    writer.add_block_count(c.layers)
    writer.add_feed_forward_length(c.feed_forward)
    writer.add_head_count(c.heads)
    writer.add_head_count_kv(c.kv_heads)
    writer.add_key_length(c.head_dim)
    writer.add_value_length(c.head_dim)
    writer.add_layer_norm_rms_eps(c.rms_eps)
    writer.add_rope_dimension_count(c.head_dim)
    writer.add_rope_freq_base(c.rope_base)


def _vocabulary(writer: gguf.GGUFWriter, tokenizer: Tokenizer, chats: bool) -> None:
    """A base model's text ends with the end-of-text token, a chat model's turn with the end of its message."""
    described = json.loads(tokenizer.to_str())
    ids = tokenizer.get_vocab(with_added_tokens=True)
    tokens = sorted(ids, key=ids.__getitem__)
    if [ids[token] for token in tokens] != list(range(len(tokens))):
        raise ValueError("token ids have gaps")
    control, normal = gguf.TokenType.CONTROL, gguf.TokenType.NORMAL
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types([control if token in SPECIAL_TOKENS else normal for token in tokens])
    writer.add_token_merges([" ".join(pair) for pair in described["model"]["merges"]])
    writer.add_bos_token_id(ids[END_OF_TEXT])
    writer.add_eos_token_id(ids[IM_END] if chats else ids[END_OF_TEXT])
    writer.add_pad_token_id(ids[END_OF_TEXT])
    writer.add_add_bos_token(False)
    if chats:
        writer.add_chat_template(CHAT_TEMPLATE)


_CAME_FROM = {
    "pretrain": None, "closing": "pretrain", "dialogues": "pretrain", "practice": "dialogues", "review": "practice", "sft": "review", "reward": "sft", "tuned": "sft",
}
"""Where the weights of a stage came from, if its checkpoint does not say."""


def tokens_seen(run: Path, state: dict) -> int:
    """Tokens read by this stage and those before it; tuning reads none, it writes."""
    seen, at = 0, state
    while True:
        seen += at["tokens"]
        came_from = at.get("came_from", _CAME_FROM[at["stage"]])
        if came_from is None:
            return seen
        at = torch.load(run / f"{came_from}.pt", weights_only=False)


def _training_facts(writer: gguf.GGUFWriter, who: Member, run: Path, state: dict) -> None:
    writer.add_string("vitrine.stage", who.stage)
    writer.add_uint64("vitrine.tokens_seen", tokens_seen(run, state))
    writer.add_uint32("vitrine.training.steps", state["step"])
    writer.add_uint32("vitrine.training.seconds", int(state["seconds"]))
    writer.add_uint32("vitrine.training.seed", state["settings"]["seed"])


def export(who: Member, run: Path = RUN) -> None:
    """Write the file beside its place, then move it there in one step."""
    state = torch.load(run / who.checkpoint, weights_only=False)
    config = ModelConfig(**state["config"])
    tokenizer = Tokenizer.from_file(str(run / "tokenizer.json"))
    if tokenizer.get_vocab_size() != config.vocab_size:
        raise ValueError(f"{tokenizer.get_vocab_size()} tokens, but {config.vocab_size} rows of weights")
    who.path.parent.mkdir(parents=True, exist_ok=True)
    beside = who.path.with_suffix(".part")
    writer = gguf.GGUFWriter(beside, ARCHITECTURE)
    _general(writer, who, sum(tensor.numel() for tensor in state["model"].values()))
    _shape(writer, config)
    _vocabulary(writer, tokenizer, who.chats)
    _training_facts(writer, who, run, state)
    if who is REWARD:
        writer.add_string("vitrine.reward.token", SCORE)
        writer.add_uint32("vitrine.reward.token_id", tokenizer.token_to_id(SCORE))
    for name, tensor in state["model"].items():
        values = tensor.float().numpy()
        if values.ndim == 2:
            packed = gguf.quants.quantize(values, gguf.GGMLQuantizationType.Q8_0)
            writer.add_tensor(name, packed, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
        else:
            writer.add_tensor(name, values.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.replace(beside, who.path)
    print(f"{who.path}: {who.path.stat().st_size:,} bytes")


if __name__ == "__main__":
    for chosen in [member(stage) for stage in sys.argv[1:]] or SHIPPED_FILES:
        export(chosen)
