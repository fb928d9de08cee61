//! Draws the compiled-in catalogue to a file, to look at while the drawing is
//! worked on: no database, no server.
//!
//! `cargo run -p arbor-service --example picture -- tree.png by=gene
//! gene=position k=135 theme=dark sel=llama-65b`. The file's ending
//! says what is written. It takes the pages' keys, as far as they are drawn.

use arbor_catalog::{CatalogueFiles, read_catalogue};
use arbor_service::picture::{self, Colours, Fit, Mode, Theme};
use arbor_service::{Filter, FilterKey, PictureQuery, View};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let file = args.next().ok_or("a file to write")?;
    let view = View::new(read_catalogue(&CatalogueFiles::builtin())?, 1)?;
    let mut query = PictureQuery {
        mode: Mode::Standalone(Theme::Light),
        title: Some("The family tree of language models".to_owned()),
        ..PictureQuery::default()
    };
    let mut fit = Fit::Scale(1.0);
    let mut pairs = Vec::new();
    for arg in args {
        let (key, value) = arg.split_once('=').ok_or("key=value")?;
        match (key, value) {
            ("by", "family") => query.colours = Colours::Family,
            ("by", _) => {}
            ("gene", gene) => query.colours = Colours::Gene(gene.parse()?),
            ("k", most) => query.most = most.parse()?,
            ("label", label) => query.label = label.parse()?,
            ("scale", scale) => fit = Fit::Scale(scale.parse()?),
            ("sel", id) => query.selected = Some(view.resolve(id)?.id.clone()),
            ("theme", "dark") => query.mode = Mode::Standalone(Theme::Dark),
            (key, value) => pairs.push((key.to_owned(), value.to_owned())),
        }
    }
    let known = |key: &str| FilterKey::WORDS.contains(&key);
    if let Some((key, _)) = pairs.iter().find(|(key, _)| !known(key)) {
        return Err(format!("no such key: {key}").into());
    }
    let pairs = pairs.iter().map(|(k, v)| (k.as_str(), v.as_str()));
    (query.filter, _) = Filter::from_pairs(pairs)?;
    let drawn = view.picture(&query)?;
    println!(
        "{} of {} models, {} bytes",
        drawn.shown,
        drawn.matched,
        drawn.svg.len()
    );
    if file.ends_with(".png") {
        std::fs::write(file, picture::png(&drawn.svg, fit)?)?;
    } else {
        std::fs::write(file, drawn.svg)?;
    }
    Ok(())
}
