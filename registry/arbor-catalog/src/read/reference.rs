//! Reading `sources.toml` and `organisations.toml`.

use super::reader::{Document, Table};
use super::{Draft, Placed};
use crate::problem::Fault;
use arbor_model::{Organisation, Source, Text};

pub(super) fn sources(document: Document<'_, '_>, draft: &mut Draft) {
    const KEYS: &[&str] = &["key", "kind", "note", "pinned", "title", "url"];
    let Document {
        mut root,
        mut notes,
    } = document;
    for node in root.array("source", &mut notes) {
        let Some(mut table) = Table::of(node, &mut notes) else {
            continue;
        };
        let key = table.required("key", &mut notes);
        let title = table.required("title", &mut notes);
        let kind = table.required("kind", &mut notes);
        let url = match table.text("url", &mut notes) {
            Some((at, url)) if !is_url(&url) => {
                notes.report(
                    at,
                    Fault::BadUrl,
                    "a URL here begins with `https://` or `http://`",
                );
                None
            }
            Some((_, url)) => Text::new(&url).ok(),
            None => None,
        };
        let pinned = table.optional("pinned", &mut notes);
        let note = table.optional("note", &mut notes);
        let place = notes.place(table.at);
        table.finish(KEYS, &mut notes);
        if let (Some(key), Some(title), Some(kind)) = (key, title, kind) {
            let value = Source {
                key,
                title,
                kind,
                url,
                pinned,
                note,
            };
            draft.sources.push(Placed { value, place });
        }
    }
    root.finish(&["source"], &mut notes);
}

/// Only these may become links: no `javascript:`, no space, nothing to escape.
fn is_url(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        rest.contains('.')
            && rest
                .bytes()
                .all(|b| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b))
    })
}

pub(super) fn organisations(document: Document<'_, '_>, draft: &mut Draft) {
    let Document {
        mut root,
        mut notes,
    } = document;
    for node in root.array("organisation", &mut notes) {
        let Some(mut table) = Table::of(node, &mut notes) else {
            continue;
        };
        let id = table.required("id", &mut notes);
        let name = table.required("name", &mut notes);
        let place = notes.place(table.at);
        table.finish(&["id", "name"], &mut notes);
        if let (Some(id), Some(name)) = (id, name) {
            draft.organisations.push(Placed {
                value: Organisation { id, name },
                place,
            });
        }
    }
    root.finish(&["organisation"], &mut notes);
}
