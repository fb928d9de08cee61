//! Pills and chips: every one a link with a description.
//!
//! It does not know where a pill stands relative to others.

use crate::layout::{Layout, Placed};
use crate::limbs::MARGIN;
use crate::markup::{Sheet, escape};
use crate::pen::{Body, Role, Tone, hue_class};
use crate::pill::{self, CHIP_GAP, HEIGHT};
use crate::scene::{Access, Bead, Mark, Status};
use crate::theme::{Hue, Mode};
use arbor_model::Branch;

/// All pills, grouped by branch, in lineage order.
pub(crate) fn pills(sheet: &mut Sheet, layout: &Layout) {
    let mut group: Option<Branch> = None;
    let mut tray = layout.tray;
    for placed in &layout.pills {
        let branch = layout.beads[placed.bead].branch;
        let heading = tray.filter(|y| placed.y > *y);
        if heading.is_some() || group != Some(branch) {
            if group.is_some() {
                sheet.raw("</g>");
            }
            if let Some(y) = heading {
                sheet.text(Role::Heading, (MARGIN, y), "Undated");
                tray = None;
            }
            // Where colours are not the branches', each pill names its own.
            let class = match layout.key {
                Some(_) => String::new(),
                None => sheet.pen.group(Hue::Branch(branch)),
            };
            sheet.put(format_args!("<g{class}>"));
            group = Some(branch);
        }
        pill(sheet, layout, placed);
    }
    if group.is_some() {
        sheet.raw("</g>");
    }
}

/// Opens a link to a model. On a page it also says from which others it came.
pub(crate) fn open(sheet: &mut Sheet, bead: &Bead, class: &str, up: &[&str], spoken: &str) {
    let (id, href, spoken) = (escape(&bead.id), escape(&bead.href), escape(spoken));
    let attribute = |name: &str, value: &str| match sheet.pen.0 {
        Mode::Themed if !value.is_empty() => format!(" {name}=\"{}\"", escape(value)),
        Mode::Themed | Mode::Standalone(_) => String::new(),
    };
    let class = attribute("class", class);
    let up = attribute("data-up", &up.join(" "));
    sheet.put(format_args!(
        "<a id=\"n-{id}\"{class}{up} href=\"{href}\" aria-label=\"{spoken}\"><title>{spoken}</title>"
    ));
}

/// A chip in half pixels: left edge, middle and width.
pub(crate) fn chip(
    sheet: &mut Sheet,
    (hue, tone): (Hue, Tone),
    href: &str,
    spoken: &str,
    text: &str,
    (x, y, width): (i32, i32, i32),
) {
    let (href, spoken) = (escape(href), escape(spoken));
    let class = match sheet.pen.0 {
        Mode::Themed => {
            let dim = if tone == Tone::Dim { " x" } else { "" };
            let own = match hue {
                Hue::Branch(_) => String::new(),
                Hue::Value(_) | Hue::Other => format!(" {}", hue_class(hue)),
            };
            format!(" class=\"k{dim}{own}\"")
        }
        Mode::Standalone(_) => String::new(),
    };
    sheet.put(format_args!(
        "<a{class} href=\"{href}\" aria-label=\"{spoken}\">"
    ));
    sheet.rect(Role::Chip(hue, tone), (x, y - 15), (width, 30), 12);
    sheet.text(Role::ChipText(hue, tone), (x + 7, y + 7), text);
    sheet.raw("</a>");
}

fn pill(sheet: &mut Sheet, layout: &Layout, placed: &Placed) {
    let bead = &layout.beads[placed.bead];
    let size = &layout.sizes[placed.bead];
    let (x, y, hue) = (placed.x, placed.y, bead.hue);
    let chosen = layout.selected == Some(placed.bead);
    let tone = if layout.is_dim(placed.bead) {
        Tone::Dim
    } else {
        Tone::Full
    };
    let body = match bead.access {
        Access::Open | Access::Gated => Body::Filled,
        Access::Closed => Body::Hollow,
    };
    let mut class = String::from(match body {
        Body::Filled => "o",
        Body::Hollow => "c",
    });
    if tone == Tone::Dim {
        class.push_str(" x");
    }
    if chosen {
        class.push_str(" sel");
    }
    match hue {
        Hue::Branch(_) => {}
        Hue::Value(_) | Hue::Other => {
            class.push(' ');
            class.push_str(hue_class(hue));
        }
    }
    let parent = layout.primary[placed.bead].map(|link| (&layout.beads[link.parent], link));
    let up = parents(layout, placed.bead);
    open(
        sheet,
        bead,
        &class,
        &up,
        &pill::spoken(bead, &size.seen(), parent),
    );
    let role = if chosen {
        Role::Chosen(hue, body)
    } else {
        Role::Pill(hue, body, tone)
    };
    sheet.rect(role, (x, y - HEIGHT / 2), (size.pill, HEIGHT), 14);
    if bead.mark == Mark::First && tone != Tone::Dim {
        sheet.path(Role::Ring, &ring((x - 5, y - 25), (size.pill + 10, 50), 18));
    }
    label(
        sheet,
        Role::Label(hue, body, tone),
        (x + pill::PAD, y + 8),
        &size.label,
    );
    if !size.small.is_empty() {
        sheet.text(
            Role::Small(hue, body, tone),
            (x + size.small_at, y + 8),
            // The space parts it from the name for whoever reads both as one.
            &format!(" {}", size.small),
        );
    }
    let end = x + size.pill;
    if bead.access == Access::Gated {
        sheet.path(Role::Notch, &format!("M{} {}l-8 8 8 8z", end + 2, y - 8));
    }
    let gated = if bead.access == Access::Gated { 6 } else { 0 };
    if let Some(d) = glyph(bead.status, end - 20 - gated, y) {
        sheet.path(Role::Glyph(hue, body, tone), &d);
    }
    sheet.raw("</a>");
    if !size.chip.is_empty() {
        let spoken = pill::more(bead.folded, &size.chip, &bead.label);
        let at = (end + CHIP_GAP, y, size.chip_width);
        chip(
            sheet,
            (hue, tone),
            &bead.folded_href,
            &spoken,
            &size.chip,
            at,
        );
    }
}

/// The ids of a model's parents, the primary one first.
pub(crate) fn parents(layout: &Layout, bead: usize) -> Vec<&str> {
    let others = layout.others.iter().filter(|(child, _)| *child == bead);
    let others = others.map(|(_, link)| link.parent);
    let primary = layout.primary[bead].map(|link| link.parent);
    let all = primary.into_iter().chain(others);
    all.map(|at| layout.beads[at].id.as_str()).collect()
}

/// A rectangle with rounded corners as a path: styles that colour a pill's
/// rectangles leave it alone.
pub(crate) fn ring((x, y): (i32, i32), (width, height): (i32, i32), round: i32) -> String {
    let (h, v) = (width - 2 * round, height - 2 * round);
    format!(
        "M{} {y}h{h}a{round} {round} 0 0 1 {round} {round}v{v}a{round} {round} 0 0 1-{round} {round}h-{h}a{round} {round} 0 0 1-{round}-{round}v-{v}a{round} {round} 0 0 1 {round}-{round}z",
        x + round
    )
}

/// The label; its font is the page's or, alone, said here.
fn label(sheet: &mut Sheet, role: Role, at: (i32, i32), text: &str) {
    match sheet.pen.0 {
        Mode::Themed => sheet.text(role, at, text),
        Mode::Standalone(_) => {
            let (role, text) = (sheet.pen.role(role), escape(text));
            let (x, y) = at;
            sheet.put(format_args!(
                "<text{role} font-weight=\"600\" x=\"{x}\" y=\"{y}\">{text}</text>"
            ));
        }
    }
}

/// A status as a path, its middle given.
pub(crate) fn glyph(status: Status, x: i32, y: i32) -> Option<String> {
    match status {
        Status::Unmarked => None,
        Status::Passing => Some(format!("M{} {y}l5 5 8-10", x - 6)),
        Status::Waiting => Some(format!("M{} {y}a5 5 0 1 0 10 0 5 5 0 1 0-10 0", x - 5)),
        Status::Failing => Some(format!("M{} {}l10 10m0-10l-10 10", x - 5, y - 5)),
    }
}
