//! InternLM2 (Cai et al. 2024, arXiv 2403.17297): Llama's form under other
//! names, queries, keys and values of each key-value head together.
//!
//! Reference: the authors' `modeling_internlm2.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::mlp::Mlp;
use super::build::names::{Maps, Names};
use super::build::norms::Places;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static INTERNLM2: Architecture = architecture(
    "internlm2",
    &[
        ("InternLM2ForCausalLM", Task::Causal),
        ("InternLM2Model", Task::Encoder),
    ],
    read,
);

const NAMES: Names = Names {
    tokens: "tok_embeddings",
    attention: "attention",
    maps: Maps::Grouped("wqkv"),
    output: "wo",
    feed_forward: "feed_forward",
    head: "output",
    ..Names::LLAMA
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let mut form = Form::read(INTERNLM2.model_type, config, &Defaults::LLAMA)?;
    form.names = NAMES;
    form.mlp = Mlp::Gated(["w1", "w3", "w2"]);
    form.places = Places::Pre(["attention_norm", "ffn_norm"]);
    form.qkv_bias = config.flag_or("bias", true)?.into();
    form.output_bias = form.qkv_bias;
    config.skip(&["attn_implementation"]);
    form.genome(task)
}
