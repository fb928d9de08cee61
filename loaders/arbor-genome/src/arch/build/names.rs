//! What a decoder of one stack calls its sizes and its parts. Families that
//! differ from Llama in names alone are a table of these.

/// Keys of a configuration's sizes.
#[derive(Clone, Copy, Debug)]
pub(in crate::arch) struct Keys {
    pub(in crate::arch) vocabulary: &'static str,
    pub(in crate::arch) width: &'static str,
    pub(in crate::arch) inner: &'static str,
    pub(in crate::arch) layers: &'static str,
    pub(in crate::arch) heads: &'static str,
    pub(in crate::arch) kv_heads: &'static str,
    pub(in crate::arch) head_size: &'static str,
    pub(in crate::arch) context: &'static str,
}

impl Keys {
    /// Those that most families share.
    pub(in crate::arch) const LLAMA: Self = Self {
        vocabulary: "vocab_size",
        width: "hidden_size",
        inner: "intermediate_size",
        layers: "num_hidden_layers",
        heads: "num_attention_heads",
        kv_heads: "num_key_value_heads",
        head_size: "head_dim",
        context: "max_position_embeddings",
    };
}

/// How the maps to queries, keys and values are stored.
#[derive(Clone, Copy, Debug)]
pub(in crate::arch) enum Maps {
    /// One by one, under these names.
    Apart([&'static str; 3]),
    /// In one map, all queries before all keys before all values.
    Stacked(&'static str),
    /// In one map, for each key-value head its queries, its key, its value.
    Grouped(&'static str),
}

/// Names of tensors; feed-forward layers and norms have their own.
#[derive(Clone, Copy, Debug)]
pub(in crate::arch) struct Names {
    /// What all names but the head's begin with.
    pub(in crate::arch) base: &'static str,
    pub(in crate::arch) tokens: &'static str,
    pub(in crate::arch) layers: &'static str,
    pub(in crate::arch) attention: &'static str,
    pub(in crate::arch) maps: Maps,
    pub(in crate::arch) output: &'static str,
    pub(in crate::arch) feed_forward: &'static str,
    pub(in crate::arch) final_norm: &'static str,
    /// With everything before it.
    pub(in crate::arch) head: &'static str,
}

impl Names {
    /// Those that most families share.
    pub(in crate::arch) const LLAMA: Self = Self {
        base: "model.",
        tokens: "embed_tokens",
        layers: "layers",
        attention: "self_attn",
        maps: Maps::Apart(["q_proj", "k_proj", "v_proj"]),
        output: "o_proj",
        feed_forward: "mlp",
        final_norm: "norm",
        head: "lm_head",
    };
}
