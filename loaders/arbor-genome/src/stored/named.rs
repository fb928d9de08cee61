//! GGUF files in the count: their names say which part a tensor is of, their
//! metadata which layers are for further tokens and how many experts a token
//! passes. The names themselves are in `gguf/parts.rs`.

use super::towers::{self, Tower};
use super::{Entry, Remark};
use crate::gene::Part;
use crate::gguf::parts;
use std::collections::BTreeMap;

/// What the metadata says that a count needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    /// The first layer that predicts further tokens.
    further: Option<u64>,
    /// How many experts there are, and how many of them a token passes.
    experts: Option<(u64, u64)>,
    /// Whether the file is an encoder, which has no head.
    headless: bool,
}

impl Named {
    /// Of metadata that names an architecture, as only GGUF's does.
    pub(super) fn of(metadata: &BTreeMap<String, String>) -> Option<Self> {
        let architecture = metadata.get("general.architecture")?;
        let word = |end: &str| metadata.get(&format!("{architecture}.{end}"));
        let number = |end: &str| word(end)?.parse::<u64>().ok();
        let further = number("nextn_predict_layers").filter(|n| *n > 0);
        let layers = number("block_count");
        let experts = number("expert_count").zip(number("expert_used_count"));
        Some(Self {
            further: layers.zip(further).and_then(|(all, n)| all.checked_sub(n)),
            experts: experts.filter(|(all, used)| (1..=*all).contains(used)),
            headless: word("attention.causal").is_some_and(|causal| causal == "false"),
        })
    }

    /// Whether a tensor is the scale of another.
    pub(super) fn is_scale(name: &str) -> bool {
        name.ends_with(".scale") || name.ends_with(".input_scale")
    }

    pub(super) fn part(self, name: &str) -> Part {
        parts::part(name)
    }

    pub(super) fn is_routed(self, name: &str) -> bool {
        parts::is_routed(name)
    }

    /// What a tensor belongs to.
    pub(super) fn tower(self, name: &str) -> Tower {
        let layer = parts::layer(name);
        match name.split('.').next().unwrap_or_default() {
            "a" => Tower::Audio,
            "mm" => Tower::Projector,
            "v" => Tower::Vision,
            _ if layer
                .zip(self.further)
                .is_some_and(|(layer, first)| layer >= first) =>
            {
                Tower::FurtherTokens
            }
            _ => towers::of(name, None),
        }
    }

    /// Parameters that a token passes: all but those of experts that it does
    /// not. All of them where there are no experts; none where the metadata do
    /// not say how many are used.
    pub(super) fn active(self, total: u64, routed: u64) -> Option<u64> {
        if routed == 0 {
            return Some(total);
        }
        let (all, used) = self.experts?;
        let idle = u128::from(routed) / u128::from(all) * u128::from(all - used);
        total.checked_sub(u64::try_from(idle).ok()?)
    }

    /// A table of words that is the head too: a decoder's file leaves a tied
    /// head out.
    pub(super) fn shared_head(self, all: &BTreeMap<&str, &Entry>) -> Option<Remark> {
        const TABLE: &str = "token_embd.weight";
        let is_decoder = ["output_norm.weight", "dec.output_norm.weight"];
        let is_decoder = is_decoder.iter().any(|name| all.contains_key(name)) && !self.headless;
        let is_shared = all.contains_key(TABLE) && !all.contains_key("output.weight");
        (is_decoder && is_shared).then(|| Remark::SharedHead(TABLE.to_owned()))
    }
}
