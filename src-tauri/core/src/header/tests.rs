use std::io::Write;
use std::path::Path;

use rand::{Rng, SeedableRng};

use super::gguf::{GgmlType, GgufHeader};
use super::testing::{
    blocks, safetensors, sized_llama, tiny_llama, tiny_qwen3, zeros, zeros_but, Folder, GgufWriter,
};
use super::*;
use crate::protocol::Support;

/// Weights of two blocks with seven matrices and two norms, and their bytes in Q8_0 and F32.
const TINY_BLOCKS: u64 = 2 * (7 * 32 * 32 + 2 * 32);
const TINY_BLOCK_BYTES: u64 = 2 * (7 * 32 * 34 + 2 * 128);

fn kind_of(path: &Path) -> ErrorKind {
    inspect(path).expect_err("this must be refused").kind()
}

#[test]
fn a_whole_file_is_described() {
    let folder = Folder::new();
    let path = folder.write("模型 千问.gguf", tiny_llama().bytes());
    let info = inspect(&path).unwrap();
    assert_eq!(info.name, "Tiny 小");
    assert_eq!(info.architecture, "llama");
    assert_eq!(info.format, ModelFormat::Gguf);
    assert_eq!(info.parameters, 32 * 4 + 32 + TINY_BLOCKS);
    assert_eq!((info.layers, info.context_length, info.embedding_length), (2, 128, 32));
    assert_eq!(info.vocabulary_size, 4);
    assert_eq!(info.quantization, "Q8_0");
    assert_eq!(info.license.as_deref(), Some("apache-2.0"));
    assert!(!info.has_chat_template);
    // While it is loaded: the table in F32 and, tied, packed as it is; the norm.
    assert_eq!(info.memory_needed, 128 * 4 + 4 * 34 + 128 + TINY_BLOCK_BYTES);
    assert_eq!(info.file_size, std::fs::metadata(&path).unwrap().len());
    assert_eq!(info.support, Support::Supported);
}

#[test]
fn values_and_tensors_are_read_as_written() {
    let folder = Folder::new();
    let path = folder.write("m.gguf", tiny_llama().version(2).bool("x.flag", true).bytes());
    let header = GgufHeader::read(&path).unwrap();
    assert_eq!(header.version(), 2);
    assert_eq!(header.u64("llama.block_count"), Some(2));
    assert_eq!(header.f64("llama.rope.freq_base"), Some(10_000.0));
    assert_eq!(header.bool("x.flag"), Some(true));
    assert_eq!(header.str("llama.block_count"), None);
    assert_eq!(header.get("absent"), None);
    let tokens: Vec<&[u8]> = header.strings("tokenizer.ggml.tokens").unwrap().collect();
    assert_eq!(tokens, [&b"a"[..], b"b", b"ab", b"<|end|>"]);
    let kinds: Vec<i64> = header.integers("tokenizer.ggml.token_type").unwrap().collect();
    assert_eq!(kinds, [1, 1, 1, 3]);
    assert!(header.floats("tokenizer.ggml.token_type").is_none());
    let norm = header.tensor("output_norm.weight").unwrap();
    assert_eq!((norm.offset, norm.byte_len, norm.ggml_type), (160, 128, GgmlType::F32));
    assert_eq!(header.tensor_data_offset() % 32, 0);
    assert_eq!(header.tensor_data_offset() + 160 + 128 + TINY_BLOCK_BYTES, header.file_size());
}

#[test]
fn every_cut_of_a_file_is_called_truncated() {
    let folder = Folder::new();
    let bytes = tiny_llama().bytes();
    let path = folder.write("whole.gguf", &bytes);
    let header_len = GgufHeader::read(&path).unwrap().bytes().len();
    for length in (4..header_len).chain([header_len, bytes.len() - 1]) {
        let path = folder.write("cut.gguf", &bytes[..length]);
        let error = inspect(&path).expect_err("a part of a file");
        assert_eq!(error.kind(), ErrorKind::Truncated, "{length} of {}: {error}", bytes.len());
        assert_eq!(error.data.facts["file_size"], length);
    }
}

#[test]
fn what_is_no_model_is_named() {
    let folder = Folder::new();
    assert_eq!(kind_of(&folder.0.path().join("absent.gguf")), ErrorKind::NotFound);
    assert_eq!(kind_of(&folder.write("empty.gguf", "")), ErrorKind::EmptyFile);
    assert_eq!(kind_of(&folder.write("text.gguf", "Once upon a time")), ErrorKind::NotAModel);
    assert_eq!(kind_of(&folder.write("short", "GG")), ErrorKind::NotAModel);
    let page = inspect(&folder.write("page.gguf", "<!DOCTYPE html><title>404")).unwrap_err();
    assert_eq!(page.kind(), ErrorKind::NotAModel);
    assert_eq!(page.data.facts["looks_like"], "html");
    let pointer = inspect(&folder.write("p.gguf", "version https://git-lfs.github.com/spec/v1\n"));
    assert_eq!(pointer.unwrap_err().data.facts["looks_like"], "git_lfs_pointer");
    let old = folder.write("old.bin", b"tjgg\x01\0\0\0");
    assert_eq!(kind_of(&old), ErrorKind::UnsupportedVersion);
}

#[test]
fn versions_that_are_not_read_are_named() {
    let folder = Folder::new();
    for version in [0, 1, 4] {
        let path = folder.write("v.gguf", tiny_llama().version(version).bytes());
        assert_eq!(kind_of(&path), ErrorKind::UnsupportedVersion, "version {version}");
    }
    let big = folder.write("big.gguf", tiny_llama().version(3u32.swap_bytes()).bytes());
    let error = inspect(&big).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnsupportedVersion);
    assert_eq!(error.data.facts["byte_order"], "big");
    assert_eq!(error.data.facts["version"], 3);
}

#[cfg(unix)]
#[test]
fn unreadable_files_and_folders_are_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.write("secret.gguf", tiny_llama().bytes());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser may read everything; then there is nothing to see here.
    if std::fs::File::open(&path).is_err() {
        assert_eq!(kind_of(&path), ErrorKind::PermissionDenied);
    }
    assert_eq!(
        io_error(&path, &std::io::ErrorKind::PermissionDenied.into()).kind(),
        ErrorKind::PermissionDenied
    );
    assert_eq!(io_error(&path, &std::io::ErrorKind::Other.into()).kind(), ErrorKind::ReadFailed);
}

/// A model in two parts, as `gguf-split` writes them: metadata in the first.
fn two_parts() -> [GgufWriter; 2] {
    let part = |writer: GgufWriter, number| {
        writer.u32("split.no", number).u32("split.count", 2).u32("split.tensors.count", 20)
    };
    [part(sized_llama(), 0), blocks(part(GgufWriter::new(), 1))]
}

#[test]
fn a_model_in_parts_is_described_as_one() {
    let folder = Folder::new();
    let [first, second] = two_parts().map(|part| part.bytes());
    let first_path = folder.write("小 m-00001-of-00002.gguf", &first);
    let second_path = folder.write("小 m-00002-of-00002.gguf", &second);
    assert_eq!(gguf::files(&second_path).unwrap(), [first_path.clone(), second_path.clone()]);
    for path in [&first_path, &second_path] {
        let info = inspect(path).unwrap();
        assert_eq!(info.path, path.display().to_string());
        assert_eq!((info.name.as_str(), info.layers), ("Tiny 小", 2));
        assert_eq!(info.parameters, 32 * 4 + 32 + 2 * (7 * 32 * 32 + 2 * 32));
        assert_eq!(info.support, Support::Supported);
        assert_eq!(info.file_size, (first.len() + second.len()) as u64);
    }
    assert_eq!(fingerprint(&first_path).unwrap(), fingerprint(&second_path).unwrap());
}

#[test]
fn parts_that_are_missing_are_named() {
    let folder = Folder::new();
    let [first, second] = two_parts().map(|part| part.bytes());
    let path = folder.write("m-00002-of-00002.gguf", &second);
    let error = inspect(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingParts);
    assert_eq!(error.data.facts["missing"], "m-00001-of-00002.gguf");
    // Under another name the brothers can't be found.
    let error = inspect(&folder.write("renamed.gguf", &first)).unwrap_err();
    assert_eq!((error.kind(), &error.data.facts["parts"]), (ErrorKind::MissingParts, &serde_json::json!(2)));
}

#[test]
fn parts_that_do_not_belong_together_are_called_corrupt() {
    let folder = Folder::new();
    let [first, second] = two_parts();
    let path = folder.write("m-00001-of-00002.gguf", first.bytes());
    for wrong in [
        first,
        tiny_llama(),
        second.clone().tensor("token_embd.weight", &[32], 0, 128),
        second.tensor("x", &[32], 0, 128),
    ] {
        folder.write("m-00002-of-00002.gguf", wrong.bytes());
        assert_eq!(kind_of(&path), ErrorKind::Corrupt);
    }
}

#[test]
fn contradictions_are_called_corrupt() {
    let folder = Folder::new();
    let cases = [
        tiny_llama().u32("general.alignment", 0),
        tiny_llama().u32("general.alignment", 48),
        tiny_llama().u32("llama.block_count", 3),
        tiny_llama().tensor("output_norm.weight", &[32], 0, 128),
        tiny_llama().tensor("row.weight", &[33, 4], 8, 4 * 34),
        tiny_llama().tensor("zero.weight", &[0], 0, 0),
        tiny_llama().tensor("huge.weight", &[1 << 40, 1 << 40], 0, 0),
        tiny_llama().tensor("flat.weight", &[1, 1, 1, 1, 1], 0, 4),
    ];
    for (number, case) in cases.iter().enumerate() {
        let path = folder.write("c.gguf", case.bytes());
        assert_eq!(kind_of(&path), ErrorKind::Corrupt, "case {number}");
    }
}

#[test]
fn a_length_beyond_the_file_takes_no_memory() {
    let folder = Folder::new();
    for count in [u64::MAX, 1 << 60, 1 << 40, 1 << 33] {
        let mut bytes = tiny_llama().bytes();
        bytes[8..16].copy_from_slice(&count.to_le_bytes());
        let kind = kind_of(&folder.write("t.gguf", &bytes));
        assert!(matches!(kind, ErrorKind::Truncated | ErrorKind::Corrupt));
        let mut bytes = tiny_llama().bytes();
        bytes[16..24].copy_from_slice(&count.to_le_bytes());
        let kind = kind_of(&folder.write("e.gguf", &bytes));
        assert!(matches!(kind, ErrorKind::Truncated | ErrorKind::Corrupt));
    }
}

#[test]
fn what_the_engine_computes_wrong_is_not_supported() {
    let folder = Folder::new();
    let unsupported = |writer: GgufWriter| match inspect(&folder.write("u.gguf", writer.bytes())) {
        Ok(ModelInfo { support: Support::Unsupported { kind, detail }, .. }) => (kind, detail),
        other => panic!("{other:?}"),
    };
    let (kind, detail) = unsupported(tiny_llama().tensor("rope_freqs.weight", &[8], 0, 32));
    assert_eq!(kind, ErrorKind::UnsupportedArchitecture);
    assert!(detail.contains("rope_freqs.weight"));
    let (kind, _) = unsupported(tiny_llama().str("llama.rope.scaling.type", "yarn"));
    assert_eq!(kind, ErrorKind::UnsupportedArchitecture);
    let (kind, detail) = unsupported(tiny_llama().tensor("x.weight", &[256], 16, 66));
    assert_eq!(kind, ErrorKind::UnsupportedQuantization);
    assert!(detail.contains("IQ2_XXS"));
    let (kind, _) = unsupported(tiny_llama().tensor("y.weight", &[256], 77, 66));
    assert_eq!(kind, ErrorKind::UnsupportedQuantization);
    let (kind, detail) = unsupported(tiny_llama().tensor("z.weight", &[32], 0, 128));
    assert_eq!(kind, ErrorKind::UnsupportedArchitecture);
    assert!(detail.contains("z.weight"));
    let vocabulary = |pre: &str| {
        GgufWriter::new()
            .str("general.architecture", "llama")
            .str("tokenizer.ggml.model", "gpt2")
            .str("tokenizer.ggml.pre", pre)
            .strings("tokenizer.ggml.tokens", &["a"])
            .strings("tokenizer.ggml.merges", &[""; 0])
            .tensor("token_embd.weight", &[32, 1], 0, 128)
    };
    let (kind, detail) = unsupported(vocabulary("klingon"));
    assert_eq!(kind, ErrorKind::UnsupportedTokenizer);
    assert!(detail.contains("klingon"));
    let (kind, detail) = unsupported(GgufWriter::new().str("general.architecture", "mamba").tensor(
        "token_embd.weight",
        &[32, 1],
        0,
        128,
    ));
    assert_eq!(kind, ErrorKind::UnsupportedArchitecture);
    assert!(detail.contains("mamba"));
    // Supported by name, but without its sizes: the engine would panic.
    let path = folder.write("bare.gguf", vocabulary("gpt-2").bytes());
    assert_eq!(kind_of(&path), ErrorKind::Corrupt);
}

#[test]
fn what_goes_with_a_model_or_draws_pictures_is_called_what_it_is() {
    let folder = Folder::new();
    let new = |architecture: &str| GgufWriter::new().str("general.architecture", architecture);
    let with = |writer: GgufWriter, names: &[&str]| {
        names.iter().fold(writer, |writer, name| writer.tensor(name, &[32], 0, 128))
    };
    let bare = GgufWriter::new;
    for (looks_like, writer) in [
        ("adapter", tiny_llama().str("general.type", "adapter")),
        ("adapter", with(new("llama"), &["blk.0.attn_q.weight.lora_a", "blk.0.attn_q.weight.lora_b"])),
        (
            "imatrix",
            with(
                bare().str("general.type", "imatrix"),
                &["blk.0.attn_q.weight.in_sum2", "blk.0.attn_q.weight.counts"],
            ),
        ),
        ("imatrix", with(bare(), &["blk.0.attn_q.weight.in_sum2", "blk.0.attn_q.weight.counts"])),
        ("mmproj", with(new("clip").str("general.type", "mmproj"), &["v.blk.0.attn_q.weight"])),
        ("mmproj", with(new("clip").bool("clip.has_vision_encoder", true), &["v.blk.0.attn_q.weight"])),
        ("mmproj", with(new("CLIP"), &["a.blk.0.attn_q.weight"])),
        ("control_vector", with(new("controlvector"), &["direction.1", "direction.2"])),
        ("control_vector", with(bare(), &["direction.1"])),
        ("picture_model", with(new("flux"), &["double_blocks.0.img_attn.proj.weight"])),
        ("picture_model", with(new("qwen_image"), &["transformer_blocks.0.attn.to_q.weight"])),
        (
            "picture_model",
            with(bare(), &["model.diffusion_model.input_blocks.0.0.weight", "alphas"]).tensor(
                "first_stage_model.decoder.conv_in.weight",
                &[32],
                0,
                128,
            ),
        ),
        ("vocabulary", new("llama")),
        ("vocabulary", with(new("llama").str("general.type", "vocab"), &[])),
        ("dataset", tiny_llama().str("general.type", "dataset")),
    ] {
        let error = inspect(&folder.write("other.gguf", writer.bytes())).expect_err(looks_like);
        assert_eq!(
            (error.kind(), &error.data.facts["looks_like"]),
            (ErrorKind::NotAModel, &looks_like.into())
        );
    }
    // Nothing says what this is.
    let unnamed = bare().str("general.name", "x").tensor("t", &[32], 0, 128);
    assert_eq!(kind_of(&folder.write("unnamed.gguf", unnamed.bytes())), ErrorKind::NotAModel);
    assert_eq!(
        inspect(&folder.write("model.gguf", tiny_llama().str("general.type", "model").bytes()))
            .map(|it| it.support)
            .ok(),
        Some(Support::Supported)
    );
}

#[test]
fn an_architecture_in_large_letters_is_the_same() {
    let folder = Folder::new();
    let bytes = tiny_llama().bytes();
    // The name alone, and with it the keys.
    let name = [&5u64.to_le_bytes()[..], b"llama"].concat();
    let at = bytes.windows(name.len()).position(|window| window == name).expect("the architecture") + 8;
    let mut named = bytes.clone();
    named[at..at + 5].copy_from_slice(b"LLaMA");
    let mut keyed = named.clone();
    for at in 0..keyed.len() - 6 {
        if &keyed[at..at + 6] == b"llama." {
            keyed[at..at + 5].copy_from_slice(b"LLaMA");
        }
    }
    for bytes in [named, keyed] {
        let path = folder.write("large.gguf", &bytes);
        let info = inspect(&path).expect("a model");
        assert_eq!((info.architecture.as_str(), info.layers, info.support), ("llama", 2, Support::Supported));
        // The engine's own reader goes by what is written.
        let plan = info.plan.expect("a plan");
        assert_eq!(plan.route, crate::protocol::LoadRoute::Converted);
    }
    for odd in ["", " ", "\u{130}llama", "llama\n", "a.b", "😀"] {
        let path = folder.write(
            "odd.gguf",
            GgufWriter::new().str("general.architecture", odd).tensor("t", &[32], 0, 128).bytes(),
        );
        match inspect(&path) {
            Ok(info) => assert!(
                matches!(info.support, Support::Unsupported { kind: ErrorKind::UnsupportedArchitecture, .. }),
                "{odd:?}"
            ),
            Err(error) => assert_eq!(error.kind(), ErrorKind::NotAModel, "{odd:?}"),
        }
    }
}

#[test]
fn pieces_cut_by_bytes_are_no_stopped_downloads() {
    let folder = Folder::new();
    let bytes = tiny_llama().bytes();
    let (first, second) = bytes.split_at(bytes.len() / 2);
    for (first_name, second_name) in [
        ("m.gguf.part1of2", "m.gguf.part2of2"),
        ("m.gguf-split-a", "m.gguf-split-b"),
        ("m.gguf.001", "m.gguf.002"),
        ("m.gguf.partaa", "m.gguf.partab"),
    ] {
        for (name, piece) in [(first_name, first), (second_name, second)] {
            let error = inspect(&folder.write(name, piece)).expect_err(name);
            let facts = &error.data.facts;
            assert_eq!(
                (error.kind(), &facts["case"], &facts["whole"]),
                (ErrorKind::MissingParts, &"cut".into(), &"m.gguf".into())
            );
        }
    }
    assert_eq!(
        kind_of(&folder.write("m.gguf.part", first)),
        ErrorKind::Truncated,
        "a browser is not through"
    );
    // A whole model is a model, whatever it is called.
    assert!(inspect(&folder.write("whole.gguf.part1of2", &bytes)).is_ok());
}

#[test]
fn parts_that_were_glued_or_renamed_are_told_apart() {
    let folder = Folder::new();
    let [first, second] = two_parts().map(|part| part.bytes());
    let glued = inspect(&folder.write("glued.gguf", [first.as_slice(), &second].concat())).unwrap_err();
    assert_eq!((glued.kind(), &glued.data.facts["case"]), (ErrorKind::MissingParts, &"glued".into()));
    let renamed = inspect(&folder.write("m-00001-of-00002 (1).gguf", &first)).unwrap_err();
    assert_eq!((renamed.kind(), &renamed.data.facts["case"]), (ErrorKind::MissingParts, &"renamed".into()));
    assert_eq!(renamed.data.facts["expected_name"], "m-00001-of-00002.gguf");
}

#[test]
fn folders_with_numbers_that_the_engine_can_not_compute_with_are_refused_by_name() {
    let (folder, (_, mut tensors)) = (model_folder(), tiny_qwen3());
    for (dtype, bytes) in [("F64", 8), ("F8_E4M3", 1), ("F8_E5M2", 1)] {
        // All of it, and one tensor among others.
        folder.write("model.safetensors", safetensors("w", dtype, &[10, 20], 200 * bytes));
        let whole = inspect(folder.0.path()).expect("a description").support;
        folder.write("model.safetensors", zeros_but(&tensors, "model.norm.weight", dtype, bytes as u64));
        let part = inspect(folder.0.path()).expect("a description").support;
        for support in [whole, part] {
            let Support::Unsupported { kind, detail } = support else { panic!("{dtype} is not read") };
            assert_eq!(kind, ErrorKind::UnsupportedQuantization);
            assert!(detail.contains(dtype), "{detail}");
        }
    }
    // Whole numbers stand beside the weights of some models.
    let positions = "model.layers.0.self_attn.rotary_emb.inv_freq";
    tensors.push((positions.into(), vec![10]));
    folder.write("model.safetensors", zeros_but(&tensors, positions, "I64", 8));
    assert_eq!(inspect(folder.0.path()).expect("a description").support, Support::Supported);
}

fn model_folder() -> Folder {
    let folder = Folder::new();
    let (config, tensors) = tiny_qwen3();
    folder.write("config.json", config.to_string());
    folder.write("model.safetensors", zeros(&tensors));
    folder.write("tokenizer.json", r#"{"model": {"type": "BPE", "vocab": {"a": 0, "b": 10}, "merges": []}}"#);
    folder
}

#[test]
fn a_folder_is_described_whichever_file_is_given() {
    let folder = model_folder();
    let whole = inspect(folder.0.path()).unwrap();
    assert_eq!(whole.architecture, "qwen3");
    assert_eq!((whole.layers, whole.context_length, whole.vocabulary_size), (1, 4096, 10));
    assert_eq!((whole.parameters, whole.quantization.as_str()), (768, "BF16"));
    assert_eq!(whole.support, Support::Supported);
    assert_eq!((whole.embedding_rows, whole.tokens_without_embedding), (10, 1));
    assert_eq!(whole.format, ModelFormat::Safetensors);
    for name in ["config.json", "model.safetensors"] {
        let path = folder.0.path().join(name);
        let info = inspect(&path).unwrap();
        assert_eq!(info.path, path.display().to_string());
        assert_eq!(ModelInfo { path: whole.path.clone(), ..info }, whole);
        assert_eq!(locate(&path).unwrap().1, folder.0.path());
    }
}

#[test]
fn classes_that_the_engine_computes_wrong_are_refused_by_their_reason() {
    let folder = model_folder();
    for (class, reason) in support::FAILING.iter().chain(support::UNPROVED) {
        let config = serde_json::json!({ "architectures": [class], "model_type": "x", "text_config": {} });
        folder.write("config.json", config.to_string());
        match inspect(folder.0.path()).unwrap().support {
            Support::Unsupported { kind: ErrorKind::UnsupportedArchitecture, detail } => {
                assert!(detail.contains(class) && detail.contains(reason), "{detail}");
            }
            other => panic!("{class}: {other:?}"),
        }
    }
}

/// As transformers chooses. What lies beside the model is neither computed with nor counted.
#[test]
fn of_several_weight_files_those_of_the_model_are_taken() {
    let (_, tensors) = tiny_qwen3();
    let names = |folder: &Folder| -> Vec<String> {
        let files = folder::weight_files(folder.0.path()).unwrap();
        files.iter().map(|file| file.file_name().unwrap().to_string_lossy().into_owned()).collect()
    };
    let count = |folder: &Folder| inspect(folder.0.path()).unwrap().parameters;
    let (half, rest) = tensors.split_at(tensors.len() / 2);
    let shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];

    let folder = model_folder();
    for stray in
        ["consolidated.safetensors", "adapter_model.safetensors", "weights-4bit.safetensors", shards[0]]
    {
        folder.write(stray, zeros(&tensors));
    }
    folder.write(
        "model.safetensors.index.json",
        r#"{"weight_map": {"w": "model-00002-of-00002.safetensors"}}"#,
    );
    assert_eq!((names(&folder), count(&folder)), (vec!["model.safetensors".to_owned()], 768));

    std::fs::remove_file(folder.0.path().join("model.safetensors")).unwrap();
    for (shard, tensors) in shards.iter().zip([half, rest]) {
        folder.write(shard, zeros(tensors));
    }
    let map: serde_json::Map<String, serde_json::Value> = half
        .iter()
        .map(|(name, _)| (name.clone(), shards[0].into()))
        .chain(rest.iter().map(|(name, _)| (name.clone(), shards[1].into())))
        .collect();
    folder.write("model.safetensors.index.json", serde_json::json!({"weight_map": map}).to_string());
    assert_eq!((names(&folder), count(&folder)), (shards.map(str::to_owned).to_vec(), 768));
    // By their names alone.
    std::fs::remove_file(folder.0.path().join("model.safetensors.index.json")).unwrap();
    assert_eq!((names(&folder), count(&folder)), (shards.map(str::to_owned).to_vec(), 768));

    std::fs::remove_file(folder.0.path().join(shards[1])).unwrap();
    let error = inspect(folder.0.path()).unwrap_err();
    assert_eq!((error.kind(), &error.data.facts["missing"]), (ErrorKind::MissingParts, &shards[1].into()));
    folder.write("model.safetensors.index.json", serde_json::json!({"weight_map": map}).to_string());
    let error = inspect(folder.0.path()).unwrap_err();
    assert_eq!((error.kind(), &error.data.facts["parts"]), (ErrorKind::MissingParts, &2.into()));

    // One file of any name; two that hold the same are nobody's choice.
    let folder = model_folder();
    let path = |name: &str| folder.0.path().join(name);
    std::fs::rename(path("model.safetensors"), path("weights.safetensors")).unwrap();
    assert_eq!(count(&folder), 768);
    folder.write("copy.safetensors", zeros(&tensors));
    assert_eq!(kind_of(folder.0.path()), ErrorKind::Corrupt);
}

#[test]
fn what_was_not_downloaded_and_what_is_no_safetensors_is_said() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4000000\n";
    for name in ["model.safetensors", "config.json"] {
        let folder = model_folder();
        folder.write(name, pointer);
        let error = inspect(folder.0.path()).unwrap_err();
        assert_eq!(
            (error.kind(), &error.data.facts["looks_like"]),
            (ErrorKind::NotAModel, &"git_lfs_pointer".into())
        );
        assert!(error.data.facts["path"].as_str().unwrap().ends_with(name), "{error}");
    }
    let folder = model_folder();
    std::fs::remove_file(folder.0.path().join("model.safetensors")).unwrap();
    folder.write("pytorch_model-00001-of-00002.bin", "PK");
    let error = inspect(folder.0.path()).unwrap_err();
    assert_eq!(
        (error.kind(), &error.data.facts["looks_like"]),
        (ErrorKind::FolderWithoutModel, &"pickle".into())
    );
    assert!(error.message.contains("safetensors"), "{error}");
}

/// Python writes and reads them, and config.json has them.
#[test]
fn numbers_without_an_end_do_no_harm() {
    let folder = model_folder();
    let (config, _) = tiny_qwen3();
    let text = config.to_string().replacen('{', r#"{"time_step_limit": [0.0, Infinity], "x": NaN, "#, 1);
    folder.write("config.json", text);
    assert_eq!(inspect(folder.0.path()).unwrap().support, Support::Supported);
    // Where one is computed with, nobody takes a default for it.
    let text = config.to_string().replacen('{', r#"{"rope_theta": Infinity, "#, 1);
    folder.write("config.json", text);
    let support = inspect(folder.0.path()).unwrap().support;
    assert!(matches!(support, Support::Unsupported { kind: ErrorKind::Corrupt, .. }), "{support:?}");
}

/// The body of a model without the head that writes is named as such; where nothing is named, the kind of model says it.
#[test]
fn the_class_may_be_left_out_but_not_another_one() {
    let folder = model_folder();
    let (config, _) = tiny_qwen3();
    for named in [serde_json::json!(null), serde_json::json!([])] {
        let mut config = config.clone();
        config["architectures"] = named;
        folder.write("config.json", config.to_string());
        assert_eq!(inspect(folder.0.path()).unwrap().support, Support::Supported);
    }
    let mut body = config.clone();
    body["architectures"] = serde_json::json!(["Qwen3Model"]);
    folder.write("config.json", body.to_string());
    assert!(matches!(
        inspect(folder.0.path()).unwrap().support,
        Support::Unsupported { kind: ErrorKind::UnsupportedArchitecture, .. }
    ));
}

#[test]
fn a_tensor_that_nobody_reads_is_a_reason_to_refuse() {
    for stray in [
        "model.layers.0.self_attn.q_proj.bias",
        "lm_head.bias",
        "model.layers.1.mlp.up_proj.weight",
        "score.weight",
    ] {
        let folder = model_folder();
        let (_, mut tensors) = tiny_qwen3();
        tensors.push((stray.into(), vec![8]));
        folder.write("model.safetensors", zeros(&tensors));
        match inspect(folder.0.path()).unwrap().support {
            Support::Unsupported { kind: ErrorKind::UnsupportedArchitecture, detail } => {
                assert!(detail.contains(stray.trim_end_matches("bias").trim_end_matches('.')), "{detail}");
            }
            other => panic!("{stray}: {other:?}"),
        }
    }
}

#[test]
fn bad_folders_are_named() {
    let folder = Folder::new();
    folder.write("a.gguf", "x");
    let error = inspect(folder.0.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::FolderWithoutModel);
    assert_eq!(error.data.facts["gguf_files"].as_array().unwrap().len(), 1);
    let lone = folder.write("lone.safetensors", safetensors("w", "F32", &[1], 4));
    assert_eq!(kind_of(&lone), ErrorKind::NotAModel);

    let folder = model_folder();
    let path = folder.0.path();
    folder.write("config.json", "{");
    assert_eq!(kind_of(path), ErrorKind::Corrupt);
    folder.write("config.json", "[]");
    assert_eq!(kind_of(path), ErrorKind::NotAModel);
    folder.write("config.json", r#"{"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"]}"#);
    assert!(matches!(
        inspect(path).unwrap().support,
        Support::Unsupported { kind: ErrorKind::UnsupportedArchitecture, .. }
    ));

    let weights = safetensors("w", "BF16", &[10, 20], 400);
    for length in [1, 7, 8, 20, weights.len() - 1] {
        let folder = model_folder();
        folder.write("model.safetensors", &weights[..length]);
        assert_eq!(kind_of(folder.0.path()), ErrorKind::Truncated, "{length}");
    }
    let folder = model_folder();
    folder.write("model.safetensors", [0xff; 64]);
    assert_eq!(kind_of(folder.0.path()), ErrorKind::NotAModel);
    std::fs::remove_file(folder.0.path().join("model.safetensors")).unwrap();
    for outside in ["../../etc/passwd", "..", ".", "/etc/passwd", ""] {
        let index = serde_json::json!({"weight_map": {"w": outside}}).to_string();
        folder.write("model.safetensors.index.json", index);
        assert_eq!(kind_of(folder.0.path()), ErrorKind::Corrupt, "{outside}");
    }
    let folder = model_folder();
    std::fs::remove_file(folder.0.path().join("model.safetensors")).unwrap();
    assert_eq!(kind_of(folder.0.path()), ErrorKind::FolderWithoutModel);
}

#[test]
fn a_fingerprint_names_header_and_size() {
    let folder = Folder::new();
    let of = |bytes: &[u8]| fingerprint(&folder.write("f.gguf", bytes)).unwrap();
    let bytes = tiny_llama().bytes();
    let first = of(&bytes);
    assert_eq!(first.len(), 64);
    assert_eq!(first, of(&bytes));
    let mut weights = bytes.clone();
    *weights.last_mut().unwrap() ^= 1;
    assert_eq!(first, of(&weights), "weights are not read");
    assert_ne!(first, of(&[&bytes[..], b"0"].concat()), "the size counts");
    assert_ne!(first, of(&tiny_llama().u32("x", 1).bytes()));
    let folder = model_folder();
    let first = fingerprint(folder.0.path()).unwrap();
    folder.write("model.safetensors", safetensors("w", "F32", &[10, 10], 400));
    assert_ne!(first, fingerprint(folder.0.path()).unwrap());
}

/// Seeded damage to whole files: whatever the bytes say, the answer is a description or an
/// error, and everything that reads a header answers.
#[test]
fn damaged_headers_are_answered() {
    let folder = Folder::new();
    let original = tiny_llama()
        .str("tokenizer.chat_template", "{{ messages[0].content }}")
        .f32s("tokenizer.ggml.scores", &[0.0; 4])
        .bytes();
    let path = folder.0.path().join("damaged.gguf");
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(20_240_726);
    let mut answered = 0;
    for _ in 0..4000 {
        let mut bytes = original.clone();
        for _ in 0..random.random_range(1..=4) {
            let place = random.random_range(0..bytes.len());
            match random.random_range(0..5) {
                0 => bytes[place] = random.random(),
                1 => bytes[place] ^= 1 << random.random_range(0..8),
                2 => bytes.truncate(place.max(1)),
                3 => {
                    let end = (place + 8).min(bytes.len());
                    let number: u64 = [0, 1, 1 << 31, 1 << 33, u64::MAX][random.random_range(0..5)];
                    bytes[place..end].copy_from_slice(&number.to_le_bytes()[..end - place]);
                }
                _ => {
                    let byte = random.random();
                    bytes.insert(place, byte);
                }
            }
        }
        let mut file = std::fs::File::create(&path).unwrap();
        file.write_all(&bytes).unwrap();
        drop(file);
        answered += u32::from(inspect(&path).is_ok());
        if let Ok(tokenizer) = crate::tokenizer::Tokenizer::open(&path) {
            tokenizer.encode("ab <|end|> 中\n", true).unwrap();
            assert!(tokenizer.engine_json().unwrap().starts_with('{'));
        }
        if let Ok(Some(template)) = crate::template::ChatTemplate::from_model(&path) {
            assert!(!template.source().is_empty() || bytes != original);
        }
    }
    assert!(answered > 0, "not every damage is fatal");
}
