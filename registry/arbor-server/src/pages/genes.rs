//! Genes: the parts of a design that are passed on, and who had each of their
//! values first.

use super::figures::Plate;
use super::frame::{Frame, Section};
use crate::reply::{Ask, Outcome, Reply};
use crate::urls;
use arbor_model::{Gene, Model};
use arbor_service::picture::Mode;
use arbor_service::{Carriers, ServiceError};
use askama::Template;

#[derive(Template)]
#[template(path = "genes.html")]
struct Genes {
    frame: Frame,
    genes: Vec<Summary>,
}

struct Summary {
    title: &'static str,
    about: &'static str,
    href: String,
    tree: String,
    values: Vec<Line>,
}

/// A value of a gene.
struct Line {
    name: &'static str,
    class: &'static str,
    models: usize,
    /// The first model with it: name, address and date.
    first: Option<Point>,
    /// The first model of each family that has it, in order of time.
    spread: Vec<Point>,
    /// How many more families there are.
    more: usize,
}

/// A model at its date.
struct Point {
    name: String,
    href: String,
    date: String,
}

#[derive(Template)]
#[template(path = "gene.html")]
struct Page {
    frame: Frame,
    title: &'static str,
    about: &'static str,
    tree: String,
    picture: String,
    values: Vec<Line>,
    unknown: usize,
    plate: Plate,
}

/// How many families' firsts a value lists.
const SPREAD: usize = 24;

fn point(model: &Model) -> Option<Point> {
    let date = model.released()?;
    Some(Point {
        name: model.name.to_string(),
        href: urls::model(model.id.as_str()),
        date: date.to_string(),
    })
}

fn line(own: &Carriers<'_>, most: usize) -> Line {
    let mut families: Vec<&str> = Vec::new();
    let mut spread = Vec::new();
    for model in &own.models {
        if !families.contains(&model.family.as_str())
            && let Some(point) = point(model)
        {
            families.push(model.family.as_str());
            spread.push(point);
        }
    }
    let more = spread.len().saturating_sub(most);
    spread.truncate(most);
    Line {
        name: own.value.name,
        class: own.value.class(),
        models: own.models.len(),
        first: own.models.first().and_then(|model| point(model)),
        spread,
        more,
    }
}

fn tree(gene: Gene) -> String {
    urls::with_query("/", [("by", "gene"), ("gene", gene.as_str())])
}

/// All genes.
pub(crate) fn page(ask: &Ask) -> Outcome {
    let genes = Gene::ALL.iter().map(|gene| {
        let (carriers, _) = ask.view.carriers(*gene);
        let carriers = carriers.iter().filter(|own| !own.models.is_empty());
        Summary {
            title: gene.title(),
            about: gene.about(),
            href: format!("/genes/{gene}"),
            tree: tree(*gene),
            values: carriers.map(|own| line(own, 0)).collect(),
        }
    });
    Reply::page(&Genes {
        frame: Frame::new(ask, Section::Genes, "/genes".to_owned()),
        genes: genes.collect(),
    })
}

/// One gene over time.
pub(crate) fn one(ask: &Ask) -> Outcome {
    let gene: Gene = ask.id.parse().map_err(|_| {
        let known = Gene::WORDS.iter().map(|word| (*word).to_owned());
        ServiceError::not_found("gene", &ask.id, known.collect())
    })?;
    let (carriers, unknown) = ask.view.carriers(gene);
    let carriers = carriers.iter().filter(|own| !own.models.is_empty());
    let frame = Frame::new(ask, Section::Genes, format!("/genes/{gene}"));
    Reply::page(&Page {
        frame: frame.under([("Genes", "/genes")]),
        title: gene.title(),
        about: gene.about(),
        tree: tree(gene),
        picture: format!("/figures/gene-{gene}.svg"),
        values: carriers.map(|own| line(own, SPREAD)).collect(),
        unknown,
        plate: Plate {
            id: "shares".to_owned(),
            title: format!("{} by year", gene.title()),
            about: "The catalogue's models of which the value is known, by the year in which they \
                    came out; above each bar, how many."
                .to_owned(),
            drawn: ask.view.gene_figure(gene, Mode::Themed),
            picture: format!("/figures/gene-{gene}.svg"),
        },
    })
}
