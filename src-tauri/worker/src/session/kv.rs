//! A look at the key-value cache of a pipeline.

use mistralrs::core::Pipeline;
use tokio::sync::Mutex;

/// mistral.rs grows a layer's cache by so many positions at a time (`NormalCache::CACHE_GROW_SIZE`).
const BLOCK: usize = 512;

/// Up to which length sequences can be extended and cut short again; 0: not at all.
///
/// With full attention in every layer: any length. With a sliding window: as long as the window has
/// not moved, since it drops what is older. Recurrent state can't go back at all.
///
/// Must not be called from async code.
pub fn longest_reusable(pipeline: &Mutex<dyn Pipeline>) -> usize {
    let pipeline = pipeline.blocking_lock();
    let metadata = pipeline.get_metadata();
    let cache = pipeline.cache();
    if metadata.no_kv_cache || metadata.no_prefix_cache || cache.is_hybrid() {
        return 0;
    }
    let normal = cache.normal();
    let layers = &normal.0;
    if layers.iter().any(|layer| layer.is_shared()) {
        0
    } else if layers.iter().any(|layer| layer.is_rotating()) {
        metadata.sliding_window.unwrap_or(0)
    } else {
        usize::MAX
    }
}

/// How much of a prompt may be computed in one go.
///
/// Blocks that use the keys and values of a block with a window find no more of them than the window is wide, and the engine cuts their
/// mask to fit by taking a part of each row, which its attention on a CPU then reads as if the parts lay one behind
/// the other (mistralrs-core 0.8.1, `attention/backends/cpu.rs`); not one logit of such a prompt is finite. Up to the window nothing is cut, and a token alone needs no mask.
///
/// Must not be called from async code.
pub fn longest_at_once(pipeline: &Mutex<dyn Pipeline>) -> usize {
    let pipeline = pipeline.blocking_lock();
    let metadata = pipeline.get_metadata();
    let cache = pipeline.cache();
    if metadata.no_kv_cache || cache.is_hybrid() {
        return usize::MAX;
    }
    let normal = cache.normal();
    let layers = &normal.0;
    let shares_windows =
        layers.iter().any(|layer| layer.is_shared()) && layers.iter().any(|layer| layer.is_rotating());
    metadata.sliding_window.filter(|_| shares_windows).unwrap_or(usize::MAX)
}

/// What the keys and values of the current sequence take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KvSize {
    /// Positions that are filled.
    pub positions: usize,
    /// Bytes in all layers, free room at the end of each included.
    pub bytes: u64,
}

/// As it is now. Waits while the engine computes. Must not be called from async code.
pub fn size(pipeline: &Mutex<dyn Pipeline>) -> KvSize {
    let pipeline = pipeline.blocking_lock();
    if pipeline.get_metadata().no_kv_cache || pipeline.cache().is_hybrid() {
        return KvSize::default();
    }
    let mut size = KvSize::default();
    for layer in &pipeline.cache().normal().0 {
        for tensor in [layer.k(), layer.v()].into_iter().filter_map(|tensor| tensor.ok().flatten()) {
            // Batch, heads, positions, head size.
            let Ok((batch, heads, positions, width)) = tensor.dims4() else { continue };
            size.positions = size.positions.max(positions);
            let values = batch * heads * positions.next_multiple_of(BLOCK) * width;
            size.bytes += (values * tensor.dtype().size_in_bytes()) as u64;
        }
    }
    size
}
