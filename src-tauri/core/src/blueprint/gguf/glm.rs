//! GLM 4: gate and up in one matrix, norms around every part, and rotary positions on a part of each head.

use serde_json::json;

use super::super::facts::Facts;
use super::super::{unsupported, Blueprint, RowOrder};
use super::{begin, without_scaling, Builder, Sizes};
use crate::protocol::RpcError;

/// GLM 4 and the text part of GLM 4.1V.
pub(super) fn glm4(facts: &Facts) -> Result<Blueprint, RpcError> {
    let (sizes, mut config) = begin(facts, "Glm4ForCausalLM")?;
    without_scaling(facts)?;
    let Sizes { hidden, feed_forward, heads, kv_heads, head, .. } = sizes;
    let rotated = facts.optional("rope.dimension_count")?.unwrap_or(head);
    if rotated == 0 || rotated > head || rotated % 2 != 0 {
        return Err(unsupported(format!("rotary positions on {rotated} numbers of a head")));
    }
    // The class turns neighbours, as the file has them, but for models that see: llama.cpp turns halves there, and
    // its converter has moved the rows (`Glm4Model.normal_to_neox`).
    let sees =
        facts.numbers("rope.dimension_sections").is_some_and(|mut widths| widths.any(|width| width > 0));
    let order = |heads| if sees { RowOrder::Halves { heads, turned: rotated } } else { RowOrder::Same };
    config.insert("hidden_act".into(), json!("silu"));
    config.insert("head_dim".into(), json!(head));
    config.insert("partial_rotary_factor".into(), json!(rotated as f64 / head as f64));
    let mut builder = Builder::new(facts, sizes, 0.0)?;
    for block in 0..builder.sizes.layers {
        let name = |part: &str| format!("blk.{block}.{part}");
        let places = &mut builder.places;
        places.matrix(&name("attn_q"), heads * head, hidden, order(heads))?;
        places.matrix(&name("attn_k"), kv_heads * head, hidden, order(kv_heads))?;
        places.matrix(&name("attn_v"), kv_heads * head, hidden, RowOrder::Same)?;
        places.matrix(&name("attn_output"), hidden, heads * head, RowOrder::Same)?;
        places.part(&name("ffn_up"), 0, feed_forward, 2, hidden)?;
        places.part(&name("ffn_up"), 1, feed_forward, 2, hidden)?;
        places.matrix(&name("ffn_down"), hidden, feed_forward, RowOrder::Same)?;
        for (norm, stored) in [
            ("input_layernorm", "attn_norm"),
            ("post_self_attn_layernorm", "post_attention_norm"),
            ("post_attention_layernorm", "ffn_norm"),
            ("post_mlp_layernorm", "post_ffw_norm"),
        ] {
            builder.norm(block, norm, stored, hidden)?;
        }
    }
    let has_bias = builder.places.matrices.iter().any(|matrix| matrix.bias.is_some());
    config.insert("attention_bias".into(), json!(has_bias));
    builder.finish(config, None)
}
