//! A table of models and machines, and what is said about each pair.

use vitrine_core::protocol::{CacheShape, LoadPlan, ModelFormat, ModelTraits};

use super::*;
use crate::engine::fake_worker::loaded;

/// The shape of Qwen3 0.6B as Q4_K_M.
fn small() -> ModelInfo {
    ModelInfo {
        parameters: 596_000_000,
        layers: 28,
        context_length: 40_960,
        embedding_length: 1024,
        vocabulary_size: 151_936,
        embedding_rows: 151_936,
        tokens_without_embedding: 0,
        quantization: "Q4_K".into(),
        file_size: 397_000_000,
        // While it is loaded: the table takes 622 MB in F32.
        memory_needed: 850_000_000,
        traits: ModelTraits {
            cache: Some(CacheShape { layers: 28, window_layers: 0, window: 0, width: 2048, number_bytes: 2 }),
            active_parameters: 596_000_000,
            ..ModelTraits::default()
        },
        ..loaded().info
    }
}

/// Of a Hugging Face folder that is not quantized.
fn folder_plan() -> Option<LoadPlan> {
    Some(LoadPlan {
        route: LoadRoute::Folder,
        float_weights: true,
        repacked: None,
        cache_bytes: 0,
        left_on_disk: 0,
    })
}

/// A dense model of this many billions as Q4_K_M.
fn dense(billions: u64) -> ModelInfo {
    let parameters = billions * 1_000_000_000;
    ModelInfo {
        parameters,
        embedding_length: 4096,
        vocabulary_size: 128_000,
        file_size: parameters * 48 / 80,
        // Six bits a weight in Q4_K, two and a half times that in Q6_K; the table as it is in the file.
        memory_needed: parameters * 7 / 8 + 300_000_000,
        traits: ModelTraits { active_parameters: parameters, ..small().traits },
        ..small()
    }
}

fn machine(free_gb: u64, total_gb: u64, cores: u32) -> Machine {
    let memory = MachineMemory { free: free_gb * 1_000_000_000, total: total_gb * 1_000_000_000 };
    Machine { memory, cores }
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::RunsWell { .. } => "runs well",
        Verdict::Slow { reason: SlowReason::Processor, .. } => "slow: processor",
        Verdict::Slow { reason: SlowReason::TightMemory, .. } => "slow: memory",
        Verdict::WontFit { .. } => "does not fit",
        Verdict::Unsupported { .. } => "not supported",
    }
}

/// Where the card begins as long as nothing is set.
fn begins(info: &ModelInfo, plans: &[LoadChoice], last: Option<&LoadOptions>) -> usize {
    suggested(plans, last, context_length(info, &LoadOptions::default()))
}

#[test]
fn one_word_for_each_pair_of_model_and_machine() {
    let moe = {
        let mut moe = dense(30);
        moe.traits.active_parameters = 3_000_000_000;
        moe
    };
    let foreign = ModelInfo {
        support: Support::Unsupported { kind: ErrorKind::UnsupportedArchitecture, detail: "mamba".into() },
        ..small()
    };
    let table = [
        ("0.6B on a small laptop", small(), machine(6, 8, 2), "runs well"),
        ("0.6B on a full machine", small(), machine(1, 8, 4), "does not fit"),
        ("8B on two cores", dense(8), machine(20, 24, 2), "slow: processor"),
        ("8B on eight cores", dense(8), machine(20, 24, 8), "runs well"),
        ("8B where it just fits", dense(8), machine(10, 12, 8), "slow: memory"),
        ("8B in 8 GB", dense(8), machine(6, 8, 8), "does not fit"),
        ("70B on a workstation", dense(70), machine(120, 128, 16), "slow: processor"),
        ("70B in 32 GB", dense(70), machine(30, 32, 16), "does not fit"),
        ("a mixture with 3 of 30B active", moe, machine(60, 64, 8), "runs well"),
        ("a foreign architecture", foreign, machine(28, 32, 8), "not supported"),
        ("a machine that does not tell", dense(8), machine(0, 0, 8), "runs well"),
    ];
    for (what, info, machine, expected) in table {
        let options = LoadOptions { context_length: Some(4096), ..LoadOptions::default() };
        let found = verdict(&info, &options, &machine);
        assert_eq!(word(&found), expected, "{what}: {found:?}, {:?}", need(&info, &options));
        let refused = guard(&info, &options, &machine).is_err();
        assert_eq!(refused, expected == "does not fit", "{what}: the guard says what the card says");
    }
}

#[test]
fn the_cache_grows_with_the_context_and_nothing_else_does_much() {
    let at =
        |context| need(&small(), &LoadOptions { context_length: Some(context), ..LoadOptions::default() });
    // 28 layers x 2048 numbers x 2 bytes.
    assert_eq!(at(8192).cache, 8192 * 28 * 2048 * 2);
    assert_eq!(at(16_384).cache, 2 * at(8192).cache);
    assert_eq!(at(8192).weights, at(16_384).weights);
    assert_eq!(at(8192).working, at(16_384).working);
    assert_eq!(at(1 << 30).cache, at(40_960).cache, "never beyond the model's own limit");
}

#[test]
fn what_does_not_fit_comes_with_a_way_out() {
    let options = LoadOptions { context_length: Some(32_768), ..LoadOptions::default() };
    let Verdict::WontFit { needed_bytes, free_bytes, remedies } =
        verdict(&small(), &options, &machine(4, 8, 4))
    else {
        panic!("3.8 GB of cache do not fit");
    };
    assert!(needed_bytes > free_bytes);
    let Some(Remedy::SmallerContext { context_length }) = remedies.first().cloned() else {
        panic!("{remedies:?}");
    };
    let smaller = LoadOptions { context_length: Some(context_length), ..LoadOptions::default() };
    assert!(guard(&small(), &smaller, &machine(4, 8, 4)).is_ok());
    assert!(matches!(remedies[1], Remedy::CloseOtherPrograms { missing_bytes } if missing_bytes > 0));
    assert_eq!(remedies.last(), Some(&Remedy::SmallerModel));

    let folder = ModelInfo {
        format: ModelFormat::Safetensors,
        plan: folder_plan(),
        quantization: "BF16".into(),
        memory_needed: 8_000_000_000 * 4,
        ..dense(8)
    };
    let exact = LoadOptions { isq: Some(Isq::None), ..options };
    let Verdict::WontFit { remedies, .. } = verdict(&folder, &exact, &machine(30, 32, 4)) else {
        panic!("32 GB of weights do not fit");
    };
    assert_eq!(remedies, [Remedy::Quantize { isq: Isq::Q8_0 }, Remedy::SmallerModel]);
}

#[test]
fn plans_begin_with_what_suits_and_keep_what_was_chosen() {
    let roomy = machine(14, 16, 4);
    let offered = plans(&small(), &roomy);
    let contexts: Vec<u32> = offered.iter().map(|plan| plan.context_length).collect();
    assert_eq!(contexts, [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 40_960]);
    let first = &offered[begins(&small(), &offered, None)];
    assert_eq!((first.context_length, first.isq), (8192, Isq::None));
    let last = LoadOptions { context_length: Some(16_384), ..LoadOptions::default() };
    assert_eq!(offered[begins(&small(), &offered, Some(&last))].context_length, 16_384);
    // As the user set it: the next smaller one that is offered, unless another was chosen for this model.
    assert_eq!(offered[suggested(&offered, None, 5000)].context_length, 4096);
    assert_eq!(offered[suggested(&offered, Some(&LoadOptions::default()), 2048)].context_length, 2048);
    assert_eq!(offered[suggested(&offered, Some(&last), 2048)].context_length, 16_384);

    let narrow = machine(3, 6, 4);
    let offered = plans(&small(), &narrow);
    let first = &offered[begins(&small(), &offered, Some(&last))];
    assert!(fits(&first.verdict) && first.context_length < 8192, "{first:?}");
    let hopeless = machine(1, 2, 4);
    let offered = plans(&small(), &hopeless);
    assert_eq!(offered[begins(&small(), &offered, None)].context_length, 8192, "shown as it would be");
}

#[test]
fn a_folder_is_quantized_only_where_it_has_to_be() {
    let folder = |billions: u64| ModelInfo {
        format: ModelFormat::Safetensors,
        plan: folder_plan(),
        quantization: "BF16".into(),
        file_size: billions * 2_000_000_000,
        memory_needed: billions * 4_000_000_000,
        ..dense(billions)
    };
    let pick = |billions, machine: Machine| {
        let info = folder(billions);
        let offered = plans(&info, &machine);
        offered[begins(&info, &offered, None)].isq
    };
    assert_eq!(pick(1, machine(28, 32, 8)), Isq::None);
    assert_eq!(pick(3, machine(28, 32, 8)), Isq::Q8_0, "F32 would be slow");
    // With AMX the engine keeps Q4_K in three forms, which take more than the two of Q8_0.
    let smallest = if vitrine_core::cpu::multiplies_tiles() { Isq::Q8_0 } else { Isq::Q4K };
    assert_eq!(pick(8, machine(20, 24, 8)), smallest);
    let gguf = plans(&small(), &machine(8, 16, 4));
    assert!(gguf.iter().all(|plan| plan.options.isq.is_none()), "a GGUF has its own");
}

#[test]
fn a_gguf_in_floating_point_can_be_packed_and_says_what_it_takes_on_disk() {
    let table = 128_000u64 * 4096 * 4;
    let plan = LoadPlan {
        route: LoadRoute::Converted,
        float_weights: true,
        repacked: None,
        cache_bytes: 4_000_000_000,
        left_on_disk: table,
    };
    let half = ModelInfo { quantization: "F16".into(), plan: Some(plan.clone()), ..dense(3) };
    let offered = plans(&half, &machine(28, 32, 8));
    let ways: std::collections::BTreeSet<_> =
        offered.iter().filter_map(|plan| plan.options.isq).map(Isq::format).collect();
    assert_eq!(ways, ["F32", "Q4_K", "Q8_0"].into());
    // More than 268 million weights are packed as Q8_0 of their own.
    assert_eq!(disk(&half, Isq::Q8_0), Some(4_000_000_000));
    let (exact, rough) = (disk(&half, Isq::None).expect("some"), disk(&half, Isq::Q4K).expect("some"));
    assert!(exact >= 4 * 3_000_000_000 && rough < 4_000_000_000, "{exact} {rough}");
    for (isq, bytes) in [(Isq::None, exact), (Isq::Q4K, rough)] {
        let options = LoadOptions { isq: Some(isq), ..LoadOptions::default() };
        assert_eq!(
            need(&half, &options).weights,
            (bytes - table).max(table),
            "what is on disk, but for the table"
        );
    }
    let packed = ModelInfo { plan: Some(LoadPlan { float_weights: false, ..plan }), ..dense(3) };
    assert!(plans(&packed, &machine(28, 32, 8)).iter().all(|plan| plan.options.isq.is_none()));
    assert_eq!(disk(&packed, Isq::None), Some(4_000_000_000));
    assert_eq!(disk(&small(), Isq::None), None, "read as it is");
}

#[test]
fn weights_that_are_repacked_take_what_they_become() {
    let plan = LoadPlan {
        route: LoadRoute::Converted,
        float_weights: false,
        repacked: Some("Q8_0".into()),
        cache_bytes: 9_000_000_000,
        left_on_disk: 0,
    };
    let stored = ModelInfo { quantization: "IQ4_XS".into(), file_size: 4_000_000_000, ..dense(7) };
    // As the header reader counts it.
    let repacked = ModelInfo { plan: Some(plan), memory_needed: 9_000_000_000, ..stored.clone() };
    assert_eq!(need(&repacked, &LoadOptions::default()).weights, 9_000_000_000);
    assert_eq!(disk(&repacked, Isq::None), Some(9_000_000_000));
    let speed = |info: &ModelInfo| tokens_per_second(info, Isq::None, 4);
    assert!(speed(&repacked) < 0.6 * speed(&stored), "twice as much is read for every token");
    assert_eq!(precision(&repacked), Precision::Good);
}

#[test]
fn tiny_contexts_and_absurd_headers_are_survived() {
    let tiny = ModelInfo { context_length: 128, ..small() };
    let contexts: Vec<u32> =
        plans(&tiny, &machine(8, 16, 2)).iter().map(|plan| plan.context_length).collect();
    assert_eq!(contexts, [128]);
    let absurd = ModelInfo {
        parameters: u64::MAX,
        file_size: u64::MAX,
        memory_needed: u64::MAX,
        context_length: u32::MAX,
        embedding_length: u32::MAX,
        vocabulary_size: u32::MAX,
        format: ModelFormat::Safetensors,
        plan: folder_plan(),
        ..small()
    };
    for plan in plans(&absurd, &machine(8, 16, 2)) {
        assert_eq!(word(&plan.verdict), "does not fit");
    }
    let none = ModelInfo { context_length: 0, parameters: 0, ..small() };
    assert_eq!(begins(&none, &plans(&none, &machine(8, 16, 2)), None), 0);
}

#[test]
fn a_warning_comes_below_the_reserve_and_goes_well_above_it() {
    let at = |mib: u64, before| pressure(MachineMemory { free: mib * MIB, total: 16 * GIB }, before);
    assert_eq!(at(1100, MemoryPressure::Calm), MemoryPressure::Calm);
    assert_eq!(at(1000, MemoryPressure::Calm), MemoryPressure::Tight);
    assert_eq!(at(1100, MemoryPressure::Tight), MemoryPressure::Tight);
    assert_eq!(at(1300, MemoryPressure::Tight), MemoryPressure::Calm);
    let untold = MachineMemory { free: 0, total: 0 };
    assert_eq!(pressure(untold, MemoryPressure::Calm), MemoryPressure::Calm);
}

#[test]
fn sizes_and_precision_in_words() {
    assert_eq!(size_class(8_400_000), SizeClass::Tiny);
    assert_eq!(size_class(596_000_000), SizeClass::Small);
    assert_eq!(size_class(7_000_000_000), SizeClass::Medium);
    assert_eq!(size_class(70_000_000_000), SizeClass::Huge);
    let named = |quantization: &str, bytes| {
        precision(&ModelInfo { quantization: quantization.into(), file_size: bytes, ..small() })
    };
    assert_eq!(named("BF16", 1_200_000_000), Precision::Full);
    assert_eq!(named("Q8_0", 640_000_000), Precision::Near);
    assert_eq!(named("Q4_K", 397_000_000), Precision::Good);
    assert_eq!(named("Q2_K", 250_000_000), Precision::Rough);
}
