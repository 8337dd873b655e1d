"""The shipped files against the code that made them: same ids, same logits, within quantization."""

import unittest

import numpy as np
import torch

from training.chat import render
from training.family import FAMILY
from training.run import open_model
from training.settings import RUN
from training.tests.test_tokens import _ODD_TEXTS

try:
    from training.engine import Engine
except ImportError:
    Engine = None


@unittest.skipUnless(Engine and all((RUN / who.checkpoint).exists() for who in FAMILY), "needs a trained family and llama-cpp-python")
class GgufTest(unittest.TestCase):
    def test_llama_cpp_splits_text_alike(self):
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(RUN / "tokenizer.json"))
        for who in FAMILY:
            engine = Engine(who.path)
            for text in (*_ODD_TEXTS, render([("user", "你好 Hello"), ("assistant", "2 + 3 = 5。")])):
                self.assertEqual(engine.tokenize(text) if text else [], tokenizer.encode(text).ids)

    def test_llama_cpp_computes_alike(self):
        for who in FAMILY:
            with self.subTest(who.stage):
                engine = Engine(who.path)
                question = "Which country is the Eiffel Tower in?"
                ids = engine.tokenize(render([("user", question)]) if who.chats else question)
                with torch.no_grad():
                    ours = open_model(RUN / who.checkpoint)(torch.tensor([ids]))[0].numpy()
                theirs = engine.logits(ids)
                self.assertLess(float(np.abs(ours - theirs).max()), 0.5)
                self.assertEqual(ours[-1].argmax(), theirs[-1].argmax())


if __name__ == "__main__":
    unittest.main()
