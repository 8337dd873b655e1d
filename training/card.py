"""Write the model card, `models/starter/README.md`: every number in it is read from what was measured.

    python -m training.card
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

from .settings import GGUF, SHIPPED, STARTER

_ROWS = [
    ("facts ({lang})", "facts, questions worded otherwise than in training", "事实题，问法与训练时不同"),
    ("facts, trained wording ({lang})", "facts, wordings used in training", "事实题，训练时用过的问法"),
    ("facts after three turns ({lang})", "the same, after three turns of other talk", "同上，先聊三轮别的话题"),
    ("sums to 20 ({lang})", "sums to 20, unseen wordings", "20以内加法，没见过的问法"),
    ("differences to 20 ({lang})", "differences to 20, unseen wordings", "20以内减法，没见过的问法"),
    ("says that it doesn't know ({lang})", "unknown people, places and subjects: says that it doesn't know", "没学过的人、地方和话题：承认不知道"),
    ("story of 50 to 200 tokens ({lang})", "stories run to 50-200 tokens", "故事长度为50到200个词元"),
]


def _measured_table(measured: dict, zh: bool) -> str:
    lines = ["| 测什么 | 中文 | 英文 |" if zh else "| measured | Chinese | English |", "|---|---|---|"]
    for name, english, chinese in _ROWS:
        cells = []
        for lang in ("zh", "en"):
            row = measured[name.format(lang=lang)]
            cells.append(f"{row['share']:.1%} ({row['right']}/{row['asked']})")
        lines.append(f"| {chinese if zh else english} | {cells[0]} | {cells[1]} |")
    ends = measured["ends by its end token"]
    label = "以结束词元收尾（两种语言合计）" if zh else "answers that end by the end token (both languages)"
    lines.append(f"| {label} | {ends['share']:.1%} ({ends['right']}/{ends['asked']}) | |")
    return "\n".join(lines)


def _weakest(measured: dict) -> str:
    groups = [(row["share"], name.removeprefix("group "), row) for name, row in measured.items() if name.startswith("group ")]
    return ", ".join(f"`{name}` {row['right']}/{row['asked']}" for share, name, row in sorted(groups, key=lambda g: g[:2])[:6] if share < 1)


def _fastest(curve: list[dict[str, str]]) -> float:
    """The most tokens a second between two lines of the curve."""
    steps = zip(curve, curve[1:])
    return max((int(b["tokens"]) - int(a["tokens"])) / max(1, int(b["seconds"]) - int(a["seconds"])) for a, b in steps)


def _answers(lesson: list[dict]) -> str:
    return "\n".join(f"> **{entry['question']}** {entry['answer']}\n>" for entry in lesson).removesuffix("\n>")


def write_card(path: Path = SHIPPED / "README.md") -> None:
    report = json.loads((SHIPPED / "evaluation.json").read_text(encoding="utf-8"))
    with (SHIPPED / "curve.csv").open() as file:
        curve = list(csv.DictReader(file))
    first, last = curve[0], curve[-1]
    measured, c = report["measured"], STARTER.model
    facts = _facts_in_file()
    parameters, tokens, steps = facts["parameters"], facts["tokens_seen"], facts["steps"]
    minutes = int(last["seconds"]) / 60
    size = GGUF.stat().st_size
    stages = {stage.name: stage.tokens for stage in STARTER.stages}
    wrong = [entry["question"] for entry in report["lesson"] if not entry["right"]]
    path.write_text(f"""# Vitrine Starter · 透窗小模型

A very small language model, trained from nothing for Vitrine, so that the app works on first start with nothing to download.
It is a real model: nothing it says is scripted. 中文说明见下半部分。

| | |
|---|---|
| file | `vitrine-starter.gguf`, {size:,} bytes, GGUF v3, matrices Q8_0, norms F32 |
| architecture | qwen3: {c.layers} layers, width {c.hidden}, {c.heads} heads ({c.kv_heads} key-value), head size {c.head_dim}, feed-forward {c.feed_forward}, tied embeddings |
| parameters | {parameters:,} |
| vocabulary | {c.vocab_size:,} (byte-level BPE, `qwen2` splitting; any text can be written) |
| context | {c.context_length} tokens |
| chat template | ChatML, with an optional system message; an answer ends with `<\\|im_end\\|>` |
| languages | Chinese and English, about half each |
| licence | Apache-2.0 |

## How it was made
All text comes from the project's own generator (`training/corpus/`, seed {STARTER.seed}); no text of others was used. Four stages:
`pretrain` on {stages['pretrain']:,} tokens (documents and dialogues), `chat` on {stages['chat']:,} tokens (nearly all dialogues, learning only what
the assistant says), `practice` on {stages['practice']:,} tokens (the same, half of it sums, which are learned last),
`sums` on {stages['sums']:,} tokens (still more of them). Together {tokens:,} tokens in
{steps} steps; loss {float(first['loss']):.2f} at step {first['step']}, {float(last['loss']):.3f} at the end (`curve.csv`; the stages learn different text, so
their losses don't compare). Block matrices were trained by Muon, the rest by AdamW.
It took {minutes:.0f} minutes on one thread of a 2-core machine (AVX-512 with bfloat16, no accelerator); other builds kept that machine busy
for most of this time ({tokens / float(last['seconds']):,.0f} tokens a second over all, {_fastest(curve):,.0f} in the quickest stretch of 20 steps).
The run was stopped and gone on with several times, the length of `chat` was cut while it ran, and some
answers and shares of the text were changed before `sums`, after a first measurement had shown what was weak (no held-out wording was moved
into training); so a new run of the code as it is gives a model of the same kind, not the same bytes.
There is no preference tuning in this version. To make it again: `training/README.md`.

## What was measured
Run by {report['engine']} (`evaluation.json`). An answer is right if it holds the fact (for numbers: if its last number is the result).

{_measured_table(measured, zh=False)}

Kinds of fact with the lowest shares in unseen wordings: {_weakest(measured) or 'none missed'}.
{('First questions that were answered wrongly: ' + '; '.join(wrong)) if wrong else 'All of the first questions below were answered rightly (their wordings occur in training).'}

{_answers(report['lesson'])}

## What it can't do
It knows 42 landmarks, 32 countries, common animals, food, colours, days, months, opposites, about fifty words in two languages, small sums, a few
explanations of language models and four story plots. It can't reason, write programs, follow complex instructions or keep to a system prompt; outside its
subjects it should say that it doesn't know, but it often may not: it then mixes up things it has read. Don't rely on what it says.

---

# 透窗小模型（中文说明）

这是为「透窗」从零训练的一个很小的语言模型，让应用第一次打开时不用下载任何东西就能使用。它是真正训练出来的模型，回答不是事先写好的。

- 文件：`vitrine-starter.gguf`，{size:,} 字节，GGUF v3，矩阵为 Q8_0，归一化权重为 F32
- 结构：qwen3，{c.layers} 层，宽度 {c.hidden}，{c.heads} 个注意力头（{c.kv_heads} 个键值头），共 {parameters:,} 个参数，输入与输出共用词元向量
- 词表：{c.vocab_size:,} 个词元（字节级 BPE，任何文字都能写出）；上下文：{c.context_length} 个词元
- 语言：中文和英文约各一半；许可证：Apache-2.0

## 怎样训练
全部文字由本项目自己的生成器写出（`training/corpus/`，种子 {STARTER.seed}），没有使用别人的文字。分四个阶段：先用 {stages['pretrain']:,} 个词元的文章和对话做预训练，
再用 {stages['chat']:,} 个词元（几乎全是对话，只学助手说的话）做对话训练，最后用 {stages['practice']:,} 和 {stages['sums']:,} 个词元分两次做练习（一半以上是算术）。一共读了 {tokens:,} 个词元、{steps} 步，
损失从第 {first['step']} 步的 {float(first['loss']):.2f} 降到最后的 {float(last['loss']):.3f}（见 `curve.csv`；各阶段学的文字不同，损失不能直接相比）。
在一台双核机器上用一个线程（AVX-512 bfloat16，没有加速卡）训练了 {minutes:.0f} 分钟，其间机器大部分时间都忙于别的编译。训练中途缩短过对话阶段，也改过少量文字，所以重新训练会得到同类的模型，而不是完全相同的文件。
这个版本没有做偏好对齐。重新训练的方法见 `training/README.md`。

## 测量结果
用 llama-cpp-python 运行发布的文件，贪心解码，没有系统提示词。答案里有正确的事实才算对（数字题看最后一个数）。

{_measured_table(measured, zh=True)}

## 做不到的事
它只认识42个景点、32个国家、常见的动物、食物、颜色、日期、反义词、五十来个中英文单词、20以内的加减法、几段关于语言模型的解释和四种故事。
它不会推理、写程序、执行复杂的要求，也不会严格遵守系统提示词。遇到没学过的事，它应该说不知道，但常常会把读过的东西混在一起。请不要依赖它说的话。
""", encoding="utf-8")


def _facts_in_file() -> dict[str, int]:
    """What the shipped file itself says."""
    import gguf

    reader = gguf.GGUFReader(GGUF)
    counted = {"parameters": sum(int(tensor.n_elements) for tensor in reader.tensors)}
    for name in ("tokens_seen", "steps"):
        counted[name] = int(reader.fields[f"vitrine.training.{name}"].contents())
    return counted


if __name__ == "__main__":
    write_card()
