"""Tokenizer and chat template: nothing is lost, and all three ways to write a prompt agree."""

import unittest
from itertools import islice

import jinja2

from training.chat import CHAT_TEMPLATE, SPECIAL_TOKENS, ChatEncoder, render
from training.corpus.stream import Sample, stream
from training.from_gguf import shipped_tokenizer
from training.tokenizer import VOCABULARY_SIZE

_ODD_TEXTS = (
    "Hello, world! 12345", "don't  stop\n\n  x", "émoji 🙂🀄 日本語 한국어 \t tabs", "I'LL we'Ve  3.14%", " \n \n a", "吃葡萄不吐葡萄皮",
    "“狗” means \"dog\".", "Ελληνικά العربية हिन्दी", "\r\nline\r\n", "",
)


class TokensTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tokenizer = shipped_tokenizer()

    def test_no_text_is_lost(self):
        for text in _ODD_TEXTS:
            ids = self.tokenizer.encode(text).ids
            self.assertEqual(self.tokenizer.decode(ids), text)

    def test_all_bytes_are_tokens_and_specials_come_last(self):
        self.assertEqual(self.tokenizer.get_vocab_size(), VOCABULARY_SIZE)
        self.assertEqual([self.tokenizer.token_to_id(t) for t in SPECIAL_TOKENS], list(range(VOCABULARY_SIZE - len(SPECIAL_TOKENS), VOCABULARY_SIZE)))
        self.assertEqual(len({self.tokenizer.token_to_id(c) for c in _byte_alphabet()} - {None}), 256)

    def test_a_mark_and_the_line_end_after_it_are_two_tokens(self):
        for mark in "？?。.！!：:":
            self.assertEqual(self.tokenizer.encode(f"{mark}\n").tokens[-1], "Ċ")

    def test_pieces_encode_as_the_whole_does(self):
        encoder = ChatEncoder(self.tokenizer)
        for sample in islice(stream(9, "sft"), 300):
            self.assertEqual(encoder.encode(sample).ids, self.tokenizer.encode(render(sample.messages, False)).ids)

    def test_a_mistake_is_not_learned(self):
        encoder = ChatEncoder(self.tokenizer)
        said = (("user", "你好"), ("mistake", "Moscow."), ("user", "no"), ("assistant", "Paris."))
        encoded = encoder.encode(Sample(messages=said))
        self.assertEqual(self.tokenizer.decode([i for i, learned in zip(encoded.ids, encoded.learned) if learned]), "Paris.")

    def test_jinja_template_says_what_render_says(self):
        template = jinja2.Environment().from_string(CHAT_TEMPLATE)
        for sample in islice(stream(9, "sft"), 100):
            # A mistake is an assistant's answer too, only that it is not learned.
            messages = [{"role": role.replace("mistake", "assistant"), "content": content} for role, content in sample.messages]
            for prompt in (True, False):
                self.assertEqual(template.render(messages=messages, add_generation_prompt=prompt), render(sample.messages, prompt))


def _byte_alphabet() -> list[str]:
    from tokenizers import pre_tokenizers

    return pre_tokenizers.ByteLevel.alphabet()


if __name__ == "__main__":
    unittest.main()
