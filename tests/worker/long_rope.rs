//! Long RoPE on both sides of the length where a sequence becomes long, against transformers.
//!
//! A sequence of at most `original_max_position_embeddings` tokens is turned by one set of divisors, a longer one by another, from its
//! first token on. The references are the logits after the first n tokens of a text, each computed as a whole: what
//! transformers gives, too, which computes everything anew where an answer crosses that length. `phi3-long` becomes long
//! after 20 tokens; `phi3-border` after 700, which are read in chunks, and turns a part of each head.

use std::path::{Path, PathBuf};

use serde_json::{json, Value};

use crate::client::{Generated, Worker};
use crate::numbers::{decode, fixture, floats, read, worker, EXACT, PACKED};

/// A model in one form, loaded, and what it must give.
struct Case {
    worker: Worker,
    path: PathBuf,
    ids: Vec<u32>,
    /// Lengths in tokens with the logits after them.
    wanted: Vec<(usize, Vec<f32>)>,
    /// Largest difference of a logit that is allowed.
    allowed: f32,
}

/// Every form of both models.
fn cases(load: impl Fn(&mut Worker, &Path, Value)) -> Vec<Case> {
    let mut cases = Vec::new();
    for model in ["phi3-long", "phi3-border"] {
        let reference = read(model);
        for (form, options, against) in [
            ("folder", json!({}), "f32"),
            ("f32.gguf", json!({}), "f32"),
            ("q8_0.gguf", json!({}), "q8_0"),
            ("folder", json!({"isq": "q8_0"}), "q8_0"),
        ] {
            let border = &reference["border"];
            let spread = border[against]["spread"].as_f64().expect("a spread") as f32;
            let noise = reference[against]["noise"]["worst"].as_f64().map(|noise| PACKED * noise as f32);
            let logits = border[against]["logits"].as_object().expect("logits by length");
            let mut wanted: Vec<(usize, Vec<f32>)> = logits
                .iter()
                .map(|(length, logits)| {
                    (length.parse().expect("a length"), decode(logits.as_str().expect("text")))
                })
                .collect();
            wanted.sort_by_key(|(length, _)| *length);
            let ids = border["ids"].as_array().expect("ids").iter();
            let ids = ids.map(|id| id.as_u64().expect("an id") as u32).collect();
            let path = fixture(model).join(form);
            let mut worker = worker();
            load(&mut worker, &path, options);
            cases.push(Case { worker, path, ids, wanted, allowed: noise.unwrap_or(EXACT) * spread });
        }
    }
    cases
}

fn loads(worker: &mut Worker, path: &Path, options: Value) {
    worker.request("model/load", json!({"path": path, "options": options})).expect("it loads");
    worker.notifications.clear();
}

impl Case {
    /// Takes `ids[read..end]` after the prompt `ids[..read]`.
    fn force(&mut self, read: usize, end: usize) -> Generated {
        let forced = &self.ids[read..end];
        let run = self.worker.generate(json!({
            "prompt_ids": self.ids[..read], "forced_ids": forced, "max_tokens": forced.len(), "logits": true,
            "alternatives": 0, "end_at_eos": false,
        }));
        assert_eq!(run.tokens.len(), forced.len(), "{}: {}", self.path.display(), run.end);
        run
    }

    /// The logits at every step of an answer against the references that there are.
    fn compare(&mut self, read: usize, end: usize, what: &str) -> Generated {
        let run = self.force(read, end);
        for (length, wanted) in self.wanted.iter().filter(|(length, _)| (read..end).contains(length)) {
            let found = floats(&run.tokens[length - read]["logits"]);
            let worst = wanted.iter().zip(&found).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            let (path, allowed) = (self.path.display(), self.allowed);
            assert!(
                worst <= allowed,
                "{path}, {what}: {worst} after {length} tokens, where {allowed} is allowed"
            );
        }
        run
    }
}

#[test]
fn prompts_of_every_length_are_read_as_transformers_reads_them() {
    for mut case in cases(loads) {
        let lengths: Vec<usize> = case.wanted.iter().map(|(length, _)| *length).collect();
        // Growing, so that what is there can be gone on from; shrinking; and the longest after the shortest.
        for &length in lengths.iter().chain(lengths.iter().rev()) {
            case.compare(length, length + 1, "a prompt");
        }
        for pair in lengths.windows(2).step_by(2) {
            case.compare(pair[1], pair[1] + 1, "a longer prompt");
            case.compare(pair[0], pair[0] + 1, "a shorter prompt");
        }
    }
}

#[test]
fn an_answer_that_becomes_long_is_computed_anew_from_there() {
    for mut case in cases(loads) {
        let border = case.wanted.iter().map(|(length, _)| *length).find(|length| [20, 700].contains(length));
        let border = border.expect("a reference at the border");
        for before in [19, 5, 1, 0] {
            let run = case.compare(border - before, border + 25, "an answer");
            let positions: Vec<u64> =
                run.tokens.iter().filter_map(|token| token["position"].as_u64()).collect();
            let first = (border - before) as u64;
            assert_eq!(
                positions,
                (first..first + 25 + before as u64).collect::<Vec<_>>(),
                "no token is lost or told twice"
            );
        }
        // It begins right behind it.
        case.compare(border + 1, border + 25, "an answer");
    }
}

#[test]
fn a_next_turn_that_becomes_long_starts_from_nothing_short() {
    for mut case in cases(loads) {
        let border = if case.ids.len() < 700 { 20 } else { 700 };
        for (before, answered, next) in [(15, 10, 21), (15, 15, 20), (15, 15, 21), (2, 12, 20), (1, 4, 3)] {
            // A question and an answer, short, or growing long; then the next question in the same conversation.
            let asked = border - before;
            case.compare(asked, asked + answered, "the first answer");
            let end = asked + answered + next;
            let run = case.compare(end, end + 20, "the next answer");
            let reused = run.end["reused_tokens"].as_u64().expect("every end says it") as usize;
            assert!(reused == 0 || asked + answered - 1 > border, "{reused} short tokens were reused");
            // Once more, and back to the short beginning.
            case.compare(end, end + 20, "the same again");
            case.compare(asked, asked + answered, "the first again");
        }
    }
}

/// Where only a short context is asked for, nothing becomes long.
#[test]
fn a_context_within_the_border_is_short_to_its_end() {
    for mut case in cases(|worker, path, mut options| {
        let border = if path.to_string_lossy().contains("phi3-border") { 700 } else { 20 };
        options["context_length"] = json!(border);
        loads(worker, path, options);
    }) {
        let border = if case.ids.len() < 700 { 20 } else { 700 };
        case.compare(border - 2, border, "an answer");
        case.compare(border - 1, border, "the same a token later");
    }
}
