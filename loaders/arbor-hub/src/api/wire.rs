//! The hub's JSON, as far as it is used. Every field may be absent or wrong;
//! what is needed is parsed in `info.rs` and `tree.rs`.

use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Info {
    pub(super) id: Option<String>,
    pub(super) sha: Option<String>,
    #[serde(default)]
    pub(super) private: bool,
    #[serde(default)]
    pub(super) gated: Gated,
    #[serde(default)]
    pub(super) disabled: bool,
}

/// `false`, or how access is granted.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Gated {
    Flag(bool),
    Way(serde::de::IgnoredAny),
}

impl Default for Gated {
    fn default() -> Self {
        Gated::Flag(false)
    }
}

impl Gated {
    pub(super) fn is_gated(&self) -> bool {
        match self {
            Gated::Flag(flag) => *flag,
            Gated::Way(_) => true,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Entry {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) oid: String,
    pub(super) size: u64,
    pub(super) path: String,
    pub(super) lfs: Option<Lfs>,
}

/// Large-file storage: here `oid` is the sha256.
#[derive(Deserialize)]
pub(super) struct Lfs {
    pub(super) oid: String,
    pub(super) size: u64,
}

#[derive(Default, Deserialize)]
pub(super) struct Failure {
    #[serde(default)]
    pub(super) error: String,
}
