//! Figures over the whole catalogue, each with the table that says the same;
//! and any figure as a picture.

use super::frame::{Frame, Section};
use super::home::{card, theme};
use crate::reply::{Ask, Outcome, Reply};
use arbor_model::Gene;
use arbor_service::picture::{self, Mode};
use arbor_service::{Drawn, FigureKind, ServiceError};
use askama::Template;

#[derive(Template)]
#[template(path = "figures.html")]
struct Figures {
    frame: Frame,
    figures: Vec<Plate>,
}

/// A figure with its table.
pub(crate) struct Plate {
    /// Its anchor on the page.
    pub(crate) id: String,
    /// Its heading.
    pub(crate) title: String,
    /// What it shows, and how.
    pub(crate) about: String,
    /// The drawing and the table.
    pub(crate) drawn: Drawn,
    /// The picture that stands alone.
    pub(crate) picture: String,
}

/// All figures.
pub(crate) fn page(ask: &Ask) -> Outcome {
    let plates = FigureKind::ALL.iter().map(|kind| Plate {
        id: kind.to_string(),
        title: kind.title().to_owned(),
        about: kind.about().to_owned(),
        drawn: ask.view.figure(*kind, Mode::Themed),
        picture: format!("/figures/{kind}.svg"),
    });
    Reply::page(&Figures {
        frame: Frame::new(ask, Section::Figures, "/figures".to_owned()),
        figures: plates.collect(),
    })
}

/// One figure as a picture that stands alone: one of the catalogue's, a
/// gene's (`gene-norm.svg`), or a model's (`memory-llama-65b.svg`, its nearest
/// kin as `lineage-llama-65b.svg` and, as a card, `lineage-llama-65b.png`).
pub(crate) fn picture(ask: &Ask) -> Outcome {
    let theme = theme(ask)?;
    let mode = Mode::Standalone(theme);
    if let Some(name) = ask.id.strip_prefix("lineage-")
        && let Some((name, ending)) = name.rsplit_once('.')
        && let Some(model) = ask.view.find(name)
    {
        let title = format!("{} in the family tree of language models", model.name);
        let kin = ask.view.kin(model)?;
        let drawn = ask.view.kin_picture(model, &kin, Some(title), mode)?;
        match ending {
            "svg" => return Ok(Reply::text("image/svg+xml", drawn.svg)),
            "png" => {
                let pixels = picture::png(&drawn.svg, card(theme))?;
                return Ok(Reply::text("image/png", pixels));
            }
            _ => {}
        }
    }
    let drawn = ask.id.strip_suffix(".svg").and_then(|name| {
        if let Ok(kind) = name.parse::<FigureKind>() {
            return Some(ask.view.figure(kind, mode));
        }
        if let Some(gene) = name.strip_prefix("gene-") {
            let gene = gene.parse::<Gene>().ok()?;
            return Some(ask.view.gene_figure(gene, mode));
        }
        let model = ask.view.find(name.strip_prefix("memory-")?)?;
        ask.view.memory_figure(model, mode)
    });
    let known = || FigureKind::ALL.iter().map(|kind| format!("{kind}.svg"));
    let drawn =
        drawn.ok_or_else(|| ServiceError::not_found("figure", &ask.id, known().collect()))?;
    Ok(Reply::text("image/svg+xml", drawn.svg))
}
