//! OPT (Zhang et al. 2022, arXiv 2205.01068).
//!
//! Reference: transformers 4.57.6, `models/opt/modeling_opt.py`. Positions are
//! counted from the third row of their table; the smallest model but one has
//! tokens narrower than states, and norms after its sums.

use super::build::{At, Bias, head_size};
use super::causal::{self, Decoder, TIED_HEAD};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{
    AbsolutePosition, Activation, Block, Counting, Embedding, Gain, Head, HeadTransform, Norm,
    Placement,
};

pub(super) static OPT: Architecture = Architecture {
    model_type: "opt",
    classes: &[
        ("OPTForCausalLM", Task::Causal),
        ("OPTModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[TIED_HEAD],
    read,
};

/// A layer as fairseq has it, shared with its descendants.
pub(super) struct Layer {
    pub(super) width: u64,
    pub(super) heads: u64,
    pub(super) inner: u64,
    pub(super) bias: Bias,
    pub(super) activation: Activation,
}

impl Layer {
    /// The layer at a place, its norms put where `placement` says: the one of
    /// attention first.
    pub(super) fn at(
        &self,
        layer: &At,
        placement: impl Fn(Norm, Norm) -> Placement,
        norm: impl Fn(&At, &str) -> Result<Norm, ConfigError>,
    ) -> Result<Block, ConfigError> {
        let shape = [
            self.heads,
            self.heads,
            head_size(None, self.width, self.heads)?,
        ];
        let names = ["q_proj", "k_proj", "v_proj", "out_proj"];
        let attention = layer.at("self_attn");
        let maps = causal::maps(&attention, names, self.width, shape, [self.bias; 2])?;
        let expert = layer.plain(["fc1", "fc2"], self.width, self.inner, self.bias)?;
        Ok(causal::block(
            causal::attention(shape, maps),
            causal::dense(expert, self.activation),
            placement(
                norm(layer, "self_attn_layer_norm")?,
                norm(layer, "final_layer_norm")?,
            ),
        ))
    }
}

/// Norms before attention and before the feed-forward layer.
pub(super) const fn pre(mixer: Norm, feed_forward: Norm) -> Placement {
    Placement::Pre {
        mixer,
        feed_forward: Some(feed_forward),
    }
}

/// Learned positions of tokens that are not hidden, from the table's third
/// row on.
pub(super) fn positions(
    at: &At,
    context: u64,
    width: u64,
) -> Result<AbsolutePosition, ConfigError> {
    Ok(AbsolutePosition::Learned {
        table: at.tensor("embed_positions.weight", &[context + 2, width])?,
        offset: 0,
        counting: Counting::Unmasked { first: 2 },
    })
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count("hidden_size")?;
    let narrow = config.count_or("word_embed_proj_dim", width)?;
    let vocabulary = config.count("vocab_size")?;
    let context = config.count_or("max_position_embeddings", 2_048)?;
    let before = config.flag_or("do_layer_norm_before", true)?;
    let removed = config.flag_or("_remove_final_layer_norm", false)?;
    let last = before && !removed;
    let affine = config.flag_or("layer_norm_elementwise_affine", true)?;
    let form = Layer {
        width,
        heads: config.count("num_attention_heads")?,
        inner: config.count_or("ffn_dim", 3_072)?,
        bias: Bias::from(config.flag_or("enable_bias", true)?),
        activation: config.activation_or("activation_function", Activation::Relu)?,
    };
    let norm = |at: &At, name: &str| -> Result<Norm, ConfigError> {
        let norm = at.layer_norm(name, width, 1e-5)?;
        Ok(if affine {
            norm
        } else {
            Norm {
                gain: Gain::None,
                bias: None,
                ..norm
            }
        })
    };
    let placement = |mixer, feed_forward| {
        if before {
            pre(mixer, feed_forward)
        } else {
            Placement::Post {
                mixer,
                feed_forward,
            }
        }
    };

    let model = At::new("model.decoder.");
    let layers = causal::layers(config.layers("num_hidden_layers")?, |number| {
        form.at(&model.at("layers").at(number), placement, norm)
    })?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, narrow])?;
    let mut embedding = Embedding {
        positions: positions(&model, context, width)?,
        ..causal::embedding(&tokens)
    };
    let map = causal::output(config, true, &tokens, "lm_head", Bias::No)?;
    let mut head = causal::head(task, map);
    if narrow != width {
        embedding.projection = Some(model.linear("project_in", width, narrow, Bias::No)?);
        // States as wide as tokens are no states of this stack.
        let Head::Vocabulary { transform, .. } = &mut head else {
            return Err(config.unsupported("word_embed_proj_dim"));
        };
        *transform = Some(HeadTransform {
            dense: model.linear("project_out", narrow, width, Bias::No)?,
            activation: None,
            norm: None,
        });
    }
    Ok(Decoder {
        model_type: OPT.model_type,
        width,
        context: Some(context),
        embedding,
        layers,
        final_norm: last.then(|| norm(&model, "final_layer_norm")).transpose()?,
        head,
    }
    .genome())
}
