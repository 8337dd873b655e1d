"""The network's short cuts give what the long way gives."""

import unittest

import torch

from training.feedback import leave_one_out
from training.model import ModelConfig, StarterModel
from training.rollout import write

_TINY = ModelConfig(vocab_size=64, context_length=48, hidden=32, layers=2, heads=2, kv_heads=1, head_dim=16, feed_forward=32)


class ModelTest(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)
        self.model = StarterModel(_TINY).eval()
        # Logits of a fresh model are nearly flat; wider rows make one token stand out.
        with torch.no_grad():
            self.model.token_embd.weight.mul_(40)

    @torch.no_grad()
    def test_a_cache_and_padding_change_nothing(self):
        rows = [list(range(3, 12)), list(range(20, 25))]
        width = max(map(len, rows))
        ids, seen = torch.zeros((2, width), dtype=torch.long), torch.zeros((2, width), dtype=torch.bool)
        for i, row in enumerate(rows):
            ids[i, width - len(row) :] = torch.tensor(row)
            seen[i, width - len(row) :] = True
        caches = self.model.new_caches()
        self.model.next_logits(ids[:, :-2], caches, seen[:, :-2])
        self.model.next_logits(ids[:, -2:-1], caches, seen[:, :-1])
        last = self.model.next_logits(ids[:, -1:], caches, seen)
        for row, logits in zip(rows, last):
            whole = self.model(torch.tensor([row]))[0, -1]
            self.assertLess(float((whole - logits).abs().max()), 1e-3)

    @torch.no_grad()
    def test_greedy_writing_is_the_best_token_each_time(self):
        prompt = [5, 6, 7]
        written = write(self.model, [prompt, [9]], 63, 6, 0.0, torch.Generator())[0]
        ids = list(prompt)
        for token in written.ids:
            with torch.autocast("cpu", torch.bfloat16):
                logits = self.model(torch.tensor([ids]))[0, -1].float()
            # bfloat16 sums in another order: the best may be a near tie.
            self.assertGreater(float(logits[token]), float(logits.max()) - 0.1)
            ids.append(token)


class FeedbackTest(unittest.TestCase):
    def test_an_answer_is_held_against_the_others(self):
        advantage = leave_one_out(torch.tensor([[1.0, 2.0, 6.0]]))
        self.assertEqual(advantage.tolist(), [[1 - 4.0, 2 - 3.5, 6 - 1.5]])
        self.assertAlmostEqual(float(advantage.sum()), 0.0)


if __name__ == "__main__":
    unittest.main()
