//! Writes a made-up dump: `generate FILE MODELS`. What `arbor import parquet`
//! is measured with.

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let path = PathBuf::from(args.next().ok_or("generate FILE MODELS")?);
    let models: u64 = args.next().ok_or("generate FILE MODELS")?.parse()?;
    arbor_import::sample::write(&path, models)?;
    println!(
        "{} models, {} bytes",
        models,
        std::fs::metadata(&path)?.len()
    );
    Ok(())
}
