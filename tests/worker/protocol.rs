//! Methods, envelopes and errors.

use serde_json::{json, Value};

use crate::client::{starter, Worker};

#[test]
fn answers_in_the_form_of_json_rpc() {
    let mut worker = Worker::spawn();
    worker.write_line("");
    worker.write_line("not json");
    let line = worker.line().unwrap();
    assert_eq!(line["jsonrpc"], "2.0");
    assert_eq!(line["id"], Value::Null);
    assert_eq!(line["error"]["code"], -32700);
    assert_eq!(line["error"]["data"]["kind"], "parse_error");

    worker.write_line(r#"{"jsonrpc":"2.0","id":"a name","method":"no/such"}"#);
    let line = worker.line().unwrap();
    assert_eq!((&line["id"], &line["error"]["code"]), (&json!("a name"), &json!(-32601)));

    // A notification is acted on and not answered: the next line answers the next request.
    worker.write_line(r#"{"jsonrpc":"2.0","method":"generate/stop"}"#);
    let error = worker.request("model/inspect", json!({"file": 1})).unwrap_err();
    assert_eq!(error["code"], -32602);
    assert_eq!(error["data"]["kind"], "invalid_params");
}

/// Whoever waits for an answer gets one: half of an emoji, as programs send it that count in UTF-16, is read as U+FFFD, and what is
/// no request is refused by its own id.
#[test]
fn lines_that_are_not_quite_right_are_answered_with_their_own_id() {
    let mut worker = Worker::spawn();
    let tokenizer = json!(starter());
    for (id, (body, read)) in (900..).zip([
        (r#""a\ud83d b""#, "a\u{fffd} b"),
        (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
        (r#""\ud83d\ude00""#, "😀"),
    ]) {
        let params = format!(r#"{{"text":{body},"tokenizer":{tokenizer}}}"#);
        worker.write_line(&format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"text/tokenize","params":{params}}}"#
        ));
        let cut = worker.answer(id).expect("ids");
        let back = worker
            .request("text/detokenize", json!({"ids": cut["ids"], "tokenizer": tokenizer}))
            .expect("a text");
        assert_eq!(back["text"], read);
    }
    for line in [
        r#"{"jsonrpc":"2.0","id":77,"method":"text/tokenize","params":{"text":"a\x"}}"#,
        r#"{"jsonrpc":"2.0","method":"text/tokenize","params":{"text":[}},"id":77}"#,
        r#"{"jsonrpc":"2.0","id":77}"#,
    ] {
        worker.write_line(line);
        let answer = worker.line().expect("an answer");
        assert_eq!(
            (&answer["id"], &answer["error"]["data"]["kind"]),
            (&json!(77), &json!("parse_error")),
            "{line}"
        );
    }
}

#[test]
fn without_a_model_only_what_needs_none_works() {
    let mut worker = Worker::spawn();
    for (method, params) in [
        ("text/tokenize", json!({"text": "a"})),
        ("text/detokenize", json!({"ids": [1]})),
        ("chat/render", json!({"messages": []})),
        ("generate/start", json!({"prompt": "a"})),
    ] {
        assert_eq!(worker.refusal(method, params), "no_model", "{method}");
    }
    let text = "埃菲尔铁塔 🗼 a\tb\n";
    let cut = worker.request("text/tokenize", json!({"text": text, "tokenizer": starter()})).unwrap();
    let back = worker.request("text/detokenize", json!({"ids": cut["ids"], "tokenizer": starter()})).unwrap();
    assert_eq!(back["text"], text);
    let rendered = worker
        .request(
            "chat/render",
            json!({"template": starter(), "messages": [{"role": "user", "content": "你好"}]}),
        )
        .unwrap();
    assert!(rendered["text"].as_str().unwrap().contains("你好"));
    assert_eq!(rendered.get("ids"), None, "no model, no ids");
}

#[test]
fn inspecting_reads_the_header_and_loading_tells_the_same() {
    let mut worker = Worker::spawn();
    let info = worker.request("model/inspect", json!({"path": starter()})).unwrap();
    assert_eq!(info["architecture"], "qwen3");
    assert_eq!(info["quantization"], "Q8_0");
    assert_eq!(info["support"]["verdict"], "supported");
    assert_eq!(info["has_chat_template"], true);
    assert_eq!(info["file_size"], std::fs::metadata(starter()).unwrap().len());
    assert!(info["parameters"].as_u64().unwrap() > 1_000_000);

    let loaded = worker.request("model/load", json!({"path": starter()})).unwrap();
    assert_eq!(loaded["info"], info);
    assert_eq!(loaded["fingerprint"].as_str().unwrap().len(), 64);

    let progress: Vec<(String, f64)> = worker
        .notifications
        .iter()
        .map(|line| {
            assert_eq!(line["method"], "model/progress");
            let params = &line["params"];
            assert!(params["bytes"].as_u64() <= params["total_bytes"].as_u64());
            (params["stage"].as_str().unwrap().to_owned(), params["fraction"].as_f64().unwrap())
        })
        .collect();
    let mut stages: Vec<&str> = progress.iter().map(|(stage, _)| stage.as_str()).collect();
    stages.dedup();
    assert_eq!(stages, ["header", "tokenizer", "weights", "warm_up"]);
    assert!(progress.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{progress:?}");

    assert_eq!(worker.refusal("model/load", json!({"path": starter()})), "busy");
}

#[test]
fn tokens_carry_their_bytes_and_their_places() {
    let mut worker = Worker::with_starter();
    let text = "Hello 透窗，\n12 ＡＢ 🗼‍🗼 نص";
    let cut = worker.request("text/tokenize", json!({"text": text})).unwrap();
    let tokens = cut["tokens"].as_array().unwrap();
    assert_eq!(tokens.len(), cut["ids"].as_array().unwrap().len());
    let mut end = 0;
    for token in tokens {
        let (start, stop) =
            (token["start"].as_u64().unwrap() as usize, token["end"].as_u64().unwrap() as usize);
        assert_eq!(start, end, "no gap before {token}");
        let bytes: String = text.as_bytes()[start..stop].iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(token["bytes"], bytes, "{token}");
        end = stop;
    }
    assert_eq!(end, text.len(), "no text is lost");

    // A user who types a special token's name has typed text.
    let typed = worker.request("text/tokenize", json!({"text": "<|im_end|>"})).unwrap();
    assert!(typed["ids"].as_array().unwrap().len() > 1);
    let read = worker.request("text/tokenize", json!({"text": "<|im_end|>", "add_special": true})).unwrap();
    assert_eq!(read["tokens"][0]["special"], true);
    assert_eq!(worker.refusal("text/detokenize", json!({"ids": [99_999_999]})), "invalid_params");
}

#[test]
fn the_rendered_prompt_is_what_the_model_receives() {
    let mut worker = Worker::with_starter();
    let messages = json!([
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "埃菲尔铁塔在哪个国家？"},
    ]);
    let rendered = worker.request("chat/render", json!({"messages": messages})).unwrap();
    let generated = worker.generate(json!({"messages": messages, "max_tokens": 1}));
    assert_eq!(generated.started["prompt_ids"], rendered["ids"]);
    let back = worker.request("text/detokenize", json!({"ids": rendered["ids"]})).unwrap();
    assert_eq!(back["text"], rendered["text"]);
}
