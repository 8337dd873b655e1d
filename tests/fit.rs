//! What the card says a model takes, against what the real worker writes.

use std::path::Path;

use vitrine_core::protocol::{Isq, LoadOptions};
use vitrine_shell::app::App;
use vitrine_shell::contract::{LoadConsent, PreflightCard, Preparation};

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
