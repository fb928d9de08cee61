//! A model: what is claimed of it and by whom, where it comes from, what came
//! from it, what memory it needs.

use super::bough::{Bough, Way, phrase};
use super::facts::{self, Group};
use super::figures::Plate;
use super::frame::{Frame, Section};
use super::kin::Kin;
use super::memory::Memory;
use super::observed::{Beneath, Files};
use super::row::Named;
use super::row::Row;
use super::runs;
use crate::reply::{Ask, Outcome, Reply, Status};
use crate::urls;
use arbor_model::{Carries, Model, Openness, Relation};
use arbor_service::picture::Mode;
use arbor_service::{Access, Direction, LineageQuery, ServiceError, View, wire};
use askama::Template;
use std::collections::BTreeMap;

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
    fetch: Fetch,
    parents: Vec<Parent>,
    /// The nearest kin, drawn; how many of it there was no room for.
    kin: String,
    kin_picture: String,
    left_out: usize,
    edges: Vec<Edge>,
    children: Vec<Kin>,
    more_children: usize,
    /// The ancestors as nested lists.
    ancestry: String,
    ancestors: usize,
    licences: Vec<Drift>,
    /// The licences along the way of the weights.
    path: Vec<Licence>,
    descendants: String,
    weight_descendants: String,
    /// How many carry the weights of this one or another of its sizes, and
    /// their list.
    all_sizes: Option<(usize, String)>,
    tree: String,
    selected: String,
    /// The address of a preview.
    preview: String,
    json: String,
    compare: Option<String>,
    runs: Vec<runs::Row>,
    files: Option<Files>,
    beneath: Option<Beneath>,
    /// The sources of all this, and how often each is cited.
    sources: Vec<(Named, usize)>,
}

/// How the weights are had.
enum Fetch {
    /// By this command.
    Open(String),
    /// By this command, once the terms at the hub are accepted.
    Gated(String),
    /// Not at all: nobody outside has them.
    Closed,
    /// From no repository that is recorded.
    Nowhere,
}

impl Fetch {
    fn of(summary: &wire::ModelSummary, receipt: Option<&wire::Receipt>) -> Self {
        let access = summary.openness.and_then(|o| o.parse::<Openness>().ok());
        let access = access.map(Access::from);
        let Some(hub) = &summary.hub else {
            return match access {
                Some(Access::Closed) => Self::Closed,
                Some(Access::Open | Access::Gated) | None => Self::Nowhere,
            };
        };
        // The commit that was pulled here is the one whose files are known.
        let command = match receipt {
            Some(receipt) => format!("arbor pull {hub}@{}", receipt.commit),
            None => format!("arbor pull {hub}"),
        };
        match access {
            Some(Access::Closed) => Self::Closed,
            Some(Access::Gated) => Self::Gated(command),
            Some(Access::Open) | None => Self::Open(command),
        }
    }
}

/// A parent and what changed from it.
struct Parent {
    kin: Kin,
    changes: Vec<String>,
}

/// An edge of the small tree.
struct Edge {
    child: Named,
    parent: Named,
    phrase: &'static str,
    carries: &'static str,
    cited: wire::Cited,
    source: String,
}

/// A licence along the way of the weights.
struct Licence {
    model: Named,
    step: wire::LicenceStep,
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
    let sources = sources(&claims, &parents);
    let link = |id: &str| Named {
        name: ask.view.model_name(id).to_owned(),
        href: urls::model(id),
    };
    let parents = parents.into_iter().map(|parent| Parent {
        changes: ask.view.changed_from(&parent.id, model),
        kin: Kin::new(parent),
    });
    let near = ask.view.kin(model)?;
    let edges = ask.view.kin_edges(&near).into_iter().map(|cited| Edge {
        child: link(&cited.edge.child),
        parent: link(&cited.edge.parent),
        phrase: phrase(cited.edge.relation),
        carries: cited.edge.carries,
        source: urls::source(&cited.cited.source),
        cited: cited.cited,
    });
    let path = ask.view.licences(model).into_iter().map(|step| Licence {
        model: link(&step.id),
        step,
    });
    let drawn = ask.view.kin_picture(model, &near, None, Mode::Themed)?;
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
        memory: Memory::of(&ask.view, model, &ask.devices)?,
        fetch: Fetch::of(&shown.summary, ask.receipt.as_ref()),
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
        parents: parents.collect(),
        kin: drawn.svg,
        kin_picture: format!("/figures/lineage-{}.svg", urls::part(id)),
        left_out: near.left_out,
        edges: edges.collect(),
        children: Kin::all(children),
        more_children,
        ancestry: Bough::list(&above, Way::Up)?,
        ancestors: outline.matched.saturating_sub(1),
        licences: drifts(&ask.view, model)?,
        path: path.collect(),
        descendants: urls::with_query("/models", [("root", id)]),
        weight_descendants: urls::with_query("/models", [("rel", "weights"), ("root", id)]),
        all_sizes: all_sizes(&ask.view, model),
        tree: urls::with_query("/", [("root", id)]),
        selected: format!("{}#n-{id}", urls::with_query("/", [("sel", id)])),
        preview: ask.absolute(&format!("/figures/lineage-{}.png", urls::part(id))),
        json: format!("/api/v1/models/{}", urls::part(id)),
        compare,
        runs: runs.map(|run| runs::Row::new(&ask.view, run)).collect(),
        files: ask.receipt.as_ref().map(Files::of),
        beneath: ask.beneath.as_ref().map(Beneath::of),
        sources,
        model: shown,
    })
}

/// The sources of claims and parents, the most cited first.
fn sources(
    claims: &BTreeMap<&'static str, Vec<wire::Claim>>,
    parents: &[wire::Relative],
) -> Vec<(Named, usize)> {
    let mut counts: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    let claims = claims.values().flatten().map(|claim| &claim.cited);
    for cited in claims.chain(parents.iter().map(|parent| &parent.cited)) {
        let entry = counts.entry(&cited.source);
        entry.or_insert((&cited.source_title, 0)).1 += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(key, (_, count))| (std::cmp::Reverse(*count), *key));
    let named = |(key, (title, count)): (&str, (&str, usize))| {
        let (name, href) = (title.to_owned(), urls::source(key));
        (Named { name, href }, count)
    };
    counts.into_iter().map(named).collect()
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
