//! Writes the curated tree as a standalone SVG: `cargo run -p arbor-service
//! --example picture -- FILE.svg`.

use arbor_catalog::{CatalogueFiles, read_catalogue};
use arbor_service::picture::{Mode, Theme};
use arbor_service::{PictureQuery, View};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("a file to write is needed")?;
    let view = View::new(read_catalogue(&CatalogueFiles::builtin())?, 0)?;
    let query = PictureQuery {
        mode: Mode::Standalone(Theme::Light),
        ..PictureQuery::default()
    };
    Ok(std::fs::write(path, view.picture(&query)?.svg)?)
}
