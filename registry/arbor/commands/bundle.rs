//! Pulled models as one file: `arbor export --bundle` makes it, `arbor import
//! --bundle` takes it where no network is.

use crate::commands::App;
use crate::exit::{Exit, Refusal};
use crate::render::facts::Page;
use crate::render::text::bytes;
use crate::render::transfer::Meter;
use crate::terminal::Mode;
use anyhow::Result;
use arbor_service::wire::Bundle;
use arbor_service::{Files, Packing, Progress, Registry};
use std::io::{IsTerminal as _, Read};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Standard input or output.
const DASH: &str = "-";

/// Makes a bundle of a pulled model.
pub(super) async fn pack(app: &App<'_>, model: &str, output: Option<&Path>) -> Result<Exit> {
    let registry = app.registry().await?;
    let target = registry.view().repository(model)?;
    let files = Files::open(|name| std::env::var_os(name), &[])?;
    let packing = registry.packing(&files, &target).await?;
    let output = output.map_or_else(|| PathBuf::from(packing.file_name()), Path::to_owned);
    let meter = Meter::new("export", packing.bytes(), silent(app));
    let writing = write(&registry, &files, &packing, &output, meter.progress());
    let done = tokio::select! {
        done = writing => Some(done),
        _ = tokio::signal::ctrl_c() => None,
    };
    meter.clear();
    match done {
        Some(bundle) => {
            let place = output.display().to_string();
            let to_stdout = output == Path::new(DASH);
            print(app, &bundle?, "Bundle", &place, to_stdout).map(|()| Exit::Ok)
        }
        None => {
            app.terminal.note("nothing was written");
            Ok(Exit::Interrupted)
        }
    }
}

async fn write(
    registry: &Registry,
    files: &Files,
    packing: &Packing,
    output: &Path,
    progress: Progress,
) -> Result<Bundle> {
    if output == Path::new(DASH) {
        let stdout = std::io::stdout();
        if stdout.is_terminal() {
            return Err(refusal(
                "a bundle is not for terminals",
                "name a file with --output, or send it to another program",
            ));
        }
        return Ok(registry.pack(files, packing, stdout, progress).await?);
    }
    let failed = |error: std::io::Error| {
        refusal(
            &format!("`{}` cannot be written: {error}", output.display()),
            "name another file with --output",
        )
    };
    // Beside its place, so that a name never leads to half a bundle.
    let folder = output.parent().filter(|folder| *folder != Path::new(""));
    let fresh = NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(failed)?;
    let file = fresh.reopen().map_err(failed)?;
    let bundle = registry.pack(files, packing, file, progress).await?;
    fresh.as_file().sync_data().map_err(failed)?;
    public(fresh.as_file()).map_err(failed)?;
    fresh.persist(output).map_err(|error| failed(error.error))?;
    Ok(bundle)
}

/// Lets others read it, as files usually may: what is temporary is private.
fn public(file: &std::fs::File) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    let _ = file;
    Ok(())
}

/// Takes a bundle into the cache.
pub(super) async fn unpack(app: &App<'_>, path: &Path) -> Result<Exit> {
    let from: Box<dyn Read + Send> = if path == Path::new(DASH) {
        Box::new(std::io::stdin())
    } else {
        let file = std::fs::File::open(path).map_err(|error| {
            refusal(
                &format!("`{}` cannot be read: {error}", path.display()),
                "`arbor export --bundle MODEL` makes a bundle",
            )
        })?;
        Box::new(file)
    };
    let length = std::fs::metadata(path).map_or(0, |found| found.len());
    let registry = app.registry().await?;
    let files = Files::open(|name| std::env::var_os(name), &[])?;
    let meter = Meter::new("import", length, silent(app));
    let done = tokio::select! {
        done = registry.unpack(&files, from, meter.progress()) => Some(done),
        _ = tokio::signal::ctrl_c() => None,
    };
    meter.clear();
    match done {
        Some(bundle) => {
            let bundle = bundle?;
            let folder = bundle.folder.clone().unwrap_or_default();
            print(app, &bundle, "Folder", &folder, false).map(|()| Exit::Ok)
        }
        None => {
            app.terminal
                .note("whole files are kept: run the same command again");
            Ok(Exit::Interrupted)
        }
    }
}

fn silent(app: &App<'_>) -> bool {
    matches!(app.terminal.mode(), Mode::Json | Mode::Quiet)
}

fn refusal(message: &str, hint: &str) -> anyhow::Error {
    Refusal {
        exit: Exit::Failed,
        code: "bundle-file",
        message: message.to_owned(),
        hint: Some(hint.to_owned()),
    }
    .into()
}

/// What was done; beside the bundle itself only on standard error.
fn print(
    app: &App<'_>,
    bundle: &Bundle,
    label: &str,
    place: &str,
    stdout_is_taken: bool,
) -> Result<()> {
    if stdout_is_taken {
        let manifest = &bundle.manifest;
        app.terminal
            .note(&format!("the digest of its list is {manifest}"));
        return Ok(());
    }
    match app.terminal.mode() {
        Mode::Json => app.terminal.json(bundle)?,
        Mode::Quiet | Mode::Plain => app.terminal.ids([place])?,
        Mode::Human => {
            let page = Page {
                width: app.terminal.width(),
            };
            let (moved, all) = (bundle.moved, bundle.files.len());
            let mut text = page.line(&format!("{}@{}", bundle.repo, bundle.revision));
            for (label, value) in [
                ("Commit", bundle.commit.clone()),
                (
                    "Files",
                    format!("{all}, each compared with its digest; {moved} were copied"),
                ),
                ("Size", bytes(bundle.bytes)),
                (
                    "List",
                    format!("{} (compare it at the other end)", bundle.manifest),
                ),
                (label, place.to_owned()),
            ] {
                text += &page.paragraph(label, &value);
            }
            app.terminal.print(&text)?;
        }
    }
    Ok(())
}
