//! A model: what is claimed of it and by whom, where it comes from, what came
//! from it, what memory it needs.

use super::bough::{Bough, Way};
use super::facts::{self, Group};
use super::figures::Plate;
use super::frame::{Frame, Section};
use super::kin::Kin;
use super::memory::Memory;
use super::row::Row;
use super::runs;
use crate::reply::{Ask, Outcome, Reply, Status};
use crate::urls;
use arbor_model::{Carries, Model, Relation};
use arbor_service::picture::Mode;
use arbor_service::{Direction, LineageQuery, ServiceError, View, wire};
use askama::Template;

/// The most children that a page lists; the table has them all.
const CHILDREN: usize = 40;
/// How far up the ancestry is drawn.
const GENERATIONS: u32 = 12;

/// What the figure of the cache shows.
const CACHE: &str = "Key-value cache of one sequence in bf16. The solid line is the model as it \
    is; dashed ones are what the same layers and heads would take with every head its own keys \
    (MHA), eight query heads to one (GQA), one for all (MQA), or a latent vector of 512 and a \
    rotary key of 64 (MLA, as in DeepSeek-V3). Grey, the weights.";

#[derive(Template)]
#[template(path = "model.html")]
struct Page {
    frame: Frame,
    row: Row,
    model: wire::Model,
    groups: Vec<Group>,
    memory: Memory,
    /// What the cache takes as the context grows.
    cache: Option<Plate>,
    parents: Vec<Kin>,
    children: Vec<Kin>,
    more_children: usize,
    /// The ancestors as nested lists.
    ancestry: String,
    ancestors: usize,
    licences: Vec<Drift>,
    descendants: String,
    weight_descendants: String,
    /// How many carry the weights of this one or another of its sizes, and
    /// their list.
    all_sizes: Option<(usize, String)>,
    tree: String,
    selected: String,
    json: String,
    compare: Option<String>,
    runs: Vec<runs::Row>,
}

/// A parent whose weights this model carries under another licence.
struct Drift {
    name: String,
    href: String,
    licence: String,
}

/// A model's page; other names of the model lead to it.
pub(crate) fn page(ask: &Ask) -> Outcome {
    let model = ask.view.resolve(&ask.id)?;
    let id = model.id.as_str();
    let canonical = urls::model(id);
    if ask.id != id {
        return Ok(Reply::moved(Status::MovedForGood, canonical));
    }
    let mut shown = ask.view.show(model, ask.runs.clone())?;
    let outline = ask.view.inverted(
        model,
        Relation::ALL.iter().copied().collect(),
        Some(GENERATIONS),
    )?;
    let above: Vec<_> = outline.roots.into_iter().flat_map(|r| r.children).collect();
    let parents = std::mem::take(&mut shown.parents);
    let mut children = std::mem::take(&mut shown.children);
    let more_children = children.len().saturating_sub(CHILDREN);
    children.truncate(CHILDREN);
    let compare = parents
        .first()
        .map(|parent| urls::with_query("/compare", [("m", parent.id.as_str()), ("m", id)]));
    let claims = std::mem::take(&mut shown.claims);
    let runs = std::mem::take(&mut shown.runs).into_iter();
    let family = (
        shown.family_name.as_str(),
        &*urls::family(&shown.summary.family),
    );
    Reply::page(&Page {
        frame: Frame::new(ask, Section::Models, canonical)
            .under([("Families", "/families"), family]),
        row: Row::new(&ask.view, shown.summary.clone()),
        groups: facts::groups(&claims),
        memory: Memory::of(&ask.view, model)?,
        cache: ask
            .view
            .memory_figure(model, Mode::Themed)
            .map(|drawn| Plate {
                id: "cache".to_owned(),
                title: "Cache by context and attention".to_owned(),
                about: CACHE.to_owned(),
                drawn,
                picture: format!("/figures/memory-{id}.svg"),
            }),
        parents: Kin::all(parents),
        children: Kin::all(children),
        more_children,
        ancestry: Bough::list(&above, Way::Up)?,
        ancestors: outline.matched.saturating_sub(1),
        licences: drifts(&ask.view, model)?,
        descendants: urls::with_query("/models", [("root", id)]),
        weight_descendants: urls::with_query("/models", [("rel", "weights"), ("root", id)]),
        all_sizes: all_sizes(&ask.view, model),
        tree: urls::with_query("/", [("root", id)]),
        selected: format!("{}#n-{id}", urls::with_query("/", [("sel", id)])),
        json: format!("/api/v1/models/{}", urls::part(id)),
        compare,
        runs: runs.map(|run| runs::Row::new(&ask.view, run)).collect(),
        model: shown,
    })
}

fn all_sizes(view: &View, model: &Model) -> Option<(usize, String)> {
    let weights = Relation::ALL.iter().copied();
    let weights = weights.filter(|relation| relation.carries() == Carries::Weights);
    let sizes = view.sizes_left_out(model, weights.collect())?;
    let first = sizes.first.id.as_str();
    let pairs = [("rel", "weights,scales-up"), ("root", first)];
    Some((sizes.descendants, urls::with_query("/models", pairs)))
}

/// Parents whose weights it carries under another licence than theirs.
fn drifts(view: &View, model: &Model) -> Result<Vec<Drift>, ServiceError> {
    let Some(own) = model.licence() else {
        return Ok(Vec::new());
    };
    let query = LineageQuery {
        relations: arbor_service::relations("rel", "weights")?
            .into_iter()
            .collect(),
        depth: Some(1),
        ..LineageQuery::default()
    };
    let parents = view.lineage_of(model, Direction::Ancestors, query)?.nodes;
    let drifts = parents.into_iter().filter_map(|parent| {
        let licence = parent.licence.filter(|licence| licence != own.as_str())?;
        Some(Drift {
            href: urls::model(&parent.id),
            name: parent.name,
            licence,
        })
    });
    Ok(drifts.collect())
}

impl Page {
    fn active(&self) -> Option<String> {
        let active = self.model.summary.active_parameters?;
        Some(super::memory::grouped(active))
    }

    fn aliases(&self) -> String {
        self.model.aliases.join(", ")
    }
}
