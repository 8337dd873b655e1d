"""Stage (c), second half: reinforcement learning from feedback, by RLOO.

To every prompt the model writes several answers; the reward model scores them; each is
held against the mean of the others (leave one out), and the model moves towards what
scored higher. A penalty on the distance from the fine-tuned model (KL) keeps it from
forgetting how to speak. So does a supervised term: in every step it goes on learning a batch
of the dialogues of fine-tuning (facts, sums, conversations and talk, nothing that this stage
is to change), as InstructGPT mixes the earlier stage's gradients into its own ("PPO-ptx",
Ouyang et al. 2022, https://arxiv.org/abs/2203.02155).

    python -m training.make_starter --stage tuned
"""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

from .batches import Plan, batches, side_by_side
from .chat import END_OF_TEXT, IM_END, SCORE, ChatEncoder
from .corpus.preferences import judge
from .log import RunLog
from .loss import loss_of
from .model import StarterModel
from .reward import draw_cases, open_reward
from .rollout import Written, write
from .run import Curve, load_model, open_model, save
from .settings import RUN, STARTER, Settings

_NOT_ENDED = 2.0
"""Taken off the reward of an answer that did not come to its end within the limit."""


def log_probabilities(model: StarterModel, written: list[Written], temperature: float) -> tuple[Tensor, Tensor]:
    """Of every answer token, under the distribution it was drawn from; and which cells are answer tokens.

    Both have the shape (answers, longest answer).
    """
    shared = side_by_side([w.prompt + w.ids for w in written])
    # Cells whose next id is a token of an answer, sequence after sequence.
    counts = torch.tensor([len(w.ids) for w in written])
    width = int(counts.max())
    answer = torch.arange(width)[None] < counts[:, None]
    cells = shared.start[:, None] + shared.length[:, None] - counts[:, None] - 1 + torch.arange(width)[None]
    rows, cells = shared.row[:, None].expand_as(cells)[answer], cells[answer]
    with torch.autocast("cpu", torch.bfloat16):
        states = model.hidden_states(shared.ids, shared.documents)
        logits = F.linear(states[rows, cells], model.token_embd.weight)
    chosen = F.log_softmax(logits.float() / temperature, dim=-1).gather(1, shared.ids[rows, cells + 1][:, None])[:, 0]
    return torch.zeros(answer.shape).masked_scatter(answer, chosen), answer


def leave_one_out(rewards: Tensor) -> Tensor:
    """Reward less the mean of the other answers to the same prompt. Shape (prompts, answers)."""
    count = rewards.shape[1]
    others = (rewards.sum(dim=1, keepdim=True) - rewards) / (count - 1)
    return rewards - others


def learn_from_feedback(settings: Settings = STARTER, run: Path = RUN) -> None:
    """From `sft.pt` and `reward.pt` to `tuned.pt`."""
    final, last = run / "tuned.pt", run / "tuned.last.pt"
    if final.exists():
        return
    torch.set_num_threads(settings.threads)
    numbers = settings.feedback
    tokenizer = Tokenizer.from_file(str(run / "tokenizer.json"))
    encoder, end = ChatEncoder(tokenizer), tokenizer.token_to_id(IM_END)
    policy, reference, reward = open_model(run / "sft.pt"), open_model(run / "sft.pt").eval(), open_reward(run, tokenizer.token_to_id(SCORE))
    for model in (policy, reference, reward.body):
        model.compile_blocks()
    opt = torch.optim.AdamW(policy.parameters(), lr=numbers.lr, betas=(0.9, 0.95), weight_decay=0.0, fused=True)
    curve = Curve(run / "curve-feedback.csv", ("step", "reward", "kl", "judge", "kept_loss", "ended", "length", "seconds"))
    step, spent = 0, 0.0
    if last.exists():
        state = torch.load(last, weights_only=False)
        load_model(policy, last)
        opt.load_state_dict(state["optimizer"])
        step, spent = state["step"], state["seconds"]
        curve.forget_after(step)
    else:
        curve.begin()
    log = RunLog(run)
    log.begins("tuned", settings.seed + 50_000, settings, ("tokenizer.json", "sft.pt", "reward.pt"), step=step)
    fine_tuning = settings.fine_tuning
    kept = batches(encoder, Plan("kept", settings.seed + 60_000, fine_tuning.batch_tokens, settings.model.context_length, tokenizer.token_to_id(END_OF_TEXT), fine_tuning.long_share))
    for _ in range(step):
        next(kept)
    while step < numbers.steps:
        started = time.monotonic()
        # Every step draws from a seed of its own, so that an interrupted run goes on as if it had not been.
        rng, generator = Random(settings.seed + 50_000 + step), torch.Generator().manual_seed(settings.seed + 50_000 + step)
        cases = draw_cases(rng, numbers.prompts)
        prompts = [encoder.prompt(case.messages) for case in cases for _ in range(numbers.samples)]
        written = write(policy, prompts, end, numbers.longest_answer, numbers.temperature, generator)
        with torch.no_grad():
            scores = reward([w.prompt + w.ids for w in written])
            scores = scores - _NOT_ENDED * torch.tensor([not w.ended for w in written]).float()
            before, _ = log_probabilities(reference, written, numbers.temperature)
        now, answer = log_probabilities(policy, written, numbers.temperature)
        kl = ((now - before) * answer).sum(dim=1)
        advantage = leave_one_out((scores - numbers.kl_weight * kl.detach()).view(-1, numbers.samples)).view(-1)
        loss = -(advantage * (now * answer).sum(dim=1)).mean() / answer.sum(dim=1).float().mean()
        opt.param_groups[0]["lr"] = numbers.lr * min(1.0, (step + 1) / numbers.warmup_steps)
        loss.backward()
        kept_loss = loss_of(policy, next(kept))
        weight = numbers.kept_weight if step < numbers.loose_after else numbers.loose_weight
        (weight * kept_loss).backward()
        torch.nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
        opt.step()
        opt.zero_grad(set_to_none=True)
        step, spent = step + 1, spent + time.monotonic() - started
        texts = [tokenizer.decode(w.ids) for w in written]
        judged = [judge(cases[i // numbers.samples], text) for i, text in enumerate(texts)]
        row = (
            step, f"{scores.mean():.4f}", f"{kl.mean():.4f}", f"{sum(judged) / len(judged):.4f}", f"{kept_loss.item():.4f}",
            f"{sum(w.ended for w in written) / len(written):.4f}", f"{sum(len(w.ids) for w in written) / len(written):.1f}", f"{spent:.0f}",
        )
        curve.add(*row)
        print(f"feedback  {row[0]:4d} of {numbers.steps}  reward {row[1]}  KL {row[2]}  judge {row[3]}  kept {row[4]}  ended {row[5]}  length {row[6]}", flush=True)
        if step % 20 == 0:
            save(last, _state(policy, settings, step, spent) | {"optimizer": opt.state_dict()})
            print("          ", " | ".join(f"{cases[i].messages[-1][1]} -> {texts[i * numbers.samples]}" for i in range(4)), flush=True)
    save(final, _state(policy, settings, step, spent))
    log.ends("tuned", (final.name,), step=step, seconds=round(spent))


def _state(policy: StarterModel, settings: Settings, step: int, spent: float) -> dict:
    return {
        "model": policy.state_dict(), "config": settings.model.to_dict(), "settings": settings.to_dict(), "stage": "tuned",
        "step": step, "tokens": 0, "seconds": spent, "loss": float("nan"),
    }
