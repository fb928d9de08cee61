//! The tree as a drawing: which models are shown and what their pills say.
//! Where they stand and how they look is `arbor-draw`'s business.

use crate::filter::{Access, access_of};
use crate::{Filter, ServiceError, View};
use arbor_draw::{Bead, Candidate, Checked, Evidence, Folded, Link, Organisation, Origin, Scene};
use arbor_model::{Branch, Field, Model, ModelId};
use std::collections::{BTreeMap, HashMap};

pub use arbor_draw::{Legend, Links, Mode, STYLE, Theme};

arbor_model::words! {
    /// What stands beside a name on its pill.
    PillLabel: "label" {
        /// The release date.
        Date = "date",
        /// The licence.
        Licence = "licence",
        /// The first maker.
        Org = "org",
        /// The parameters.
        Size = "size",
    }
}

/// How many models a drawing shows where nothing else is asked: more cannot
/// be read at once.
pub const DEFAULT_MODELS: usize = 135;

/// What is to be drawn.
#[derive(Clone, Debug)]
pub struct PictureQuery {
    /// Which models.
    pub filter: Filter,
    /// The most models shown; the others are folded into their ancestors.
    pub most: usize,
    /// The model whose lineage stands out.
    pub selected: Option<ModelId>,
    /// Which second parents are drawn.
    pub links: Links,
    /// What stands beside the names.
    pub label: PillLabel,
    /// Whether the drawing explains itself.
    pub legend: Legend,
    /// For a page, or to stand alone.
    pub mode: Mode,
}

impl Default for PictureQuery {
    fn default() -> Self {
        Self {
            filter: Filter::default(),
            most: DEFAULT_MODELS,
            selected: None,
            links: Links::Selected,
            label: PillLabel::Size,
            legend: Legend::Shown,
            mode: Mode::Themed,
        }
    }
}

/// A drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The SVG element.
    pub svg: String,
    /// How many models have a pill.
    pub shown: usize,
    /// How many pass the filter.
    pub matched: usize,
}

impl View {
    /// Draws the models that pass a filter.
    ///
    /// # Errors
    /// [`ServiceError::BadParameter`] for more models than can be drawn.
    pub fn picture(&self, query: &PictureQuery) -> Result<Picture, ServiceError> {
        if query.most == 0 || query.most > 3_000 {
            let most = query.most.to_string();
            return Err(ServiceError::bad_parameter("k", &most, "1 to 3000 models"));
        }
        let models = query.filter.models(self);
        let scene = self.scene(&models, query);
        let shown = scene.beads.len();
        let options = arbor_draw::Options {
            selected: query.selected.as_ref().map(ToString::to_string),
            links: query.links,
            legend: query.legend,
        };
        let drawn = arbor_draw::layout(&scene, &options)
            .map_err(|error| ServiceError::Drawing(error.to_string()))?;
        let name = format!(
            "Evolution tree of language models, {shown} of {} shown",
            models.len()
        );
        let svg = arbor_draw::svg(&drawn, &name, query.mode);
        Ok(Picture {
            svg,
            shown,
            matched: models.len(),
        })
    }

    fn scene(&self, models: &[&Model], query: &PictureQuery) -> Scene {
        let place: HashMap<&str, usize> = models
            .iter()
            .enumerate()
            .map(|(at, m)| (m.id.as_str(), at))
            .collect();
        let candidates: Vec<_> = models.iter().map(|m| self.candidate(m, &place)).collect();
        let chosen = arbor_draw::select(&candidates, query.most);
        let seat: HashMap<usize, usize> = chosen
            .shown
            .iter()
            .enumerate()
            .map(|(seat, at)| (*at, seat))
            .collect();
        let seat_of = |id: &ModelId| place.get(id.as_str()).and_then(|at| seat.get(at)).copied();
        let beads = chosen.shown.iter().zip(&chosen.folded).map(|(at, folded)| {
            let model = models[*at];
            let parents = model.parents.iter().filter_map(|edge| {
                Some(Link {
                    parent: seat_of(&edge.parent)?,
                    relation: edge.relation,
                    // Somebody's word, even unreviewed, is no rule's guess.
                    evidence: Evidence::Documented,
                })
            });
            Bead {
                parents: parents.collect(),
                ..self.bead(model, *folded, query.label)
            }
        });
        let folded = chosen.unattached.iter().map(|(branch, count)| Folded {
            branch: *branch,
            count: *count,
            href: format!("/models?branch={branch}"),
        });
        Scene {
            beads: beads.collect(),
            trunk: self.resolve(TRUNK).ok().map(|model| model.id.to_string()),
            folded: folded.collect(),
            organisations: Some(self.bars(models)),
        }
    }

    fn candidate<'m>(&self, model: &'m Model, place: &HashMap<&str, usize>) -> Candidate<'m> {
        let parent = self.primary_parent(model).map(|(parent, _)| parent);
        let node = self.node(&model.id);
        // A leaf of the published figure is one that people look for.
        let origin = if model.shown(Field::FigureYear).is_some() {
            Origin::Landmark
        } else {
            Origin::Curated
        };
        Candidate {
            id: model.id.as_str(),
            branch: model.branch,
            parent: parent
                .filter(|parent| parent.branch == model.branch)
                .and_then(|parent| place.get(parent.id.as_str()).copied()),
            origin,
            descendants: node
                .map_or(0, |n| self.lineage().descendant_count(n))
                .into(),
            downloads: 0,
            checked: Checked::NotPassed,
            date: model.released(),
        }
    }

    fn bead(&self, model: &Model, folded: u64, label: PillLabel) -> Bead {
        let size = model
            .parameters()
            .map(|count| arbor_model::human_count(count.value));
        let secondary = match label {
            PillLabel::Date => model.released().map(|date| date.to_string()),
            PillLabel::Licence => model.licence().map(ToString::to_string),
            PillLabel::Org => model
                .organisations
                .first()
                .map(|id| self.organisation_name(id).to_owned()),
            PillLabel::Size => size.clone().filter(|size| !says(model.name.as_str(), size)),
        };
        Bead {
            id: model.id.to_string(),
            label: model.name.to_string(),
            secondary: secondary.unwrap_or_default(),
            organisation: self.makers(model),
            spoken_size: size.map_or_else(
                || "size not disclosed".to_owned(),
                |size| format!("{} parameters", spoken(&size)),
            ),
            branch: model.branch,
            line: model.family.to_string(),
            date: model.released(),
            access: match access_of(model) {
                Some(Access::Open) => arbor_draw::Access::Open,
                Some(Access::Gated) => arbor_draw::Access::Gated,
                Some(Access::Closed) | None => arbor_draw::Access::Closed,
            },
            status: arbor_draw::Status::Unmarked,
            href: format!("/models/{}", model.id),
            parents: Vec::new(),
            folded,
            folded_href: if folded > 0 {
                format!("/?root={}", model.id)
            } else {
                String::new()
            },
        }
    }

    /// Models by first maker, the busiest first.
    fn bars(&self, models: &[&Model]) -> Vec<Organisation> {
        let mut bars: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for model in models.iter().filter(|m| m.branch != Branch::Precursor) {
            let Some(maker) = model.organisations.first() else {
                continue;
            };
            let bar = bars.entry(self.organisation_name(maker)).or_default();
            match access_of(model) {
                Some(Access::Open | Access::Gated) => bar.0 += 1,
                Some(Access::Closed) | None => bar.1 += 1,
            }
        }
        let mut bars: Vec<_> = bars
            .into_iter()
            .map(|(name, (open, closed))| Organisation {
                name: name.to_owned(),
                open,
                closed,
            })
            .collect();
        bars.sort_by_key(|bar| (std::cmp::Reverse(bar.open + bar.closed), bar.name.clone()));
        bars
    }
}

/// The model at which the three limbs part.
const TRUNK: &str = "transformer";

/// Whether a name already ends with the size: `Llama 2 7B`.
fn says(name: &str, size: &str) -> bool {
    name.split([' ', '-'])
        .any(|word| word.eq_ignore_ascii_case(size))
}

/// `6.74B` as it is spoken.
fn spoken(size: &str) -> String {
    for (unit, word) in [
        ("K", "thousand"),
        ("M", "million"),
        ("B", "billion"),
        ("T", "trillion"),
    ] {
        if let Some(number) = size.strip_suffix(unit) {
            return format!("{number} {word}");
        }
    }
    size.to_owned()
}
