//! The tree as a drawing: which models are shown and what their pills say.
//! Where they stand and how they look is `arbor-draw`'s business.

use crate::filter::{Access, Ran, access_of};
use crate::{Filter, ServiceError, View, colours};
use arbor_draw::{
    Bead, Candidate, Checked, Evidence, Folded, Hue, Link, Mark, Organisation, Origin, Scene,
    Standing, Status,
};
use arbor_model::{Branch, Field, Gene, Model, ModelId, Relation};
use std::collections::{BTreeMap, HashMap};

pub use arbor_draw::{FONT, Fit, Legend, Links, Mode, NoZoom, STYLE, Theme, Zoom};

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

arbor_model::words! {
    /// What the colours of a drawing stand for.
    ColourBy: "colouring" {
        /// The limb.
        Branch = "branch",
        /// The largest families.
        Family = "family",
        /// The values of a gene.
        Gene = "gene",
    }
}

/// What the colours of a drawing stand for, and of which gene.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colours {
    /// The limb.
    #[default]
    Branch,
    /// The largest families.
    Family,
    /// The values of a gene.
    Gene(Gene),
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
    /// What the colours stand for.
    pub colours: Colours,
    /// A heading within the drawing.
    pub title: Option<String>,
    /// For a page, or to stand alone.
    pub mode: Mode,
    /// How large it is shown.
    pub zoom: Zoom,
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
            colours: Colours::Branch,
            title: None,
            mode: Mode::Themed,
            zoom: Zoom::default(),
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
    /// Whether the selected model is drawn although it does not pass.
    pub selected_besides: bool,
}

/// What a drawing takes besides what its reader asked for.
#[derive(Default)]
pub(crate) struct Setting<'a> {
    /// The models that stand on their limbs.
    pub(crate) leads: Vec<String>,
    /// Whether makers are counted beside the tree.
    pub(crate) bars: bool,
    /// Models with a second outline.
    pub(crate) ringed: Vec<&'a str>,
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
        let mut models = query.filter.models(self);
        let matched = models.len();
        let selected = query.selected.as_ref();
        let selected = selected.and_then(|id| self.catalogue().models.get(id));
        let place = selected.and_then(|s| models.binary_search_by(|m| m.id.cmp(&s.id)).err());
        if let (Some(selected), Some(place)) = (selected, place) {
            models.insert(place, selected);
        }
        let setting = Setting {
            leads: match query.filter.root() {
                Some(root) => vec![root.to_string()],
                None => LEADS.map(str::to_owned).into(),
            },
            bars: true,
            ..Setting::default()
        };
        let drawn = self.draw(&models, query, &setting)?;
        Ok(Picture {
            matched,
            selected_besides: place.is_some(),
            ..drawn
        })
    }

    /// Draws just these models, which stand in order of id.
    pub(crate) fn draw(
        &self,
        models: &[&Model],
        query: &PictureQuery,
        setting: &Setting<'_>,
    ) -> Result<Picture, ServiceError> {
        let scene = self.scene(models, query, setting);
        let shown = scene.beads.len();
        let options = arbor_draw::Options {
            selected: query.selected.as_ref().map(ToString::to_string),
            links: query.links,
            legend: query.legend,
            zoom: query.zoom,
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
            selected_besides: false,
        })
    }

    fn scene(&self, models: &[&Model], query: &PictureQuery, setting: &Setting<'_>) -> Scene {
        let place: HashMap<&str, usize> = models
            .iter()
            .enumerate()
            .map(|(at, m)| (m.id.as_str(), at))
            .collect();
        let dyes = colours::dye(self, models, query.colours);
        let newest = newest(models);
        let candidates: Vec<_> = models
            .iter()
            .map(|model| {
                let id = Some(&model.id);
                let is_wanted = dyes.is_first(model)
                    || query.selected.as_ref() == id
                    || query.filter.root() == id
                    || LEADS.contains(&model.id.as_str());
                let standing = if is_wanted {
                    Standing::Wanted
                } else if newest.contains(&model.id.as_str()) {
                    Standing::Newest
                } else if is_variant(model) {
                    Standing::Variant
                } else {
                    Standing::Ordinary
                };
                let passed = self.status(model) == Status::Passing;
                self.candidate(model, &place, standing, passed)
            })
            .collect();
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
                parents: parents.chain(self.over_folded(model, &seat_of)).collect(),
                hue: dyes.hue(model),
                mark: if dyes.is_first(model) || setting.ringed.contains(&model.id.as_str()) {
                    Mark::First
                } else {
                    Mark::None
                },
                secondary: dyes
                    .word(model)
                    .unwrap_or_else(|| self.beside(model, query.label)),
                ..self.bead(model, *folded)
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
            organisations: match query.colours {
                Colours::Branch => setting.bars.then(|| self.bars(models)),
                Colours::Family | Colours::Gene(_) => None,
            },
            leads: setting.leads.clone(),
            key: dyes.key(),
            title: query.title.clone(),
        }
    }

    /// The edge to the nearest ancestor that is drawn, where the primary
    /// parent is folded away. It carries no more than the least of the edges
    /// on the way.
    fn over_folded(
        &self,
        model: &Model,
        seat_of: &impl Fn(&ModelId) -> Option<usize>,
    ) -> Option<Link> {
        let (mut at, edge) = self.primary_parent(model)?;
        let mut relation = edge.relation;
        if seat_of(&at.id).is_some() {
            return None;
        }
        // A checked catalogue has no circle.
        while at.branch == model.branch {
            let (parent, edge) = self.primary_parent(at)?;
            if edge.relation.carries() > relation.carries() {
                relation = edge.relation;
            }
            if let Some(parent) = seat_of(&parent.id) {
                return Some(Link {
                    parent,
                    relation,
                    evidence: Evidence::Documented,
                });
            }
            at = parent;
        }
        None
    }

    fn candidate<'m>(
        &self,
        model: &'m Model,
        place: &HashMap<&str, usize>,
        standing: Standing,
        passed: bool,
    ) -> Candidate<'m> {
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
            checked: if passed {
                Checked::Passed
            } else {
                Checked::NotPassed
            },
            standing,
            date: model.released(),
        }
    }

    /// How a model's newest run ended. That something never ran says nothing
    /// where nothing ever did, and of what cannot be had.
    fn status(&self, model: &Model) -> Status {
        let verdict = self.latest(&model.id).map(|latest| latest.verdict);
        let can_run =
            model.hub.is_some() && matches!(access_of(model), Some(Access::Open | Access::Gated));
        match Ran::from(verdict) {
            Ran::Pass => Status::Passing,
            Ran::Fail => Status::Failing,
            Ran::Never if can_run && self.has_runs() => Status::Waiting,
            Ran::Never => Status::Unmarked,
        }
    }

    /// What stands beside a model's name.
    fn beside(&self, model: &Model, label: PillLabel) -> String {
        let text = match label {
            PillLabel::Date => model.released().map(|date| date.to_string()),
            PillLabel::Licence => model.licence().map(ToString::to_string),
            PillLabel::Org => model
                .organisations
                .first()
                .map(|id| self.organisation_name(id).to_owned()),
            PillLabel::Size => model
                .parameters()
                .filter(|count| !says(model.name.as_str(), count.value))
                .map(|count| arbor_model::human_count(count.value)),
        };
        text.unwrap_or_default()
    }

    fn bead(&self, model: &Model, folded: u64) -> Bead {
        let size = model
            .parameters()
            .map(|count| arbor_model::human_count(count.value));
        Bead {
            id: model.id.to_string(),
            label: model.name.to_string(),
            secondary: String::new(),
            organisation: self.makers(model),
            spoken_size: size.map_or_else(
                || "size not disclosed".to_owned(),
                |size| format!("{} parameters", spoken(&size)),
            ),
            branch: model.branch,
            hue: Hue::Branch(model.branch),
            mark: Mark::None,
            line: model.family.to_string(),
            date: model.released(),
            access: match access_of(model) {
                Some(Access::Open) => arbor_draw::Access::Open,
                Some(Access::Gated) => arbor_draw::Access::Gated,
                Some(Access::Closed) | None => arbor_draw::Access::Closed,
            },
            status: self.status(model),
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

/// A standalone drawing as a PNG.
///
/// # Errors
/// [`ServiceError::BadParameter`] where the picture would be too large, and
/// [`ServiceError::Drawing`] where the drawing cannot be read.
pub fn png(svg: &str, fit: Fit) -> Result<Vec<u8>, ServiceError> {
    arbor_draw::png(svg, fit).map_err(|error| match &error {
        arbor_draw::PngError::TooLarge { .. } => {
            ServiceError::bad_parameter("scale", "", error.to_string())
        }
        arbor_draw::PngError::Drawing(_) => ServiceError::Drawing(error.to_string()),
    })
}

/// The model at which the three limbs part.
const TRUNK: &str = "transformer";

/// The models whose lines are the limbs themselves.
const LEADS: [&str; 3] = ["bert-base", "t5-11b", "gpt"];

/// A family of so many models has a newest one that people look for.
const LINE: usize = 4;

/// Whether a model is another size of one that is there.
fn is_variant(model: &Model) -> bool {
    let mut edges = model.parents.iter();
    edges.any(|edge| edge.relation == Relation::ScalesUp)
}

/// Where each line of some length has got to: its latest model that is no
/// other size and no tuned variant of one.
fn newest<'m>(models: &[&'m Model]) -> Vec<&'m str> {
    let mut lines: BTreeMap<&str, (usize, Option<&Model>)> = BTreeMap::new();
    for model in models {
        let line = lines.entry(model.family.as_str()).or_default();
        line.0 += 1;
        let tuned = model
            .parents
            .iter()
            .any(|edge| edge.relation == Relation::FineTunedFrom);
        let key = |m: &Model| (m.released(), m.parameters().map(|p| p.value));
        if !tuned && !is_variant(model) && line.1.is_none_or(|best| key(best) < key(model)) {
            line.1 = Some(model);
        }
    }
    let long = lines.into_values().filter(|(count, _)| *count >= LINE);
    long.filter_map(|(_, newest)| newest.map(|m| m.id.as_str()))
        .collect()
}

/// Whether a name already says the size, roughly: `LLaMA 65B`, `GPT-2 (124M)`.
fn says(name: &str, count: u64) -> bool {
    let words = name.split([' ', '-', '(', ')', '_']);
    words.filter_map(size).any(|said| {
        let count = count as f64;
        (said / count).max(count / said) < 1.2
    })
}

/// `65B` as a number.
fn size(word: &str) -> Option<f64> {
    let unit = word.chars().last()?;
    let scale = match unit.to_ascii_uppercase() {
        'K' => 1e3,
        'M' => 1e6,
        'B' => 1e9,
        'T' => 1e12,
        _ => return None,
    };
    let number: f64 = word.strip_suffix(unit)?.parse().ok()?;
    (number > 0.0).then_some(number * scale)
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
