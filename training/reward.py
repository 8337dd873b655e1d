"""Stage (c), first half: a reward model, trained on pairs of answers of which one is preferred.

The pairs come from answers that the fine-tuned model itself wrote and from answers of
known quality; which of two is better is said by the judge in `corpus/preferences.py`, in
place of people. The reward model never sees the judge's numbers, only which of two won
(Bradley-Terry), and only its own numbers move the chat model afterwards.

    python -m training.make_starter --stage reward
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor, nn

from .batches import side_by_side
from .chat import IM_END, SCORE, ChatEncoder
from .corpus.preferences import Case, candidates, judge, prompt, right, turned_round
from .model import StarterModel
from .rollout import write
from .log import RunLog
from .run import Curve, open_model, save
from .settings import RUN, STARTER, Settings

_SAMPLING_BATCH = 128
_A_PROMPT = 4
"""Pairs that are kept of each prompt."""
_BY_FACT = 2
"""Of them, to a fact or a sum, so many of a right and a wrong answer whatever their manner."""


class RewardModel(nn.Module):
    """The fine-tuned model, read at the end token of an answer: its logit for the token `SCORE` is the reward.

    So the head is one row of the embedding table, and the model stays an ordinary one that
    any engine can run.
    """

    def __init__(self, body: StarterModel, score_id: int, fresh: bool = True):
        super().__init__()
        self.body, self.score_id = body, score_id
        if fresh:
            with torch.no_grad():
                body.token_embd.weight[score_id] = 0

    def forward(self, rows: list[list[int]]) -> Tensor:
        """One reward a row of ids (prompt, answer, end token)."""
        shared = side_by_side(rows)
        with torch.autocast("cpu", torch.bfloat16):
            states = self.body.hidden_states(shared.ids, shared.documents)
        return states[shared.last].float() @ self.body.token_embd.weight[self.score_id]


@dataclass(frozen=True)
class Pair:
    """Ids of two answers to one prompt, prompt included."""

    better: list[int]
    worse: list[int]
    kind: str


def draw_cases(rng: Random, count: int, held: bool = False) -> list[Case]:
    return [prompt(rng, rng.choice(("zh", "en")), held) for _ in range(count)]


def _pairs_of(rng: Random, case: Case, encoder: ChatEncoder, written: list[str]) -> list[Pair]:
    """From all answers to one prompt: best against the others, two at random, and first of all those that differ in being right.

    The best is right and kind, so that most pairs could be told by kind words alone: a right answer, however curt, against a wrong
    one, however kind, is what teaches to look at the fact.
    """
    answers = list(dict.fromkeys(written + candidates(rng, case) + turned_round(rng, case)))
    scored = sorted(((judge(case, answer), answer) for answer in answers), key=lambda pair: -pair[0])
    wanted = [(0, i) for i in range(1, len(scored))]
    wanted += [tuple(sorted(rng.sample(range(len(scored)), 2))) for _ in range(2) if len(scored) > 2]
    rng.shuffle(wanted)
    if case.kind in ("fact", "arithmetic"):
        is_right = [right(case, answer) for _, answer in scored]
        yes, no = [i for i, is_so in enumerate(is_right) if is_so], [i for i, is_so in enumerate(is_right) if not is_so]
        if yes and no:
            wanted[:0] = [(rng.choice(yes), rng.choice(no)) for _ in range(_BY_FACT)]
    pairs = []
    for i, j in wanted:
        (high, better), (low, worse) = scored[i], scored[j]
        if high - low > 0.05:
            pairs.append(Pair(encoder.exchange(case.messages, better), encoder.exchange(case.messages, worse), case.kind))
    return pairs[: _A_PROMPT]


def collect(policy: StarterModel, encoder: ChatEncoder, tokenizer: Tokenizer, cases: list[Case], samples: int, limit: int, seed: int) -> list[Pair]:
    rng, generator = Random(seed), torch.Generator().manual_seed(seed)
    end = tokenizer.token_to_id(IM_END)
    pairs: list[Pair] = []
    step = max(1, _SAMPLING_BATCH // samples)
    order = sorted(cases, key=lambda case: sum(len(text) for _, text in case.messages))
    for at in range(0, len(order), step):
        part = order[at : at + step]
        prompts = [encoder.prompt(case.messages) for case in part for _ in range(samples)]
        written = write(policy, prompts, end, limit, 1.0, generator)
        for i, case in enumerate(part):
            own = [tokenizer.decode(w.ids) for w in written[i * samples : (i + 1) * samples] if w.ended]
            pairs += _pairs_of(rng, case, encoder, own)
        if at % (step * 10) == 0:
            print(f"reward    {at:5d} of {len(order)} prompts, {len(pairs)} pairs", flush=True)
    rng.shuffle(pairs)
    return pairs


@torch.no_grad()
def accuracy(model: RewardModel, pairs: list[Pair]) -> dict[str, float]:
    """Share of pairs in which the better answer gets the higher reward, by kind of prompt."""
    right: dict[str, list[bool]] = {"all": []}
    for at in range(0, len(pairs), 64):
        part = pairs[at : at + 64]
        better, worse = model([p.better for p in part]), model([p.worse for p in part])
        for pair, won in zip(part, (better > worse).tolist(), strict=True):
            right["all"].append(won)
            right.setdefault(pair.kind, []).append(won)
    return {kind: sum(wins) / len(wins) for kind, wins in sorted(right.items())}


def train_reward(settings: Settings = STARTER, run: Path = RUN, body: str = "sft.pt") -> None:
    """From the fine-tuned model, `body`, to `reward.pt`."""
    if (run / "reward.pt").exists():
        return
    started = time.monotonic()
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    numbers = settings.reward
    tokenizer = Tokenizer.from_file(str(run / "tokenizer.json"))
    encoder = ChatEncoder(tokenizer)
    log = RunLog(run)
    log.begins("reward", settings.seed + 31, settings, ("tokenizer.json", body))
    policy = open_model(run / body).eval()
    rng = Random(settings.seed + 31)
    limit = settings.feedback.longest_answer
    pairs = collect(policy, encoder, tokenizer, draw_cases(rng, numbers.prompts), numbers.samples, limit, settings.seed + 32)
    held = collect(policy, encoder, tokenizer, draw_cases(rng, numbers.held_prompts, held=True), numbers.samples, limit, settings.seed + 33)
    model = RewardModel(open_model(run / body), tokenizer.token_to_id(SCORE))
    model.body.compile_blocks()
    opt = torch.optim.AdamW(model.parameters(), lr=numbers.lr, betas=(0.9, 0.95), weight_decay=0.01, fused=True)
    curve = Curve(run / "curve-reward.csv", ("step", "pairs", "loss", "accuracy"))
    curve.begin()
    total = numbers.epochs * (len(pairs) // numbers.batch_pairs)
    losses, wins = [], []
    for step in range(1, total + 1):
        at = (step - 1) % (len(pairs) // numbers.batch_pairs) * numbers.batch_pairs
        part = pairs[at : at + numbers.batch_pairs]
        scores = model([p.better for p in part] + [p.worse for p in part])
        better, worse = scores.chunk(2)
        # A little weight on the sum keeps the rewards around zero.
        loss = -F.logsigmoid(better - worse).mean() + 0.002 * (better + worse).square().mean()
        opt.param_groups[0]["lr"] = numbers.lr * min(1.0, step / 20) * max(0.05, 1 - step / total)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        opt.zero_grad(set_to_none=True)
        losses.append(loss.item())
        wins.append((better > worse).float().mean().item())
        if step % 10 == 0:
            curve.add(step, step * numbers.batch_pairs, f"{sum(losses) / len(losses):.4f}", f"{sum(wins) / len(wins):.4f}")
            print(f"reward    {step:5d} of {total}  loss {sum(losses) / len(losses):.4f}  right {sum(wins) / len(wins):.3f}", flush=True)
            losses.clear()
            wins.clear()
    shares = accuracy(model, held)
    print("reward    held-out pairs ranked rightly:", {kind: round(share, 3) for kind, share in shares.items()}, flush=True)
    save(run / "reward.pt", {
        "model": model.body.state_dict(), "config": settings.model.to_dict(), "settings": settings.to_dict(), "stage": "reward", "step": total,
        "tokens": 0, "pairs": len(pairs), "held_accuracy": shares, "held_pairs": len(held), "seconds": time.monotonic() - started,
    })
    log.ends("reward", ("reward.pt",), pairs=len(pairs), held_accuracy=round(shares["all"], 4), seconds=round(time.monotonic() - started))


def open_reward(run: Path, score_id: int) -> RewardModel:
    return RewardModel(open_model(run / "reward.pt"), score_id, fresh=False).eval()
