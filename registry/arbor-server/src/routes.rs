//! The routes: one sorted table. Serving, the API description and the tests
//! are loops over it; adding a page is one line here, one file in `pages/`
//! and one template.

use crate::keys::{self, Key};
use crate::reply::{Ask, Keep, Outcome};
use crate::{api, assets, pages};

/// What must be fetched from the store before a route's function runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// A page of validation runs, of a model or of all.
    AllRuns,
    /// What was observed of a model: its validation runs, what was pulled of
    /// it, what is imported beneath it.
    Model,
    /// The validation run of that number.
    Run,
    /// The model's validation runs.
    Runs,
    /// What a search for `q` finds.
    Search,
    /// Nothing: the view answers.
    View,
}

/// Who reads the answer, and so how a refusal is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Face {
    /// Programs.
    Api,
    /// People.
    Page,
}

/// A route.
#[derive(Clone, Copy)]
pub(crate) struct Route {
    /// The path, with at most one variable part, `{id}`.
    pub(crate) path: &'static str,
    /// A sentence on what it answers.
    pub(crate) about: &'static str,
    /// The keys it takes.
    pub(crate) keys: &'static [&'static [Key]],
    /// What it needs.
    pub(crate) needs: Needs,
    /// How long its answers may be kept.
    pub(crate) keep: Keep,
    /// What answers it.
    pub(crate) answer: fn(&Ask) -> Outcome,
}

impl Route {
    /// Who reads its answers.
    pub(crate) fn face(&self) -> Face {
        face(self.path)
    }
}

/// Who reads what stands at a path.
pub(crate) fn face(path: &str) -> Face {
    if path.starts_with("/api/") {
        Face::Api
    } else {
        Face::Page
    }
}

const fn view(
    path: &'static str,
    about: &'static str,
    keys: &'static [&'static [Key]],
    answer: fn(&Ask) -> Outcome,
) -> Route {
    Route {
        path,
        about,
        keys,
        needs: Needs::View,
        keep: Keep::WhileUnchanged,
        answer,
    }
}

const fn with(needs: Needs, route: Route) -> Route {
    Route { needs, ..route }
}

const fn kept(keep: Keep, route: Route) -> Route {
    Route { keep, ..route }
}

/// Every route, sorted by path.
#[rustfmt::skip]
pub(crate) const TABLE: &[Route] = &[
    view("/", "The tree.", &[keys::FILTER, keys::PICTURE, keys::VIEW], pages::home::page),
    view("/api/v1/common", "The nearest common ancestors of two models.", &[keys::BOTH, keys::RELATIONS], api::lineage::common),
    view("/api/v1/compare", "Two to six models side by side, the differing facts first.", &[keys::COMPARED], api::lineage::compare),
    view("/api/v1/export/{id}", "The models that pass a filter, in a format: csv, dot, graphml, json, mermaid, newick.", &[keys::FILTER], api::export::export),
    view("/api/v1/families", "Every family.", &[], api::groups::families),
    view("/api/v1/families/{id}", "A family and its models.", &[], api::groups::family),
    view("/api/v1/memory/{id}", "How much memory a model needs, as far as claims go.", &[keys::MEMORY], api::numbers::memory),
    view("/api/v1/models", "The models that pass a filter, a page at a time.", &[keys::FILTER, keys::SORT, keys::PAGING], api::models::list),
    with(Needs::Runs, view("/api/v1/models/{id}", "All that is known of a model; a hub id is written with `%2F`.", &[], api::models::show)),
    view("/api/v1/models/{id}/ancestors", "What a model came from.", &[keys::WALK, keys::RELATIONS], api::lineage::ancestors),
    view("/api/v1/models/{id}/descendants", "What came from a model.", &[keys::WALK, keys::RELATIONS], api::lineage::descendants),
    with(Needs::AllRuns, view("/api/v1/models/{id}/runs", "A model's validation runs, the newest first.", &[keys::BEFORE], api::runs::list)),
    view("/api/v1/openapi.json", "This description.", &[], api::openapi::description),
    view("/api/v1/params/{id}", "A model's parameters by its claims.", &[], api::numbers::params),
    view("/api/v1/path", "A shortest way between two models through an ancestor they share.", &[keys::ENDS, keys::RELATIONS], api::lineage::path),
    with(Needs::AllRuns, view("/api/v1/runs", "Validation runs, the newest first.", &[keys::BEFORE], api::runs::list)),
    with(Needs::Run, view("/api/v1/runs/{id}", "A validation run with the files that it read.", &[], api::runs::show)),
    with(Needs::Search, view("/api/v1/search", "Models that words could mean, best first.", &[keys::WORDS, keys::LIMIT], api::search::search)),
    view("/api/v1/sources", "Every source.", &[], api::groups::sources),
    view("/api/v1/sources/{id}", "A source and the models that it is cited for, a page at a time.", &[keys::PAGING], api::groups::source),
    with(Needs::Search, view("/api/v1/suggest", "Ids and names to complete what is being typed.", &[keys::WORDS, keys::LIMIT], api::search::suggest)),
    view("/api/v1/tree", "The tree as nested lists.", &[keys::FILTER, keys::DEPTH], api::tree::tree),
    kept(Keep::Forever, view("/assets/{id}", "The stylesheet, the script, the font and the icon.", &[], assets::asset)),
    view("/compare", "Up to six models side by side.", &[keys::BOTH, keys::COMPARED, keys::ONLY], pages::compare::page),
    view("/errors", "Every error code and what it means.", &[], pages::errors::page),
    view("/families", "Every family.", &[], pages::families::page),
    view("/families/{id}", "A family and its models.", &[], pages::family::page),
    view("/favicon.ico", "The icon.", &[], assets::favicon),
    view("/figures", "Figures over the whole catalogue.", &[], pages::figures::page),
    view("/figures/{id}", "A figure as a picture that stands alone.", &[keys::THEME], pages::figures::picture),
    view("/genes", "Every gene and its values.", &[], pages::genes::page),
    view("/genes/{id}", "A gene over time.", &[], pages::genes::one),
    kept(Keep::Never, view("/healthz", "Whether the service answers.", &[], api::health::health)),
    view("/models", "The models that pass a filter, as a table.", &[keys::FILTER, keys::COLUMNS, keys::SORT, keys::PAGING], pages::models::page),
    view("/models.csv", "The same for spreadsheets.", &[keys::FILTER, keys::SORT], api::export::csv),
    view("/models.json", "The same for programs.", &[keys::FILTER, keys::SORT, keys::PAGING], api::models::all),
    with(Needs::Model, view("/models/{id:.+}", "All that is known of a model, with sources.", &[], pages::model::page)),
    view("/organisations", "Every organisation.", &[], pages::organisations::page),
    view("/organisations/{id}", "An organisation and its models.", &[], pages::organisation::page),
    with(Needs::AllRuns, view("/runs", "Validation runs, the newest first.", &[keys::BEFORE], pages::runs::page)),
    with(Needs::Run, view("/runs/{id}", "A validation run, check by check.", &[], pages::run::page)),
    with(Needs::Search, view("/search", "Models that words could mean.", &[keys::WORDS], pages::search::page)),
    view("/sources", "Every source.", &[], pages::sources::page),
    view("/sources/{id}", "A source and the models that it is cited for.", &[keys::PAGING], pages::source::page),
    view("/tree.png", "The tree as a picture of pixels.", &[keys::FILTER, keys::PICTURE, keys::PIXELS, keys::THEME], pages::home::pixels),
    view("/tree.svg", "The tree as a picture that stands alone.", &[keys::FILTER, keys::PICTURE, keys::THEME], pages::home::picture),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_route_is_explained() {
        assert!(TABLE.is_sorted_by(|a, b| a.path < b.path));
        assert!(TABLE.iter().all(|route| route.about.ends_with('.')));
    }
}
