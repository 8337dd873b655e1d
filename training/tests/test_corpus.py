"""The stream of text: reproducible, honest about its held-out wordings, in two languages."""

import unittest
from itertools import islice
from random import Random

from training.corpus.dialogues import FACT_GROUPS
from training.corpus.stream import stream
from training.corpus.wording import expand


class StreamTest(unittest.TestCase):
    def test_same_seed_gives_same_samples(self):
        self.assertEqual(list(islice(stream(3, 0.5), 500)), list(islice(stream(3, 0.5), 500)))

    def test_other_seed_gives_other_samples(self):
        self.assertNotEqual(list(islice(stream(3, 0.5), 50)), list(islice(stream(4, 0.5), 50)))

    def test_held_out_wordings_are_never_asked(self):
        held = {
            expand(Random(0), wording, **group.shown(row))
            for group in FACT_GROUPS for row in group.rows for wording in group.held
        }
        asked = {
            content for sample in islice(stream(11, 1.0), 20_000) for role, content in sample.messages if role == "user"
        }
        self.assertEqual(held & asked, set())

    def test_about_half_is_chinese(self):
        chinese = sum(
            any("\u4e00" <= c <= "\u9fff" for c in sample.text or sample.messages[-1][1])
            for sample in islice(stream(5, 0.5), 4000)
        )
        self.assertGreater(chinese, 1700)
        self.assertLess(chinese, 2500)

    def test_every_answer_can_be_checked(self):
        rng = Random(1)
        for group in FACT_GROUPS:
            for row in group.rows:
                for wording in group.answer:
                    answer = expand(rng, wording, **group.shown(row)).lower()
                    self.assertTrue(
                        any(form.lower() in answer for form in group.accepted(row)) or f"{{{group.check}}}" not in wording,
                        f"{group.name}: {answer}",
                    )


if __name__ == "__main__":
    unittest.main()
