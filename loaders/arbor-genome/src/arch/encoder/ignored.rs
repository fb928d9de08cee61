//! What checkpoints of BERT's kin may carry besides: tables of numbers,
//! poolers, second copies.

use crate::Ignored;

/// Old checkpoints name the two tensors of a norm otherwise.
pub(in crate::arch) const GAMMA_BETA: &[(&str, &str)] = &[
    ("LayerNorm.gamma", "LayerNorm.weight"),
    ("LayerNorm.beta", "LayerNorm.bias"),
];

pub(in crate::arch) const POSITION_IDS: Ignored = Ignored {
    ending: "embeddings.position_ids",
    reason: "a table of position numbers",
};

pub(in crate::arch) const POOLER: [Ignored; 2] = [
    Ignored {
        ending: "pooler.dense.weight",
        reason: "the pooler reads the first position only",
    },
    Ignored {
        ending: "pooler.dense.bias",
        reason: "the pooler reads the first position only",
    },
];

const NEXT_SENTENCE: [Ignored; 2] = [
    Ignored {
        ending: "cls.seq_relationship.weight",
        reason: "the next-sentence head",
    },
    Ignored {
        ending: "cls.seq_relationship.bias",
        reason: "the next-sentence head",
    },
];

/// A tied map stored once more, of BERT's head.
pub(in crate::arch) const DECODER: [Ignored; 2] = [
    Ignored {
        ending: "cls.predictions.decoder.weight",
        reason: "a second copy of the tied embedding",
    },
    Ignored {
        ending: "cls.predictions.decoder.bias",
        reason: "a second copy of the head's bias",
    },
];

/// The same of RoBERTa's head.
const LM_DECODER: [Ignored; 2] = [
    Ignored {
        ending: "lm_head.decoder.weight",
        reason: "a second copy of the tied embedding",
    },
    Ignored {
        ending: "lm_head.decoder.bias",
        reason: "a second copy of the head's bias",
    },
];

/// What BERT and its nearest kin may carry besides.
pub(in crate::arch) const BERT_IGNORED: &[Ignored] = &[
    POSITION_IDS,
    POOLER[0],
    POOLER[1],
    NEXT_SENTENCE[0],
    NEXT_SENTENCE[1],
    DECODER[0],
    DECODER[1],
];

/// What RoBERTa and its kin may carry besides.
pub(in crate::arch) const ROBERTA_IGNORED: &[Ignored] = &[
    POSITION_IDS,
    POOLER[0],
    POOLER[1],
    LM_DECODER[0],
    LM_DECODER[1],
];
