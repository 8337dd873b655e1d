//! The app's own format: what goes out comes back, byte for byte; and what is damaged costs only itself.

mod common;

use std::collections::BTreeMap;

use common::{read, read_bytes, tree};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use serde_json::json;
use vitrine_exchange::document::{
    Alternative, Answer, Attachment, Branch, Choice, Conversation, CutRule, Encoding, Failure, Message,
    Origin, Piece, Prompt, PromptForm, Reader, Replaced, Rest, Role, Sampling, Segment, SegmentKind,
    Settings, Slot, Status, StopReason, Token, Vocabulary, Writer,
};
use vitrine_exchange::export::{chat_lines, markdown, Language};
use vitrine_exchange::{Limits, Oddity, Source, Why};

fn written(conversations: &[Conversation]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new()).expect("memory");
    for conversation in conversations {
        writer.write(conversation).expect("memory");
    }
    writer.finish().expect("memory")
}

fn token(id: u32, text: &str) -> Token {
    Token {
        position: 9,
        id,
        bytes: text.bytes().map(|byte| format!("{byte:02x}")).collect(),
        text: text.into(),
        probability: 0.1,
        settings_probability: 1.0,
        rank: 2,
        entropy: 1.5,
        alternatives: vec![Alternative {
            id: 3,
            bytes: "e4bda0".into(),
            probability: 0.8,
            settings_probability: 0.0,
            rank: 1,
            cut: Some(CutRule::TopP),
        }],
        rest: Rest { probability: 0.1, settings_probability: 0.0, count: 31_998 },
        origin: Some(Origin::Sampled),
        special: false,
        micros: 1200,
    }
}

/// With something in every member.
fn full() -> Conversation {
    let settings = Settings {
        system_prompt: "短".into(),
        sampling: Sampling {
            temperature: Some(0.7),
            logit_bias: vec![(5, None), (6, Some(-1.5))],
            seed: Some(u64::MAX),
            ..Sampling::default()
        },
        max_tokens: Some(1024),
    };
    let question = Message {
        uid: "q".into(),
        role: Some(Role::User),
        text: "为什么？\n\n<!-- vitrine:user {} -->\n\\<!-- vitrine: -->\n".into(),
        status: Some(Status::Complete),
        created_at: Some(1_700_000_000_123),
        pinned: true,
        copied: true,
        attachments: vec![Attachment {
            name: "a > b.txt".into(),
            bytes: 9,
            encoding: Some(Encoding::Gb18030),
            tokens: Some(4),
            text: "line\n\n> quoted\n".into(),
        }],
        ..Message::default()
    };
    let answer = Message {
        uid: "a".into(),
        parent: Some("q".into()),
        role: Some(Role::Assistant),
        text: "<think>\nhm\n</think>\n\n因为\n## You\n".into(),
        status: Some(Status::Interrupted),
        answer: Some(Answer {
            model_name: "Tiny".into(),
            model_fingerprint: Some("f00d".into()),
            settings: Some(settings.clone()),
            seed: Some(7),
            stop_reason: Some(StopReason::Limit),
            prompt_tokens: Some(9),
            completion_tokens: Some(2),
            first_token_ms: Some(1.25),
            decode_ms: Some(30.0),
            prompt_form: Some(PromptForm::Template),
            template_fallback: Some("why".into()),
            branch: Some(Branch {
                from: "b".into(),
                token_index: 1,
                choice: Choice::Token { id: 4 },
                replaced: Some(Replaced { id: 3, bytes: "61".into(), special: false, probability: 0.3 }),
            }),
            left_out: Some(vec!["q".into()]),
            prefill_tokens: Some(1),
            compare: Some("a".into()),
            slot: Some(Slot::B),
            error: Some(Failure { code: "worker_killed".into(), ..Failure::default() }),
            extra: BTreeMap::from([("later".into(), json!({"b": 1, "a": [2]}))]),
        }),
        prompt: Some(Prompt {
            model_fingerprint: "f00d".into(),
            form: Some(PromptForm::Template),
            ids: vec![1, 2, 3],
            segments: vec![Segment {
                start: 0,
                end: 3,
                kind: Some(SegmentKind::User),
                message: Some("q".into()),
            }],
        }),
        tokens: vec![token(1, "因"), token(2, "为")],
        ..Message::default()
    };
    let other = Message {
        uid: "b".into(),
        parent: Some("q".into()),
        role: Some(Role::Assistant),
        ..Message::default()
    };
    Conversation {
        uid: "0123".into(),
        title: "Ti\"tle".into(),
        title_given: true,
        created_at: Some(1_700_000_000_000),
        updated_at: Some(1_700_000_000_999),
        folder: vec!["Work".into(), "天".into()],
        starred: true,
        pinned: true,
        archived: true,
        settings: Some(settings),
        active: Some("a".into()),
        messages: vec![question, other, answer],
        vocabularies: vec![Vocabulary {
            model_fingerprint: "f00d".into(),
            pieces: BTreeMap::from([
                (1, Piece { bytes: "61".into(), special: false }),
                (2, Piece { bytes: "3c733e".into(), special: true }),
            ]),
        }],
        extra: BTreeMap::from([("mood".into(), json!("calm"))]),
    }
}

#[test]
fn everything_comes_back_and_gives_the_same_bytes() {
    let bytes = written(&[full(), full()]);
    let everything = read_bytes(&bytes);
    assert!(everything.receipt.left_out.is_empty() && everything.receipt.warnings.is_empty());
    let back: Vec<_> = everything.found.into_iter().map(|found| found.conversation).collect();
    assert_eq!(back, [full(), full()]);
    assert_eq!(written(&back), bytes);
}

#[test]
fn the_form_is_the_documented_one() {
    let bytes = written(&[Conversation {
        messages: vec![Message { uid: "q".into(), tokens: vec![token(1, "a")], ..Message::default() }],
        ..Conversation::default()
    }]);
    let wanted = concat!(
        "{\"format\":\"vitrine.conversations\",\"version\":1,\"conversations\":[\n",
        "{\"uid\":\"\",\"title\":\"\",\"messages\":[{\"uid\":\"q\",\"text\":\"\",\"tokens\":[{\"position\":9,\"id\":1,\"bytes\":\"61\",\"text\":\"a\",",
        "\"probability\":0.1,\"settings_probability\":1.0,\"rank\":2,\"entropy\":1.5,\"alternatives\":[[3,\"e4bda0\",0.8,0.0,1,\"top_p\"]],",
        "\"rest\":[0.1,0.0,31998],\"origin\":\"sampled\",\"micros\":1200}]}]}\n]}\n"
    );
    assert_eq!(String::from_utf8(bytes).expect("UTF-8"), wanted);
    assert_eq!(
        written(&[]),
        b"{\"format\":\"vitrine.conversations\",\"version\":1,\"conversations\":[\n]}\n"
    );
}

#[test]
fn what_a_later_version_says_is_read_as_far_as_it_goes() {
    let text = r#"{"format":"vitrine.conversations","version":9,"mood":[1],"conversations":[
        {"uid":"c","colour":"teal","title":7,"messages":[
            {"uid":"q","role":"oracle","text":"hi","status":"dreaming"},
            {"uid":"a","parent":"q","role":"assistant","text":"ho","answer":{"model_name":"M","stop_reason":"bored",
             "branch":{"from":"q","token_index":0,"choice":{"kind":"magic","x":1}},"seed":-1},
             "tokens":[{"position":0,"id":1,"bytes":"","text":"","probability":null,"settings_probability":0.5,"rank":1,"entropy":0,
                "alternatives":[[1,"61",0.5,0.5,1,"new_rule","more"]],"origin":"dice","new":1}]}]}]}"#;
    let everything = read_bytes(text.as_bytes());
    let found = &everything.found[0];
    assert_eq!(tree(&found.conversation), ["-*?: hi", "0*assistant: ho"]);
    assert_eq!(found.oddities, [(Oddity::RoleNotKnown, 1), (Oddity::NewerVersion, 1)]);
    let answer = found.conversation.messages[1].answer.as_ref().expect("facts");
    assert_eq!((answer.stop_reason, answer.seed), (None, None));
    assert_eq!(answer.branch.as_ref().expect("a branch").choice, Choice::NotKnown);
    let token = &found.conversation.messages[1].tokens[0];
    assert!(token.probability.is_nan() && token.origin.is_none() && token.alternatives[0].cut.is_none());
    assert_eq!(found.conversation.extra["colour"], json!("teal"));
}

#[test]
fn what_is_damaged_costs_only_itself() {
    let good = |uid: &str| json!({"uid": uid, "messages": [{"uid": "q", "role": "user", "text": uid}]});
    let partly = json!({"uid": "partly", "active": "gone", "messages": [
        {"uid": "q", "role": "user", "text": "a"},
        {"uid": "bad", "parent": "q", "role": "user", "text": 7},
        {"uid": "r", "parent": "bad", "role": "assistant", "text": "b", "tokens": [{"id": "x"}]},
        "what"]});
    let text = format!(
        "{{\"format\":\"vitrine.conversations\",\"version\":1,\"conversations\":[{},{{\"uid\":\"x\"}},nonsense,{},{{\"uid\": }},{},{{\"uid\":\"cut\",\"mess",
        good("one"), partly, good("two")
    );
    let everything = read_bytes(text.as_bytes());
    let uids: Vec<_> = everything.found.iter().map(|found| found.conversation.uid.as_str()).collect();
    assert_eq!(uids, ["one", "partly", "two"]);
    assert_eq!(tree(&everything.found[1].conversation), ["-*user: a", "0*assistant: b"]);
    assert_eq!(
        everything.found[1].oddities,
        [(Oddity::ActiveMissing, 1), (Oddity::MessageDamaged, 2), (Oddity::TokensDamaged, 1)]
    );
    let left_out: Vec<_> = everything.receipt.left_out.iter().map(|one| one.why).collect();
    assert_eq!(left_out, [Why::Empty, Why::Damaged, Why::Damaged, Why::Truncated]);
    assert_eq!(everything.receipt.found, 7);
}

#[test]
fn a_document_without_an_end_loses_no_whole_conversation() {
    let bytes = written(&[full()]);
    let everything = read_bytes(&bytes[..bytes.len() - 3]);
    assert_eq!((everything.receipt.found, everything.found.len()), (1, 1));
    assert_eq!(everything.receipt.left_out[0].why, Why::Truncated);
}

#[test]
fn the_reader_holds_one_conversation_at_a_time() {
    let bytes = written(&vec![full(); 50]);
    let limits = Limits::default();
    let reader = Reader::new(bytes.as_slice(), &limits).expect("a document");
    assert_eq!(reader.filter(Result::is_ok).count(), 50);
    let small = Limits { conversation: 100, ..limits };
    let mut reader = Reader::new(bytes.as_slice(), &small).expect("a document");
    assert_eq!(reader.next().expect("one").expect_err("too large").why, Why::TooLarge);
    assert_eq!(reader.count(), 49);
}

#[test]
fn markdown_comes_back_with_its_texts_and_files() {
    for language in [Language::Chinese, Language::English] {
        let mut bytes = Vec::new();
        markdown::write(&full(), language, &mut bytes).expect("memory");
        let everything = read_bytes(&bytes);
        let found = &everything.found[0];
        assert_eq!(found.source, Source::Markdown);
        let (was, is) = (full(), &found.conversation);
        assert_eq!(is.messages.len(), 2);
        for (was, is) in was.active_path().into_iter().zip(&is.messages) {
            assert_eq!((&was.uid, &was.role, &was.text), (&is.uid, &is.role, &is.text));
            assert_eq!((was.created_at, was.pinned), (is.created_at, is.pinned));
            let texts = |message: &Message| -> Vec<_> {
                message.attachments.iter().map(|file| (file.name.clone(), file.text.clone())).collect()
            };
            assert_eq!(texts(was), texts(is));
        }
        assert_eq!((&was.uid, &was.title, &was.folder), (&is.uid, &is.title, &is.folder));
        assert_eq!((was.created_at, was.updated_at), (is.created_at, is.updated_at));
        assert!(is.starred && is.pinned && is.archived && is.title_given);
        assert_eq!(is.settings.as_ref().expect("settings").system_prompt, "短");
        assert_eq!(is.messages[1].answer.as_ref().expect("an answer").model_name, "Tiny");

        // Somebody wrote something else: that message is another one, the rest is the same.
        let edited =
            String::from_utf8(bytes).expect("UTF-8").replace("为什么？", "怎么？").replace('\n', "\r\n");
        let everything = read_bytes(edited.as_bytes());
        let edited = &everything.found[0].conversation;
        assert_ne!(edited.messages[0].uid, was.messages[0].uid);
        assert!(edited.messages[0].text.starts_with("怎么？\n"));
        assert_eq!(edited.messages[1].uid, "a");
    }
}

#[test]
fn chat_lines_are_what_programs_read() {
    let mut bytes = Vec::new();
    chat_lines::write(&full(), &mut bytes).expect("memory");
    assert_eq!(bytes.iter().filter(|byte| **byte == b'\n').count(), 1);
    let line: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!(line["messages"][0], json!({"role": "system", "content": "短"}));
    let asked = line["messages"][1]["content"].as_str().expect("a text");
    assert!(asked.starts_with("a > b.txt\n```\nline\n\n> quoted\n```\n\n为什么？"), "{asked}");
    assert_eq!(
        line["messages"][2],
        json!({"role": "assistant", "content": "因为\n## You\n", "reasoning_content": "hm"})
    );
    let everything = read_bytes(&bytes);
    assert_eq!(everything.found[0].conversation.messages.len(), 2);
}

prop_compose! {
    fn any_token()(position: u32, id: u32, text in ".{0,3}", bits in vec(any::<u32>(), 6), rank: u32, special: bool, micros: u32,
                   alternatives in vec((any::<u32>(), any::<u32>(), of(0..5_usize)), 0..3)) -> Token {
        let float = |at: usize| f32::from_bits(bits[at]);
        let cuts = [CutRule::Greedy, CutRule::TopK, CutRule::TopP, CutRule::MinP, CutRule::LogitBias];
        let alternatives = alternatives.into_iter().map(|(id, bits, cut)| Alternative {
            id, bytes: "61".into(), probability: f32::from_bits(bits), settings_probability: 0.0, rank: 1, cut: cut.map(|at| cuts[at]),
        });
        Token {
            position, id, bytes: String::new(), text, probability: float(0), settings_probability: float(1), rank, entropy: float(2),
            alternatives: alternatives.collect(),
            rest: Rest { probability: float(3), settings_probability: float(4), count: bits[5] },
            origin: Some(Origin::Forced), special, micros,
        }
    }
}

prop_compose! {
    fn any_conversation()(title in ".{0,12}", uid in "[0-9a-f]{8}", created_at in of(any::<i64>()), starred: bool, seed in of(any::<u64>()),
                          temperature in any::<f32>().prop_filter("JSON has no others", |value| value.is_finite()),
                          texts in vec((".{0,20}", any::<prop::sample::Index>(), vec(any_token(), 0..3)), 1..6)) -> Conversation {
        let messages = texts.into_iter().enumerate().map(|(at, (text, parent, tokens))| Message {
            uid: format!("m{at}"),
            parent: (at > 0).then(|| format!("m{}", parent.index(at))),
            role: Some(if at % 2 == 0 { Role::User } else { Role::Assistant }),
            text, tokens,
            ..Message::default()
        });
        let sampling = Sampling { temperature: Some(temperature), seed, ..Sampling::default() };
        Conversation {
            uid, title, created_at, starred,
            settings: Some(Settings { sampling, ..Settings::default() }),
            messages: messages.collect(),
            ..Conversation::default()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn own_json_is_the_same_bytes_again(conversations in vec(any_conversation(), 0..4)) {
        let bytes = written(&conversations);
        let limits = Limits::default();
        let reader = Reader::new(bytes.as_slice(), &limits).expect("a document");
        let back: Vec<_> = reader.map(|read| read.expect("a conversation").conversation).collect();
        prop_assert_eq!(written(&back), bytes);
    }

    #[test]
    fn no_bytes_bring_it_down(mut bytes in vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>()) {
        let mut document = written(&[full()]);
        let at = at.index(document.len());
        document.splice(at..at, bytes.drain(..));
        let everything = read_bytes(&document);
        prop_assert!(everything.found.len() <= 3);
    }
}

#[test]
fn a_file_that_is_not_there_is_told() {
    let everything = read(std::path::Path::new("/no/such/file"));
    assert_eq!(everything.receipt.left_out[0].why, Why::Unreadable);
}
