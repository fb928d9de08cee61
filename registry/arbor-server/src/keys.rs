//! The query keys that routes take, each with a sentence on it: the pages'
//! notes and the API description are both read off these lists.
//!
//! It does not know how a value is read; `query.rs` and the filter's grammar
//! in `arbor-service` do.

/// A query key.
#[derive(Debug)]
pub(crate) struct Key {
    /// As addresses spell it.
    pub(crate) name: &'static str,
    /// What it does and what it takes.
    pub(crate) about: &'static str,
    /// Whether it may stand several times.
    pub(crate) repeats: bool,
}

const fn key(name: &'static str, about: &'static str) -> Key {
    Key {
        name,
        about,
        repeats: false,
    }
}

const fn repeated(name: &'static str, about: &'static str) -> Key {
    Key {
        repeats: true,
        ..key(name, about)
    }
}

/// The filter's keys; a test holds them against `arbor_service::FilterKey`.
pub(crate) const FILTER: &[Key] = &[
    key(
        "access",
        "who can have the weights: `closed`, `gated`, `open`",
    ),
    key(
        "attn",
        "how layers mix positions: `mha`, `gqa`, `mqa`, `mla`, …",
    ),
    key(
        "branch",
        "the limb: `precursor`, `encoder-only`, `encoder-decoder`, `decoder-only`",
    ),
    key("ctx", "context length in tokens: `32k..`"),
    key("date", "release date: `2022..2024-06`, `..2019`, `2023`"),
    key(
        "drawn",
        "the limb on which the published 2023 figure draws the model",
    ),
    key("family", "families' ids"),
    key(
        "figure",
        "how the published 2023 figure draws the model: `open`, `closed`",
    ),
    key(
        "fits",
        "memory that weights, and 4,096 tokens of cache where claims tell it, fit: `24GiB@bf16`",
    ),
    key("licence", "licences, as they are written"),
    key("objective", "pre-training objectives"),
    key("org", "organisations' ids"),
    key("params", "parameters: `1B..10B`, `..7B`, `7B`"),
    key("q", "words in the name, id, family or organisation"),
    key(
        "rel",
        "along which relations `root` is followed: relations, or `weights`, `outputs`, `ideas`",
    ),
    key("root", "only this model and what descends from it"),
    key(
        "runs",
        "how the newest validation run ended: `fail`, `never`, `pass`",
    ),
];
/// Where a list of runs goes on.
pub(crate) const BEFORE: &[Key] = &[
    key("before", "only runs with a smaller number"),
    key("limit", "how many to give, 1 to 100"),
];

/// Two models.
pub(crate) const BOTH: &[Key] = &[
    key("a", "one model: an id, an alias or a hub id"),
    key("b", "the other model"),
];
/// The models that are compared.
pub(crate) const COMPARED: &[Key] = &[repeated(
    "m",
    "a model: an id, an alias or a hub id; once for each, six at most",
)];
/// Which columns a table has.
pub(crate) const COLUMNS: &[Key] = &[repeated(
    "cols",
    "columns besides the name: `access`, `active`, `attn`, `branch`, `ctx`, `date`, `descendants`, \
     `family`, `hub`, `licence`, `memory`, `objective`, `org`, `params`, `runs`",
)];
/// How deep an outline goes.
pub(crate) const DEPTH: &[Key] = &[key("depth", "levels below a top, 0 to 64")];
/// The ends of a path.
pub(crate) const ENDS: &[Key] = &[
    key("from", "the model where the path starts"),
    key("to", "the model where it ends"),
];
/// How many are found.
pub(crate) const LIMIT: &[Key] = &[key("limit", "how many to give, 1 to 100")];
/// What memory is asked for.
pub(crate) const MEMORY: &[Key] = &[
    key("batch", "sequences at once, 1 or more"),
    key(
        "context",
        "positions of a sequence; the model's own length if left out",
    ),
    key("dtype", "the number format: `f32`, `bf16`, …"),
];
/// Which rows of a comparison.
pub(crate) const ONLY: &[Key] = &[key("only", "`differences` for the facts that differ")];
/// Which page of a list.
pub(crate) const PAGING: &[Key] = &[
    key("page", "the page, from 1"),
    key("per_page", "entries on a page, 1 to 1000"),
];
/// How a tree is drawn.
pub(crate) const PICTURE: &[Key] = &[
    key(
        "by",
        "what the colours stand for: `branch`, `family`, `gene`",
    ),
    key(
        "gene",
        "of which gene: `attention`, `context`, `experts`, `feed-forward`, `norm`, `position`",
    ),
    key(
        "k",
        "the most models drawn, 1 to 3000; the others are folded",
    ),
    key(
        "label",
        "what stands beside a name: `date`, `licence`, `org`, `size`",
    ),
    key("links", "which second parents are drawn: `none`, `all`"),
    key("sel", "the model whose lineage stands out"),
];
/// How large a picture of pixels is.
pub(crate) const PIXELS: &[Key] = &[
    key("fit", "`card` for 1200 by 630 pixels, as previews are"),
    key("scale", "pixels to one of the drawing, 1 to 4"),
];
/// Along which relations.
pub(crate) const RELATIONS: &[Key] = &[key(
    "rel",
    "relations to follow, or `weights`, `outputs`, `ideas`; all if left out",
)];
/// How a list is sorted.
pub(crate) const SORT: &[Key] = &[key(
    "sort",
    "`date`, `descendants`, `family`, `id`, `name`, `org`, `params`; `-` before it for the reverse",
)];
/// Light or dark.
pub(crate) const THEME: &[Key] = &[key("theme", "`light` or `dark`")];
/// How the page shows the tree.
pub(crate) const VIEW: &[Key] = &[
    key("view", "`outline` for nested lists"),
    key("z", "how large the drawing is shown, 0.5 to 2"),
];
/// How a walk goes.
pub(crate) const WALK: &[Key] = &[
    key("depth", "at most so many edges away, 1 to 64"),
    key("limit", "how many to give, 1 to 1000"),
    key("offset", "how many to pass over"),
];
/// What is searched for.
pub(crate) const WORDS: &[Key] = &[key("q", "what to look for, at most 128 characters")];

#[cfg(test)]
mod tests {
    use super::*;
    use arbor_service::FilterKey;

    #[test]
    fn the_filters_keys_are_the_services() {
        let names: Vec<_> = FILTER.iter().map(|key| key.name).collect();
        assert_eq!(names, FilterKey::WORDS);
    }
}
