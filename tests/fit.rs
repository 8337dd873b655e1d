//! The estimate of the card against what the real worker takes: the bundled model, and a larger one with random
//! weights, each with a prompt that nearly fills its context.
//!
//! Promised is the safe side: never less than what is taken at the highest, and not so much more that a model
//! is refused for nothing. The numbers are printed (`--nocapture`). The same for what is written to disk where a
//! model has to be prepared.

#[path = "worker/random_model.rs"]
mod random_model;

use std::path::{Path, PathBuf};

use vitrine_core::protocol::{Isq, LoadOptions, Sampling};
use vitrine_shell::app::App;
use vitrine_shell::contract::{LoadConsent, PreflightCard, Preparation, TurnRequest, TurnSettings};

/// The estimate is at most this many times what was taken, and this much besides.
const FACTOR: u64 = 2;
const BESIDES: u64 = 64 << 20;

fn starter() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models/starter/vitrine-starter.gguf")
}

/// A figure of `/proc/PID/status`, in bytes.
fn figure(pid: u32, name: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).expect(name);
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number of kB") << 10
}

/// The most memory that a process had so far, in bytes.
fn peak(pid: u32) -> u64 {
    figure(pid, "VmHWM")
}

/// Estimate and peak with a context of this many tokens, nearly full.
async fn measure(app: &App, path: &Path, context: u32) -> (u64, u64) {
    let path = path.to_string_lossy().into_owned();
    let card = app.preflight(&path).await.expect("a card");
    let plan = card.plans.iter().find(|plan| plan.context_length == context && plan.isq == Isq::None);
    let plan = plan.expect("this context is offered");
    let options = LoadOptions { threads: Some(2), ..plan.options.clone() };
    app.load(&path, options, LoadConsent::Ordinary).await.expect("it loads");
    let worker = app.supervisor.ready().expect("just loaded").worker.pid();
    let loaded = peak(worker);
    let mut text = String::new();
    while app.tokenize(text.clone()).await.expect("cut").ids.len() < context as usize * 4 / 5 {
        text.push_str(&"天空是蓝色的，草是绿色的。".repeat(8));
    }
    let sampling = Sampling { temperature: 0.0, seed: Some(1), ..Sampling::default() };
    let request = TurnRequest::Say {
        conversation_id: None,
        text,
        settings: TurnSettings { sampling, max_tokens: 16, ..TurnSettings::default() },
        attachments: None,
        prefill: None,
        pace: None,
        slot: None,
    };
    let answer = app.conversations.turn(request, Box::new(|_| ())).await.expect("a turn");
    let facts = answer.facts.expect("facts");
    assert!(facts.error.is_none() && facts.prompt_tokens > context / 2, "{facts:?}");
    let taken = peak(worker);
    let files = figure(worker, "RssFile");
    app.supervisor.unload().await;
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    println!(
        "{}: {:.0} MiB on disk, context {context}: estimated {:.0} MiB (weights {:.0}, cache {:.0}, working {:.0}), \
         taken {:.0} MiB after loading and {:.0} MiB at the highest ({:.0} of program and libraries), with a prompt of {} tokens",
        card.info.name,
        mib(card.info.file_size),
        mib(plan.memory.total()),
        mib(plan.memory.weights),
        mib(plan.memory.cache),
        mib(plan.memory.working),
        mib(loaded),
        mib(taken),
        mib(files),
        facts.prompt_tokens,
    );
    (plan.memory.total(), taken)
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn the_estimate_is_on_the_safe_side_and_not_far_from_what_is_taken() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let larger = data.path().join("random.gguf");
    let shape = random_model::Shape {
        layers: 8,
        embedding: 1024,
        feed_forward: 2048,
        heads: 8,
        kv_heads: 4,
        head_size: 128,
        context: 2048,
    };
    random_model::write(&larger, &starter(), shape);
    let app = App::new(data.path(), None, None);
    let mut measured = Vec::new();
    for (path, context) in [(starter(), 512), (larger.clone(), 512), (larger, 2048)] {
        let (estimated, taken) = measure(&app, &path, context).await;
        measured.push((path, estimated, taken));
    }
    for (path, estimated, taken) in measured {
        assert!(taken <= estimated, "{}: {taken} taken, {estimated} estimated", path.display());
        assert!(
            estimated <= FACTOR * taken + BESIDES,
            "{}: {estimated} estimated, only {taken} taken",
            path.display()
        );
    }
    app.close().await;
}

/// What the card says about the disk for this way to load.
fn preparation(card: &PreflightCard, isq: Isq) -> Preparation {
    let plan = card.plans.iter().find(|plan| plan.isq == isq).expect("it is offered");
    plan.preparation.clone().expect("it has to be prepared")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_model_writes_is_announced_found_again_and_removed_when_nobody_uses_it() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let app = App::new(data.path(), None, None);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/numbers/gemma3/f16.gguf");
    let path = path.to_string_lossy().into_owned();
    assert_eq!(app.prepared().await.models, 0);
    for (number, isq) in [Isq::None, Isq::Q8_0].into_iter().enumerate() {
        let card = app.preflight(&path).await.expect("a card");
        let Preparation::Needed { bytes, .. } = preparation(&card, isq) else { panic!("not yet there") };
        let options = LoadOptions { isq: Some(isq), ..LoadOptions::default() };
        let load = || app.load(&path, options.clone(), LoadConsent::Ordinary);
        let cache = load().await.expect("it loads").loading.cache.expect("by way of the cache");
        println!("{isq:?}: {bytes} bytes announced, {} written", cache.entry_bytes);
        // Beside the weights there is a list of files and of tensors.
        assert!(cache.entry_bytes <= bytes + (64 << 10) && !cache.reused);
        let card = app.preflight(&path).await.expect("a card");
        assert_eq!(preparation(&card, isq), Preparation::Done { bytes: cache.entry_bytes });
        assert!(load().await.expect("it loads").loading.cache.is_some_and(|cache| cache.reused));
        let now = app.prepared().await;
        assert_eq!((now.models, now.in_use), (number as u32 + 1, 1), "{now:?}");
    }
    // The one that is open stays, and goes on being found.
    let left = app.clear_prepared().await;
    assert_eq!((left.models, left.in_use), (1, 1), "{left:?}");
    app.supervisor.unload().await;
    let left = app.clear_prepared().await;
    assert_eq!((left.models, left.bytes), (0, 0));
    assert!(Path::new(&path).exists(), "the model itself stays");
    app.load(&path, LoadOptions::default(), LoadConsent::Ordinary).await.expect("it is made again");
    app.close().await;
}
