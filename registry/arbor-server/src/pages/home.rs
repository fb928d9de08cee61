//! The tree: a drawing, the same as nested lists, or a picture to keep.

use super::bough::{Bough, Way};
use super::filters::{self, Filters, Own};
use super::frame::{Frame, Section};
use crate::reply::{Ask, Outcome, Reply};
use crate::urls;
use arbor_model::UnknownWord;
use arbor_service::picture::{DEFAULT_MODELS, Links, Mode, PillLabel, Theme};
use arbor_service::{OutlineQuery, PictureQuery, ServiceError};
use askama::Template;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
    filters: Filters,
    /// The drawing or the lists.
    tree: String,
    is_outline: bool,
    shown: usize,
    matched: usize,
    /// The same models drawn, as lists, as a table, as a picture, as JSON.
    drawn: String,
    outline: String,
    table: String,
    picture: String,
    json: String,
    /// More of them, where some are folded.
    more: Option<String>,
    /// The tree's top, where it is not the whole: name and address.
    root: Option<(String, String)>,
    /// The selected model: name, address, and the address without it.
    selected: Option<(String, String, String)>,
}

/// The most models that are drawn at once on a page: beyond, folding helps
/// more than scrolling.
const MOST: usize = 300;

/// The tree.
pub(crate) fn page(ask: &Ask) -> Outcome {
    let filter = ask.filter()?;
    let pairs = filters::pairs_of(&filter);
    let query = wanted(ask, Mode::Themed)?;
    let is_outline = match ask.query.get("view") {
        None => false,
        Some("outline") => true,
        Some(other) => return Err(ServiceError::bad_parameter("view", other, "`outline`")),
    };
    let own = own(&query);
    let mut own_here = own.clone();
    if is_outline {
        own_here.push(("view", "outline".to_owned()));
    }
    let canonical = filters::address("/", &pairs, &own_here);
    if let Some(moved) = ask.tidied(&canonical) {
        return Ok(moved);
    }
    let (tree, shown, matched) = if is_outline {
        let outline = ask.view.outline(&OutlineQuery {
            filter: filter.clone(),
            depth: None,
        })?;
        let html = Bough::list(&outline.roots, Way::Down)?;
        (html, outline.shown, outline.matched)
    } else {
        let picture = ask.view.picture(&query)?;
        (picture.svg, picture.shown, picture.matched)
    };
    let more = (shown < matched && query.most < MOST).then(|| {
        let mut own: Own = own.iter().filter(|(key, _)| *key != "k").cloned().collect();
        own.push(("k", MOST.to_string()));
        filters::address("/", &pairs, &own)
    });
    let none = Own::new();
    let root = filter.root().map(|id| {
        let name = ask.view.model_name(id.as_str()).to_owned();
        (name, urls::model(id.as_str()))
    });
    let selected = query.selected.as_ref().map(|id| {
        let rest: Own = own_here
            .iter()
            .filter(|(key, _)| *key != "sel")
            .cloned()
            .collect();
        (
            ask.view.model_name(id.as_str()).to_owned(),
            urls::model(id.as_str()),
            filters::address("/", &pairs, &rest),
        )
    });
    Reply::page(&Home {
        filters: Filters::new(ask, "/", &filter, &own_here),
        frame: Frame::new(ask, Section::Tree, canonical),
        tree,
        is_outline,
        shown,
        matched,
        drawn: filters::address("/", &pairs, &own),
        outline: filters::address("/", &pairs, &vec![("view", "outline".to_owned())]),
        table: filters::address("/models", &pairs, &none),
        picture: filters::address("/tree.svg", &pairs, &own),
        json: filters::address("/api/v1/tree", &pairs, &none),
        more,
        root,
        selected,
    })
}

/// The tree as a picture that stands alone.
pub(crate) fn picture(ask: &Ask) -> Outcome {
    let theme = match ask.query.get("theme") {
        None | Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        Some(other) => {
            let expected = "`light` or `dark`";
            return Err(ServiceError::bad_parameter("theme", other, expected));
        }
    };
    let query = wanted(ask, Mode::Standalone(theme))?;
    let picture = ask.view.picture(&query)?;
    Ok(Reply::text("image/svg+xml", picture.svg))
}

fn wanted(ask: &Ask, mode: Mode) -> Result<PictureQuery, ServiceError> {
    let selected = ask.query.get("sel").map(|id| ask.view.resolve(id));
    let label = ask.query.get("label").map(|label| {
        label.parse().map_err(|error: UnknownWord| {
            let expected = format!("one of {}", error.allowed.join(", "));
            ServiceError::bad_parameter("label", label, expected)
        })
    });
    Ok(PictureQuery {
        filter: ask.filter()?,
        most: ask.query.number("k", 1..=3_000)?.unwrap_or(DEFAULT_MODELS),
        selected: selected.transpose()?.map(|model| model.id.clone()),
        links: match ask.query.get("links") {
            None | Some("none") => Links::Selected,
            Some("all") => Links::All,
            Some(other) => {
                let expected = "`none` or `all`";
                return Err(ServiceError::bad_parameter("links", other, expected));
            }
        },
        label: label.transpose()?.unwrap_or(PillLabel::Size),
        mode,
        ..PictureQuery::default()
    })
}

/// The drawing's pairs that are no defaults.
fn own(query: &PictureQuery) -> Own {
    let k = (query.most != DEFAULT_MODELS).then(|| ("k", query.most.to_string()));
    let label = (query.label != PillLabel::Size).then(|| ("label", query.label.to_string()));
    let links = (query.links == Links::All).then(|| ("links", "all".to_owned()));
    let selected = query.selected.as_ref().map(|id| ("sel", id.to_string()));
    [k, label, links, selected].into_iter().flatten().collect()
}
