//! The form of T5 (Raffel et al. 2019, arXiv 1910.10683), which its
//! successors share (transformers 4.57.6, `models/t5/modeling_t5.py` and its
//! copies). What a successor does otherwise its own file says.
//!
//! Scores are not scaled; the first layer's table of relative buckets serves
//! every layer of its stack; a tied head reads states times `d_model^−½`.

mod form;

pub(in crate::arch) use form::T5Form;

use super::At;
use crate::arch::{Ignored, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{AbsolutePosition, Embedding, Head, Linear};
use crate::{Absent, Genome, Stacks};
use arbor_model::{Mask, Objective};

/// What files of these families hold besides.
pub(in crate::arch) const COPIES: &[Ignored] = &[
    Ignored {
        ending: "encoder.embed_tokens.weight",
        reason: "a second copy of `shared.weight`",
    },
    Ignored {
        ending: "decoder.embed_tokens.weight",
        reason: "a second copy of `shared.weight`",
    },
    Ignored {
        ending: "lm_head.weight",
        reason: "a second copy of the tied embedding",
    },
    Ignored {
        ending: "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight",
        reason: "a leftover of early checkpoints that no layer reads",
    },
];

/// What tells members apart, with their class defaults.
#[derive(Clone, Copy, Debug)]
pub(in crate::arch) struct Family {
    pub(in crate::arch) model_type: &'static str,
    pub(in crate::arch) vocabulary: u64,
    pub(in crate::arch) width: u64,
    pub(in crate::arch) inner: u64,
    pub(in crate::arch) layers: u64,
    pub(in crate::arch) heads: u64,
    pub(in crate::arch) feed_forward: &'static str,
    pub(in crate::arch) tied: bool,
    /// Whether, without the tie, each side has a table of tokens of its own.
    pub(in crate::arch) apart: bool,
}

/// T5's own values.
pub(in crate::arch) const T5: Family = Family {
    model_type: "t5",
    vocabulary: 32_128,
    width: 512,
    inner: 2_048,
    layers: 6,
    heads: 8,
    feed_forward: "relu",
    tied: true,
    apart: false,
};

/// Reads a member's common part.
pub(in crate::arch) fn read(
    config: &Config,
    task: Task,
    family: Family,
) -> Result<(Genome, T5Form), ConfigError> {
    config.skip(&["n_positions", "is_decoder", "is_encoder_decoder"]);
    let form = T5Form::read(config, family)?;
    let vocabulary = config.count_or("vocab_size", family.vocabulary)?;
    let start = config.optional("decoder_start_token_id")?.unwrap_or(0);
    // Version 5 writes down what follows from the tie.
    let scaled = config.flag_or("scale_decoder_outputs", form.tied)?;

    let tokens = At::new("").tensor("shared.weight", &[vocabulary, form.width])?;
    let embedding = || Embedding {
        tokens: tokens.clone(),
        scale: 1.0,
        positions: AbsolutePosition::None,
        token_types: None,
        norm: None,
        projection: None,
        dropped: None,
    };
    let encoder = form.stack("encoder", form.layers[0], Mask::Bidirectional)?;
    let (stacks, head) = match task {
        Task::Encoder => (
            Stacks::Single {
                embedding: embedding(),
                stack: encoder,
            },
            Head::None,
        ),
        Task::Causal | Task::Discriminator | Task::Masked | Task::Seq2Seq => {
            let weight = if form.tied {
                tokens.clone()
            } else {
                At::new("").tensor("lm_head.weight", &[vocabulary, form.width])?
            };
            let stacks = Stacks::Pair {
                encoder_embedding: embedding(),
                encoder,
                decoder_embedding: embedding(),
                decoder: form.stack("decoder", form.layers[1], Mask::Causal)?,
            };
            let head = Head::Vocabulary {
                transform: None,
                map: Linear { weight, bias: None },
                scale: if scaled {
                    1.0 / (form.width as f64).sqrt()
                } else {
                    1.0
                },
                soft_cap: None,
            };
            (stacks, head)
        }
    };
    let mut genome = Genome {
        model_type: family.model_type,
        width: form.width,
        context: None,
        objective: Objective::Denoising,
        stacks,
        head,
        dormant: Vec::new(),
        decoder_start: u32::try_from(start).ok(),
    };
    if family.apart && !form.tied {
        part(&mut genome)?;
    }
    Ok((genome, form))
}

/// Gives each side a table of tokens of its own. The shared one is left over;
/// files from before 2023 hold no other.
fn part(genome: &mut Genome) -> Result<(), ConfigError> {
    let Stacks::Pair {
        encoder_embedding,
        decoder_embedding,
        ..
    } = &mut genome.stacks
    else {
        return Ok(());
    };
    let shared = encoder_embedding.tokens.clone();
    for (side, embedding) in [
        ("encoder.", encoder_embedding),
        ("decoder.", decoder_embedding),
    ] {
        let table = At::new(side).tensor("embed_tokens.weight", shared.shape().dims())?;
        embedding.tokens = table.or(Absent::Same("shared.weight"));
    }
    genome.dormant.push(shared);
    Ok(())
}
