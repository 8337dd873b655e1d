"""What makes training quick changes nothing that is computed: pieces, shared rows, two processes, going on."""

import os
import unittest

# Compiled or not, the sums are the same; compiling would take longer than all of this.
os.environ["TORCHDYNAMO_DISABLE"] = "1"

import torch
import torch.nn.functional as F

from training.batches import Batch, Plan, batches, pool_batches, side_by_side
from training.chat import ChatEncoder
from training.from_gguf import shipped_tokenizer
from training.loss import NOT_LEARNED, cross_entropy, loss_of
from training.model import ModelConfig, StarterModel
from training.reward import RewardModel
from training.second import second_process

_TINY = ModelConfig(vocab_size=96, context_length=256, hidden=32, layers=2, heads=2, kv_heads=1, head_dim=16, feed_forward=32)


def _tiny() -> StarterModel:
    torch.manual_seed(0)
    return StarterModel(_TINY)


def _batch(ids: torch.Tensor, targets: torch.Tensor, documents: torch.Tensor | None) -> Batch:
    return Batch(ids, targets, documents, ids.numel(), 0, 0)


class LossTest(unittest.TestCase):
    def test_pieces_sum_up_to_the_whole(self):
        torch.manual_seed(1)
        states, table = torch.randn(700, 32, requires_grad=True), torch.randn(96, 32, requires_grad=True)
        targets = torch.randint(0, 96, (700,))
        targets[::3] = NOT_LEARNED
        ours = cross_entropy(states, table, targets)
        ours.backward()
        found = states.grad.clone(), table.grad.clone()
        states.grad = table.grad = None
        whole = F.cross_entropy(F.linear(states, table), targets)
        whole.backward()
        self.assertAlmostEqual(float(ours), float(whole), delta=0.02)
        for mine, wanted in zip(found, (states.grad, table.grad)):
            # bfloat16 keeps eight bits.
            self.assertLess(float((mine - wanted).norm() / wanted.norm()), 0.02)


class SharedRowsTest(unittest.TestCase):
    @torch.no_grad()
    def test_texts_that_share_a_row_do_not_see_each_other(self):
        model = _tiny().eval()
        texts = [[5, 6, 7, 8], [9, 10], [11, 12, 13]]
        shared = side_by_side(texts)
        together = model.hidden_states(shared.ids, shared.documents)
        for i, text in enumerate(texts):
            alone = model.hidden_states(torch.tensor([text]))[0]
            at = int(shared.start[i])
            self.assertLess(float((together[shared.row[i], at : at + len(text)] - alone).abs().max()), 1e-4)

    @torch.no_grad()
    def test_a_reward_is_the_logit_of_the_score_token_behind_the_answer(self):
        body = _tiny().eval()
        model = RewardModel(body, 95, fresh=False)
        rows = [[5, 6, 7, 8], [9, 10]]
        for row, score in zip(rows, model(rows).tolist()):
            self.assertAlmostEqual(float(body(torch.tensor([row]))[0, -1, 95]), score, delta=0.02)


class SecondProcessTest(unittest.TestCase):
    def test_two_processes_find_the_gradient_of_one(self):
        torch.manual_seed(2)
        ids = torch.randint(0, 96, (4, 12))
        targets = torch.randint(0, 96, (4, 12))
        targets[0, :9] = NOT_LEARNED
        batch = _batch(ids, targets, torch.zeros_like(ids))
        model = _tiny()
        loss = loss_of(model, batch)
        loss.backward()
        wanted = [p.grad.clone() for p in model.parameters()]
        model.zero_grad(set_to_none=True)
        with second_process(model) as second:
            both = second.backward(batch)
        self.assertAlmostEqual(both, loss.item(), delta=0.02)
        for parameter, gradient in zip(model.parameters(), wanted, strict=True):
            self.assertLess(float((parameter.grad - gradient).norm()), 0.03 * float(gradient.norm()) + 1e-4)


class BatchesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tokenizer = shipped_tokenizer()
        cls.encoder = ChatEncoder(cls.tokenizer)
        cls.plan = Plan("sft", 3, 8192, 1024, 0, 0.05)

    def test_a_run_goes_on_where_it_was(self):
        whole = pool_batches(self.encoder, self.plan, 0)
        middle = len(whole) // 2
        following = next(batches(self.encoder, self.plan, (0, middle)))
        self.assertTrue(torch.equal(following.ids, whole[middle + 1].ids))
        self.assertEqual((following.pool, following.index), (0, middle + 1))

    def test_rows_are_nearly_full_and_targets_follow_their_ids(self):
        for batch in pool_batches(self.encoder, self.plan, 0):
            self.assertEqual(batch.ids.numel(), 8192)
            self.assertGreater(batch.tokens, 0.85 * 8192)
            if batch.documents is None:
                continue
            same = batch.documents[:, 1:] == batch.documents[:, :-1]
            learned = (batch.targets[:, :-1] != NOT_LEARNED) & same & (batch.documents[:, 1:] >= 0)
            self.assertTrue(torch.equal(batch.targets[:, :-1][learned], batch.ids[:, 1:][learned]))


if __name__ == "__main__":
    unittest.main()
