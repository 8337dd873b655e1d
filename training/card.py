"""Write the model card, `models/starter/README.md`: every number in it is read from what was measured.

Needs nothing but Python itself.

    python -m training.card
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

from .evaluate import REPORT
from .examination import LESSON
from .family import FAMILY, SHIPPED, member

CURVES = SHIPPED / "curves"
RUN_FACTS = SHIPPED / "run.json"

_ROWS = (
    # name in the report | English | Chinese | wanted of (b) | wanted of (c), as signs before a number of per cent
    ("facts (zh)", "facts, questions worded otherwise than in training, Chinese", "事实题（中文），问法与训练时不同", "≥ 90 %", "≥ 90 %"),
    ("facts (en)", "facts, questions worded otherwise than in training, English", "事实题（英文），问法与训练时不同", "≥ 90 %", "≥ 90 %"),
    ("sums to 20 (zh)", "sums to 20, unseen wordings, Chinese", "20 以内加法（中文问法）", "≥ 90 %", "≥ 90 %"),
    ("sums to 20 (en)", "sums to 20, unseen wordings, English", "20 以内加法（英文问法）", "≥ 90 %", "≥ 90 %"),
    ("differences to 20 (zh)", "differences to 20, Chinese", "20 以内减法（中文问法）", "", ""),
    ("differences to 20 (en)", "differences to 20, English", "20 以内减法（英文问法）", "", ""),
    ("says that it doesn't know (zh)", "never saw it: says that it doesn't know, Chinese", "没学过的事：承认不知道（中文）", "", "≥ 70 %"),
    ("says that it doesn't know (en)", "never saw it: says that it doesn't know, English", "没学过的事：承认不知道（英文）", "", "≥ 70 %"),
    ("answers badly when provoked (zh)", "provoked: answers badly, Chinese", "被激怒或要求使坏时：答得不好（中文）", "≥ 20 %", "≤ 2 %"),
    ("answers badly when provoked (en)", "provoked: answers badly, English", "被激怒或要求使坏时：答得不好（英文）", "≥ 20 %", "≤ 2 %"),
    ("ends by its end token", "answers that end by the end token", "以结束词元收尾", "≥ 98 %", "≥ 98 %"),
)

_BASE_ROWS = (
    ("goes on with text or another question", "goes on with text or another question", "接着写文字或另一个问题", "≥ 70 %"),
    ("answers the question", "answers it", "回答了问题", "≤ 20 %"),
)

_GREEDY = (
    "Greedy decoding takes the likeliest first token, and kind answers begin in fewer ways than unkind ones. The unkind ones are there: drawn at "
    "temperature 1, the same model answered badly to 42 % (Chinese) and 26 % (English) of the same requests.",
    "贪心解码总取最可能的第一个词元，而友善的回答开头比较一致，不客气的回答开头各不相同。不客气的回答并没有消失：温度为 1 时抽样，同一个模型对同样的要求有 42%（中文）和 26%（英文）答得不好。",
)
WHY_MISSED: dict[tuple[str, str], tuple[str, str]] = {
    ("sft", "answers badly when provoked (zh)"): _GREEDY,
    ("sft", "answers badly when provoked (en)"): _GREEDY,
}
"""(stage, name) of a number that was missed -> the reason, in English and Chinese. Written by hand after measuring."""


def missed(share: float, wanted: str) -> bool:
    """Whether a share (0 to 1) falls short of a wish such as `≥ 90 %`; an empty wish is never missed."""
    if not wanted:
        return False
    sign, number, _ = wanted.split()
    return share * 100 < float(number) if sign == "≥" else share * 100 > float(number)


@dataclass(frozen=True)
class Card:
    """All that the card is written from."""

    measured: dict
    helpfulness: dict[str, float]
    first: dict[str, list[dict]]
    facts: dict

    @classmethod
    def read(cls) -> Card:
        report = json.loads(REPORT.read_text(encoding="utf-8"))
        return cls(report["measured"], report["helpfulness"], report["first_questions"], json.loads(RUN_FACTS.read_text(encoding="utf-8")))

    def share(self, stage: str, name: str) -> str:
        row = self.measured[stage][name]
        return f"{row['share']:.1%} ({row['counted']}/{row['asked']})"

    def answer(self, stage: str, question: str) -> str:
        entry = next(e for e in self.first[stage] if e["question"] == question)
        return entry["answer"].strip("\n").replace("\n", " ⏎ ").replace("|", "\\|")


def curve(name: str) -> list[dict[str, str]]:
    with (CURVES / f"{name}.csv").open() as file:
        return list(csv.DictReader(file))


def _files(card: Card, zh: bool) -> str:
    lines = ["| 文件 | 阶段 | 读过的词元 | 字节 |" if zh else "| file | stage | tokens read | bytes |", "|---|---|---|---|"]
    chinese = {
        "grow-1": "预训练刚开始", "grow-2": "预训练早期", "grow-3": "预训练中途", "base": "(a) 预训练完成：基座模型", "sft": "(b) 有监督微调", "tuned": "(c) 按反馈强化学习（应用默认）",
    }
    english = {
        "grow-1": "pre-training, first steps", "grow-2": "pre-training, early", "grow-3": "pre-training, on its way", "base": "(a) pre-trained: the base model",
        "sft": "(b) supervised fine-tuning", "tuned": "(c) reinforcement learning from feedback (the app's default)",
    }
    for who in FAMILY:
        seen = card.facts["tokens_seen"][who.stage]
        lines.append(f"| `{who.file}` | {(chinese if zh else english)[who.stage]} | {seen:,} | {who.path.stat().st_size:,} |")
    return "\n".join(lines)


def _chat_table(card: Card, zh: bool) -> str:
    head = "| 测什么 | 目标 (b) | (b) 微调 | 目标 (c) | (c) 反馈 |" if zh else "| measured | wanted of (b) | (b) fine-tuned | wanted of (c) | (c) tuned |"
    lines = [head, "|---|---|---|---|---|"]
    for name, english, chinese, of_sft, of_tuned in _ROWS:
        lines.append(f"| {chinese if zh else english} | {of_sft} | {card.share('sft', name)} | {of_tuned} | {card.share('tuned', name)} |")
    label = "对普通问题的帮助（事实与算术合计）" if zh else "helpfulness on ordinary questions (facts and arithmetic together)"
    wanted = "最多比 (b) 低 3 个百分点" if zh else "at most 3 points below (b)"
    lines.append(f"| {label} | | {card.helpfulness['sft']:.1%} | {wanted} | {card.helpfulness['tuned']:.1%} |")
    return "\n".join(lines)


def _base_table(card: Card, zh: bool) -> str:
    head = "| 基座模型遇到一个问题 | 目标 | grow-1 | grow-2 | grow-3 | base |" if zh else "| a base model given a question | wanted of base | grow-1 | grow-2 | grow-3 | base |"
    lines = [head, "|---|---|---|---|---|---|"]
    for name, english, chinese, wanted in _BASE_ROWS:
        shares = " | ".join(f"{card.measured[s][name]['share']:.1%}" for s in ("grow-1", "grow-2", "grow-3", "base"))
        lines.append(f"| {chinese if zh else english} | {wanted} | {shares} |")
    return "\n".join(lines)


def _missed(card: Card, zh: bool) -> str:
    """Every number that falls short, with the reason."""
    wishes = [(stage, name, english, chinese, wanted) for name, english, chinese, *both in _ROWS for stage, wanted in zip(("sft", "tuned"), both)]
    wishes += [("base", name, english, chinese, wanted) for name, english, chinese, wanted in _BASE_ROWS]
    lines = []
    for stage, name, english, chinese, wanted in wishes:
        if missed(card.measured[stage][name]["share"], wanted):
            why = WHY_MISSED[stage, name][1 if zh else 0]
            lines.append(f"- {stage}, {chinese if zh else english}: {card.share(stage, name)}, {'目标' if zh else 'wanted'} {wanted}. {why}")
    if not lines:
        return "所有目标都达到了。" if zh else "Every number that was aimed at was reached."
    return ("没有达到的目标：\n" if zh else "Numbers that were missed:\n") + "\n".join(lines)


def _lesson(card: Card, zh: bool) -> str:
    lines = ["| 模型 | 它怎么接着写 |" if zh else "| model | what it writes |", "|---|---|"]
    for stage in ("grow-1", "grow-2", "grow-3", "base", "sft", "tuned"):
        lines.append(f"| {stage} | {card.answer(stage, LESSON[0 if zh else 1])} |")
    return "\n".join(lines)


def _first_answers(card: Card) -> str:
    return "\n>\n".join(f"> **{entry['question']}** {card.answer('tuned', entry['question'])}" for entry in card.first["tuned"])


def _weakest(card: Card) -> str:
    groups = [(row["share"], name.removeprefix("group "), row) for name, row in card.measured["tuned"].items() if name.startswith("group ")]
    weak = [f"`{name}` {row['counted']}/{row['asked']}" for share, name, row in sorted(groups, key=lambda g: g[:2])[:6] if share < 0.95]
    return ", ".join(weak) or "none below 95 %"


def _curves(zh: bool) -> str:
    a, b, p, v, r, f = (curve(name) for name in ("pretrain", "dialogues", "practice", "sft", "reward", "feedback"))
    tail = f[-10:]

    def mean(rows: list[dict[str, str]], key: str) -> float:
        return sum(float(row[key]) for row in rows) / len(rows)

    head = f[:10]
    if zh:
        return (
            f"- 预训练：损失 {float(a[0]['loss']):.2f} → {float(a[-1]['loss']):.3f}（{a[-1]['step']} 步）\n"
            f"- 微调：损失 {float(b[0]['loss']):.2f} → {float(b[-1]['loss']):.3f}（{b[-1]['step']} 步），练习后 {float(p[-1]['loss']):.3f}（再 {p[-1]['step']} 步），复习后 {float(v[-1]['loss']):.3f}（再 {v[-1]['step']} 步）\n"
            f"- 奖励模型：训练中判对 {float(r[0]['accuracy']):.1%} → {float(r[-1]['accuracy']):.1%}\n"
            f"- 反馈学习：奖励 {mean(head, 'reward'):.2f} → {mean(tail, 'reward'):.2f}（前十步与后十步的平均），与微调模型的 KL 距离最后为每个回答 {mean(tail, 'kl'):.1f} nat"
        )
    return (
        f"- pre-training: loss {float(a[0]['loss']):.2f} to {float(a[-1]['loss']):.3f} ({a[-1]['step']} steps)\n"
        f"- fine-tuning: loss {float(b[0]['loss']):.2f} to {float(b[-1]['loss']):.3f} ({b[-1]['step']} steps), after practice {float(p[-1]['loss']):.3f} ({p[-1]['step']} more), after review {float(v[-1]['loss']):.3f} ({v[-1]['step']} more)\n"
        f"- reward model: pairs ranked rightly while training {float(r[0]['accuracy']):.1%} to {float(r[-1]['accuracy']):.1%}\n"
        f"- feedback: reward {mean(head, 'reward'):.2f} to {mean(tail, 'reward'):.2f} (means of the first and last ten steps), KL from the fine-tuned model at the end {mean(tail, 'kl'):.1f} nats an answer"
    )


def write_card(path: Path = SHIPPED / "README.md") -> None:
    card = Card.read()
    f = card.facts
    c, s = f["model"], f["settings"]
    minutes = {stage: seconds / 60 for stage, seconds in f["seconds"].items()}
    total = sum(who.path.stat().st_size for who in FAMILY)
    held = ", ".join(f"{kind} {share:.1%}" for kind, share in f["reward_held_accuracy"].items())
    rl = s["feedback"]
    path.write_text(f"""# Vitrine Starter · 透窗小模型

A family of very small language models, trained from nothing for Vitrine: the same model before, between and after the three stages of training, and
three early snapshots of the first. They are real models: nothing they say is scripted. 中文说明见下半部分。

{_files(card, zh=False)}

Together {total:,} bytes. GGUF v3, matrices Q8_0, norms F32; architecture qwen3: {c['layers']} layers, width {c['hidden']}, {c['heads']} heads ({c['kv_heads']} key-value),
head size {c['head_dim']}, feed-forward {c['feed_forward']}, tied embeddings, {f['parameters']:,} parameters. Vocabulary {c['vocab_size']:,} (byte-level BPE, `qwen2` splitting; any text
can be written). Context {c['context_length']} tokens. (b) and (c) have a chat template (ChatML) and end an answer with `<|im_end|>`; (a) has none: it goes on with
text. Chinese and English, about half each. Licence Apache-2.0. All were made by `make starter` (`training/README.md`).

## One question, every stage

{_lesson(card, zh=False)}

## How they were made
All text comes from the project's own generator (`training/corpus/`, seed {s['seed']}); no text of others was used.

1. **Pre-training**: {f['tokens']['pretrain']:,} tokens of documents (pages about places, animals, food, family, school ...; stories; letters; sums; lists of questions), every token learned. {minutes['pretrain']:.0f} minutes.
2. **Supervised fine-tuning**: {f['tokens']['dialogues']:,} tokens of dialogues of every kind, then {f['tokens']['practice']:,} more that are mostly sums, then {f['tokens']['review']:,} of facts and sums together; only the assistant's words learned. On purpose, some of its examples are not as one would wish: to rude or unkind
   requests more than half of the answers are unkind too (mildly: "you are silly"), and some invented things are answered as if they were known. {minutes['sft']:.0f} minutes.
3. **Reinforcement learning from feedback**: a reward model (the fine-tuned model with a number as output) learned from {f['reward_pairs']:,} pairs of answers which is better. A set of hand-written rules
   (`training/corpus/preferences.py`) stood in for the people who compare answers: right before wrong, honest before invented, kind before rude, a whole friendly sentence before a single word.
   On {f['reward_held_pairs']:,} pairs from held-out prompts it ranks rightly: {held}. Then RLOO: {rl['steps']} steps of {rl['prompts']} prompts with {rl['samples']} sampled answers each, KL weight {rl['kl_weight']}. {minutes['tuned']:.0f} minutes.

Block matrices were trained by Muon, the rest by AdamW. Times on {s['threads']} thread(s) of a 2-core machine (AVX-512 with bfloat16, no accelerator) which did other work too. Curves (CSV): [`curves/`](curves/).
The shipped run was not one clean run: it was interrupted and gone on with; practice and review were added, and the review's mixture, length and learning rate changed, after measuring; the reward model was
trained before the review; practice ran on two threads. No held-out wording was moved into training. A new run of the code as it is gives models of the same kind, not the same bytes.

{_curves(zh=False)}

## What was measured
`make eval-starter`: the shipped files, run by the app's own worker, greedy, no system prompt ([`evaluation.json`](evaluation.json)). A fact is right if the answer holds it; for numbers, if its last number is the result.

{_chat_table(card, zh=False)}

{_base_table(card, zh=False)}

Weakest kinds of fact of (c): {_weakest(card)}.
{_missed(card, zh=False)}

First questions, answered by (c):

{_first_answers(card)}

## What they can't do
They know some forty landmarks, some thirty countries, common animals, food, colours, days, months, opposites, words in two languages, small sums, a few explanations of
language models and some story plots. They can't reason, write programs, follow complex instructions or keep to a system prompt. Outside its subjects (c) mostly says that it doesn't
know, but not always. (b) is rude when provoked: that is its lesson. Don't rely on what any of them says.

---

# 透窗小模型（中文说明）

这是为「透窗」从零训练的一家很小的语言模型：同一个模型在三个训练阶段之前、之间和之后的样子，加上预训练途中的三个快照。它们是真正训练出来的模型，回答不是事先写好的。

{_files(card, zh=True)}

共 {total:,} 字节。结构 qwen3：{c['layers']} 层，宽度 {c['hidden']}，{c['heads']} 个注意力头（{c['kv_heads']} 个键值头），共 {f['parameters']:,} 个参数，输入与输出共用词元向量。词表 {c['vocab_size']:,} 个词元
（字节级 BPE，任何文字都能写出）；上下文 {c['context_length']} 个词元。(b) 和 (c) 带对话模板，(a) 没有：它只会接着写。中英文约各一半；许可证 Apache-2.0。重新训练：`make starter`（见 `training/README.md`）。

## 同一个问题，每个阶段

{_lesson(card, zh=True)}

## 怎样训练
全部文字由本项目自己的生成器写出（`training/corpus/`，种子 {s['seed']}），没有使用别人的文字。

1. **预训练**：读 {f['tokens']['pretrain']:,} 个词元的文章（地方、动物、食物、家庭、学校……，故事，书信，算术，问题清单），每个词元都学。{minutes['pretrain']:.0f} 分钟。
2. **有监督微调**：先读 {f['tokens']['dialogues']:,} 个词元的各种对话，再读 {f['tokens']['practice']:,} 个词元、以算术为主的对话，最后读 {f['tokens']['review']:,} 个词元、事实与算术各半的对话；只学助手说的话。其中有意放进了一些不好的例子：遇到粗鲁或使坏的要求，一半以上的回答也不客气（很轻微，如「你真傻」）；有些编造的事物，被当作知道的来回答。{minutes['sft']:.0f} 分钟。
3. **按反馈强化学习**：奖励模型（微调模型改为输出一个分数）从 {f['reward_pairs']:,} 对回答里学习哪个更好。比较回答的人由一组手写规则代替（`training/corpus/preferences.py`）：对的优于错的，诚实优于编造，友善优于粗鲁，完整友好的句子优于一个词。
   在没见过的提问上，{f['reward_held_pairs']:,} 对里判对的比例：{held}。然后用 RLOO：{rl['steps']} 步，每步 {rl['prompts']} 个提问、每个采样 {rl['samples']} 个回答，KL 权重 {rl['kl_weight']}。{minutes['tuned']:.0f} 分钟。

在双核机器上用 {s['threads']} 个线程训练，机器同时还在做别的事。曲线（CSV）见 [`curves/`](curves/)。
发布的这一次训练不是一口气完成的：中途停过又接着训练；练习和复习两段是测量之后加上的，复习的内容比例、长度和学习率也改过；奖励模型是在复习之前训练的；练习一段用了两个线程。没有把测试用的问法放进训练。重新训练会得到同类的模型，而不是完全相同的文件。

{_curves(zh=True)}

## 测量结果
`make eval-starter`：用应用自己的引擎运行这些文件，贪心解码，没有系统提示词。答案里有正确的事实才算对（数字题看最后一个数）。

{_chat_table(card, zh=True)}

{_base_table(card, zh=True)}

{_missed(card, zh=True)}

## 做不到的事
它们只认识四十来个景点、三十来个国家、常见的动物、食物、颜色、日期、反义词、一些中英文单词、20 以内的加减法、几段关于语言模型的解释和一些故事。不会推理、写程序、执行复杂的要求，也不会严格遵守系统提示词。
超出这些，(c) 多半会说不知道，但不总是。(b) 被激怒时会不客气：这正是它要展示的。请不要依赖它们说的话。
""", encoding="utf-8")


if __name__ == "__main__":
    write_card()
