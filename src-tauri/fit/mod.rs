//! Does this model fit this machine, and how will it feel?
//!
//! Pure functions from a header and the machine to numbers and a verdict, so that the card says
//! before loading what loading would do: [`need`] for the memory, [`verdict`] for the one word,
//! [`plans`] for every choice that the card offers, [`guard`] for the refusal that keeps the
//! machine from swapping.
//!
//! The numbers are estimates and are shown as such. They err towards too much memory: a model
//! that is refused by a hair can be loaded with a smaller context, a machine that swaps can't
//! be used at all. `tests/fit.rs` holds them against the real worker: never less than it takes at the
//! highest, and at most twice as much and 64 MiB. Measured with a nearly full context: the bundled model 75 MiB of 140
//! estimated; one with random weights, 83 MiB of Q8_0, 206 of 253 with 512 tokens and 341 of 388 with 2,048; the same
//! in Q4_K (44 MiB) 192 of 225.
//!
//! What the engine makes of the weights in memory says [`packing`]. Only the form that it computes with counts, where the
//! other stays in its file. In-situ quantization leaves both in memory, and of weights in F32 it keeps a second copy, whichever way they
//! come. See [`beside`].

mod cores;
mod speed;

use vitrine_core::header::gguf::GgmlType;
use vitrine_core::packing;
use vitrine_core::protocol::{
    ErrorKind, Isq, LoadOptions, LoadPlan, LoadRoute, ModelInfo, RpcError, Support, DEFAULT_CONTEXT,
};

pub use cores::{physical_cores, processors};
pub use speed::tokens_per_second;

use crate::contract::{
    LoadChoice, MemoryNeed, MemoryPressure, Precision, Remedy, SizeClass, SlowReason, Verdict,
};
use crate::engine::memory::MachineMemory;

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// A worker with a model of next to no weights: program, engine, allocator, threads.
const PROGRAM: u64 = 112 * MIB;
/// Tokenizers (the engine's and our own) for each piece of the vocabulary: strings, maps, merges. Measured at the
/// highest: 1.66 KiB with 151,936 pieces, 1.69 KiB with 50,257.
const BYTES_PER_PIECE: u64 = 1792;
/// Prompts are estimated up to this length; longer ones seldom come in one piece.
const LONGEST_PROMPT: u64 = 4096;
/// F32 numbers that are alive at once for each token of a prompt, in widths of the residual
/// stream: the stream, its normalised copy, query, key, value, and the wide middle of the MLP.
const WIDTHS_IN_FLIGHT: u64 = 12;
/// Slower than this, reading along becomes waiting (people read 4 to 5 tokens a second).
const COMFORTABLE: f32 = 5.0;
/// Below this much memory left beside the model, the system begins to push other programs out.
const TIGHT: u64 = GIB / 2;
/// The contexts that are offered; the model's own limit comes on top.
const CONTEXT_STOPS: &[u32] =
    &[512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072, 262_144, 524_288, 1_048_576];
/// A conversation wants at least this much; a smaller context is offered only where nothing else fits.
const USEFUL_CONTEXT: u32 = 2048;

/// What counts of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// `free` with what closing the model that is open now would give back.
    pub memory: MachineMemory,
    pub cores: u32,
}

impl Machine {
    /// What a model may take: what is free, without the reserve. All where the system does not tell.
    pub fn available(&self) -> u64 {
        if self.memory.total == 0 {
            return u64::MAX;
        }
        self.memory.free.saturating_sub(reserve(self.memory.total))
    }
}

/// What is left to the system and to other programs, in bytes: a sixteenth of the memory, at
/// least 256 MiB, at most 1 GiB.
pub fn reserve(total: u64) -> u64 {
    (total / 16).clamp(256 * MIB, GIB)
}

/// How the machine stands while a model is open. It must get clearly better before it is called
/// calm again, so that a warning does not flicker.
pub fn pressure(machine: MachineMemory, before: MemoryPressure) -> MemoryPressure {
    let reserve = reserve(machine.total);
    let least = match before {
        MemoryPressure::Calm => reserve,
        MemoryPressure::Tight => reserve + reserve / 4,
    };
    if machine.total > 0 && machine.free < least {
        MemoryPressure::Tight
    } else {
        MemoryPressure::Calm
    }
}

/// The context that is in force with these options.
pub fn context_length(info: &ModelInfo, options: &LoadOptions) -> u32 {
    options.context_length.unwrap_or(info.context_length.min(DEFAULT_CONTEXT)).min(info.context_length)
}

/// What floating-point weights are packed into with these options.
pub fn isq(info: &ModelInfo, options: &LoadOptions) -> Isq {
    options.isq.unwrap_or_else(|| Isq::automatic(info.parameters, None))
}

/// Memory that the model takes with a full context.
pub fn need(info: &ModelInfo, options: &LoadOptions) -> MemoryNeed {
    let context = context_length(info, options);
    let prompt = u64::from(context).min(LONGEST_PROMPT);
    let stream = u64::from(info.embedding_length) * 4 * WIDTHS_IN_FLIGHT;
    // Which token of a prompt sees which: a square of F32.
    let mask = prompt * prompt * 4;
    let isq = isq(info, options);
    MemoryNeed {
        weights: weights(info, isq),
        cache: info.traits.cache.map_or(0, |cache| cache.bytes(context)),
        working: beside(info, isq)
            .saturating_add(PROGRAM)
            .saturating_add(u64::from(info.vocabulary_size) * BYTES_PER_PIECE)
            .saturating_add(prompt.saturating_mul(stream))
            .saturating_add(mask),
    }
}

/// Are the weights floating-point numbers that can be packed while they are read?
fn is_packable(info: &ModelInfo) -> bool {
    info.plan.as_ref().is_some_and(|plan| plan.float_weights)
}

/// What the worker packs floating-point weights into when it is asked for this. Of weights that are packed in
/// the file only a few are packed at all, and always the same way.
pub fn packing(info: &ModelInfo, isq: Isq) -> Isq {
    if is_packable(info) {
        isq
    } else {
        Isq::automatic(info.parameters, None)
    }
}

/// Bytes that have to be written to disk, once, to load it this way; `None` where nothing is.
pub fn disk(info: &ModelInfo, isq: Isq) -> Option<u64> {
    let plan = info.plan.as_ref().filter(|plan| plan.route == LoadRoute::Converted)?;
    let planned = Isq::automatic(info.parameters, None);
    if !is_packable(info) || isq == planned {
        return Some(plan.cache_bytes);
    }
    // The table may be there a second time, packed as output layer. The header does not say, so it is
    // counted where that makes the number larger.
    let (all, without_table) = (info.parameters, info.parameters - table(info));
    Some(if isq.bytes(all) > planned.bytes(all) {
        plan.cache_bytes.saturating_add(isq.bytes(all) - planned.bytes(all))
    } else {
        plan.cache_bytes.saturating_sub(planned.bytes(without_table) - isq.bytes(without_table))
    })
}

/// Weights of the table of the vocabulary.
fn table(info: &ModelInfo) -> u64 {
    let table = u64::from(info.vocabulary_size).saturating_mul(u64::from(info.embedding_length));
    table.min(info.parameters)
}

/// Bytes of the weights in memory.
fn weights(info: &ModelInfo, isq: Isq) -> u64 {
    let unpacked = table(info).saturating_mul(4);
    match &info.plan {
        _ if !is_packable(info) => info.memory_needed,
        // The table is read first, and what stays on disk is given back then.
        Some(LoadPlan { route: LoadRoute::Converted, left_on_disk, .. }) => {
            let rest = unpacked.saturating_sub(*left_on_disk);
            matrices(info, isq).saturating_add(rest).max(unpacked)
        }
        _ => matrices(info, isq).saturating_add(unpacked),
    }
}

fn is_converted(info: &ModelInfo) -> bool {
    info.plan.as_ref().is_some_and(|plan| plan.route == LoadRoute::Converted)
}

/// Bytes of floating-point weights as they are packed, without the table of the vocabulary.
fn matrices(info: &ModelInfo, isq: Isq) -> u64 {
    match disk(info, isq) {
        // The table lies there in F32.
        Some(bytes) => bytes.saturating_sub(table(info).saturating_mul(4)),
        None => isq.bytes(info.parameters - table(info)),
    }
}

/// What the engine takes for the same weights besides, in the form that it computes with ([`packing`]). Of weights that are
/// packed in the file it is counted with them.
fn beside(info: &ModelInfo, isq: Isq) -> u64 {
    if !is_packable(info) {
        return 0;
    }
    let bytes = matrices(info, isq);
    let packed = |format| packing::beside(format, TILE, TILE, bytes, is_converted(info));
    match isq {
        Isq::None => bytes,
        Isq::Q8_0 => packed(GgmlType::Q8_0),
        Isq::Q4K => packed(GgmlType::Q4_K),
    }
}

/// Rows and columns of a matrix that consists of whole tiles, like nearly all.
const TILE: u64 = 256;

/// One word for one way to load a model, and why.
pub fn verdict(info: &ModelInfo, options: &LoadOptions, machine: &Machine) -> Verdict {
    if let Support::Unsupported { kind, detail } = &info.support {
        return Verdict::Unsupported { kind: *kind, detail: detail.clone() };
    }
    let (needed, available) = (need(info, options).total(), machine.available());
    if needed > available {
        return Verdict::WontFit {
            needed_bytes: needed,
            free_bytes: available,
            remedies: remedies(info, options, machine, needed),
        };
    }
    let speed = tokens_per_second(info, isq(info, options), machine.cores);
    if speed < COMFORTABLE {
        Verdict::Slow { reason: SlowReason::Processor, tokens_per_second: speed }
    } else if available - needed < TIGHT && needed > GIB {
        // A small model is no reason to worry, however full the machine is.
        Verdict::Slow { reason: SlowReason::TightMemory, tokens_per_second: speed }
    } else {
        Verdict::RunsWell { tokens_per_second: speed }
    }
}

/// What would make it fit, the least sacrifice first.
fn remedies(info: &ModelInfo, options: &LoadOptions, machine: &Machine, needed: u64) -> Vec<Remedy> {
    let mut found = Vec::new();
    let fits = |options: &LoadOptions| need(info, options).total() <= machine.available();
    let smaller = |options: &LoadOptions| {
        let now = context_length(info, options);
        let mut stops = stops(info).into_iter().rev().filter(|&stop| stop < now);
        stops.find(|&stop| fits(&LoadOptions { context_length: Some(stop), ..options.clone() }))
    };
    if let Some(context_length) = smaller(options) {
        found.push(Remedy::SmallerContext { context_length });
    }
    if is_packable(info) {
        let fewer = match isq(info, options) {
            Isq::None => &[Isq::Q8_0, Isq::Q4K][..],
            Isq::Q8_0 => &[Isq::Q4K][..],
            Isq::Q4K => &[][..],
        };
        let fitting = fewer.iter().find(|&&isq| fits(&LoadOptions { isq: Some(isq), ..options.clone() }));
        if let Some(&isq) = fitting {
            found.push(Remedy::Quantize { isq });
        }
    }
    if needed <= machine.memory.total.saturating_sub(reserve(machine.memory.total)) {
        let missing_bytes = needed.saturating_sub(machine.available());
        found.push(Remedy::CloseOtherPrograms { missing_bytes });
    }
    found.push(Remedy::SmallerModel);
    found
}

/// Refuses what would make the machine swap.
///
/// # Errors
/// `NotEnoughMemory` with the facts `needed_bytes` and `free_bytes`.
pub fn guard(info: &ModelInfo, options: &LoadOptions, machine: &Machine) -> Result<(), RpcError> {
    let (needed, available) = (need(info, options).total(), machine.available());
    if needed <= available {
        return Ok(());
    }
    Err(RpcError::new(ErrorKind::NotEnoughMemory, "more memory needed than free")
        .with("needed_bytes", needed)
        .with("free_bytes", available)
        .with("context_length", context_length(info, options))
        .with("name", &info.name))
}

/// Every choice of the card: contexts from small to large, for each way to quantize. What has to be written to
/// disk is not looked at here.
pub fn plans(info: &ModelInfo, machine: &Machine) -> Vec<LoadChoice> {
    let ways = if is_packable(info) { &[Isq::None, Isq::Q8_0, Isq::Q4K][..] } else { &[Isq::None][..] };
    let mut plans = Vec::new();
    for &isq in ways {
        for context_length in stops(info) {
            let options = options(info, context_length, isq);
            plans.push(LoadChoice {
                context_length,
                isq,
                memory: need(info, &options),
                verdict: verdict(info, &options, machine),
                preparation: None,
                options,
            });
        }
    }
    plans
}

/// The verdict on a model as the card would offer it.
pub fn outlook(info: &ModelInfo, machine: &Machine) -> Verdict {
    let mut plans = plans(info, machine);
    let best = suggested(&plans, None, context_length(info, &LoadOptions::default()));
    plans.swap_remove(best).verdict
}

/// Which of the plans to begin with: what was chosen last time, else the `usual` context without
/// changing the weights, else the next best that fits.
pub fn suggested(plans: &[LoadChoice], last: Option<&LoadOptions>, usual: u32) -> usize {
    let place = |isq: Isq, context: u32| {
        plans.iter().position(|plan| plan.isq == isq && plan.context_length == context)
    };
    if let Some(last) = last {
        let used = place(last.isq.unwrap_or(Isq::None), last.context_length.unwrap_or(usual));
        if let Some(used) = used.filter(|&used| fits(&plans[used].verdict)) {
            return used;
        }
    }
    let usual = plans.iter().rposition(|plan| plan.isq == Isq::None && plan.context_length <= usual);
    let usual = usual.unwrap_or(0);
    let Some(wanted) = plans.get(usual).map(|plan| plan.context_length) else { return 0 };
    let candidates = || plans.iter().enumerate().filter(move |(_, plan)| plan.context_length <= wanted);
    let best = |good: &dyn Fn(&LoadChoice) -> bool| {
        // Plans come with the least change of the weights first; of one kind the largest context.
        let mut found: Option<(usize, &LoadChoice)> = None;
        for (at, plan) in candidates().filter(|(_, plan)| good(plan)) {
            if found.is_none_or(|(_, other)| other.isq == plan.isq) {
                found = Some((at, plan));
            }
        }
        found.map(|(at, _)| at)
    };
    let least = USEFUL_CONTEXT.min(wanted);
    best(&|plan| matches!(plan.verdict, Verdict::RunsWell { .. }) && plan.context_length >= least)
        .or_else(|| best(&|plan| fits(&plan.verdict) && plan.context_length >= least))
        .or_else(|| best(&|plan| fits(&plan.verdict)))
        .unwrap_or(usual)
}

fn fits(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::RunsWell { .. } | Verdict::Slow { .. })
}

fn options(info: &ModelInfo, context_length: u32, isq: Isq) -> LoadOptions {
    let isq = is_packable(info).then_some(isq);
    LoadOptions { context_length: Some(context_length), isq, ..LoadOptions::default() }
}

fn stops(info: &ModelInfo) -> Vec<u32> {
    let limit = info.context_length.max(1);
    let below = CONTEXT_STOPS.iter().copied().filter(|&stop| stop < limit);
    below.chain([limit]).collect()
}

/// How large a model is, in words.
pub fn size_class(parameters: u64) -> SizeClass {
    match parameters {
        0..100_000_000 => SizeClass::Tiny,
        100_000_000..2_000_000_000 => SizeClass::Small,
        2_000_000_000..10_000_000_000 => SizeClass::Medium,
        10_000_000_000..40_000_000_000 => SizeClass::Large,
        _ => SizeClass::Huge,
    }
}

/// How exactly the weights are stored, by the bits that a weight takes in the file.
pub fn precision(info: &ModelInfo) -> Precision {
    if info.parameters == 0 {
        return Precision::Full;
    }
    let bits = info.file_size as f64 * 8.0 / info.parameters as f64;
    // The names tell better than a file whose vocabulary takes half of it.
    let named = |names: &[&str]| names.iter().any(|name| info.quantization.starts_with(name));
    if named(&["F32", "F16", "BF16", "F64"]) {
        Precision::Full
    } else if named(&["Q8", "Q6"]) || bits > 6.3 {
        Precision::Near
    } else if named(&["Q5", "Q4", "IQ4", "MXFP4"]) || bits > 3.9 {
        Precision::Good
    } else {
        Precision::Rough
    }
}

#[cfg(test)]
mod tests;
