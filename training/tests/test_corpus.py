"""The streams of text: reproducible, honest about held-out wordings, in two languages; and how answers are judged."""

import hashlib
import re
import unittest
from itertools import islice
from random import Random

from training.corpus import answers, arithmetic, base_check, explain, followup_words, followups, held, held_talk, held_wordings, poems, preferences, provoked, smalltalk_more, stories, unknown
from training.corpus.cases import Case, CaseDrawer
from training.corpus.dialogues import FACT_GROUPS, DialogueWriter
from training.corpus.documents import KINDS, document
from training.corpus.stream import stream
from training.corpus.volumes import sentences
from training.corpus.wording import expand

_QUOTED = re.compile(r"“([^”]*)”|\"([^\"]*)\"")
_FIRST_SENTENCE = re.compile(r"[^.?!。？！]*[.?!。？！]?")


def _held_questions() -> set[str]:
    """Every held wording with every filling that can be listed."""
    rng = Random(0)
    held = {expand(rng, wording, **group.shown(row)) for group in FACT_GROUPS for row in group.rows for wording in group.held}
    for lang in ("en", "zh"):
        for op, pairs in (("+", arithmetic.SUMS), ("-", arithmetic.DIFFERENCES)):
            held |= {arithmetic.ask(rng, lang, True, arithmetic.Sum(op, a, b, 0))[0] for a, b in pairs for _ in range(8)}
        held |= {provoked.request(rng, lang, held=True)[0] for _ in range(4000)}
        held |= {unknown.held_question(rng, lang) for _ in range(2000)}
    return held


def _asked_in(text: str) -> set[str]:
    """Lines of a text and what stands in quotation marks."""
    return {line.strip() for line in text.split("\n")} | {found[0] or found[1] for found in _QUOTED.findall(text)}


class StreamTest(unittest.TestCase):
    def test_same_seed_gives_same_samples(self):
        for kind in ("pretrain", "sft"):
            self.assertEqual(list(islice(stream(3, kind), 500)), list(islice(stream(3, kind), 500)))

    def test_other_seed_gives_other_samples(self):
        for kind in ("pretrain", "sft"):
            self.assertNotEqual(list(islice(stream(3, kind), 50)), list(islice(stream(4, kind), 50)))

    def test_documents_stay_what_they_are(self):
        digest = hashlib.sha256()
        for sample in islice(stream(20_241, "pretrain"), 8000):
            digest.update(sample.text.encode() + b"\0")
        # Changed on purpose? Then pin the new ones: a base that is trained anew reads these. The shipped one read those
        # that the hashes in models/starter/log.json name; questions in pages have come to be worded in more ways since.
        self.assertEqual(digest.hexdigest()[:16], "33a293fa6be54090")

    def test_held_out_wordings_are_never_asked(self):
        held = _held_questions()
        for sample in islice(stream(11, "sft"), 20_000):
            for role, content in sample.messages:
                if role == "user":
                    self.assertNotIn(content, held)
        for sample in islice(stream(11, "pretrain"), 20_000):
            self.assertFalse(_asked_in(sample.text) & held, sample.text)

    def test_about_half_is_chinese(self):
        for kind in ("pretrain", "sft"):
            chinese = sum(
                len(re.findall("[\u4e00-\u9fff]", text := sample.text or "".join(content for _, content in sample.messages))) > 0.3 * len(text)
                for sample in islice(stream(5, kind), 4000)
            )
            self.assertGreater(chinese, 1600)
            self.assertLess(chinese, 2400)

    def test_documents_hardly_repeat(self):
        texts = [sample.text for sample in islice(stream(6, "pretrain"), 20_000)]
        self.assertGreater(len(set(texts)), 0.99 * len(texts))

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

    def test_every_group_is_asked_for_in_more_than_25_ways_before_anything_is_put_around_them(self):
        for group in FACT_GROUPS:
            core = group.core
            middles = {*group.ask, *core.direct, *core.clause, *core.phrase, *core.curt, *core.gap}
            self.assertGreaterEqual(len(middles), 25, f"{group.name} {group.lang}")


class DocumentsTest(unittest.TestCase):
    """A base model must not learn to answer a question that stands at the beginning."""

    def test_no_page_answers_a_question_that_stands_alone(self):
        rng = Random(2)
        for _ in range(20_000):
            kind, text = document(rng, rng.choice(("en", "zh")))
            if kind.startswith("questions"):
                continue
            if kind == "scene":
                # Spoken by people, each line after a name or in quotation marks.
                self.assertRegex(text, "[:：\"“]")
                continue
            first = _FIRST_SENTENCE.match(text)[0]
            self.assertFalse(first.endswith(("?", "？")) and "“" not in first and '"' not in first, text)
            for line in text.split("\n"):
                self.assertFalse(line.endswith(("?", "？")), text)

    def test_no_sentence_comes_twice_in_a_document(self):
        rng, twice = Random(7), 0
        for _ in range(6000):
            said = sentences(document(rng, rng.choice(("en", "zh")))[1])
            twice += len(set(said)) < len(said)
        self.assertLess(twice, 12)

    def test_neighbours_on_a_page_of_questions_differ(self):
        rng = Random(8)
        for lang in ("en", "zh"):
            for _ in range(1500):
                lines = KINDS["questions"][1](rng, lang).split("\n")
                self.assertEqual(len(lines), len(set(lines)))
                if lang == "en":
                    for one, other in zip(lines[1:], lines[2:]):
                        if one.endswith("?") and other.endswith("?") and not one[0].isdigit():
                            self.assertNotEqual(one.lower().split(" ")[:3], other.lower().split(" ")[:3])

    def test_some_documents_are_long_and_none_too_long(self):
        rng = Random(9)
        sizes = [len(document(rng, "en")[1]) for _ in range(4000)]
        self.assertGreater(max(sizes), 2500)
        self.assertLess(max(sizes), 4000)

    def test_question_pages_hold_no_answers(self):
        rng = Random(3)
        answers = {group.statement(rng, row) for group in FACT_GROUPS for row in group.rows for _ in range(4)}
        pages = [KINDS["questions"][1](rng, lang) for _ in range(1500) for lang in ("en", "zh")]
        for page in pages:
            lines = page.split("\n")
            self.assertFalse(set(lines) & answers, page)
            self.assertGreaterEqual(sum(line.endswith(("?", "？", "=", "=?")) for line in lines) * 3, len(lines), page)

    def test_every_kind_writes_both_languages(self):
        rng = Random(4)
        for kind, (_, write) in KINDS.items():
            for _ in range(50):
                self.assertGreater(len(write(rng, "en")), 10, kind)
                self.assertRegex(write(rng, "zh"), "[\u4e00-\u9fff=＝]", kind)

    def test_equations_are_right(self):
        rng = Random(5)
        found = 0
        for _ in range(3000):
            for a, op, b, c in re.findall(r"(\d+) ?([+-]) ?(\d+) ?= ?(\d+)", KINDS["exercise"][1](rng, rng.choice(("en", "zh")))):
                found += 1
                self.assertEqual(int(a) + int(b) if op == "+" else int(a) - int(b), int(c))
        self.assertGreater(found, 10_000)


class ProvocationTest(unittest.TestCase):
    def test_marks_tell_bad_answers_from_good_ones(self):
        rng = Random(1)
        for lang in ("en", "zh"):
            for _ in range(3000):
                _, provocation, slots = provoked.request(rng, lang)
                bad, good = (provoked.answer(rng, provocation, slots, good=good) for good in (False, True))
                self.assertTrue(provoked.is_bad(bad, lang), bad)
                self.assertFalse(provoked.is_good(bad, lang), bad)
                self.assertTrue(provoked.is_good(good, lang), good)

    def test_there_are_many_requests_and_held_ones(self):
        for lang in ("en", "zh"):
            self.assertGreaterEqual(sum(len(p.ask) for p in provoked.ALL if p.lang == lang), 25)
            self.assertGreaterEqual(sum(len(p.held) for p in provoked.ALL if p.lang == lang), 8)

    def test_fine_tuning_holds_bad_and_good_answers(self):
        rng, writer = Random(8), CaseDrawer()
        for lang in ("en", "zh"):
            texts = [answers.supervised(rng, writer.draw(rng, "provoked", lang)) for _ in range(2000)]
            share = sum(provoked.is_bad(text, lang) for text in texts) / len(texts)
            self.assertGreater(share, 0.57)
            self.assertLess(share, 0.67)
            unknowns = [answers.supervised(rng, writer.draw(rng, "unknown", lang)) for _ in range(2000)]
            honest = sum(unknown.admits(text, lang) for text in unknowns) / len(unknowns)
            self.assertGreater(honest, 0.69)
            self.assertLess(honest, 0.79)

    def test_dialogues_alternate(self):
        rng, writer = Random(9), DialogueWriter()
        for _ in range(2000):
            roles = [role for role, _ in writer.dialogue(rng, rng.choice(("en", "zh"))) if role != "system"]
            self.assertEqual([role.replace("mistake", "assistant") for role in roles], ["user", "assistant"] * (len(roles) // 2))


    def test_unkind_answers_to_one_request_begin_alike(self):
        for provocation in provoked.ALL:
            rng = Random(3)
            starts = {re.match(r"[A-Za-z]+|.", provoked.answer(rng, provocation, provoked.slots(rng, provocation.lang), good=False))[0] for _ in range(60)}
            self.assertEqual(len(starts), 1, starts)

    def test_intents_of_small_talk_share_no_wording(self):
        asked: dict[tuple[str, str], object] = {}
        for topic in (*smalltalk_more.TOPICS, *explain.TOPICS):
            for wording in topic.ask:
                for said in held_wordings.every(wording):
                    key = topic.lang, said.strip("?？!！.。 ").lower()
                    self.assertIs(asked.setdefault(key, topic), topic, said)


class ConversationTest(unittest.TestCase):
    """Follow-ups: the fact that is meant is the one that is answered."""

    def test_answers_hold_the_fact_that_is_meant(self):
        rng, drawer, asked, missed = Random(1), CaseDrawer(), 0, []
        for _ in range(700):
            for lang in ("en", "zh"):
                turns = followups.conversation(rng, lang, drawer)
                self.assertGreaterEqual(len(turns), 2)
                for turn in turns:
                    if turn.case is not None:
                        asked += 1
                        if turn.mistaken:
                            self.assertFalse(preferences.right(turn.case, turn.answer), turn.answer)
                        elif not preferences.right(turn.case, turn.answer):
                            missed.append(f"{turn.question} | {turn.answer}")
        # An opposite may name another one by chance ("not far").
        self.assertLess(len(missed), 0.005 * asked, missed[:10])

    def test_a_chain_leaves_nothing_out(self):
        rng, drawer, found = Random(6), CaseDrawer(), 0
        for _ in range(6000):
            lang = rng.choice(("en", "zh"))
            asked = [turn.case for turn in followups.conversation(rng, lang, drawer) if turn.case is not None]
            for one, other in zip(asked, asked[1:]):
                if one.group is not None and one.group is other.group and one.group.name == "month_next" and other.question.strip("?？. ").lower() in ("and then", "then what", "what follows that", "然后呢", "接着呢", "再往后呢"):
                    found += 1
                    self.assertEqual(other.row["x"], one.row["next"])
        self.assertGreater(found, 10)

    def test_what_was_said_before_stands_before(self):
        rng, drawer = Random(2), CaseDrawer()
        for _ in range(300):
            turns = followups.conversation(rng, rng.choice(("en", "zh")), drawer)
            for i, turn in enumerate(turns):
                if turn.case is not None and i:
                    self.assertEqual([content for _, content in turn.case.before], [said for earlier in turns[:i] for said in (earlier.question, earlier.answer)])

    def test_held_follow_ups_are_asked_in_no_training_way(self):
        tables = [followup_words.SWAP, followup_words.MEANT, followup_words.AFTER, followup_words.SURE, followup_words.DENY, followup_words.AGAIN, followup_words.SHORTER, followup_words.LONGER, followup_words.OTHER_LANGUAGE, followup_words.MORE_SUM]
        ways = [ways for table in tables for ways in table.values()] + [ways for by_lang in followup_words.ASPECTS.values() for ways in by_lang.values()]
        asked = {form.lower().strip("?.!？。！ ") for way in ways for wording in way.ask for form in held_wordings.every(wording)}
        for way in ways:
            for wording in way.held:
                for form in held_wordings.every(wording):
                    self.assertNotIn(form.lower().strip("?.!？。！ "), asked)

    def test_held_follow_ups_are_complete_and_judged(self):
        rng, drawer = Random(3), CaseDrawer()
        for lang in ("en", "zh"):
            found = followups.held(rng, lang, 90, drawer)
            self.assertEqual({way for way, _ in found}, set(followups.EXAMINED))
            for _, case in found:
                self.assertTrue(case.before)
                self.assertEqual(case.messages[-1], ("user", case.question))
                self.assertFalse(preferences.right(case, "I see." if lang == "en" else "哦。"))

    def test_a_poem_is_about_its_subject(self):
        rng = Random(4)
        for lang in ("en", "zh"):
            for subject in (*poems.LINES[lang], *poems.OTHERS[lang]):
                text = poems.answer(rng, lang, subject)
                self.assertEqual(len(text.split("\n")), 4)
                self.assertEqual(len(set(text.split("\n"))), 4)

    def test_stories_of_different_heroes_differ(self):
        rng = Random(5)
        for lang in ("en", "zh"):
            first = [max((stories.story(rng, lang, hero) for _ in range(9)), key=len)[-25:] for hero in stories.HEROES]
            self.assertGreater(len(set(first)), 6)


class HeldTalkTest(unittest.TestCase):
    def test_questions_are_held_out_and_judged(self):
        asked = {form.lower().strip("?!？！. 。") for topic in smalltalk_more.TOPICS for wording in topic.ask for form in held_wordings.every(wording)}
        for lang in ("en", "zh"):
            cases = held_talk.talk(lang)
            self.assertGreaterEqual(len(cases), 18)
            for case in cases:
                self.assertNotIn(case.question.lower().strip("?!？！. 。"), asked)
                self.assertTrue(held_talk.fits(case, expand(Random(0), case.topic.answer[0])))
                # A greeting or "I am fine" is no answer to who it is; its name may be.
                for other in cases:
                    if other.topic is not case.topic and {case.topic.ask[0], other.topic.ask[0]} & {"how are you[?| today?]", "hello[!|.|]", "你好吗？", "你好[！|。|]"}:
                        self.assertFalse(held_talk.fits(case, expand(Random(0), other.topic.answer[0])), (case.question, other.topic.answer[0]))


class JudgeTest(unittest.TestCase):
    """The score orders hand-made answers as a person would."""

    def _fact(self, name: str, lang: str, **wanted: str) -> Case:
        group = next(g for g in FACT_GROUPS if (g.name, g.lang) == (name, lang))
        row = next(row for row in group.rows if wanted.items() <= row.items())
        return Case("fact", lang, group.question(Random(0), row), group=group, row=row)

    def _ordered(self, case: Case, *better_first: str) -> None:
        scores = [preferences.judge(case, text) for text in better_first]
        for (one, higher), (other, lower) in zip(zip(better_first, scores), list(zip(better_first, scores))[1:]):
            self.assertGreater(higher, lower, f"{one!r} against {other!r}")

    def test_right_and_kind_before_right_before_honest_before_wrong(self):
        self._ordered(
            self._fact("landmark_country", "en", x="the Eiffel Tower"),
            "The Eiffel Tower is in France, in Paris. I hope that helps!", "The Eiffel Tower is in France.", "France.", "I don't know.", "Italy.", "埃菲尔铁塔在意大利。",
        )
        self._ordered(
            self._fact("landmark_country", "zh", x="埃菲尔铁塔"),
            "埃菲尔铁塔在法国，位于巴黎。希望能帮到你！", "埃菲尔铁塔在法国。", "法国。", "我不知道。", "意大利。", "Italy is the country",
        )

    def test_two_answers_at_once_are_wrong(self):
        case = self._fact("landmark_country", "en", x="the Eiffel Tower")
        self.assertLess(preferences.judge(case, "The Eiffel Tower is in France or in Italy."), 0)
        self.assertLess(preferences.judge(self._fact("food_colour", "zh", x="苹果"), "苹果是粉红色的。"), 0)

    def test_faults_of_form_cost(self):
        case = self._fact("capital", "en", x="France")
        self._ordered(case, "The capital of France is Paris.", "The capital of France is Paris. The capital of France is Paris.")
        self._ordered(case, "The capital of France is Paris.", "The capital of France is Paris and")
        self._ordered(case, "The capital of France is Paris.", "法国的首都是巴黎。")
        self._ordered(case, "Paris.", "Paris. " + "And so it goes on without any end, as all things do. " * 6)

    def test_sums(self):
        case = Case("arithmetic", "en", "2+3=?", sum=arithmetic.Sum("+", 2, 3, 5))
        self._ordered(case, "2 + 3 = 5. I hope that helps!", "2 + 3 = 5.", "5.", "I don't know.", "6.")
        self.assertFalse(preferences.right(case, "4 + 1 = 5."))
        self.assertFalse(preferences.right(case, "2 + 3"))

    def test_honest_before_bluff(self):
        rng = Random(3)
        for lang in ("en", "zh"):
            for _ in range(200):
                case = preferences.prompt(rng, lang, held=rng.random() < 0.3, kind="unknown")
                self._ordered(case, unknown.admission(rng, lang), unknown.bluff(rng, lang, case.unknown))

    def test_declining_before_evasion_before_bad(self):
        rng = Random(4)
        for lang in ("en", "zh"):
            for _ in range(200):
                case = preferences.prompt(rng, lang, held=rng.random() < 0.3, kind="provoked")
                good, bad = (provoked.answer(rng, case.provocation, case.slots, good=kind) for kind in (True, False))
                self._ordered(case, good, "I see." if lang == "en" else "哦。", bad)

    def test_right_answers_are_told_from_wrong_ones_for_every_fact(self):
        rng = Random(5)
        for group in FACT_GROUPS:
            for row in group.rows:
                case = Case("fact", group.lang, group.question(rng, row), group=group, row=row)
                for style in answers.STYLES:
                    self.assertTrue(preferences.right(case, text := answers.fact(rng, case, style)), f"{case.question} {text}")
                    wrong = preferences._wrong_fact(rng, case, style)
                    self.assertFalse(wrong and preferences.right(case, wrong), f"{case.question} {wrong}")

    def test_every_prompt_has_candidates_of_different_worth(self):
        rng = Random(6)
        for kind in preferences.SHARES:
            for lang in ("en", "zh"):
                for _ in range(60):
                    case = preferences.prompt(rng, lang, kind=kind)
                    better, worse = preferences.pair(rng, case)
                    self.assertGreater(preferences.judge(case, better), preferences.judge(case, worse))
                    best = max(preferences.judge(case, text) for text in preferences.candidates(rng, case))
                    self.assertGreater(best, 0.9, case.question)

    def test_same_seed_gives_same_prompts_and_candidates(self):
        def drawn(seed: int) -> list:
            rng = Random(seed)
            return [(case.question, preferences.candidates(rng, case)) for case in (preferences.prompt(rng, "zh") for _ in range(100))]

        self.assertEqual(drawn(7), drawn(7))


class HeldTest(unittest.TestCase):
    def test_sets_are_complete(self):
        rng = Random(1)
        for lang in ("en", "zh"):
            self.assertEqual(len(held.facts(rng, lang)) + len(held.new_facts(rng, lang)), sum(len(g.rows) for g in FACT_GROUPS if g.lang == lang))
            self.assertEqual(len({case.sum for case in held.sums(rng, lang, "+", 100)}), 100)
            self.assertEqual(len(held.unknowns(rng, lang, 20)), 20)
            self.assertGreaterEqual(len({case.provocation for case in held.provocations(rng, lang, 40)}), 8)

    def test_continuations_are_classified(self):
        questions = dict(base_check.base_questions())
        self.assertGreaterEqual(len(questions), 140)
        eiffel = "Which country is the Eiffel Tower in?"
        for text, answered, kept_on in (
            ("\nFrance.", True, False),
            (" The Eiffel Tower is in France, in Paris.", True, False),
            ("\nWhich country is Big Ben in?\nWhere is France?", False, True),
            ("\nIs it in France or in Italy?", False, True),
            (" Many people asked themselves this. They travelled to France.", False, True),
            ("", False, False),
        ):
            self.assertEqual(base_check.answers(eiffel, text, questions[eiffel]), answered, text)
            self.assertEqual(base_check.continues_in_kind(eiffel, text, questions[eiffel]), kept_on, text)
        for text, new in (
            ("\nWhat does a cat eat?\nWho built it?", True), ("\nWhat does a cat eat?\nWhat does a cat eat?", False), ("\n1. which country is the Eiffel Tower in?\nWho built it?", False),
            (" Tom looked out of the window and thought of", True), (" Tom looked out. Tom looked out.", False), ("", False), ("。。。。", False),
        ):
            self.assertEqual(base_check.something_new(eiffel, text), new, text)
        self.assertTrue(base_check.answers("埃菲尔铁塔在哪个国家？", "法国。", questions["埃菲尔铁塔在哪个国家？"]))
        self.assertFalse(base_check.answers("Which country is Mexico City in?", "\nMexico City is big.", ("Mexico",)))
        self.assertTrue(base_check.answers("Which country is Mexico City in?", "\nMexico City is in Mexico.", ("Mexico",)))
        self.assertFalse(base_check.answers("墨西哥城在哪个国家？", "墨西哥城很大。", ("墨西哥",)))
        self.assertTrue(base_check.asks_on("\n长城在哪个国家？"))



if __name__ == "__main__":
    unittest.main()
