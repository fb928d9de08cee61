//! The tree: a drawing, the same as nested lists, or a picture to keep.

use super::bough::{Bough, Way};
use super::card::Card;
use super::filters::{self, Filters, Own};
use super::frame::{Frame, Section};
use crate::reply::{Ask, Outcome, Reply};
use crate::urls;
use arbor_model::{Gene, UnknownWord};
use arbor_service::picture::{
    self, ColourBy, Colours, DEFAULT_MODELS, Fit, Legend, Links, Mode, NoZoom, PillLabel, Theme,
    Zoom,
};
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
    /// The same in pixels.
    pixels: String,
    /// The address of a preview of this view.
    preview: String,
    /// What the colours can stand for: name, address, whether they do.
    colourings: Vec<(&'static str, String, bool)>,
    /// The page on the gene that the colours stand for: name and address.
    gene: Option<(&'static str, String)>,
    /// More of them, where some are folded.
    more: Option<String>,
    /// The tree's top, where it is not the whole: name and address.
    root: Option<(String, String)>,
    /// The selected model.
    card: Option<Card>,
    /// Smaller, as drawn, larger: the key that does the same, what is said
    /// of it, and where it leads.
    zooms: [(char, &'static str, String); 3],
    /// Whether it is drawn although it does not pass the filter.
    besides: bool,
}

/// The most models that are drawn at once on a page: beyond, folding helps
/// more than scrolling.
const MOST: usize = 300;

/// The most models in nested lists on a page.
const LISTED: usize = 1_500;

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
    own_here.extend(zoomed(query.zoom));
    if is_outline {
        own_here.push(("view", "outline".to_owned()));
    }
    let canonical = filters::address("/", &pairs, &own_here);
    if let Some(moved) = ask.tidied(&canonical) {
        return Ok(moved);
    }
    let mut besides = false;
    let (tree, shown, matched) = if is_outline {
        let outline = ask.view.outline(&OutlineQuery {
            filter: filter.clone(),
            depth: None,
            most: Some(LISTED),
        })?;
        let html = Bough::list(&outline.roots, Way::Down)?;
        (html, outline.shown, outline.matched)
    } else {
        let picture = ask.view.picture(&query)?;
        besides = picture.selected_besides;
        let shown = picture.shown.saturating_sub(usize::from(besides));
        (picture.svg, shown, picture.matched)
    };
    let more = (shown < matched && query.most < MOST).then(|| {
        let mut own: Own = own_here
            .iter()
            .filter(|(key, _)| *key != "k")
            .cloned()
            .collect();
        own.push(("k", MOST.to_string()));
        filters::address("/", &pairs, &own)
    });
    let with = |extra: &[(&'static str, &str)], path: &'static str| {
        // How large the page shows it is nothing to a picture.
        let all = if path == "/" { &own_here } else { &own };
        let mut own: Own = all
            .iter()
            .filter(|(key, _)| extra.iter().all(|(other, _)| other != key))
            .cloned()
            .collect();
        let extra = extra.iter().filter(|(_, value)| !value.is_empty());
        own.extend(extra.map(|(key, value)| (*key, (*value).to_owned())));
        filters::address(path, &pairs, &own)
    };
    let mut colourings = vec![
        (
            "Branch",
            with(&[("by", ""), ("gene", "")], "/"),
            query.colours == Colours::Branch,
        ),
        (
            "Family",
            with(&[("by", "family"), ("gene", "")], "/"),
            query.colours == Colours::Family,
        ),
    ];
    colourings.extend(Gene::ALL.iter().map(|gene| {
        let href = with(&[("by", "gene"), ("gene", gene.as_str())], "/");
        (gene.title(), href, query.colours == Colours::Gene(*gene))
    }));
    let none = Own::new();
    let root = filter.root().map(|id| {
        let name = ask.view.model_name(id.as_str()).to_owned();
        (name, urls::model(id.as_str()))
    });
    let select = |id: Option<&str>| with(&[("sel", id.unwrap_or_default())], "/");
    let card = query.selected.as_ref().map(|id| {
        let model = ask.view.resolve(id.as_str())?;
        Card::new(ask, model, &filter, select)
    });
    let zoom = |zoom: Zoom| {
        let z = zoomed(zoom).map(|(_, z)| z).unwrap_or_default();
        with(&[("z", z.as_str())], "/")
    };
    let zooms = [
        ('-', "smaller", zoom(query.zoom.out().unwrap_or(query.zoom))),
        ('0', "as drawn", zoom(Zoom::default())),
        (
            '+',
            "larger",
            zoom(query.zoom.closer().unwrap_or(query.zoom)),
        ),
    ];
    Reply::page(&Home {
        filters: Filters::new(ask, "/", &filter, &own_here),
        frame: Frame::new(ask, Section::Tree, canonical),
        tree,
        is_outline,
        shown,
        matched,
        drawn: with(&[("view", "")], "/"),
        outline: filters::address("/", &pairs, &vec![("view", "outline".to_owned())]),
        table: filters::address("/models", &pairs, &none),
        picture: filters::address("/tree.svg", &pairs, &own),
        json: filters::address("/api/v1/tree", &pairs, &none),
        pixels: filters::address("/tree.png", &pairs, &own),
        preview: ask.absolute(&with(&[("fit", "card")], "/tree.png")),
        colourings,
        gene: match query.colours {
            Colours::Gene(gene) => Some((gene.title(), format!("/genes/{gene}"))),
            Colours::Branch | Colours::Family => None,
        },
        more,
        root,
        card: card.transpose()?,
        zooms,
        besides,
    })
}

/// The tree as a picture that stands alone.
pub(crate) fn picture(ask: &Ask) -> Outcome {
    let query = wanted(ask, Mode::Standalone(theme(ask)?))?;
    let picture = ask.view.picture(&titled(query))?;
    Ok(Reply::text("image/svg+xml", picture.svg))
}

/// The tree in pixels.
pub(crate) fn pixels(ask: &Ask) -> Outcome {
    let theme = theme(ask)?;
    let query = titled(wanted(ask, Mode::Standalone(theme))?);
    let scale = ask.query.number("scale", 1..=4)?.unwrap_or(1);
    let (query, fit) = match ask.query.get("fit") {
        None => (query, Fit::Scale(scale as f32)),
        Some("card") => {
            // Fewer models, so that their names can be read in a small card.
            let most = query.most.min(CARD.2);
            let legend = Legend::Hidden;
            let query = PictureQuery {
                most,
                legend,
                ..query
            };
            (query, card(theme))
        }
        Some(other) => return Err(ServiceError::bad_parameter("fit", other, "`card`")),
    };
    let picture = ask.view.picture(&query)?;
    Ok(Reply::text("image/png", picture::png(&picture.svg, fit)?))
}

/// Width, height and the most models of a preview.
const CARD: (u32, u32, usize) = (1_200, 630, 60);

/// How a preview fits its card.
pub(crate) fn card(theme: Theme) -> Fit {
    let ground = match theme {
        Theme::Light => [0xfb, 0xfa, 0xf8],
        Theme::Dark => [0x11, 0x14, 0x1b],
    };
    Fit::Within {
        width: CARD.0,
        height: CARD.1,
        ground,
    }
}

/// Light or dark, as the query says.
pub(crate) fn theme(ask: &Ask) -> Result<Theme, ServiceError> {
    match ask.query.get("theme") {
        None | Some("light") => Ok(Theme::Light),
        Some("dark") => Ok(Theme::Dark),
        Some(other) => {
            let expected = "`light` or `dark`";
            Err(ServiceError::bad_parameter("theme", other, expected))
        }
    }
}

/// A drawing that stands alone says what it is.
fn titled(query: PictureQuery) -> PictureQuery {
    PictureQuery {
        title: Some("The family tree of language models".to_owned()),
        ..query
    }
}

/// What the colours are to stand for.
fn colours(ask: &Ask) -> Result<Colours, ServiceError> {
    let gene = ask.query.get("gene").map(|gene| word("gene", gene));
    let gene: Option<Gene> = gene.transpose()?;
    let by = ask.query.get("by").map(|by| word("by", by)).transpose()?;
    Ok(match (by, gene) {
        (None, None) | (Some(ColourBy::Branch), _) => Colours::Branch,
        (Some(ColourBy::Family), _) => Colours::Family,
        (Some(ColourBy::Gene), gene) => Colours::Gene(gene.unwrap_or(Gene::Position)),
        (None, Some(gene)) => Colours::Gene(gene),
    })
}

fn word<T: std::str::FromStr<Err = UnknownWord>>(
    key: &'static str,
    found: &str,
) -> Result<T, ServiceError> {
    found.parse().map_err(|error: UnknownWord| {
        let expected = format!("one of {}", error.allowed.join(", "));
        ServiceError::bad_parameter(key, found, expected)
    })
}

fn wanted(ask: &Ask, mode: Mode) -> Result<PictureQuery, ServiceError> {
    let selected = ask.query.get("sel").map(|id| ask.view.resolve(id));
    let label = ask.query.get("label").map(|label| word("label", label));
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
        colours: colours(ask)?,
        zoom: match ask.query.get("z") {
            None => Zoom::default(),
            Some(z) => z
                .parse()
                .map_err(|error: NoZoom| ServiceError::bad_parameter("z", z, error.to_string()))?,
        },
        mode,
        ..PictureQuery::default()
    })
}

/// The zoom, where it is no default.
fn zoomed(zoom: Zoom) -> Option<(&'static str, String)> {
    (zoom != Zoom::default()).then(|| ("z", zoom.to_string()))
}

/// The drawing's pairs that are no defaults.
fn own(query: &PictureQuery) -> Own {
    let k = (query.most != DEFAULT_MODELS).then(|| ("k", query.most.to_string()));
    let label = (query.label != PillLabel::Size).then(|| ("label", query.label.to_string()));
    let links = (query.links == Links::All).then(|| ("links", "all".to_owned()));
    let selected = query.selected.as_ref().map(|id| ("sel", id.to_string()));
    let (by, gene) = match query.colours {
        Colours::Branch => (None, None),
        Colours::Family => (Some(("by", "family".to_owned())), None),
        Colours::Gene(gene) => (
            Some(("by", "gene".to_owned())),
            Some(("gene", gene.to_string())),
        ),
    };
    [by, gene, k, label, links, selected]
        .into_iter()
        .flatten()
        .collect()
}
