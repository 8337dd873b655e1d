"""The network: a decoder-only transformer of the Qwen3 family, as small as it gets.

Qwen3 was chosen because both mistral.rs and llama.cpp read it from GGUF. What sets it
apart from a plain Llama block is the RMSNorm on every query and key head (`q_norm`,
`k_norm`), which also lets a small model train calmly at a high learning rate.

Parameter names follow the GGUF tensor names (`blk.0.attn_q`, ...), so that the export
is a renaming-free copy.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class ModelConfig:
    """Shape of the network. Every row length is a multiple of 32, the block size of Q8_0."""

    vocab_size: int = 6144
    context_length: int = 1024
    hidden: int = 256
    layers: int = 6
    heads: int = 4
    kv_heads: int = 2
    head_dim: int = 64
    feed_forward: int = 768
    rms_eps: float = 1e-6
    rope_base: float = 10_000.0

    def to_dict(self) -> dict:
        return asdict(self)


class RmsNorm(nn.Module):
    """Scale a vector to unit root mean square, then by a learned weight."""

    def __init__(self, size: int, eps: float):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        # Written out, in float32: compiled, it becomes one pass over memory.
        wide = x.float()
        return (wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + self.eps) * self.weight).to(x.dtype)


def rope_tables(config: ModelConfig) -> tuple[Tensor, Tensor]:
    """Cosines and sines of the rotary embedding, one row per position."""
    half = config.head_dim // 2
    inverse = config.rope_base ** (-torch.arange(half, dtype=torch.float64) / half)
    angles = torch.arange(config.context_length, dtype=torch.float64)[:, None] * inverse
    return angles.cos().float(), angles.sin().float()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary embedding in the NEOX layout: the first half of a head pairs with the second."""
    first, second = x.float().chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1).to(x.dtype)


class KvCache:
    """Keys and values of one layer for a batch of rows that grow together.

    Shape of both: (rows, key-value heads, positions, head size).
    """

    def __init__(self) -> None:
        self.keys: Tensor | None = None
        self.values: Tensor | None = None

    def extend(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        if self.keys is not None and self.values is not None:
            keys, values = torch.cat((self.keys, keys), dim=2), torch.cat((self.values, values), dim=2)
        self.keys, self.values = keys, values
        return keys, values


def shared_mask(documents: Tensor) -> Tensor:
    """Where attention may look in rows that several texts share: back, and not into another text.

    `documents` numbers the texts, one number a cell; shape (rows, positions). The mask is
    true where looking is allowed; shape (rows, 1, positions, positions).
    """
    at = torch.arange(documents.shape[1], device=documents.device)
    return ((documents[:, :, None] == documents[:, None, :]) & (at[:, None] >= at[None, :]))[:, None]


class Block(nn.Module):
    """One layer: grouped-query attention, then a SwiGLU feed-forward, both with residuals."""

    def __init__(self, c: ModelConfig):
        super().__init__()
        self.heads, self.kv_heads, self.head_dim = c.heads, c.kv_heads, c.head_dim
        q_rows, kv_rows = c.heads * c.head_dim, c.kv_heads * c.head_dim
        self.attn_norm = RmsNorm(c.hidden, c.rms_eps)
        self.attn_q = nn.Linear(c.hidden, q_rows, bias=False)
        self.attn_k = nn.Linear(c.hidden, kv_rows, bias=False)
        self.attn_v = nn.Linear(c.hidden, kv_rows, bias=False)
        self.attn_q_norm = RmsNorm(c.head_dim, c.rms_eps)
        self.attn_k_norm = RmsNorm(c.head_dim, c.rms_eps)
        self.attn_output = nn.Linear(q_rows, c.hidden, bias=False)
        self.ffn_norm = RmsNorm(c.hidden, c.rms_eps)
        self.ffn_gate = nn.Linear(c.hidden, c.feed_forward, bias=False)
        self.ffn_up = nn.Linear(c.hidden, c.feed_forward, bias=False)
        self.ffn_down = nn.Linear(c.feed_forward, c.hidden, bias=False)

    def attention(self, x: Tensor, cos: Tensor, sin: Tensor, allowed: Tensor | None, cache: KvCache | None = None) -> Tensor:
        batch, length, _ = x.shape

        def split(y: Tensor, heads: int) -> Tensor:
            return y.view(batch, length, heads, self.head_dim).transpose(1, 2)

        q = rotate(self.attn_q_norm(split(self.attn_q(x), self.heads)), cos, sin)
        k = rotate(self.attn_k_norm(split(self.attn_k(x), self.kv_heads)), cos, sin)
        v = split(self.attn_v(x), self.kv_heads)
        if cache is not None:
            k, v = cache.extend(k, v)
        group = self.heads // self.kv_heads
        k, v = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
        if allowed is None:
            mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            # Written out: in short rows this trains quicker than PyTorch's fused CPU kernel.
            scores = (q @ k.transpose(2, 3)).float() * self.head_dim**-0.5
            mixed = scores.masked_fill(~allowed, -torch.inf).softmax(dim=-1).to(v.dtype) @ v
        return self.attn_output(mixed.transpose(1, 2).reshape(batch, length, -1))

    def forward(
        self, x: Tensor, cos: Tensor, sin: Tensor, allowed: Tensor | None, documents: Tensor | None = None, cache: KvCache | None = None
    ) -> Tensor:
        """`allowed` is true where attention may look; `documents` says the same of shared rows
        (the mask is then made here, where the compiler fuses it); with neither, all that came before is seen."""
        if documents is not None:
            allowed = shared_mask(documents)
        x = x + self.attention(self.attn_norm(x), cos, sin, allowed, cache)
        h = self.ffn_norm(x)
        return x + self.ffn_down(F.silu(self.ffn_gate(h)) * self.ffn_up(h))


class StarterModel(nn.Module):
    """Token ids in, next-token logits out; the embedding table is also the output layer."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        self.config = config
        self.token_embd = nn.Embedding(config.vocab_size, config.hidden)
        self.blk = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.output_norm = RmsNorm(config.hidden, config.rms_eps)
        cos, sin = rope_tables(config)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self.apply(self._initialise)

    def _initialise(self, module: nn.Module) -> None:
        if isinstance(module, (nn.Linear, nn.Embedding)):
            # Fan-in scaling; the tied table sits at the small end so first logits are flat.
            std = 0.02 if isinstance(module, nn.Embedding) else 1 / math.sqrt(module.in_features) / 2
            nn.init.normal_(module.weight, std=std)

    def hidden_states(self, ids: Tensor, documents: Tensor | None = None) -> Tensor:
        """Of every position. Rows hold one text each, or several that `documents` tells apart.

        Rotary positions of a later text don't begin at 0, which changes nothing: only
        distances matter.
        """
        length = ids.shape[1]
        x = self.token_embd(ids)
        cos, sin = self.cos[:length], self.sin[:length]
        for block in self.blk:
            x = block(x, cos, sin, None, documents)
        return self.output_norm(x)

    def compile_blocks(self) -> None:
        """Have the blocks compiled (PyTorch's inductor, a C++ compiler): trains about twice as fast."""
        # A handful of shapes, with and without gradients.
        torch._dynamo.config.recompile_limit = 64
        for block in self.blk:
            block.compile(dynamic=False)

    def forward(self, ids: Tensor) -> Tensor:
        return F.linear(self.hidden_states(ids), self.token_embd.weight)

    def new_caches(self) -> list[KvCache]:
        return [KvCache() for _ in self.blk]

    def next_logits(self, ids: Tensor, caches: list[KvCache], seen: Tensor) -> Tensor:
        """Logits after the last column of `ids`, which goes on from what `caches` hold.

        `seen` is true where a position (earlier ones included) is text, false where it is
        padding at the left: rows of different length end together that way. Rotary
        positions count the padding too, which changes nothing: only distances matter.
        """
        length, total = ids.shape[1], seen.shape[1]
        cos, sin = self.cos[total - length : total], self.sin[total - length : total]
        x = self.token_embd(ids)
        causal = torch.ones((length, total), dtype=torch.bool).tril(total - length)
        allowed = causal[None] & seen[:, None, :]
        # A padding row may look at itself, or its softmax would have nothing to sum.
        own = torch.zeros((length, total), dtype=torch.bool)
        own[:, total - length :] = torch.eye(length, dtype=torch.bool)
        mask = (allowed | own)[:, None]
        for block, cache in zip(self.blk, caches, strict=True):
            # Not the compiled one: here every call has another shape.
            x = block.forward(x, cos, sin, mask, None, cache)
        return F.linear(self.output_norm(x[:, -1]), self.token_embd.weight)

    def parameter_count(self) -> int:
        return sum(p.numel() for p in self.parameters())
