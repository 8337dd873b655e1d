"""What transformers fills in where config.json says nothing, for every kind of model that is taken.

    python src-tauri/core/src/blueprint/defaults/make.py

Writes `transformers.json` beside this file; `mod.rs` reads it. For each `model_type`:

* `file`: where it is from, below `transformers/models/`.
* `classes`: its model classes, the one that writes text first; what `architectures` stands for where it is missing.
* `text`: the kind of its text part, for models that also see or hear.
* `values`: the value of every key that changes what is computed. Keys without a fixed one have null: other keys decide.
* `required`: keys that may not be null.
* `aliases`: names under which a key may be written too.

Made with transformers 5.24.0.
"""

import dataclasses
import inspect
import json
from pathlib import Path

import transformers
from transformers import PreTrainedConfig
from transformers.models.auto import modeling_auto as auto
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

HERE = Path(__file__).parent
TYPES = """
llama mistral mixtral gemma gemma2 gemma3 gemma3_text gemma4 gemma4_text mistral3 qwen2_vl qwen2_vl_text qwen2_5_vl
qwen2_5_vl_text qwen3_vl qwen3_vl_text qwen3_vl_moe qwen3_vl_moe_text qwen3_moe idefics3 smolvlm llava llava_next
llava_onevision internvl lighton_ocr qwen2_audio voxtral mllama mllama_text_model phi4_multimodal qwen3_next qwen3_5
qwen3_5_text qwen3_5_moe qwen3_5_moe_text phi3 qwen2 qwen3 starcoder2 glm4 glm4_moe glm4_moe_lite deepseek_v2
deepseek_v3 glm ernie4_5 seed_oss granite granitemoe granitemoehybrid smollm3
""".split()

# What changes nothing that is computed: training, generation, and what is for pictures and speech.
PASSED_OVER = """
initializer_range initializer_factor use_cache bos_token_id eos_token_id pad_token_id pretraining_tp output_router_logits
router_aux_loss_coef router_jitter_noise attention_dropout resid_pdrop embd_pdrop residual_dropout embedding_dropout
vision_config audio_config text_config rope_parameters
""".split()
# Null means none in published folders, though the field does not say so.
OR_NONE = ["hidden_size_per_layer_input"]
# Of models that also see or hear, the outer part: what is for text.
OUTER = ["tie_word_embeddings"]
MAPPINGS = [
    "MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES", "MODEL_FOR_MULTIMODAL_LM_MAPPING_NAMES",
    "MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES", "MODEL_FOR_CAUSAL_LM_MAPPING_NAMES",
]


def classes(kind: str) -> list[str]:
    found: list[str] = []
    for name in MAPPINGS:
        named = getattr(auto, name, {}).get(kind, ())
        found += [named] if isinstance(named, str) else list(named)
    return list(dict.fromkeys(found))


def text_kind(kind: type[PreTrainedConfig]) -> str | None:
    """The `model_type` of the text part that is taken where none is named."""
    spec = (getattr(kind, "sub_configs_defaults", None) or {}).get("text_config")
    if spec is None:
        return None
    named = getattr(spec, "model_type", None)
    return named or spec.config_class.model_type


def required(kind: type[PreTrainedConfig], found: dict) -> list[str]:
    annotations = {field.name: str(field.type) for field in dataclasses.fields(kind)}
    # The bases of positions are no fields.
    may_lack = [key for key, annotation in annotations.items() if "None" in annotation] + OR_NONE
    return [key for key, value in found.items() if value is not None and key not in may_lack]


def values(kind: type[PreTrainedConfig]) -> dict:
    base = {field.name for field in dataclasses.fields(PreTrainedConfig)} - {"tie_word_embeddings"}
    found = {}
    for field in dataclasses.fields(kind):
        if field.name in base or field.name in PASSED_OVER or field.name.startswith("_"):
            continue
        has_value = field.default is not dataclasses.MISSING
        value = field.default if has_value else field.default_factory() if callable(field.default_factory) else None
        try:
            found[field.name] = json.loads(json.dumps(value, allow_nan=False))
        except (TypeError, ValueError):
            # Endless steps of time.
            found[field.name] = None
    rope = kind().rope_parameters if hasattr(kind(), "rope_parameters") else None
    if rope and "rope_theta" in rope:
        for name in ("rope_theta", "partial_rotary_factor"):
            if rope.get(name) is not None:
                found[name] = rope[name]
    elif rope:
        # By kinds of blocks: as they were written before.
        found["rope_theta"] = rope["full_attention"]["rope_theta"]
        found["rope_local_base_freq"] = rope["sliding_attention"]["rope_theta"]
    return found


def main() -> None:
    types = {}
    for name in TYPES:
        kind = CONFIG_MAPPING[name] if name in CONFIG_MAPPING else None
        assert kind is not None and kind.model_type == name, name
        text = text_kind(kind)
        found = {key: value for key, value in values(kind).items() if text is None or key in OUTER}
        file = Path(inspect.getsourcefile(kind))
        types[name] = {
            "file": f"{file.parent.name}/{file.name}",
            "classes": classes(name),
            "text": text,
            "values": found,
            "required": required(kind, found),
            "aliases": dict(getattr(kind, "attribute_map", {})) if text is None else {},
        }
    # Phi 4 as it was published first; its code is not part of transformers.
    types["phi4mm"] = {**types["phi4_multimodal"], "classes": ["Phi4MMForCausalLM"]}
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(kind)}" for name, kind in types.items())
    source = json.dumps(f"transformers {transformers.__version__}")
    (HERE / "transformers.json").write_text(f'{{\n "source": {source},\n "types": {{\n{lines}\n }}\n}}\n')


main()
