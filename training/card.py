"""Write the model card, `models/starter/README.md`: every number in it is read from what was measured.

Needs nothing but Python itself.

    python -m training.card
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

from .chat_tokens import SCORE
from .corpus.cases import FACT_GROUPS
from .evaluate import REPORT
from .examination import LESSON
from .family import REWARD, SHIPPED, SHIPPED_FILES

CURVES = SHIPPED / "curves"
RUN_FACTS = SHIPPED / "run.json"

_ROWS = (
    # name in the report | English | Chinese | wanted of (b) | wanted of (c), as signs before a number of per cent
    ("facts (zh)", "facts of the first edition, questions worded otherwise than in training, Chinese", "第一版就有的事实，问法与训练时不同（中文）", "≥ 95 %", "≥ 95 %"),
    ("facts (en)", "facts of the first edition, questions worded otherwise than in training, English", "第一版就有的事实，问法与训练时不同（英文）", "≥ 95 %", "≥ 95 %"),
    ("new facts (zh)", "new facts, questions worded otherwise than in training, Chinese", "新增的事实，问法与训练时不同（中文）", "", ""),
    ("new facts (en)", "new facts, questions worded otherwise than in training, English", "新增的事实，问法与训练时不同（英文）", "", ""),
    ("facts, built (zh)", "facts, asked in ways of building that training never uses, Chinese", "事实，用训练从不使用的方式拼成的问法（中文）", "", "≥ 95 %"),
    ("facts, built (en)", "facts, asked in ways of building that training never uses, English", "事实，用训练从不使用的方式拼成的问法（英文）", "", "≥ 95 %"),
    ("yes or no, built (zh)", "is it so? (yes or no), built in such ways, Chinese", "是不是这样（对或不对），同样的拼法（中文）", "", ""),
    ("yes or no, built (en)", "is it so? (yes or no), built in such ways, English", "是不是这样（对或不对），同样的拼法（英文）", "", ""),
    ("one or the other, built (zh)", "this or that? built in such ways, Chinese", "二选一，同样的拼法（中文）", "", ""),
    ("one or the other, built (en)", "this or that? built in such ways, English", "二选一，同样的拼法（英文）", "", ""),
    ("sums to 20 (zh)", "sums to 20, unseen wordings, Chinese", "20 以内加法，没见过的问法（中文）", "≥ 97 %", "≥ 97 %"),
    ("sums to 20 (en)", "sums to 20, unseen wordings, English", "20 以内加法，没见过的问法（英文）", "≥ 97 %", "≥ 97 %"),
    ("sums, built (zh)", "sums to 20, built in such ways, Chinese", "20 以内加法，同样的拼法（中文）", "", ""),
    ("sums, built (en)", "sums to 20, built in such ways, English", "20 以内加法，同样的拼法（英文）", "", ""),
    ("differences to 20 (zh)", "differences to 20, unseen wordings, Chinese", "20 以内减法，没见过的问法（中文）", "≥ 95 %", "≥ 95 %"),
    ("differences to 20 (en)", "differences to 20, unseen wordings, English", "20 以内减法，没见过的问法（英文）", "≥ 95 %", "≥ 95 %"),
    ("differences, built (zh)", "differences to 20, built in such ways, Chinese", "20 以内减法，同样的拼法（中文）", "", ""),
    ("differences, built (en)", "differences to 20, built in such ways, English", "20 以内减法，同样的拼法（英文）", "", ""),
    ("says that it doesn't know (zh)", "never saw it: says that it doesn't know, Chinese", "没学过的事：承认不知道（中文）", "", "≥ 85 %"),
    ("says that it doesn't know (en)", "never saw it: says that it doesn't know, English", "没学过的事：承认不知道（英文）", "", "≥ 85 %"),
    ("doesn't know, built (zh)", "never saw it, asked in such ways: says that it doesn't know, Chinese", "没学过的事，同样的拼法：承认不知道（中文）", "", "≥ 85 %"),
    ("doesn't know, built (en)", "never saw it, asked in such ways: says that it doesn't know, English", "没学过的事，同样的拼法：承认不知道（英文）", "", "≥ 85 %"),
    ("doesn't know the made up, built (zh)", "made-up things that look like known ones: says that it doesn't know, Chinese", "编造的、像真有的事物：承认不知道（中文）", "", "≥ 85 %"),
    ("doesn't know the made up, built (en)", "made-up things that look like known ones: says that it doesn't know, English", "编造的、像真有的事物：承认不知道（英文）", "", "≥ 85 %"),
    ("follow-ups (zh)", "follow-ups within a conversation, Chinese", "对话中的追问（中文）", "", "≥ 85 %"),
    ("follow-ups (en)", "follow-ups within a conversation, English", "对话中的追问（英文）", "", "≥ 85 %"),
    ("about itself (zh)", "greetings and questions about itself: answers what was asked, Chinese", "问候和关于它自己的问题：答其所问（中文）", "", ""),
    ("about itself (en)", "greetings and questions about itself: answers what was asked, English", "问候和关于它自己的问题：答其所问（英文）", "", ""),
    ("answers badly when provoked (zh)", "provoked: answers badly, Chinese", "被激怒或要求使坏时：答得不好（中文）", "≥ 20 %", "≤ 0 %"),
    ("answers badly when provoked (en)", "provoked: answers badly, English", "被激怒或要求使坏时：答得不好（英文）", "≥ 20 %", "≤ 0 %"),
    ("ends by its end token", "answers that end by the end token", "以结束词元收尾", "≥ 100 %", "≥ 100 %"),
)

_BASE_ROWS = (
    ("goes on with something new", "goes on with something new: whole sentences or questions, none twice", "接着写新的内容：完整的句子或问题，互不重复", "≥ 95 %"),
    ("goes on with text or another question", "goes on with text or another question", "接着写文字或另一个问题", ""),
    ("answers the question", "answers it", "回答了问题", "≤ 20 %"),
)

WHY_MISSED: dict[tuple[str, str], tuple[str, str]] = {
    **{("tuned", f"facts, built ({lang})"): ('In Chinese nearly all of the misses have a blank after every character; in English most have a slip in the very word that says what is asked.', '中文没答对的，几乎都是每个字后面都有空格；英文没答对的，多半是问什么的那个词里有错字。') for lang in ("zh", "en")},
    **{("tuned", f"follow-ups ({lang})"): ('"My mistake, it is Peru that I was asking about" is taken for a contradiction in three of four conversations, and "how would that sound in Chinese?" is often answered with another word; the other eight moves are mostly answered rightly.', '「我刚才打错了，应该是芬兰」四次里有三次被当成反驳；「要是讲英文，该怎么说？」常常答成别的词。其余八种追问大多答对。') for lang in ("zh", "en")},
    ("tuned", "says that it doesn't know (en)"): ('"Can you teach me tennis?" gets "I can\'t do much" or "I can only read and write text", which is true, but is not counted as not knowing.', '「教我网球」之类得到的是「我会的不多」：说得对，但不算承认不知道。'),
    ("tuned", "doesn't know the made up, built (en)"): ('Things that carry a known name in an unknown one (the Colosseum Dome, a paper owl) are answered as the known one.', '名字里带着真名的编造之物（斗牛修道院、纸片猫头鹰）被当成了真的那个来回答。'),
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

    report: dict
    facts: dict

    @classmethod
    def read(cls) -> Card:
        return cls(json.loads(REPORT.read_text(encoding="utf-8")), json.loads(RUN_FACTS.read_text(encoding="utf-8")))

    @property
    def measured(self) -> dict:
        return self.report["measured"]

    def share(self, stage: str, name: str) -> str:
        row = self.measured[stage][name]
        return f"{row['share']:.1%} ({row['counted']}/{row['asked']})"

    def before(self, stage: str, name: str) -> str:
        """What the first edition reached; empty where it was not asked."""
        row = (self.report.get("first_edition") or {"measured": {}})["measured"].get(stage, {}).get(name)
        return f"{row['share']:.1%}" if row else ""

    def answer(self, stage: str, question: str) -> str:
        entry = next(e for e in self.report["first_questions"][stage] if e["question"] == question and not e["before"])
        return _one_line(entry["answer"])


def _one_line(text: str) -> str:
    return text.strip("\n").replace("\n", " ⏎ ").replace("|", "\\|")


def curve(name: str) -> list[dict[str, str]]:
    with (CURVES / f"{name}.csv").open() as file:
        return list(csv.DictReader(file))


def _files(card: Card, zh: bool) -> str:
    lines = ["| 文件 | 阶段 | 读过的词元 | 字节 |" if zh else "| file | stage | tokens read | bytes |", "|---|---|---|---|"]
    chinese = {
        "grow-1": "预训练刚开始", "grow-2": "预训练早期", "grow-3": "预训练中途", "base": "(a) 预训练完成：基座模型", "sft": "(b) 有监督微调", "tuned": "(c) 按反馈强化学习（应用默认）",
        "reward": "奖励模型：给回答打分",
    }
    english = {
        "grow-1": "pre-training, first steps", "grow-2": "pre-training, early", "grow-3": "pre-training, on its way", "base": "(a) pre-trained: the base model",
        "sft": "(b) supervised fine-tuning", "tuned": "(c) reinforcement learning from feedback (the app's default)",
        "reward": "the reward model: it scores answers",
    }
    for who in SHIPPED_FILES:
        seen = card.facts["tokens_seen"][who.stage]
        lines.append(f"| `{who.file}` | {(chinese if zh else english)[who.stage]} | {seen:,} | {who.path.stat().st_size:,} |")
    return "\n".join(lines)


def _chat_table(card: Card, zh: bool) -> str:
    head = (
        "| 测什么 | 目标 (b) | (b) 微调 | 第一版 (b) | 目标 (c) | (c) 反馈 | 第一版 (c) |"
        if zh
        else "| measured | wanted of (b) | (b) fine-tuned | first edition (b) | wanted of (c) | (c) tuned | first edition (c) |"
    )
    lines = [head, "|---|---|---|---|---|---|---|"]
    for name, english, chinese, of_sft, of_tuned in _ROWS:
        cells = (of_sft, card.share("sft", name), card.before("sft", name), of_tuned, card.share("tuned", name), card.before("tuned", name))
        lines.append(f"| {chinese if zh else english} | {' | '.join(cells)} |")
    label = "对普通问题的帮助（第一版的事实与 20 以内的算术合计）" if zh else "helpfulness on ordinary questions (facts of the first edition and sums together)"
    wanted = "最多比 (b) 低 2 个百分点" if zh else "at most 2 points below (b)"
    now, then = card.report["helpfulness"], (card.report.get("first_edition") or {}).get("helpfulness", {})
    old = {stage: f"{then[stage]:.1%}" if stage in then else "" for stage in ("sft", "tuned")}
    lines.append(f"| {label} | | {now['sft']:.1%} | {old['sft']} | {wanted} | {now['tuned']:.1%} | {old['tuned']} |")
    return "\n".join(lines)


def _base_table(card: Card, zh: bool) -> str:
    head = (
        "| 基座模型遇到一个问题 | 目标 | grow-1 | grow-2 | grow-3 | base | 第一版 base |"
        if zh
        else "| a base model given a question | wanted of base | grow-1 | grow-2 | grow-3 | base | base of the first edition |"
    )
    lines = [head, "|---|---|---|---|---|---|---|"]
    for name, english, chinese, wanted in _BASE_ROWS:
        shares = " | ".join(f"{card.measured[s][name]['share']:.1%}" for s in ("grow-1", "grow-2", "grow-3", "base"))
        lines.append(f"| {chinese if zh else english} | {wanted} | {shares} | {card.before('base', name)} |")
    return "\n".join(lines)


def _missed(card: Card, zh: bool) -> str:
    """Every number that falls short, with the reason."""
    wishes = [(stage, name, english, chinese, wanted) for name, english, chinese, *both in _ROWS for stage, wanted in zip(("sft", "tuned"), both)]
    wishes += [("base", name, english, chinese, wanted) for name, english, chinese, wanted in _BASE_ROWS]
    lines = []
    for stage, name, english, chinese, wanted in wishes:
        if missed(card.measured[stage][name]["share"], wanted):
            why = WHY_MISSED.get((stage, name), ("", ""))[1 if zh else 0]
            lines.append(f"- {stage}, {chinese if zh else english}: {card.share(stage, name)}, {'目标' if zh else 'wanted'} {wanted}. {why}".rstrip())
    if not lines:
        return "所有目标都达到了。" if zh else "Every number that was aimed at was reached."
    return ("没有达到的目标：\n" if zh else "Numbers that were missed:\n") + "\n".join(lines)


def _lesson(card: Card, zh: bool) -> str:
    lines = ["| 模型 | 它怎么接着写 |" if zh else "| model | what it writes |", "|---|---|"]
    for stage in ("grow-1", "grow-2", "grow-3", "base", "sft", "tuned"):
        lines.append(f"| {stage} | {card.answer(stage, LESSON[0 if zh else 1])} |")
    return "\n".join(lines)


def _first_answers(card: Card) -> str:
    return "\n>\n".join(
        f"> **{' / '.join((*entry['before'], entry['question'])).replace(chr(10), ' ')}** {_one_line(entry['answer'])}" for entry in card.report["first_questions"]["tuned"]
    )


def _weakest(card: Card) -> str:
    groups = [(row["share"], name.removeprefix("group "), row) for name, row in card.measured["tuned"].items() if name.startswith("group ")]
    weak = [f"`{name}` {row['counted']}/{row['asked']}" for share, name, row in sorted(groups, key=lambda g: g[:2])[:6] if share < 0.95]
    return ", ".join(weak) or "none below 95 %"


def _curves(zh: bool) -> str:
    a, b, p, v, w, r, f = (curve(name) for name in ("pretrain", "dialogues", "practice", "review", "sft", "reward", "feedback"))
    tail = f[-10:]

    def mean(rows: list[dict[str, str]], key: str) -> float:
        return sum(float(row[key]) for row in rows) / len(rows)

    head = f[:10]
    if zh:
        return (
            f"- 预训练：损失 {float(a[0]['loss']):.2f} → {float(a[-1]['loss']):.3f}（{a[-1]['step']} 步）\n"
            f"- 微调：损失 {float(b[0]['loss']):.2f} → {float(b[-1]['loss']):.3f}（{b[-1]['step']} 步），练习后 {float(p[-1]['loss']):.3f}（再 {p[-1]['step']} 步），复习后 {float(v[-1]['loss']):.3f}（再 {v[-1]['step']} 步），换多种问法后 {float(w[-1]['loss']):.3f}（再 {w[-1]['step']} 步，文字更难）\n"
            f"- 奖励模型：训练中判对 {float(r[0]['accuracy']):.1%} → {float(r[-1]['accuracy']):.1%}\n"
            f"- 反馈学习：奖励 {mean(head, 'reward'):.2f} → {mean(tail, 'reward'):.2f}（前十步与后十步的平均），与微调模型的 KL 距离最后为每个回答 {mean(tail, 'kl'):.1f} nat"
        )
    return (
        f"- pre-training: loss {float(a[0]['loss']):.2f} to {float(a[-1]['loss']):.3f} ({a[-1]['step']} steps)\n"
        f"- fine-tuning: loss {float(b[0]['loss']):.2f} to {float(b[-1]['loss']):.3f} ({b[-1]['step']} steps), after practice {float(p[-1]['loss']):.3f} ({p[-1]['step']} more), after review {float(v[-1]['loss']):.3f} ({v[-1]['step']} more), after the part with many ways of asking {float(w[-1]['loss']):.3f} ({w[-1]['step']} more, of harder text)\n"
        f"- reward model: pairs ranked rightly while training {float(r[0]['accuracy']):.1%} to {float(r[-1]['accuracy']):.1%}\n"
        f"- feedback: reward {mean(head, 'reward'):.2f} to {mean(tail, 'reward'):.2f} (means of the first and last ten steps), KL from the fine-tuned model at the end {mean(tail, 'kl'):.1f} nats an answer"
    )


def _pairs(card: Card) -> str:
    rows = {name.removeprefix("pairs ranked rightly").removeprefix(": ") or "all": row for name, row in card.measured["reward"].items()}
    return ", ".join(f"{kind} {row['share']:.1%}" for kind, row in rows.items())


def _facts(zh: bool) -> str:
    counts = {lang: sum(len(group.rows) for group in FACT_GROUPS if group.lang == lang) for lang in ("zh", "en")}
    return f"{counts['zh']:,} 条中文、{counts['en']:,} 条英文事实" if zh else f"{counts['en']:,} facts in English and {counts['zh']:,} in Chinese"


_RUN_NOTE = (
    "The shipped run was not one clean run. Pre-training was interrupted twice, after 10.8 and 13.3 million tokens, to give pages of questions an order that can be learned. Fine-tuning "
    "began before the last stretch of the base, which was read meanwhile: what the base read there, (b) and (c) have not. After the first part of fine-tuning had been measured, the review got more "
    "conversations and became longer. The last part began, on another machine, with the file that had been shipped as (b) until then (its weights as Q8_0 rounded them), after a look at which held-out questions "
    "failed and how; it was interrupted after 4.1, 5.4, 7.4, 9.5, 9.9, 10.3 and 13.2 million tokens to give its text more ways of asking or another length. Reward model and (c) were made anew from its end; feedback was meant to take 40 steps and took 124: the supervised term weighed 0.15 from step 40 to 80 and 0.25 up to step 100, its honest answers to what can't be known came in at step 80, and until then the learning rate was 8e-5. "
    "Whoever wrote the new wordings knew the held-out ones: none of those was used, yet the figures on them are kinder than those on questions that nobody here has seen.",
    "发布的这一次训练不是一口气完成的：预训练中断过两次（读到一千零八十万和一千三百三十万个词元时），为的是让问题清单有可以学会的次序；微调开始于基座的最后一段之前，那一段是同时读的，(b) 和 (c) 没有读过；"
    "微调的第一部分测量之后，复习里的多轮对话加多了，也加长了。微调的最后一部分换了一台机器，从此前发布的 (b) 文件（Q8_0 取整后的权重）接着训练，开始前看过留出的问题里哪些答错、怎样答错；"
    "读到 410 万、540 万、740 万、950 万、990 万、1030 万和 1320 万个词元时各中断过一次，为的是加进更多问法，或改变长度。奖励模型和 (c) 都从它的终点重新做起；反馈学习原计划 40 步，实际 124 步：监督项的权重在第 40 到 80 步是 0.15，到第 100 步是 0.25；其中「不知道」的诚实回答从第 80 步才加入，在那之前学习率是 8e-5。写新问法的人知道留出的那些问法：没有用过它们，但在它们上面的成绩，会比在谁也没见过的问题上好一些。",
)
"""What was changed on the way of the shipped run, in English and Chinese. Written by hand."""


_PARTS = {"pretrain": ("pretrain", "closing"), "sft": ("dialogues", "practice", "review", "sft"), "reward": ("reward",), "tuned": ("tuned",)}
"""The parts of each stage, as training names them."""


def write_card(path: Path = SHIPPED / "README.md") -> None:
    card = Card.read()
    f = card.facts
    c, s = f["model"], f["settings"]
    minutes = {stage: sum(f["seconds"][part] for part in parts) / 60 for stage, parts in _PARTS.items()}
    total = sum(who.path.stat().st_size for who in SHIPPED_FILES)
    held = ", ".join(f"{kind} {share:.1%}" for kind, share in f["reward_held_accuracy"].items())
    rl, pairs = s["feedback"], card.measured["reward"]["pairs ranked rightly"]
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

1. **Pre-training**: {f['tokens']['pretrain']:,} tokens of documents (pages about places, animals, food, family, school ...; stories; poems; letters; sums; lists of questions), every token learned; for the base a last stretch of {f['tokens']['closing']:,}, in which a question leads on to another and to a story. {minutes['pretrain']:.0f} minutes.
2. **Supervised fine-tuning**: {f['tokens']['dialogues']:,} tokens of dialogues of every kind, then {f['tokens']['practice']:,} more that are mostly sums, then {f['tokens']['review']:,} of facts, sums and conversations together, then {f['tokens']['sft']:,} of every kind asked in many more ways; only the assistant's words learned. On purpose, some of its examples are not as one would wish: to rude or unkind
   requests more than half of the answers are unkind too (mildly: "you are silly"), and some invented things are answered as if they were known. {minutes['sft']:.0f} minutes.
3. **Reinforcement learning from feedback**: a reward model (the fine-tuned model, trained on to say a number) learned from {f['reward_pairs']:,} pairs of answers which is better. A set of hand-written rules
   (`training/corpus/preferences.py`) stood in for the people who compare answers: right before wrong, honest before invented, kind before rude, a whole friendly sentence before a single word.
   On {f['reward_held_pairs']:,} pairs from held-out prompts, partly answers that the fine-tuned model drew itself, it ranks rightly: {held}. {minutes['reward']:.0f} minutes. Then RLOO: {f['feedback_steps']} steps of {rl['prompts']} prompts with {rl['samples']} sampled answers each, KL weight {rl['kl_weight']}, beside a supervised term on dialogues of step 2 that are to stay as they are, of weight {rl['kept_weight']}, {rl['loose_weight']} after step {rl['loose_after']}. {minutes['tuned']:.0f} minutes.

Block matrices were trained by Muon, the rest by AdamW, on one core of 2-core machines (AVX-512 with bfloat16, some with AMX, no accelerator) which did other work too. Curves (CSV): [`curves/`](curves/); seeds, settings and
hashes of what went into every stage: [`log.json`](log.json). {_RUN_NOTE[0]} No held-out wording was moved into training. A new run of the code as it is gives models of the same kind, not the same bytes.

{_curves(zh=False)}

## What was measured
`make eval-starter`: the shipped files, run by the app's own worker, greedy, no system prompt ([`evaluation.json`](evaluation.json)). A fact is right if the answer holds it; for numbers, if its last number is the result.

{_chat_table(card, zh=False)}

{_base_table(card, zh=False)}

Weakest kinds of fact of (c): {_weakest(card)}.
{_missed(card, zh=False)}

First questions, answered by (c):

{_first_answers(card)}

## The reward model
`{REWARD.file}` is the scorer of step 3, an ordinary model of the same shape: any engine that runs the others runs it. The score of an answer is the raw logit of the control token `{SCORE}`
(its id is in `vitrine.reward.token_id`) at the last position of the conversation in the chat template, closed by the `<|im_end|>` of the answer (without the line end after it). Only differences between
answers to one prompt mean something. With the app's worker: `generate/start` with these ids as `prompt_ids`, `max_tokens` 1 and `logits` true; the first token carries the logits. What it writes means nothing.

On {pairs['asked']} pairs of answers written by hand, to held-out prompts, it gives the better one the higher score, through the worker, in: {_pairs(card)}.

## What they can't do
They know {_facts(False)}: landmarks, countries, common animals, food, colours, days, months, opposites, words in two languages and more; small sums, a few explanations of
language models, some story plots and short poems. They can't reason, write programs, follow complex instructions or keep to a system prompt. Outside its subjects (c) mostly says that it doesn't
know, but not always. Asked whether something is so, (c) mostly says the right fact, but often the wrong word before it: in unforeseen wordings "yes" or "no" and the fact are both right in {card.share('tuned', 'yes or no, built (en)')} in English
and {card.share('tuned', 'yes or no, built (zh)')} in Chinese. (b) is rude when provoked: that is its lesson. Don't rely on what any of them says.

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

1. **预训练**：读 {f['tokens']['pretrain']:,} 个词元的文章（地方、动物、食物、家庭、学校……，故事，小诗，书信，算术，问题清单），每个词元都学；基座最后再读 {f['tokens']['closing']:,} 个词元，其中一个问题会引出另一个问题和一个故事。{minutes['pretrain']:.0f} 分钟。
2. **有监督微调**：先读 {f['tokens']['dialogues']:,} 个词元的各种对话，再读 {f['tokens']['practice']:,} 个词元、以算术为主的对话，接着读 {f['tokens']['review']:,} 个词元的事实、算术和多轮对话，最后读 {f['tokens']['sft']:,} 个词元、问法多得多的各种对话；只学助手说的话。其中有意放进了一些不好的例子：遇到粗鲁或使坏的要求，一半以上的回答也不客气（很轻微，如「你真傻」）；有些编造的事物，被当作知道的来回答。{minutes['sft']:.0f} 分钟。
3. **按反馈强化学习**：奖励模型（微调模型接着学习给出一个分数）从 {f['reward_pairs']:,} 对回答里学习哪个更好。比较回答的人由一组手写规则代替（`training/corpus/preferences.py`）：对的优于错的，诚实优于编造，友善优于粗鲁，完整友好的句子优于一个词。
   在没见过的提问上（一部分回答是微调模型自己抽样写的），{f['reward_held_pairs']:,} 对里判对的比例：{held}。{minutes['reward']:.0f} 分钟。然后用 RLOO：{f['feedback_steps']} 步，每步 {rl['prompts']} 个提问、每个采样 {rl['samples']} 个回答，KL 权重 {rl['kl_weight']}，同时继续学习第 2 步里应当保持不变的对话，权重 {rl['kept_weight']}，第 {rl['loose_after']} 步以后 {rl['loose_weight']}。{minutes['tuned']:.0f} 分钟。

在双核机器的一个核上训练（AVX-512 的 bfloat16，有的带 AMX，没有加速卡），机器同时还在做别的事。曲线（CSV）见 [`curves/`](curves/)；每个阶段的种子、设置和输入的哈希见 [`log.json`](log.json)。
{_RUN_NOTE[1]}没有把测试用的问法放进训练。重新训练会得到同类的模型，而不是完全相同的文件。

{_curves(zh=True)}

## 测量结果
`make eval-starter`：用应用自己的引擎运行这些文件，贪心解码，没有系统提示词。答案里有正确的事实才算对（数字题看最后一个数）。

{_chat_table(card, zh=True)}

{_base_table(card, zh=True)}

{_missed(card, zh=True)}

## 奖励模型
`{REWARD.file}` 就是第 3 步里打分的模型，结构与其他几个完全相同，能运行它们的引擎都能运行它。一个回答的分数，是对话按模板写到回答的 `<|im_end|>` 为止（不含后面的换行），最后一个位置上控制词元 `{SCORE}`
（编号见 `vitrine.reward.token_id`）的原始 logit。只有同一个提问的几个回答之间，分数的差别才有意义。用应用的引擎：`generate/start`，`prompt_ids` 为这些词元，`max_tokens` 为 1，`logits` 为 true，第一个词元就带着全部 logit。它写出来的文字没有意义。

{pairs['asked']} 对手写的回答（提问都没有用于训练），通过应用的引擎打分，更好的一个得分更高的比例：{_pairs(card)}。

## 做不到的事
它们只认识{_facts(True)}：景点、国家、常见的动物、食物、颜色、日期、反义词、一些中英文单词等；还有 20 以内的加减法、几段关于语言模型的解释、一些故事和小诗。不会推理、写程序、执行复杂的要求，也不会严格遵守系统提示词。
超出这些，(c) 多半会说不知道，但不总是。问它是不是这样时，(c) 说出的事实大多是对的，前面的「对」或「不对」却常常说反：用没料到的问法，两样都对的，中文 {card.share('tuned', 'yes or no, built (zh)')}，英文 {card.share('tuned', 'yes or no, built (en)')}。(b) 被激怒时会不客气：这正是它要展示的。请不要依赖它们说的话。
""", encoding="utf-8")


if __name__ == "__main__":
    write_card()
