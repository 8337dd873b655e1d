"""Write a checkpoint as GGUF: Q8_0 matrices, F32 norms, tokenizer, chat template, training facts.

    python -m training.export_gguf [CHECKPOINT [GGUF]]
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

from .chat import CHAT_TEMPLATE, END_OF_TEXT, IM_END, SPECIAL_TOKENS
from .model import ModelConfig
from .settings import GGUF, RUN

ARCHITECTURE = "qwen3"


def _general(writer: gguf.GGUFWriter, parameters: int) -> None:
    writer.add_name("Vitrine Starter")
    writer.add_author("The Vitrine authors")
    writer.add_description("A very small bilingual chat model, trained from nothing for the Vitrine app.")
    writer.add_license("Apache-2.0")
    writer.add_size_label(f"{parameters / 1e6:.1f}M")
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


def _vocabulary(writer: gguf.GGUFWriter, tokenizer: Tokenizer) -> None:
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
    writer.add_eos_token_id(ids[IM_END])
    writer.add_pad_token_id(ids[END_OF_TEXT])
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def _training_facts(writer: gguf.GGUFWriter, state: dict) -> None:
    stages = state["settings"]["stages"]
    writer.add_string("vitrine.training.stages", ", ".join(f"{s['name']} {s['tokens']}" for s in stages))
    writer.add_uint32("vitrine.training.tokens_seen", state["tokens"])
    writer.add_uint32("vitrine.training.steps", state["step"])
    writer.add_uint32("vitrine.training.seed", state["settings"]["seed"])
    writer.add_float32("vitrine.training.final_loss", state["loss"])


def export(checkpoint: Path, tokenizer_file: Path, target: Path) -> None:
    """Write the file beside its place, then move it there in one step."""
    state = torch.load(checkpoint, weights_only=False)
    config = ModelConfig(**state["config"])
    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    if tokenizer.get_vocab_size() != config.vocab_size:
        raise ValueError(f"{tokenizer.get_vocab_size()} tokens, but {config.vocab_size} rows of weights")
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(".part")
    writer = gguf.GGUFWriter(beside, ARCHITECTURE)
    _general(writer, sum(tensor.numel() for tensor in state["model"].values()))
    _shape(writer, config)
    _vocabulary(writer, tokenizer)
    _training_facts(writer, state)
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
    os.replace(beside, target)


if __name__ == "__main__":
    arguments = [Path(argument) for argument in sys.argv[1:]]
    source = arguments[0] if arguments else RUN / "last.pt"
    destination = arguments[1] if len(arguments) > 1 else GGUF
    export(source, source.parent / "tokenizer.json", destination)
    print(f"{destination}: {destination.stat().st_size:,} bytes")
