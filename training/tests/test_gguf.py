"""The shipped file against the code that made it: same ids, same logits, within quantization."""

import unittest

import numpy as np
import torch

from training.chat import render
from training.engine import Engine
from training.model import ModelConfig, StarterModel
from training.settings import GGUF, RUN
from training.tests.test_tokens import _ODD_TEXTS


@unittest.skipUnless(GGUF.exists() and (RUN / "last.pt").exists(), "needs a trained model")
class GgufTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        from tokenizers import Tokenizer

        cls.engine = Engine(GGUF)
        cls.tokenizer = Tokenizer.from_file(str(RUN / "tokenizer.json"))

    def test_llama_cpp_splits_text_alike(self):
        for text in (*_ODD_TEXTS, render([("user", "你好 Hello"), ("assistant", "2 + 3 = 5。")])):
            self.assertEqual(self.engine.tokenize(text) if text else [], self.tokenizer.encode(text).ids)

    def test_llama_cpp_computes_alike(self):
        state = torch.load(RUN / "last.pt", weights_only=False)
        model = StarterModel(ModelConfig(**state["config"]))
        model.load_state_dict(state["model"])
        ids = self.engine.tokenize(render([("user", "Which country is the Eiffel Tower in?")]))
        with torch.no_grad():
            ours = model(torch.tensor([ids]))[0].numpy()
        theirs = self.engine.logits(ids)
        self.assertLess(float(np.abs(ours - theirs).max()), 0.5)
        self.assertEqual(ours[-1].argmax(), theirs[-1].argmax())


if __name__ == "__main__":
    unittest.main()
