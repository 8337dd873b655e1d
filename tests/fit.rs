//! The estimate of the card against what the real worker takes: the bundled model, and a larger one with random
//! weights, each with a prompt that nearly fills its context.
//!
//! Promised is the safe side: never less than what is taken at the highest, and not so much more that a model
//! is refused for nothing. The numbers are printed (`--nocapture`). The same for what is written to disk where a
//! model has to be prepared.

#[path = "worker/random_model.rs"]
mod random_model;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::Arc;
use std::time::Duration;

use random_model::Blocks;
use vitrine_core::protocol::{Isq, LoadOptions, Sampling};
use vitrine_shell::app::App;
use vitrine_shell::contract::{LoadConsent, PreflightCard, Preparation, TurnRequest, TurnSettings};
use vitrine_shell::engine::memory;

/// The estimate is at most this many times what was taken, and this much besides.
const FACTOR: u64 = 2;
const BESIDES: u64 = 64 << 20;

fn starter() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models/starter/vitrine-starter.gguf")
}

/// The most memory that a process held for itself so far, in bytes: pages of files are the system's to take back.
/// The kernel keeps no record of that, so it is looked at again and again.
struct Peak {
    most: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
}

impl Peak {
    /// Of the worker that this process has.
    fn watch() -> Self {
        let peak = Self { most: Arc::default(), ended: Arc::default() };
        let (most, ended) = (peak.most.clone(), peak.ended.clone());
        std::thread::spawn(move || {
            while !ended.load(Ordering::Relaxed) {
                let held = worker().and_then(memory::resident).unwrap_or(0);
                most.fetch_max(held, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        peak
    }

    fn bytes(&self) -> u64 {
        self.most.load(Ordering::Relaxed)
    }
}

/// The process, also while it is still loading.
fn worker() -> Option<u32> {
    let processes = std::fs::read_dir("/proc").ok()?.flatten();
    let mut numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    numbers.find(|pid| {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let has = |name: &str, value: &str| {
            status.lines().any(|line| line.strip_prefix(name).is_some_and(|rest| rest.trim() == value))
        };
        has("Name:", "vitrine-worker") && has("PPid:", &std::process::id().to_string())
    })
}

impl Drop for Peak {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
    }
}

/// Estimate and peak with a context of this many tokens, nearly full.
async fn measure(app: &App, path: &Path, context: u32) -> (u64, u64) {
    let path = path.to_string_lossy().into_owned();
    let card = app.preflight(&path).await.expect("a card");
    let plan = card.plans.iter().find(|plan| plan.context_length == context && plan.isq == Isq::None);
    let plan = plan.expect("this context is offered");
    let options = LoadOptions { threads: Some(2), ..plan.options.clone() };
    let peak = Peak::watch();
    app.load(&path, options, LoadConsent::Ordinary).await.expect("it loads");
    let worker = app.supervisor.ready().expect("just loaded").worker.pid();
    let loaded = memory::resident(worker).expect("it runs");
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
    let taken = peak.bytes();
    app.supervisor.unload().await;
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    println!(
        "{}: {:.0} MiB on disk, context {context}: estimated {:.0} MiB (weights {:.0}, cache {:.0}, working {:.0}), \
         taken {:.0} MiB after loading and {:.0} MiB at the highest, with a prompt of {} tokens",
        card.info.name,
        mib(card.info.file_size),
        mib(plan.memory.total()),
        mib(plan.memory.weights),
        mib(plan.memory.cache),
        mib(plan.memory.working),
        mib(loaded),
        mib(taken),
        facts.prompt_tokens,
    );
    (plan.memory.total(), taken)
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn the_estimate_is_on_the_safe_side_and_not_far_from_what_is_taken() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let shape = |blocks| random_model::Shape {
        layers: 8,
        embedding: 1024,
        feed_forward: 2048,
        heads: 8,
        kv_heads: 4,
        head_size: 128,
        context: 2048,
        blocks,
    };
    let [larger, packed] = [Blocks::Q8_0, Blocks::Q4K].map(|blocks| {
        let path = data.path().join(format!("{blocks:?}.gguf"));
        random_model::write(&path, &starter(), shape(blocks));
        path
    });
    let app = App::new(data.path(), None, None);
    let mut measured = Vec::new();
    for (path, context) in [(starter(), 512), (larger.clone(), 512), (larger, 2048), (packed, 512)] {
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
    assert_eq!(app.prepared().await.expect("looked at").models, 0);
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
        let now = app.prepared().await.expect("looked at");
        assert_eq!((now.models, now.in_use), (number as u32 + 1, 1), "{now:?}");
    }
    // The one that is open stays, and goes on being found.
    let left = app.clear_prepared().await.expect("cleared");
    assert_eq!((left.models, left.in_use), (1, 1), "{left:?}");
    app.supervisor.unload().await;
    let left = app.clear_prepared().await.expect("cleared");
    assert_eq!((left.models, left.bytes), (0, 0));
    assert!(Path::new(&path).exists(), "the model itself stays");
    app.load(&path, LoadOptions::default(), LoadConsent::Ordinary).await.expect("it is made again");
    app.close().await;
}
