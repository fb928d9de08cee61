//! What the metadata says of a model, and what its cache keeps by that. All of
//! it is what the file says of itself: where a number is missing or cannot be,
//! nothing is guessed.

use super::Value;
use std::collections::BTreeMap;

/// More layers than any model has.
const LAYERS: u64 = 1 << 16;

/// Metadata by the names of what it says.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'m> {
    metadata: &'m BTreeMap<String, Value>,
}

/// What a cache keeps for one position, in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cache {
    /// Keys and values of every head.
    pub full: u64,
    /// Latent vectors alone, where keys and values are made from these.
    pub latent: Option<u64>,
}

/// Why a cache's size does not follow from the metadata.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsized {
    /// A number that is needed.
    #[error("the metadata gives no `{0}`, or none that can be")]
    Missing(String),
    /// States besides keys and values.
    #[error("`{0}` speaks of layers that keep a state, whose size the metadata does not give")]
    State(String),
    /// A source beside the target.
    #[error("an encoder-decoder also caches its source, whose length is not given")]
    Source,
}

impl<'m> Facts<'m> {
    /// Of this metadata.
    #[must_use]
    pub const fn of(metadata: &'m BTreeMap<String, Value>) -> Self {
        Self { metadata }
    }

    /// The architecture's name.
    #[must_use]
    pub fn architecture(&self) -> Option<&'m str> {
        self.text("general.architecture")
    }

    /// The model's name.
    #[must_use]
    pub fn name(&self) -> Option<&'m str> {
        self.text("general.name")
    }

    /// Words of the vocabulary.
    #[must_use]
    pub fn vocabulary(&self) -> Option<u64> {
        let said = self.number("vocab_size");
        said.or_else(|| self.metadata.get("tokenizer.ggml.tokens")?.length())
    }

    /// A number of the architecture, by the end of its key.
    #[must_use]
    pub fn number(&self, end: &str) -> Option<u64> {
        self.value(end)?.whole()
    }

    /// A number, or one for each layer.
    #[must_use]
    pub fn numbers(&self, end: &str) -> Option<Vec<u64>> {
        match self.value(end)? {
            Value::Whole(n) => Some(vec![*n]),
            Value::Numbers(numbers) => Some(numbers.clone()),
            Value::Negative(_)
            | Value::Float(_)
            | Value::Bool(_)
            | Value::Text(_)
            | Value::LongText(_)
            | Value::Array(..) => None,
        }
    }

    /// How many files the model was split into, and the number of this one.
    #[must_use]
    pub fn split(&self) -> Option<(u64, u64)> {
        let number = |key: &str| self.metadata.get(key)?.whole();
        Some((number("split.count")?, number("split.no")?))
    }

    /// How many tensors all files of a split model have.
    #[must_use]
    pub fn split_tensors(&self) -> Option<u64> {
        self.metadata.get("split.tensors.count")?.whole()
    }

    fn text(&self, key: &str) -> Option<&'m str> {
        match self.metadata.get(key)? {
            Value::Text(text) => Some(text),
            Value::Whole(_)
            | Value::Negative(_)
            | Value::Float(_)
            | Value::Bool(_)
            | Value::LongText(_)
            | Value::Numbers(_)
            | Value::Array(..) => None,
        }
    }

    fn value(&self, end: &str) -> Option<&'m Value> {
        let architecture = self.architecture()?;
        self.metadata.get(&format!("{architecture}.{end}"))
    }

    /// What the cache keeps for a position.
    ///
    /// # Errors
    /// [`Unsized`] says what is missing.
    pub fn cache(&self) -> Result<Cache, Unsized> {
        let nothing = Cache {
            full: 0,
            latent: None,
        };
        if self.value("attention.causal") == Some(&Value::Bool(false)) {
            return Ok(nothing);
        }
        if self.value("decoder_start_token_id").is_some() || self.architecture() == Some("t5") {
            return Err(Unsized::Source);
        }
        for state in ["ssm.state_size", "shortconv.l_cache", "wkv.head_size"] {
            if self.value(state).is_some() {
                return Err(Unsized::State(state.to_owned()));
            }
        }
        let further = self.number("nextn_predict_layers").unwrap_or(0);
        let layers = self.some("block_count")?.checked_sub(further);
        let layers = layers.filter(|n| *n <= LAYERS);
        let layers = layers.ok_or_else(|| Unsized::Missing("block_count".to_owned()))?;
        let wide = |layers: u64, heads: u64, both: Option<u64>| {
            let product = layers.checked_mul(heads)?.checked_mul(both?)?;
            (product < 1 << 40).then_some(product)
        };
        let large = || Unsized::Missing("attention.key_length".to_owned());
        if let Some(rank) = self.number("attention.kv_lora_rank") {
            let rotated = self.some("rope.dimension_count")?;
            let latent = wide(layers, 1, rank.checked_add(rotated)).ok_or_else(large)?;
            // Newer files give the widths of the latent form, and these apart.
            let ends = ["attention.key_length_mla", "attention.value_length_mla"];
            let (key, value) = match ends.map(|end| self.number(end)) {
                [Some(key), Some(value)] => (key, value),
                [_, _] => (
                    self.some("attention.key_length")?,
                    self.some("attention.value_length")?,
                ),
            };
            let heads = self.some("attention.head_count")?;
            let full = wide(layers, heads, key.checked_add(value)).ok_or_else(large)?;
            return Ok(Cache {
                full,
                latent: Some(latent),
            });
        }
        let heads = self.numbers("attention.head_count_kv");
        let heads = match heads.or_else(|| self.numbers("attention.head_count")) {
            Some(heads) if heads.len() == 1 => u128::from(heads[0]) * u128::from(layers),
            // A layer for further tokens may have a number of its own.
            Some(heads) if heads.len() as u64 >= layers => {
                let own = heads.iter().take(usize::try_from(layers).unwrap_or(0));
                own.map(|n| u128::from(*n)).sum()
            }
            Some(_) | None => {
                return Err(Unsized::Missing("attention.head_count_kv".to_owned()));
            }
        };
        let key = self.width_of("attention.key_length")?;
        let value = self.width_of("attention.value_length")?;
        let heads = u64::try_from(heads).map_err(|_| large())?;
        let full = wide(1, heads, key.checked_add(value)).ok_or_else(large)?;
        Ok(Cache { full, latent: None })
    }

    fn some(&self, end: &str) -> Result<u64, Unsized> {
        let number = self.number(end).filter(|n| *n > 0);
        number.ok_or_else(|| Unsized::Missing(end.to_owned()))
    }

    /// The width of a head: as it says, or of the model's an equal share.
    fn width_of(&self, end: &str) -> Result<u64, Unsized> {
        if let Some(width) = self.number(end) {
            return Ok(width);
        }
        let missing = || Unsized::Missing(end.to_owned());
        let heads = self.number("attention.head_count").filter(|n| *n > 0);
        let (width, heads) = self
            .number("embedding_length")
            .zip(heads)
            .ok_or_else(missing)?;
        Some(width / heads)
            .filter(|_| width.is_multiple_of(heads))
            .ok_or_else(missing)
    }
}
