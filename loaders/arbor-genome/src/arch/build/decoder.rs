//! Decoders in Llama's form: `model.layers.N` with `self_attn.q_proj` and its
//! like, norms, a feed-forward layer, a head that may be tied. A family reads
//! the form with its class's defaults, changes what it has otherwise, and
//! builds; what has no field here it makes itself, layer by layer.

use super::class::Defaults;
use super::mlp::Mlp;
use super::names::{Maps, Names};
use super::norms::{NormForm, Places, QkForm};
use super::{At, Bias, bad, head_size, kv_heads, rows};
use crate::arch::Task;
use crate::arch::causal::slots;
use crate::config::{Config, ConfigError};
use crate::gene::{
    AbsolutePosition, Activation, Attention, Block, Embedding, FeedForward, Head, KeyValue, Linear,
    Mixer, Query, Rotary, ScoreBias, Stack,
};
use crate::{Genome, Stacks};
use arbor_model::{Mask, Objective};

/// A decoder in Llama's form.
#[derive(Clone, Debug)]
pub(in crate::arch) struct Form {
    pub(in crate::arch) model_type: &'static str,
    pub(in crate::arch) width: u64,
    pub(in crate::arch) vocabulary: u64,
    pub(in crate::arch) context: u64,
    pub(in crate::arch) layers: u64,
    pub(in crate::arch) heads: u64,
    pub(in crate::arch) kv_heads: u64,
    pub(in crate::arch) size: u64,
    pub(in crate::arch) inner: u64,
    pub(in crate::arch) epsilon: f64,
    pub(in crate::arch) activation: Activation,
    pub(in crate::arch) tied: bool,
    /// Of queries, keys and values.
    pub(in crate::arch) qkv_bias: Bias,
    /// Of the attention's output.
    pub(in crate::arch) output_bias: Bias,
    pub(in crate::arch) mlp_bias: Bias,
    pub(in crate::arch) head_bias: Bias,
    pub(in crate::arch) names: Names,
    pub(in crate::arch) mlp: Mlp,
    pub(in crate::arch) norm: NormForm,
    pub(in crate::arch) places: Places,
    pub(in crate::arch) qk_norm: Option<QkForm>,
    /// One for each layer.
    pub(in crate::arch) rotary: Vec<Option<Rotary>>,
    /// One for each layer.
    pub(in crate::arch) windows: Vec<Option<u64>>,
    pub(in crate::arch) mask: Mask,
    pub(in crate::arch) scale: f64,
    pub(in crate::arch) bias: ScoreBias,
    pub(in crate::arch) soft_cap: Option<f64>,
    pub(in crate::arch) clip: Option<f64>,
    /// What branches are multiplied with.
    pub(in crate::arch) residual: f64,
    pub(in crate::arch) embedding_scale: f64,
    pub(in crate::arch) logit_scale: f64,
    pub(in crate::arch) logit_cap: Option<f64>,
}

impl Form {
    /// Reads the keys that all families share.
    pub(in crate::arch) fn read(
        model_type: &'static str,
        config: &Config,
        defaults: &Defaults,
    ) -> Result<Self, ConfigError> {
        let count = |key: &str, place: usize| match defaults.sizes {
            Some(sizes) => config.count_or(key, sizes[place]),
            None => config.count(key),
        };
        let keys = &defaults.keys;
        let width = count(keys.width, 1)?;
        let heads = count(keys.heads, 4)?;
        let layers = match defaults.sizes {
            Some(sizes) => config.layers_or(keys.layers, sizes[3])?,
            None => config.layers(keys.layers)?,
        };
        let context = config.count_or(keys.context, defaults.context)?;
        let kv = config.nullable(keys.kv_heads, defaults.kv_heads)?;
        let size = config.nullable(keys.head_size, defaults.head_size)?;
        let size = head_size(size, width, heads)?;
        let rope = config.rope(None, defaults.base, context)?;
        let rotary = rope.rotary(size, defaults.partial, defaults.pairs)?;
        let places = usize::try_from(layers).unwrap_or(0);
        let (epsilon, otherwise) = defaults.epsilon;
        let (activation, function) = defaults.activation;
        Ok(Self {
            model_type,
            width,
            vocabulary: count(keys.vocabulary, 0)?,
            context,
            layers,
            heads,
            kv_heads: kv_heads(kv.unwrap_or(heads), heads)?,
            size,
            inner: count(keys.inner, 2)?,
            epsilon: config.positive_or(epsilon, otherwise)?,
            activation: config.activation_or(activation, function)?,
            tied: config.flag_or("tie_word_embeddings", defaults.tied)?,
            qkv_bias: Bias::No,
            output_bias: Bias::No,
            mlp_bias: Bias::No,
            head_bias: Bias::No,
            names: Names::LLAMA,
            mlp: Mlp::LLAMA,
            norm: NormForm::Rms,
            places: Places::LLAMA,
            qk_norm: None,
            rotary: vec![Some(rotary); places],
            windows: vec![None; places],
            mask: Mask::Causal,
            scale: 1.0 / (size as f64).sqrt(),
            bias: ScoreBias::None,
            soft_cap: None,
            clip: None,
            residual: 1.0,
            embedding_scale: 1.0,
            logit_scale: 1.0,
            logit_cap: None,
        })
    }

    /// Takes `attention_bias` for all four maps.
    pub(in crate::arch) fn biased(mut self, config: &Config) -> Result<Self, ConfigError> {
        self.qkv_bias = config.flag_or("attention_bias", false)?.into();
        self.output_bias = self.qkv_bias;
        Ok(self)
    }

    /// Which layers have a window, as `layer_types` says or else the class.
    pub(in crate::arch) fn sliding(
        &self,
        config: &Config,
        otherwise: impl Fn(u64) -> bool,
    ) -> Result<Vec<bool>, ConfigError> {
        let Some(types) = config.words("layer_types")? else {
            return Ok((0..self.layers).map(otherwise).collect());
        };
        if types.len() as u64 != self.layers {
            let expected = format!("{} entries", self.layers);
            return Err(bad("layer_types", types.len() as u64, &expected));
        }
        let sliding = types.into_iter().map(|kind| match kind {
            "sliding_attention" => Ok(true),
            "full_attention" => Ok(false),
            _ => Err(config.unsupported("layer_types")),
        });
        sliding.collect()
    }

    /// Gives the layers that are marked a window.
    pub(in crate::arch) fn set_windows(&mut self, window: Option<u64>, sliding: &[bool]) {
        let windows = sliding.iter().map(|has| window.filter(|_| *has));
        self.windows = windows.collect();
    }

    /// The maps to queries, keys and values.
    fn maps(&self, at: &At) -> Result<[Linear; 3], ConfigError> {
        let (queries, keys) = (self.heads * self.size, self.kv_heads * self.size);
        let map = |name, outputs| at.linear(name, outputs, self.width, self.qkv_bias);
        match self.names.maps {
            Maps::Apart([query, key, value]) => {
                Ok([map(query, queries)?, map(key, keys)?, map(value, keys)?])
            }
            Maps::Stacked(name) => {
                let all = map(name, queries + 2 * keys)?;
                Ok([
                    rows(&all, 0, queries)?,
                    rows(&all, queries, keys)?,
                    rows(&all, queries + keys, keys)?,
                ])
            }
            Maps::Grouped(name) => {
                let all = map(name, queries + 2 * keys)?;
                let each = self.heads / self.kv_heads;
                let shape = [self.kv_heads, each + 2, self.size];
                Ok([
                    slots(&all, shape, 0, each)?,
                    slots(&all, shape, each, 1)?,
                    slots(&all, shape, each + 1, 1)?,
                ])
            }
        }
    }

    /// A layer's attention.
    pub(in crate::arch) fn attention(
        &self,
        layer: &At,
        number: u64,
    ) -> Result<Attention, ConfigError> {
        let at = layer.at(self.names.attention);
        let [query, key, value] = self.maps(&at)?;
        let norm = |which: usize, heads| {
            let built = self.qk_norm.map(|form: QkForm| {
                form.build(&at, form.names[which], heads, self.size, self.epsilon)
            });
            built.transpose()
        };
        Ok(Attention {
            heads: self.heads,
            kv_heads: self.kv_heads,
            head_size: self.size,
            value_size: self.size,
            query: Query::Full(query),
            key_value: KeyValue::Full { key, value },
            output: at.linear(
                self.names.output,
                self.width,
                self.heads * self.size,
                self.output_bias,
            )?,
            query_norm: norm(0, self.heads)?,
            key_norm: norm(1, self.kv_heads)?,
            output_norm: None,
            rotary: self.rotary.get(number as usize).cloned().flatten(),
            bias: self.bias.clone(),
            scale: self.scale,
            soft_cap: self.soft_cap,
            window: self.windows.get(number as usize).copied().flatten(),
            sinks: None,
            clip: self.clip,
        })
    }

    /// The genome, every layer dense.
    pub(in crate::arch) fn genome(&self, task: Task) -> Result<Genome, ConfigError> {
        self.genome_fed(task, |layer, _| self.dense(layer))
    }

    /// The genome with feed-forward layers of the family's own.
    pub(in crate::arch) fn genome_fed(
        &self,
        task: Task,
        feed_forward: impl Fn(&At, u64) -> Result<FeedForward, ConfigError>,
    ) -> Result<Genome, ConfigError> {
        self.genome_with(task, |layer, number| {
            let attention = Box::new(self.attention(layer, number)?);
            Ok((Mixer::Attention(attention), feed_forward(layer, number)?))
        })
    }

    /// The genome with mixers and feed-forward layers of the family's own.
    pub(in crate::arch) fn genome_with(
        &self,
        task: Task,
        parts: impl Fn(&At, u64) -> Result<(Mixer, FeedForward), ConfigError>,
    ) -> Result<Genome, ConfigError> {
        let norm = |at: &At, name: &str| self.norm.build(at, name, &[self.width], self.epsilon);
        let names = &self.names;
        let model = At::new(names.base);
        let layers = (0..self.layers).map(|number| {
            let layer = model.at(names.layers).at(number);
            let (mixer, feed_forward) = parts(&layer, number)?;
            Ok(Block {
                mixer,
                cross: None,
                feed_forward,
                placement: self.places.build(|name| norm(&layer, name))?,
                residual: [(1.0, self.residual); 2],
            })
        });
        let layers = layers.collect::<Result<_, ConfigError>>()?;
        let tokens = format!("{}.weight", names.tokens);
        let tokens = model.tensor(&tokens, &[self.vocabulary, self.width])?;
        let map = if self.tied {
            Linear {
                weight: tokens.clone(),
                bias: None,
            }
        } else {
            At::new("").linear(names.head, self.vocabulary, self.width, self.head_bias)?
        };
        let head = match task {
            Task::Encoder => Head::None,
            Task::Causal | Task::Discriminator | Task::Masked | Task::Seq2Seq => Head::Vocabulary {
                transform: None,
                map,
                scale: self.logit_scale,
                soft_cap: self.logit_cap,
            },
        };
        Ok(Genome {
            model_type: self.model_type,
            width: self.width,
            context: Some(self.context),
            objective: Objective::ArForward,
            stacks: Stacks::Single {
                embedding: Embedding {
                    tokens,
                    scale: self.embedding_scale,
                    positions: AbsolutePosition::None,
                    token_types: None,
                    norm: None,
                    projection: None,
                    dropped: None,
                },
                stack: Stack {
                    mask: self.mask,
                    layers,
                    final_norm: Some(norm(&model, names.final_norm)?),
                },
            },
            head,
            dormant: Vec::new(),
            decoder_start: None,
        })
    }
}
