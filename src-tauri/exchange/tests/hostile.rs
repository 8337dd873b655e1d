//! What wants to bring a reader down: bombs, depths, circles, links, lies.

mod common;

use std::sync::atomic::{AtomicBool, Ordering};

use common::{archive, file, folder, read, read_bytes, read_within, tree, Entry};
use serde_json::json;
use vitrine_exchange::{import, Import, Limits, Oddity, Outcome, Progress, Receipt, Why};

const CHAT: &[u8] = br#"[{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"ho"}]}]"#;

fn whys(receipt: &Receipt) -> Vec<Why> {
    receipt.left_out.iter().map(|one| one.why).collect()
}

#[test]
fn a_bomb_is_left_out_and_costs_nothing_else() {
    // Whitespace that unpacks to a thousand times its size, with a conversation behind it.
    let mut bomb = b"[".to_vec();
    bomb.resize(40 << 20, b' ');
    bomb.extend(&CHAT[1..]);
    let packed = archive(&[Entry::new("a.json", &bomb), Entry::new("b.json", CHAT)]);
    assert!(packed.len() < 100_000);
    let everything = read_bytes(&packed);
    assert_eq!(whys(&everything.receipt), [Why::TooLarge]);
    assert_eq!(everything.found.len(), 1);
    // Many entries that are all right by themselves.
    let limits = Limits { archive: 150, ..Limits::default() };
    let many: Vec<Entry> = ["1", "2", "3"].into_iter().map(|name| Entry::new(name, CHAT)).collect();
    let (_folder, path) = file(&archive(&many));
    let everything = read_within(&path, limits);
    assert!(everything.receipt.left_out.iter().all(|one| one.why == Why::TooLarge));
    assert!(everything.found.len() < 3);
}

#[test]
fn an_archive_that_lies_is_found_out() {
    let mut wrong_sum = Entry::new("sum.json", CHAT);
    wrong_sum.sum ^= 1;
    let mut encrypted = Entry::new("secret.json", CHAT);
    encrypted.flags |= 1;
    let mut method = Entry::new("packed.json", CHAT);
    method.method = 93;
    let mut link = Entry::new("z-link.json", b"/etc/passwd");
    link.mode = 0o120_777;
    let escaping = Entry::new("../../../outside.json", CHAT);
    let everything = read_bytes(&archive(&[wrong_sum, encrypted, method, link, escaping]));
    let places: Vec<_> =
        everything.receipt.left_out.iter().map(|one| (one.place.as_str(), one.why)).collect();
    assert_eq!(
        places,
        [
            ("thing › packed.json", Why::Compression),
            ("thing › secret.json", Why::Encrypted),
            ("thing › sum.json", Why::Damaged),
            ("thing › z-link.json", Why::Link),
        ]
    );
    assert_eq!(everything.found[0].place, "thing › outside.json › 1");
    // Its end is missing.
    let whole = archive(&[Entry::new("a.json", CHAT)]);
    let everything = read_bytes(&whole[..whole.len() - 30]);
    assert_eq!(everything.receipt.left_out.len(), 1);
}

#[test]
fn an_archive_in_an_archive_is_read_and_no_deeper() {
    let once = archive(&[Entry::new("in.json", CHAT)]);
    let twice = archive(&[Entry::new("in.zip", &once)]);
    assert_eq!(read_bytes(&twice).found.len(), 1);
    let thrice = archive(&[Entry::new("in.zip", &twice)]);
    let everything = read_bytes(&thrice);
    assert_eq!((everything.found.len(), whys(&everything.receipt)), (0, vec![Why::TooDeep]));
}

#[test]
fn depth_and_length_have_bounds() {
    let deep = format!(
        "[{}{}{},{}",
        "{\"mapping\":".repeat(50_000),
        "1",
        "}".repeat(50_000),
        std::str::from_utf8(&CHAT[1..]).expect("UTF-8")
    );
    let everything = read_bytes(deep.as_bytes());
    assert_eq!((everything.found.len(), whys(&everything.receipt)), (1, vec![Why::TooDeep]));
    assert_eq!(read_bytes("[".repeat(1 << 20).as_bytes()).found.len(), 0);

    let turns: Vec<_> = (0..50).map(|_| json!({"role": "user", "content": "x"})).collect();
    let long = serde_json::to_vec(&json!([{"messages": turns}])).expect("JSON");
    let (_folder, path) = file(&long);
    let everything = read_within(&path, Limits { messages: 10, ..Limits::default() });
    assert_eq!(whys(&everything.receipt), [Why::TooMany]);
    let everything = read_within(&path, Limits { conversation: 100, ..Limits::default() });
    assert_eq!(whys(&everything.receipt), [Why::TooLarge]);

    let (_folder, path) = folder(&[("a/b/c/d.json", CHAT), ("a/e.json", CHAT), ("f.json", CHAT)]);
    let everything = read_within(&path, Limits { depth: 1, ..Limits::default() });
    assert_eq!((everything.found.len(), whys(&everything.receipt)), (2, vec![Why::TooDeep]));
    let everything = read_within(&path, Limits { files: 2, ..Limits::default() });
    assert_eq!((everything.found.len(), whys(&everything.receipt)), (2, vec![Why::TooMany]));
}

#[test]
fn circles_missing_parents_and_two_of_one_id_have_rules() {
    let node = |parent: Option<&str>, text: &str| json!({"parent": parent, "message": {"author": {"role": "user"}, "content": {"parts": [text]}}});
    let value = json!([{"id": "c", "current_node": "nowhere", "mapping": {
        "a": node(Some("c"), "a"), "b": node(Some("a"), "b"), "c": node(Some("b"), "c"),
        "orphan": node(Some("gone"), "orphan"), "self": node(Some("self"), "self")}}]);
    let everything = read_bytes(&serde_json::to_vec(&value).expect("JSON"));
    let found = &everything.found[0];
    assert_eq!(
        tree(&found.conversation),
        ["- user: a", "0 user: b", "1 user: c", "- user: orphan", "-*user: self"]
    );
    assert_eq!(found.oddities, [(Oddity::Circle, 2), (Oddity::ParentMissing, 1), (Oddity::ActiveMissing, 1)]);
    let message = |id: &str, text: &str| json!({"id": id, "role": "user", "content": text});
    let value = json!([{"messages": [message("x", "one"), message("x", "two"), message("y", "three")]}]);
    let everything = read_bytes(&serde_json::to_vec(&value).expect("JSON"));
    let conversation = &everything.found[0].conversation;
    assert_eq!(conversation.messages.len(), 3);
    let uids: std::collections::HashSet<_> =
        conversation.messages.iter().map(|message| &message.uid).collect();
    assert_eq!(uids.len(), 3);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let (outer, path) = folder(&[("a.json", CHAT)]);
    let secret = outer.path().join("secret.json");
    std::fs::write(&secret, CHAT).expect("written");
    std::os::unix::fs::symlink(&secret, path.join("link.json")).expect("a link");
    std::os::unix::fs::symlink(&path, path.join("circle")).expect("a link");
    let everything = read(&path);
    assert_eq!((everything.found.len(), whys(&everything.receipt)), (1, vec![Why::Link, Why::Link]));
}

#[test]
fn what_is_no_conversation_is_told_only_where_it_was_chosen() {
    for bytes in [&b"{\"a\":1}"[..], b"[]", b"[1,2]", b"\x00\x01\x02", b"{\"log\":true}\n{\"log\":false}\n"] {
        let everything = read_bytes(bytes);
        assert_eq!(whys(&everything.receipt), [Why::NotRecognised], "{bytes:?}");
        assert_eq!(everything.receipt.found, 0);
    }
    assert_eq!(whys(&read_bytes(b"").receipt), [Why::Empty]);
    assert_eq!(whys(&read_bytes(b"{\"a\":").receipt), [Why::Truncated]);
    let (_folder, path) = folder(&[("a.json", b"{\"a\":1}"), ("b", b""), ("c.png", b"\x89PNG\0")]);
    let everything = read(&path);
    assert_eq!((everything.receipt.passed_over, everything.receipt.left_out.len()), (3, 0));
}

#[test]
fn it_ends_when_it_is_told_to_and_says_how_far_it_is() {
    let many: Vec<_> = (0..100)
        .map(|at| json!({"id": at.to_string(), "messages": [{"role": "user", "content": "x"}]}))
        .collect();
    let (_folder, path) = file(&serde_json::to_vec(&many).expect("JSON"));
    let cancel = AtomicBool::new(false);
    let mut taken = 0;
    let receipt = import(
        &path,
        Import {
            limits: Limits::default(),
            cancel: &cancel,
            progress: &mut |_| {},
            take: &mut |_| {
                taken += 1;
                cancel.store(taken == 10, Ordering::Relaxed);
                Outcome::Imported
            },
        },
    );
    assert_eq!((taken, receipt.found, receipt.cancelled), (10, 10, true));
    assert!(receipt.left_out.is_empty(), "{receipt:?}");

    let mut told: Vec<Progress> = Vec::new();
    let outcomes = [
        Outcome::Imported,
        Outcome::AlreadyThere,
        Outcome::Added,
        Outcome::NotKept { detail: "full".into() },
    ];
    let mut outcomes = outcomes.into_iter().cycle();
    let receipt = import(
        &path,
        Import {
            limits: Limits::default(),
            cancel: &AtomicBool::new(false),
            progress: &mut |now| told.push(now),
            take: &mut |_| outcomes.next().expect("a cycle"),
        },
    );
    assert!(told.windows(2).all(|two| two[0].read <= two[1].read && two[0].found <= two[1].found));
    let last = told.last().expect("told");
    assert_eq!((last.read, last.found), (last.total, 100));
    assert_eq!(
        (receipt.imported, receipt.already_there, receipt.added, receipt.not_imported),
        (25, 25, 25, 25)
    );
    assert_eq!(whys(&receipt), [Why::NotKept; 25]);
    // It stays readable.
    let text = serde_json::to_string(&receipt).expect("JSON");
    assert_eq!(serde_json::from_str::<Receipt>(&text).expect("a receipt"), receipt);
}

#[test]
fn notes_have_a_bound_too() {
    let many: Vec<_> = (0..100).map(|_| json!({"messages": [], "title": "x"})).collect();
    let (_folder, path) = file(&serde_json::to_vec(&many).expect("JSON"));
    let everything = read_within(&path, Limits { notes: 10, ..Limits::default() });
    assert_eq!((everything.receipt.left_out.len(), everything.receipt.more_left_out), (10, 90));
}
