"""The shipped files against the code that made them: same ids, same logits, within quantization; and training can go on from them."""

import json
import tempfile
import unittest
from pathlib import Path

import gguf
import numpy as np
import torch

from training.chat import render
from training.family import FAMILY, SHIPPED_FILES, member
from training.from_gguf import model_of, open_shipped, shipped_tokenizer
from training.run import open_model
from training.tests.test_tokens import _ODD_TEXTS

try:
    from training.engine import Engine
except ImportError:
    Engine = None


@unittest.skipUnless(Engine, "needs llama-cpp-python")
class GgufTest(unittest.TestCase):
    def test_llama_cpp_splits_text_alike(self):
        tokenizer = shipped_tokenizer()
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
                    ours = model_of(who)(torch.tensor([ids]))[0].numpy()
                theirs = engine.logits(ids)
                self.assertLess(float(np.abs(ours - theirs).max()), 0.5)
                self.assertEqual(ours[-1].argmax(), theirs[-1].argmax())


class FromGgufTest(unittest.TestCase):
    def test_a_shipped_file_becomes_a_checkpoint_and_quantizes_to_itself(self):
        who = member("sft")
        with tempfile.TemporaryDirectory() as folder:
            path = open_shipped(who, "review", Path(folder))
            model = open_model(path)
            state = torch.load(path, weights_only=False)
            events = json.loads((Path(folder) / "log.json").read_text())
        reader = gguf.GGUFReader(who.path)
        self.assertEqual(state["tokens"], int(reader.get_field("vitrine.tokens_seen").contents()))
        self.assertIsNone(state["came_from"])
        self.assertEqual(events[-1]["file"], who.file)
        weights = model.state_dict()
        for tensor in reader.tensors:
            mine = weights[tensor.name].numpy()
            if mine.ndim == 2:
                again = gguf.quants.dequantize(gguf.quants.quantize(mine, gguf.GGMLQuantizationType.Q8_0), gguf.GGMLQuantizationType.Q8_0)
                self.assertLess(float(np.abs(again - mine).max()), 1e-3 * float(np.abs(mine).max()))
            else:
                self.assertTrue(np.array_equal(mine, tensor.data))

    def test_all_files_share_one_vocabulary(self):
        tokens = [gguf.GGUFReader(who.path).get_field("tokenizer.ggml.tokens").contents() for who in SHIPPED_FILES]
        self.assertTrue(all(each == tokens[0] for each in tokens))


if __name__ == "__main__":
    unittest.main()
