//! "How to read this": an example of each sign and what it means.
//!
//! It does not know the scene. Unit: half pixels from its upper left corner.

use crate::frame::LEGEND;
use crate::links::glyph;
use crate::markup::Sheet;
use crate::path::Path;
use crate::pen::{Body, Line, Role, Tone};
use crate::pill::HEIGHT;
use crate::ribbon::stem;
use crate::scene::{Access, Status};
use crate::theme::{Hue, Mode};
use arbor_model::Carries;

/// Where the explanations begin.
const TEXT: i32 = 150;

/// Writes the legend.
pub(crate) fn write(sheet: &mut Sheet, (x, y): (i32, i32), hue: Hue) {
    // A card of its own: its lesser text may lie on a year's band.
    let (width, height) = (LEGEND.1, LEGEND.2 + 24);
    sheet.rect(Role::Card, (x - 24, y - 24), (width, height), 20);
    let class = sheet.pen.group(hue);
    sheet.put(format_args!("<g{class}>"));
    sheet.text(Role::Heading, (x, y + 16), "How to read this");
    let mut row = y + 58;
    let pills = [
        (
            "Open",
            Access::Open,
            Status::Unmarked,
            "weights can be downloaded",
        ),
        (
            "Gated",
            Access::Gated,
            Status::Unmarked,
            "weights after accepting terms",
        ),
        (
            "Closed",
            Access::Closed,
            Status::Unmarked,
            "paper or service only",
        ),
        (
            "Runs",
            Access::Open,
            Status::Passing,
            "passed here; ○ not run, × failed",
        ),
    ];
    for (label, access, status, text) in pills {
        example(sheet, hue, (x, row), label, (access, status));
        sheet.text(Role::Note, (x + TEXT, row + 8), text);
        row += 49;
    }
    row += 8;
    let stem = |line, tone| (Some(line), Role::Stem(hue, line, tone));
    let lines = [
        (
            stem(Line::Ribbon, Tone::Full),
            "weights derived (tuned, continued)",
        ),
        (
            stem(Line::Ribbon, Tone::Tint),
            "design descends (architecture, recipe)",
        ),
        (stem(Line::Dots, Tone::Full), "distilled from"),
        (stem(Line::Double, Tone::Full), "merged from several"),
        (stem(Line::Hair, Tone::Full), "inferred, not documented"),
        (
            (None, Role::Second(Carries::Ideas)),
            "second parent (of the selected model)",
        ),
    ];
    for ((line, role), text) in lines {
        sheet.path(role, &sample(line, f64::from(x + 4), f64::from(row)));
        sheet.text(Role::Note, (x + TEXT, row + 8), text);
        row += 38;
    }
    row += 20;
    sheet.text(
        Role::Note,
        (x, row),
        "Limb width: descendants still to come.",
    );
    sheet.text(
        Role::Note,
        (x, row + 32),
        "The time axis stretches where releases crowd.",
    );
    sheet.raw("</g>");
}

fn example(
    sheet: &mut Sheet,
    hue: Hue,
    (x, y): (i32, i32),
    label: &str,
    (access, status): (Access, Status),
) {
    let body = match access {
        Access::Open | Access::Gated => Body::Filled,
        Access::Closed => Body::Hollow,
    };
    let (class, weight) = match (sheet.pen.0, body) {
        (Mode::Themed, Body::Filled) => (" class=\"o\"", ""),
        (Mode::Themed, Body::Hollow) => (" class=\"c\"", ""),
        (Mode::Standalone(_), _) => ("", " font-weight=\"600\""),
    };
    sheet.put(format_args!("<g{class}{weight}>"));
    sheet.rect(
        Role::Pill(hue, body, Tone::Full),
        (x, y - HEIGHT / 2),
        (124, HEIGHT),
        14,
    );
    sheet.text(Role::Label(hue, body, Tone::Full), (x + 14, y + 8), label);
    if access == Access::Gated {
        sheet.path(Role::Notch, &format!("M{} {}l-8 8 8 8z", x + 126, y - 8));
    }
    if let Some(d) = glyph(status, x + 104, y) {
        sheet.path(Role::Glyph(hue, body, Tone::Full), &d);
    }
    sheet.raw("</g>");
}

/// A piece of a line; a second parent's has no kind of its own.
fn sample(line: Option<Line>, x: f64, y: f64) -> String {
    let mut path = Path::default();
    match line {
        Some(Line::Ribbon) => stem(&mut path, (x, y), x + 116.0, (12.0, 5.0), 1.0),
        Some(Line::Double) => stem(&mut path, (x, y), x + 116.0, (10.0, 10.0), 1.0),
        Some(Line::Dots | Line::Hair) | None => {
            path.start((x, y));
            path.line((x + 116.0, y));
        }
    }
    path.finish()
}
