"""Questions built from parts: what is held stays held, names stay whole, and yes and no are right."""

import re
import unittest
from itertools import islice
from random import Random

from training.corpus import answers, arithmetic, cases, held, held_wordings, invented, parts, preferences, typed, unknown, yes_no
from training.corpus.cases import FACT_GROUPS, CaseDrawer
from training.corpus.facts_nature import ANIMALS
from training.corpus.facts_places import COUNTRIES, LANDMARKS
from training.corpus.stream import stream

LANGUAGES = ("en", "zh")
KINDS: tuple[held.BuiltKind, ...] = ("facts", "claims", "choices", "sums", "differences", "unknown", "made up")


def _fixed(template: str) -> list[str]:
    """The stretches of a part that no slot changes, long enough to be told."""
    return [piece for piece in (held_wordings.said(p) for p in re.split(r"\{\w\}", template)) if len(piece) >= 4]


class HeldWaysTest(unittest.TestCase):
    def test_parts_of_evaluation_are_not_those_of_training(self):
        for lang in LANGUAGES:
            for kind in ("clause", "phrase", "opening", "closing", "particle", "before", "after", "inside"):
                train, kept = set(getattr(parts.TRAIN[lang], kind)), set(getattr(parts.HELD[lang], kind))
                self.assertFalse(train & kept)
                self.assertTrue(kept or lang == "en" and kind == "particle")
            self.assertFalse({slip for _, slip in typed.SLIPS[lang]} & set(typed.HELD_SLIPS[lang]))
            self.assertFalse({form for _, form in typed.FORMS[lang]} & set(typed.HELD_FORMS[lang]))

    def test_training_never_says_what_is_held(self):
        """Openings, wrappings and stories of evaluation appear in no question of training."""
        marks = {
            lang: [piece for kind in ("clause", "opening", "before", "after", "inside") for template in getattr(parts.HELD[lang], kind) for piece in _fixed(template) if len(piece) >= (10 if lang == "en" else 5)]
            for lang in LANGUAGES
        }
        self.assertGreater(min(len(found) for found in marks.values()), 15)
        drawer, rng = CaseDrawer(), Random(1)
        for lang in LANGUAGES:
            for kind in ("fact", "arithmetic", "unknown"):
                for _ in range(2500):
                    said = held_wordings.said(drawer.draw(rng, kind, lang).question)
                    self.assertFalse([mark for mark in marks[lang] if mark in said], said)

    def test_sentences_of_the_first_edition_are_still_held(self):
        drawer, rng = CaseDrawer(), Random(2)
        for lang in LANGUAGES:
            for case in held.facts(rng, lang):
                self.assertTrue(cases.is_held(case.question), case.question)
            for _ in range(6000):
                case = drawer.draw(rng, "fact", lang)
                self.assertFalse(cases.is_held(case.question), case.question)
            for _ in range(3000):
                self.assertFalse(held_wordings.sums(drawer.draw(rng, "arithmetic", lang).question))
        self.assertTrue(held_wordings.sums("Tell me 8+7"))

    def test_built_sets_have_what_they_promise(self):
        rng = Random(3)
        for lang in LANGUAGES:
            for kind in KINDS:
                drawn = held.built(rng, lang, kind, 100)
                self.assertEqual(len(drawn), 100)
                self.assertGreater(len({case.question for case in drawn}), 90, kind)
                self.assertTrue(all((case.claim is not None) == (kind in ("claims", "choices")) for case in drawn))
            asked = {case.question for kind in KINDS for case in held.built(rng, lang, kind, 150)}
            trained = {content for sample in islice(stream(4, "sft"), 3000) for role, content in sample.messages if role == "user"}
            self.assertFalse(asked & trained)

    def test_training_mixes_its_parts(self):
        drawer, rng = CaseDrawer(), Random(5)
        for lang in LANGUAGES:
            drawn = [drawer.draw(rng, "fact", lang) for _ in range(3000)]
            self.assertGreater(len({case.question for case in drawn}), 0.97 * len(drawn))
            ways = {way for case in drawn for way in case.ways}
            self.assertLessEqual({"wrapping", "direct", "curt", "gap", "opening", "closing", "story before", "story after", "in the middle", "claim", "choice"}, ways)


class YesNoTest(unittest.TestCase):
    def _drawn(self):
        drawer, rng = CaseDrawer(), Random(6)
        for group in FACT_GROUPS:
            if yes_no.asks_so(group):
                for row in group.rows:
                    for choice in (False, True):
                        for kept in (False, True):
                            case = drawer.claimed(rng, group, row, held=kept, choice=choice)
                            if case is not None:
                                yield rng, case

    def test_answers_begin_with_the_right_word_and_say_the_fact(self):
        seen = {True: 0, False: 0, None: 0}
        for rng, case in self._drawn():
            seen[case.claim.agrees] += 1
            for style in answers.STYLES:
                text = answers.styled(rng, case, style)
                self.assertTrue(yes_no.begins_right(text, case.lang, case.claim), f"{case.question} {text}")
                self.assertTrue(preferences.right(case, text), f"{case.question} {text}")
        self.assertGreater(min(seen.values()), 300)

    def test_the_wrong_word_is_wrong_even_with_the_right_fact(self):
        for _, case in self._drawn():
            if case.claim.agrees is None:
                continue
            wrong = ("No" if case.claim.agrees else "Yes") if case.lang == "en" else ("不对" if case.claim.agrees else "对")
            fact = case.group.reply(Random(0), case.row)
            self.assertFalse(preferences.right(case, f"{wrong}, {fact}"), case.question)

    def test_claims_and_denials(self):
        group = next(g for g in FACT_GROUPS if (g.name, g.lang) == ("landmark_country", "en"))
        fuji = next(row for row in group.rows if row["x"] == "Mount Fuji")
        agreed: dict[str, bool] = {}
        rng = Random(7)
        for _ in range(3000):
            asked = yes_no.ask(rng, group, fuji)
            agreed[asked.text] = asked.agrees
        self.assertTrue(agreed["Is Mount Fuji in Japan?"])
        self.assertTrue(agreed["Isn't Mount Fuji in Japan?"])
        self.assertFalse(agreed["Is Mount Fuji in China?"])
        self.assertFalse(agreed["Isn't Mount Fuji in China?"])
        self.assertFalse(agreed["Mount Fuji isn't in China, is it?"])
        # By the fact, in English: "No, it is in Japan."
        self.assertFalse(agreed["Mount Fuji isn't in China, right?"])

    def test_what_is_claimed_wrongly_is_never_accepted(self):
        rng = Random(8)
        for group in FACT_GROUPS:
            if yes_no.asks_so(group):
                for row in group.rows:
                    wrong = yes_no.wrong_value(rng, group, row)
                    self.assertNotIn(wrong, group.accepted(row))


class NamesTest(unittest.TestCase):
    def test_invented_things_are_not_real(self):
        rng = Random(9)
        real = {cell for rows in (LANDMARKS, COUNTRIES, ANIMALS) for row in rows for cell in row}
        for lang in LANGUAGES:
            for make in (invented.landmark, invented.country, invented.city, invented.animal, invented.dish):
                names = {make(rng, lang, kept) for kept in (False, True) for _ in range(500)}
                self.assertFalse(names & real)
                self.assertGreater(len(names), 150)

    def test_made_up_things_are_asked_for_as_real_ones_are(self):
        rng = Random(10)
        for lang in LANGUAGES:
            for _ in range(500):
                question, what = unknown.lookalike(rng, lang)
                self.assertTrue(unknown.admits(unknown.admission(rng, lang), lang))
                self.assertFalse(unknown.admits(unknown.bluff(rng, lang, what), lang), question)

    def test_slips_leave_names_alone(self):
        rng = Random(11)
        for lang, name, text in (("en", "Lima", "Which country has Lima as its capital?"), ("zh", "利马", "哪个国家的首都是利马？")):
            for _ in range(2000):
                # A stray blank may stand anywhere in Chinese.
                self.assertIn(name.lower(), typed.typed(rng, lang, text, (name,)).lower().replace(" ", ""))

    def test_numbers_survive_typing(self):
        rng = Random(12)
        wide = str.maketrans("０１２３４５６７８９", "0123456789")
        for lang in LANGUAGES:
            for _ in range(3000):
                question, problem = arithmetic.ask(rng, lang)
                digits = re.findall(r"\d+", question.translate(wide))
                names = arithmetic.ENGLISH + arithmetic.CHINESE
                if len(digits) == 2:
                    self.assertEqual({int(d) for d in digits}, {problem.a, problem.b}, question)
                else:
                    words = [names[problem.a % 21], names[problem.b % 21], arithmetic.CHINESE[problem.a], arithmetic.CHINESE[problem.b]]
                    self.assertTrue(any(word in question.lower() for word in words), question)

    def test_names_of_the_other_language_come_up(self):
        drawer, rng = CaseDrawer(), Random(13)
        english = [drawer.draw(rng, "fact", "en").question for _ in range(3000)]
        chinese = [drawer.draw(rng, "fact", "zh").question for _ in range(3000)]
        self.assertGreater(sum(bool(re.search("[\u4e00-\u9fff]", q)) for q in english), 100)
        self.assertGreater(sum(bool(re.search("[A-Za-z]{3,}", q)) for q in chinese), 100)


if __name__ == "__main__":
    unittest.main()
