//! What the colours mean, where they stand for a trait's values: a sample of
//! each, how many models have it, and the first of them.
//!
//! It does not know traits. Unit: half pixels from its upper left corner.

use crate::links;
use crate::markup::{Sheet, escape};
use crate::metrics::{Weight, fit, width};
use crate::pen::Role;
use crate::scene::{Key, KeyEntry};
use crate::theme::Mode;

/// Width of the list.
pub(crate) const WIDTH: i32 = 600;
/// Height of the heading, of an entry, of the note below.
const HEIGHT: (i32, i32, i32) = (52, 62, 40);
/// Where the names begin.
const NAME: i32 = 60;
/// The longest name and the longest first model, in half pixels.
const LIMIT: i32 = 470;

/// How high the list is.
pub(crate) fn height(key: &Key) -> i32 {
    HEIGHT.0 + HEIGHT.1 * key.entries.len() as i32 + HEIGHT.2
}

/// Writes the list.
pub(crate) fn write(sheet: &mut Sheet, (x, y): (i32, i32), key: &Key) {
    let tall = height(key);
    sheet.rect(Role::Card, (x - 24, y - 24), (WIDTH, tall + 48), 20);
    sheet.text(Role::Heading, (x, y + 16), &key.title);
    for (place, entry) in key.entries.iter().enumerate() {
        row(sheet, (x, y + HEIGHT.0 + HEIGHT.1 * place as i32), entry);
    }
    let note = "Outlined twice: the first model shown with it.";
    sheet.text(Role::Note, (x, y + tall - 4), note);
}

fn row(sheet: &mut Sheet, (x, y): (i32, i32), entry: &KeyEntry) {
    let group = sheet.pen.group(entry.hue);
    sheet.put(format_args!("<g{group}>"));
    sheet.rect(Role::Swatch(entry.hue), (x, y), (44, 44), 14);
    sheet.raw("</g>");
    let name = fit(&entry.name, 24.0, Weight::SemiBold, LIMIT);
    sheet.text(Role::Strong, (x + NAME, y + 20), &name);
    let end = x + WIDTH - 48;
    sheet.text_to(Role::Count, (end, y + 20), &entry.count.to_string());
    let Some((first, href)) = &entry.first else {
        return;
    };
    let first = fit(first, 21.0, Weight::Regular, LIMIT);
    let wide = width(&first, 21.0, Weight::Regular);
    let href = escape(href);
    let class = match sheet.pen.0 {
        Mode::Themed => " class=\"kf\"",
        Mode::Standalone(_) => "",
    };
    sheet.put(format_args!("<a{class} href=\"{href}\">"));
    // A place to hit that is as high as a line of text should be.
    let area = links::ring((x + NAME - 4, y + 24), (wide + 8, 30), 6);
    sheet.path(Role::Area, &area);
    sheet.text(Role::Fine, (x + NAME, y + 46), &first);
    sheet.raw("</a>");
}
