//! Checkpoints of random weights in two shapes and two formats.

use arbor_genome::Blueprint;
use half::bf16;
use safetensors::tensor::{Dtype, TensorView};
use std::error::Error;
use std::fs;
use std::path::Path;

/// The shapes, with their configurations: the large ones have 124 million
/// parameters, the small ones show that the program runs.
pub(crate) fn configurations(small: bool) -> [(&'static str, String); 2] {
    let (layers, width, inner) = if small { (2, 64, 160) } else { (12, 768, 2048) };
    let heads = width / 64;
    let gpt2 = format!(
        r#"{{"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "vocab_size": 50257,
            "n_positions": 1024, "n_embd": {width}, "n_layer": {layers}, "n_head": {heads}}}"#
    );
    let kv = (heads / 3).max(1);
    let llama = format!(
        r#"{{"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 32000,
            "hidden_size": {width}, "intermediate_size": {inner}, "num_hidden_layers": {layers},
            "num_attention_heads": {heads}, "num_key_value_heads": {kv},
            "max_position_embeddings": 2048, "tie_word_embeddings": false}}"#
    );
    [("gpt2", gpt2), ("llama", llama)]
}

/// Writes a checkpoint.
pub(crate) fn write(folder: &Path, config: &str, half: bool) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let mut state = 7_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ((state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0) * 0.035
    };
    let blueprint = Blueprint::read(config)?;
    let (mut data, dtype) = (Vec::new(), if half { Dtype::BF16 } else { Dtype::F32 });
    for (name, spec) in blueprint.inventory.tensors() {
        let dims: Vec<usize> = spec.shape.dims().iter().map(|dim| *dim as usize).collect();
        // Gains stand near one.
        let base = if dims.len() == 1 && name.ends_with("weight") {
            1.0
        } else {
            0.0
        };
        let numbers = (0..dims.iter().product()).map(|_| base + next());
        let bytes: Vec<u8> = if half {
            numbers
                .flat_map(|n| bf16::from_f32(n).to_le_bytes())
                .collect()
        } else {
            numbers.flat_map(f32::to_le_bytes).collect()
        };
        data.push((name.to_string(), dims, bytes));
    }
    let views = data.iter().map(|(name, dims, bytes)| {
        TensorView::new(dtype, dims.clone(), bytes).map(|view| (name, view))
    });
    let views = views.collect::<Result<Vec<_>, _>>()?;
    let format = [("format".to_owned(), "pt".to_owned())].into();
    fs::write(
        folder.join("model.safetensors"),
        safetensors::serialize(views, Some(format))?,
    )?;
    Ok(fs::write(folder.join("config.json"), config)?)
}
