//! What generating promises: the numbers, the settings, the ends.

use serde_json::{json, Value};

use crate::client::{Generated, Worker};

fn ask(text: &str) -> Value {
    json!([{"role": "user", "content": text}])
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("not a number: {value}"))
}

#[test]
fn the_same_seed_gives_the_same_ids_in_two_runs_and_two_processes() {
    let params = json!({"messages": ask("Tell me a story."), "sampling": {"temperature": 1.2, "top_p": 1.0, "seed": 7}, "max_tokens": 40});
    let mut first = Worker::with_starter();
    let ids = first.generate(params.clone()).ids();
    assert_eq!(first.generate(params.clone()).ids(), ids, "second run");
    assert_eq!(Worker::with_starter().generate(params.clone()).ids(), ids, "second process");

    let mut other = params;
    other["sampling"]["seed"] = json!(8);
    assert_ne!(first.generate(other).ids(), ids, "another seed draws otherwise");
}

#[test]
fn a_missing_seed_is_drawn_and_reported_so_that_it_can_be_used_again() {
    let mut worker = Worker::with_starter();
    let params = json!({"messages": ask("讲个故事"), "sampling": {"temperature": 1.0}, "max_tokens": 20});
    let first = worker.generate(params.clone());
    let mut again = params.clone();
    again["sampling"]["seed"] = first.started["seed"].clone();
    assert_eq!(worker.generate(again).ids(), first.ids());
    assert_ne!(worker.generate(params).started["seed"], first.started["seed"]);
}

/// Probabilities by definition, from the logits that the worker reports.
fn softmax(logits: &Value) -> Vec<f64> {
    // -inf is no JSON number and comes as null: rows that stand for no token.
    let logits: Vec<f64> =
        logits.as_array().unwrap().iter().map(|l| l.as_f64().unwrap_or(f64::NEG_INFINITY)).collect();
    let max = logits.iter().copied().fold(f64::MIN, f64::max);
    let sum: f64 = logits.iter().map(|l| (l - max).exp()).sum();
    logits.iter().map(|l| (l - max).exp() / sum).collect()
}

fn assert_sums_to_one(token: &Value) {
    for (own, rest) in
        [("probability", "rest_probability"), ("settings_probability", "rest_settings_probability")]
    {
        let alternatives = token["alternatives"].as_array().unwrap();
        let sum: f64 = alternatives.iter().map(|a| number(&a[own])).sum::<f64>() + number(&token[rest]);
        assert!((sum - 1.0).abs() < 1e-5, "{own} sums to {sum} at {}", token["position"]);
    }
}

#[test]
fn probabilities_sum_to_one_and_equal_the_softmax_of_forced_decoding() {
    let mut worker = Worker::with_starter();
    let sampling = json!({"temperature": 0.9, "top_k": 20, "top_p": 0.9, "seed": 3});
    let free =
        worker.generate(json!({"messages": ask("Tell me a story."), "sampling": sampling, "max_tokens": 30}));
    assert!(free.tokens.len() > 5);
    let forced = worker.generate(json!({
        "prompt_ids": free.started["prompt_ids"], "forced_ids": free.ids(), "logits": true,
        "sampling": {"temperature": 1.0, "top_p": 1.0}, "max_tokens": free.ids().len(),
    }));
    assert_eq!(forced.ids(), free.ids());
    for (free, forced) in free.tokens.iter().zip(&forced.tokens) {
        assert_eq!(forced["origin"], "forced");
        assert_sums_to_one(free);
        assert_sums_to_one(forced);
        let expected = softmax(&forced["logits"]);
        let id = free["id"].as_u64().unwrap() as usize;
        assert!((number(&free["probability"]) - expected[id]).abs() < 1e-5, "{free}");
        let better = expected.iter().filter(|p| **p > expected[id]).count() as u64;
        assert_eq!(free["rank"].as_u64().unwrap(), better + 1);
        let entropy: f64 = expected.iter().filter(|p| **p > 0.0).map(|p| -p * p.log2()).sum();
        assert!((number(&free["entropy"]) - entropy).abs() < 1e-3);
        for alternative in free["alternatives"].as_array().unwrap() {
            let id = alternative["id"].as_u64().unwrap() as usize;
            assert!((number(&alternative["probability"]) - expected[id]).abs() < 1e-5, "{alternative}");
            let cut = alternative.get("cut").is_some();
            assert_eq!(cut, number(&alternative["settings_probability"]) == 0.0, "{alternative}");
        }
        assert!(number(&free["settings_probability"]) > 0.0, "what was drawn could be drawn");
    }
}

#[test]
fn answers_of_one_process_do_not_disturb_each_other() {
    let mut worker = Worker::with_starter();
    let params =
        |text: &str| json!({"messages": ask(text), "sampling": {"temperature": 0}, "max_tokens": 16});
    let first = worker.generate(params("Hello")).ids();
    for text in ["你好", "What is a token?", "2+3=?"] {
        worker.generate(params(text));
    }
    assert_eq!(worker.generate(params("Hello")).ids(), first);
}

#[test]
fn ends_for_the_reason_it_gives() {
    let mut worker = Worker::with_starter();
    let greedy = json!({"temperature": 0});
    let whole = worker.generate(json!({"messages": ask("Hello"), "sampling": greedy}));
    assert_eq!(whole.reason(), "end_token");
    let last = whole.tokens.last().unwrap();
    assert_eq!((&last["special"], &last["text"], &last["bytes"]), (&json!(true), &json!(""), &json!("")));
    assert_eq!(whole.end["completion_tokens"], whole.tokens.len());
    assert!(number(&whole.end["first_token_ms"]) > 0.0);

    let limited = worker.generate(json!({"messages": ask("Hello"), "sampling": greedy, "max_tokens": 2}));
    assert_eq!((limited.reason(), limited.tokens.len()), ("limit", 2));
    assert_eq!(limited.ids(), whole.ids()[..2]);

    let beyond = worker.generate(json!({
        "messages": ask("Hello"), "sampling": greedy, "end_at_eos": false, "max_tokens": whole.tokens.len() + 3,
    }));
    assert_eq!((beyond.reason(), beyond.tokens.len()), ("limit", whole.tokens.len() + 3));

    let text = whole.text();
    let stop: String = text.chars().skip(2).take(2).collect();
    let stopped = worker.generate(json!({"messages": ask("Hello"), "sampling": greedy, "stop": [stop]}));
    assert_eq!(stopped.reason(), "stop_string");
    assert_eq!(stopped.end["stop_at"], text.find(&stop).unwrap());

    // Continued, it goes on behind the stop string: only what is new can end it.
    let prompt = stopped.started["prompt_ids"].as_array().expect("the prompt").clone();
    let ids: Vec<Value> = prompt.into_iter().chain(stopped.ids().into_iter().map(Value::from)).collect();
    let continued = worker.generate(json!({
        "prompt_ids": ids, "answered": stopped.tokens.len(), "sampling": greedy, "stop": [stop],
    }));
    assert_ne!(continued.reason(), "stop_string");
    assert_eq!(continued.ids(), whole.ids()[stopped.tokens.len()..]);
}

#[test]
fn the_same_prompt_asked_for_again_is_the_same_and_a_changed_one_is_not() {
    let mut worker = Worker::with_starter();
    let mut ask = |params: Value| worker.request("chat/prompt", params).expect("a prompt");
    let turn = |text: &str, reserve: u32| json!({"messages": [{"role": "user", "content": text}], "reserve": reserve});
    let with = |mut params: Value, member: &str, value: Value| {
        params[member] = value;
        params
    };
    let first = ask(turn("天空是什么颜色？", 16));
    assert_eq!(first["tokens"], Value::Null);
    // As the context meter asks, and then as sending does.
    let sent = ask(with(turn("天空是什么颜色？", 16), "tokens", json!(true)));
    assert_eq!((&sent["ids"], &sent["shares"]), (&first["ids"], &first["shares"]));
    assert_eq!(sent["tokens"].as_array().expect("tokens").len(), first["ids"].as_array().expect("ids").len());
    assert_eq!(ask(turn("天空是什么颜色？", 16)), first, "without them again");
    let given = ask(with(turn("天空是什么颜色？", 16), "prefill", json!("天空")));
    assert!(given["prefill_ids"].as_array().is_some_and(|ids| !ids.is_empty()));
    assert_ne!(ask(turn("大海是什么颜色？", 16))["ids"], first["ids"]);
    assert_eq!(ask(turn("天空是什么颜色？", 100_000))["fit"], "too_long", "no room is left for it");
    assert_eq!(ask(turn("天空是什么颜色？", 16)), first);
}

#[test]
fn a_full_context_is_said_before_and_met_while_writing() {
    let mut worker = Worker::spawn();
    let path = crate::client::starter();
    worker.request("model/load", json!({"path": path, "options": {"context_length": 24}})).unwrap();
    let error = worker.request("generate/start", json!({"prompt_ids": vec![5; 24]})).unwrap_err();
    assert_eq!(error["data"]["kind"], "context_full");
    assert_eq!((&error["data"]["prompt_tokens"], &error["data"]["context_length"]), (&json!(24), &json!(24)));
    let generated =
        worker.generate(json!({"prompt_ids": vec![5; 20], "end_at_eos": false, "max_tokens": 100}));
    assert_eq!((generated.reason(), generated.tokens.len()), ("context_full", 4));
    assert_eq!(
        worker.generate(json!({"prompt_ids": vec![5; 20], "end_at_eos": false, "max_tokens": 4})).reason(),
        "limit"
    );
}

#[test]
fn requests_that_make_no_sense_are_refused_and_the_next_one_works() {
    let mut worker = Worker::with_starter();
    for params in [
        json!({}),
        json!({"prompt": "a", "prompt_ids": [1]}),
        json!({"prompt_ids": []}),
        json!({"prompt_ids": [99_999_999]}),
        json!({"prompt": "a", "forced_ids": [99_999_999]}),
        json!({"prompt": "a", "max_tokens": 0}),
        json!({"prompt": "a", "stop": [""]}),
        json!({"prompt": "a", "sampling": {"temperature": -1}}),
        json!({"prompt": "a", "sampling": {"top_p": 1.5}}),
        json!({"prompt": "a", "sampling": {"repetition_penalty": 0}}),
    ] {
        assert_eq!(worker.refusal("generate/start", params), "invalid_params");
    }
    assert!(!worker.generate(json!({"prompt": "Hello", "max_tokens": 3})).tokens.is_empty());
}

fn next_token(worker: &mut Worker) -> Value {
    let (method, params) = worker.notification();
    assert_eq!(method, "generate/token", "{params}");
    params
}

#[test]
fn step_mode_waits_for_the_user_at_every_token() {
    let mut worker = Worker::with_starter();
    let params = json!({"messages": ask("埃菲尔铁塔在哪个国家？"), "sampling": {"temperature": 0}, "step": true, "max_tokens": 3});
    let started = worker.request("generate/start", params).unwrap();

    let offer = next_token(&mut worker);
    assert_eq!(offer["waiting"], true);
    let second = offer["alternatives"][1]["id"].clone();
    worker.request("generate/choose", json!({"id": second})).unwrap();
    let taken = next_token(&mut worker);
    assert_eq!((&taken["id"], &taken["origin"], &taken["rank"]), (&second, &json!("chosen"), &json!(2)));
    assert_eq!(taken.get("waiting"), None);

    let offer = next_token(&mut worker);
    assert_eq!(worker.refusal("generate/choose", json!({"id": 99_999_999})), "invalid_params");
    worker.request("generate/choose", json!({})).unwrap();
    let taken = next_token(&mut worker);
    assert_eq!((&taken["id"], &taken["origin"]), (&offer["alternatives"][0]["id"], &json!("sampled")));

    // Stopping ends it also while it waits.
    assert_eq!(next_token(&mut worker)["waiting"], true);
    worker.request("generate/stop", json!({})).unwrap();
    let Generated { end, tokens, .. } = worker.finish(started);
    assert_eq!((&end["reason"], tokens.len()), (&json!("stopped"), 0));
    assert_eq!(worker.refusal("generate/choose", json!({})), "invalid_params");
}

#[test]
fn a_running_answer_can_be_stopped_and_text_cut_meanwhile() {
    let mut worker = Worker::with_starter();
    let params = json!({"prompt": "Once", "end_at_eos": false, "max_tokens": 400});
    let started = worker.request("generate/start", params.clone()).unwrap();
    next_token(&mut worker);
    assert_eq!(worker.refusal("generate/start", params), "busy");
    assert!(worker.request("text/tokenize", json!({"text": "a b"})).is_ok());
    worker.request("generate/stop", json!({})).unwrap();
    let generated = worker.finish(started);
    assert_eq!(generated.reason(), "stopped");
    assert!(generated.tokens.len() < 399);
    worker.request("generate/stop", json!({})).expect("stopping again is no error");
    assert_eq!(worker.generate(json!({"prompt": "Once", "max_tokens": 2})).tokens.len(), 2);
}

#[test]
fn characters_come_whole_and_bytes_tell_the_truth() {
    let mut worker = Worker::with_starter();
    // An emoji that no vocabulary of this size has as one token: its bytes come one by one.
    let ids = worker.request("text/tokenize", json!({"text": "a🗼b"})).unwrap()["ids"].clone();
    let pieces = ids.as_array().unwrap().len();
    assert!(pieces > 3, "the emoji must be cut for this test to mean something");
    let generated = worker.generate(json!({"prompt": "Hi", "forced_ids": ids, "max_tokens": pieces}));
    assert_eq!(generated.text(), "a🗼b");
    assert!(generated.tokens.iter().any(|token| token["text"] == "" && token["bytes"] != ""));
    let cut = &ids.as_array().unwrap()[..2];
    let generated = worker.generate(json!({"prompt": "Hi", "forced_ids": cut, "max_tokens": 2}));
    assert_eq!(generated.text(), "a");
    assert_eq!(generated.end["tail"], "\u{fffd}");
}
