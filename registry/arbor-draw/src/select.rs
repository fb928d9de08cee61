//! Folding: which models of a large catalogue are shown, and how many each
//! shown one stands for.
//!
//! It knows neither dates on an axis nor pills; it works on 400,000 rows as
//! well as on 40. What is shown becomes a `Scene` (`scene.rs`).

use arbor_model::{Branch, PartialDate};
use std::collections::BTreeMap;

/// A catalogue row as far as folding needs it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate<'a> {
    /// The model's id, which settles ties.
    pub id: &'a str,
    /// Its branch.
    pub branch: Branch,
    /// The place of its primary parent among the candidates.
    pub parent: Option<usize>,
    /// Where it comes from.
    pub origin: Origin,
    /// How it stands to others of its line.
    pub standing: Standing,
    /// Models that descend from it, shown or not.
    pub descendants: u64,
    /// Downloads, where the hub gives them.
    pub downloads: u64,
    /// Whether it passed its validation here.
    pub checked: Checked,
    /// When it appeared; earlier wins a tie, no date loses it.
    pub date: Option<PartialDate>,
}

/// Whether people keep the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Someone wrote and reviewed it, and readers look for it.
    Landmark,
    /// Someone wrote and reviewed it.
    Curated,
    /// It was imported from a hub.
    Imported,
}

/// How a model stands to others of its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The drawing is about it.
    Wanted,
    /// Where its line has got to.
    Newest,
    /// Nothing of the kind.
    Ordinary,
    /// Another size of a model that is there: one of them says enough.
    Variant,
}

/// Whether a validation passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It did.
    Passed,
    /// It did not, or was never made.
    NotPassed,
}

/// What is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Places of the shown candidates, the highest score first.
    pub shown: Vec<usize>,
    /// How many hidden models each stands for, in the same order.
    pub folded: Vec<u64>,
    /// Hidden models that have no shown ancestor, by branch.
    pub unattached: BTreeMap<Branch, u64>,
}

impl Candidate<'_> {
    /// How much the model is worth showing; no unit.
    #[must_use]
    pub fn score(&self) -> f64 {
        let curated = match self.origin {
            Origin::Landmark => 12.0,
            Origin::Curated => 8.0,
            Origin::Imported => 0.0,
        };
        let checked = match self.checked {
            Checked::Passed => 1.0,
            Checked::NotPassed => 0.0,
        };
        let standing = match self.standing {
            Standing::Wanted => 1_000.0,
            Standing::Newest => 5.0,
            Standing::Ordinary => 0.0,
            Standing::Variant => -4.0,
        };
        curated
            + standing
            + (self.descendants as f64 + 1.0).log2()
            + 0.5 * (self.downloads as f64 + 1.0).log10()
            + checked
    }
}

/// Takes the best `k` candidates, each for itself: who is drawn hangs from its
/// nearest ancestor that is drawn too, so that one late model does not bring
/// a long line of forgotten ones with it.
///
/// A parent that does not exist counts as none, and a circle of parents ends
/// where it closes.
#[must_use]
pub fn select(candidates: &[Candidate<'_>], k: usize) -> Selection {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    let scores: Vec<f64> = candidates.iter().map(Candidate::score).collect();
    let age = |at: usize| candidates[at].date.map_or((1, None), |d| (0, Some(d)));
    order.sort_by(|&a, &b| {
        scores[b]
            .total_cmp(&scores[a])
            .then_with(|| age(a).cmp(&age(b)))
            .then_with(|| candidates[a].id.cmp(candidates[b].id))
    });
    order.truncate(k);
    let mut place: Vec<Option<usize>> = vec![None; candidates.len()];
    for (seat, &at) in order.iter().enumerate() {
        place[at] = Some(seat);
    }
    count_folded(candidates, &place, order)
}

/// Gives every hidden model to its nearest shown ancestor.
fn count_folded(
    candidates: &[Candidate<'_>],
    place: &[Option<usize>],
    shown: Vec<usize>,
) -> Selection {
    #[derive(Clone, Copy)]
    enum Home {
        Unknown,
        Visiting,
        None,
        Shown(usize),
    }
    let mut homes: Vec<Home> = place
        .iter()
        .map(|p| p.map_or(Home::Unknown, Home::Shown))
        .collect();
    let mut folded = vec![0_u64; shown.len()];
    let mut unattached = BTreeMap::new();
    let mut path = Vec::new();
    for at in 0..candidates.len() {
        path.clear();
        let mut next = Some(at);
        let home = loop {
            match next.and_then(|s| homes.get(s).copied().map(|h| (s, h))) {
                None | Some((_, Home::None | Home::Visiting)) => break Home::None,
                Some((_, Home::Shown(place))) => break Home::Shown(place),
                Some((step, Home::Unknown)) => {
                    homes[step] = Home::Visiting;
                    path.push(step);
                    next = candidates[step].parent;
                }
            }
        };
        for &step in &path {
            homes[step] = home;
        }
        if place[at].is_none() {
            match homes[at] {
                Home::Shown(place) => folded[place] = folded[place].saturating_add(1),
                Home::None | Home::Unknown | Home::Visiting => {
                    *unattached.entry(candidates[at].branch).or_insert(0) += 1;
                }
            }
        }
    }
    Selection {
        shown,
        folded,
        unattached,
    }
}
