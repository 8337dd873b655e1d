"""Begin with a shipped file instead of from nothing: its weights and vocabulary as a checkpoint of the run.

    python -m training.from_gguf base --as pretrain     # models/starter/vitrine-starter-base.gguf to runs/starter/pretrain.pt
    python -m training.from_gguf sft                    # ... to runs/starter/sft.pt

The weights are those of the file, rounded to Q8_0; training goes on from them. What was
read before counts as read: the checkpoint holds the tokens of all the stages behind it.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import gguf
import torch
from tokenizers import Tokenizer, models

from .chat import SPECIAL_TOKENS
from .family import SHIPPED, SHIPPED_FILES, Member, member
from .log import RunLog, sha256
from .model import ModelConfig, StarterModel
from .run import save
from .settings import RUN, STARTER
from .tokenizer import plain


def tokenizer_of(reader: gguf.GGUFReader) -> Tokenizer:
    """The tokenizer that the vocabulary and the merges of a file describe."""
    tokens: list[str] = reader.get_field("tokenizer.ggml.tokens").contents()
    merges = [tuple(merge.split(" ")) for merge in reader.get_field("tokenizer.ggml.merges").contents()]
    ordinary = {token: i for i, token in enumerate(tokens) if token not in SPECIAL_TOKENS}
    tokenizer = plain(models.BPE(ordinary, merges))
    tokenizer.add_special_tokens(list(SPECIAL_TOKENS))
    if [tokenizer.id_to_token(i) for i in range(len(tokens))] != tokens:
        raise ValueError("the file's vocabulary is not in the order that this tokenizer gives it")
    return tokenizer


def config_of(reader: gguf.GGUFReader) -> ModelConfig:
    def number(name: str) -> float:
        return reader.get_field(f"qwen3.{name}").contents()

    return ModelConfig(
        vocab_size=len(reader.get_field("tokenizer.ggml.tokens").contents()), context_length=number("context_length"), hidden=number("embedding_length"),
        layers=number("block_count"), heads=number("attention.head_count"), kv_heads=number("attention.head_count_kv"), head_dim=number("attention.key_length"),
        feed_forward=number("feed_forward_length"), rms_eps=STARTER.model.rms_eps, rope_base=number("rope.freq_base"),
    )


def weights_of(reader: gguf.GGUFReader) -> dict[str, torch.Tensor]:
    """All matrices and norms as float32, in the shapes of the network: (rows, columns)."""
    return {tensor.name: torch.from_numpy(gguf.quants.dequantize(tensor.data, tensor.tensor_type).copy()).float() for tensor in reader.tensors}


def model_of(who: Member) -> StarterModel:
    """The network of a shipped file, ready to compute."""
    reader = gguf.GGUFReader(who.path)
    model = StarterModel(config_of(reader))
    model.load_state_dict(weights_of(reader))
    return model.eval()


def shipped_tokenizer() -> Tokenizer:
    """Of the whole family: all files have the same."""
    return tokenizer_of(gguf.GGUFReader(member("base").path))


def open_shipped(who: Member, name: str, run: Path = RUN) -> Path:
    """Write the checkpoint `name`.pt of a run, and its tokenizer; the log says of which file."""
    reader = gguf.GGUFReader(who.path)
    config = config_of(reader)
    run.mkdir(parents=True, exist_ok=True)
    if not (run / "log.json").exists():
        # What the file itself came from stays part of the story.
        shutil.copyfile(SHIPPED / "log.json", run / "log.json")
    tokenizer_file, made = run / "tokenizer.json", tokenizer_of(reader)
    if not tokenizer_file.exists():
        made.save(str(tokenizer_file))
    elif json.loads(Tokenizer.from_file(str(tokenizer_file)).to_str())["model"] != json.loads(made.to_str())["model"]:
        raise ValueError(f"{tokenizer_file} is another tokenizer than that of {who.file}")
    seen = int(reader.get_field("vitrine.tokens_seen").contents())
    path = run / f"{name}.pt"
    save(path, {
        "model": weights_of(reader), "config": config.to_dict(), "settings": STARTER.to_dict(), "stage": name,
        "step": int(reader.get_field("vitrine.training.steps").contents()), "tokens": seen,
        "seconds": float(reader.get_field("vitrine.training.seconds").contents()), "loss": float("nan"), "came_from": None,
    })
    RunLog(run).begins_with(name, who.file, sha256(who.path), (tokenizer_file.name, path.name), tokens=seen)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("stage", choices=[who.stage for who in SHIPPED_FILES])
    parser.add_argument("--as", dest="name", help="the checkpoint's name, where it is not that of the stage")
    given = parser.parse_args()
    print(open_shipped(member(given.stage), given.name or given.stage))


if __name__ == "__main__":
    main()
