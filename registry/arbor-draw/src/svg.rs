//! A layout written as SVG: grid, stems, limbs, captions, then the pills.
//!
//! It does not know how places were found. Everything that is not a link or a
//! text is hidden from screen readers.

use crate::boughs::LIMBS;
use crate::layout::Layout;
use crate::limbs::{MARGIN, NODE};
use crate::markup::{Sheet, escape};
use crate::metrics::{Weight, width};
use crate::pen::{Pen, Role, Tone, hue_class};
use crate::scene::Mark;
use crate::stems::Stroke;
use crate::theme::{Hue, Mode, Theme};
use crate::{chart, key, legend, links, pill};
use arbor_model::Branch;

/// Writes the drawing.
///
/// `name` is what a screen reader calls the whole. The drawing scales: its
/// `width` and `height` are pixels, its `viewBox` half pixels.
#[must_use]
pub fn svg(layout: &Layout, name: &str, mode: Mode) -> String {
    let mut sheet = Sheet::new(Pen(mode));
    open(&mut sheet, layout, name, mode);
    grid(&mut sheet, layout);
    sheet.raw("<g aria-hidden=\"true\">");
    stems(&mut sheet, layout);
    limbs(&mut sheet, layout, mode);
    for stroke in layout.second() {
        sheet.path(stroke.role, &stroke.d);
    }
    sheet.raw("</g>");
    node(&mut sheet, layout);
    captions(&mut sheet, layout);
    links::pills(&mut sheet, layout);
    if let Some(at) = layout.legend {
        legend::write(&mut sheet, at, legend_hue(layout));
    }
    if let Some((x, y, bars)) = &layout.chart {
        chart::write(&mut sheet, (*x, *y), bars);
    }
    if let Some((at, what)) = &layout.key {
        key::write(&mut sheet, *at, what);
    }
    if let Some(title) = &layout.title {
        sheet.text(Role::Headline, (MARGIN, 52), title);
    }
    if layout.pills.is_empty() && layout.node.is_none() {
        sheet.text(
            Role::Heading,
            (MARGIN, layout.height / 2),
            "No model matches",
        );
    }
    sheet.raw("</svg>");
    sheet.finish()
}

fn open(sheet: &mut Sheet, layout: &Layout, name: &str, mode: Mode) {
    let (w, h) = (layout.width, layout.height);
    let name = escape(name);
    sheet.put(format_args!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" width=\"{}\" height=\"{}\" role=\"group\" aria-label=\"{name}\"",
        layout.zoom.pixels(w), layout.zoom.pixels(h)
    ));
    match mode {
        Mode::Themed => sheet.raw(" class=\"tree\">"),
        Mode::Standalone(_) => {
            sheet.raw(" font-family=\"Inter,system-ui,sans-serif\" font-size=\"23\">");
            sheet.rect(Role::Ground, (0, 0), (w, h), 0);
        }
    }
}

fn grid(sheet: &mut Sheet, layout: &Layout) {
    let (top, bottom) = layout.bands;
    sheet.raw("<g aria-hidden=\"true\">");
    for (place, (year, x)) in layout.years.iter().enumerate() {
        let next = layout.years.get(place + 1).map_or(layout.width, |n| n.1);
        // By the year, not the place, so that a filter does not swap the bands.
        if year % 2 == 0 {
            sheet.rect(Role::Band, (*x, top), (next - x, bottom - top), 0);
        }
        sheet.path(Role::YearLine, &format!("M{x} 20V{}", bottom + 44));
    }
    sheet.raw("</g>");
    for (year, x) in &layout.years {
        for y in [50, bottom + 32] {
            sheet.text(Role::Year, (x + 16, y), &year.to_string());
        }
    }
}

/// All stems, a group for each run of one colour.
fn stems(sheet: &mut Sheet, layout: &Layout) {
    let mut strokes: Vec<(Hue, Stroke)> = Vec::new();
    for branch in Branch::ALL {
        let own = match branch {
            Branch::Precursor => layout.root(),
            Branch::EncoderOnly | Branch::EncoderDecoder | Branch::DecoderOnly => {
                layout.stems(*branch)
            }
        };
        strokes.extend(own.into_iter().map(|s| (s.hue(*branch), s)));
    }
    // Within a limb they keep their order where all have its colour.
    strokes.sort_by_key(|(hue, _)| *hue);
    let mut open: Option<Hue> = None;
    for (hue, stroke) in &strokes {
        if open != Some(*hue) {
            if open.is_some() {
                sheet.raw("</g>");
            }
            let group = sheet.pen.group(*hue);
            sheet.put(format_args!("<g{group}>"));
            open = Some(*hue);
        }
        sheet.path(stroke.role, &stroke.d);
    }
    if open.is_some() {
        sheet.raw("</g>");
    }
}

/// Whether anything of a limb is in the selected lineage.
fn limb_tone(layout: &Layout, branch: Branch) -> Tone {
    let own = |bead: &usize| layout.beads[*bead].branch == branch && !layout.is_dim(*bead);
    if layout.kept.is_none() || (0..layout.beads.len()).any(|bead| own(&bead)) {
        Tone::Full
    } else {
        Tone::Dim
    }
}

fn limbs(sheet: &mut Sheet, layout: &Layout, mode: Mode) {
    let Some((node, _)) = layout.node else { return };
    // From below up, so that the widest limb does not cover the others' bends.
    for (number, branch) in LIMBS.iter().enumerate().rev() {
        let Some((limb, arrow)) = layout.limb(number) else {
            continue;
        };
        if layout.key.is_some() {
            sheet.path(Role::Wood, &limb);
            sheet.path(Role::Wood, &arrow);
            continue;
        }
        let tone = limb_tone(layout, *branch);
        let hue = Hue::Branch(*branch);
        let group = sheet.pen.group(hue);
        sheet.put(format_args!("<g{group}>"));
        match tone {
            Tone::Dim => sheet.path(Role::Limb(hue, tone), &limb),
            Tone::Full | Tone::Tint => {
                let id = hue_class(hue);
                let stop = |branch: Branch, own: &str| match mode {
                    Mode::Themed => format!("class=\"{own}\""),
                    Mode::Standalone(theme) => stop_color(theme, branch),
                };
                sheet.put(format_args!(
                    "<linearGradient id=\"g-{id}\" gradientUnits=\"userSpaceOnUse\" x1=\"{}\" x2=\"{}\"><stop {}/><stop offset=\"1\" {}/></linearGradient><path fill=\"url(#g-{id})\" d=\"{limb}\"/>",
                    node - 24, node + 84, stop(Branch::Precursor, "g0"), stop(*branch, "g1")
                ));
            }
        }
        sheet.path(Role::Limb(hue, tone), &arrow);
        sheet.raw("</g>");
    }
}

fn stop_color(theme: Theme, branch: Branch) -> String {
    format!(
        "stop-color=\"{}\"",
        theme.palette().of(Hue::Branch(branch)).full
    )
}

fn node(sheet: &mut Sheet, layout: &Layout) {
    let Some((x, y)) = layout.node else { return };
    if let Some(at) = layout.trunk {
        let (bead, up) = (&layout.beads[at], links::parents(layout, at));
        links::open(
            sheet,
            bead,
            "",
            &up,
            &pill::spoken(bead, "Trans-former", None),
        );
    }
    let trunk = layout.trunk.map(|bead| &layout.beads[bead]);
    let role = sheet.pen.role(Role::Node);
    sheet.put(format_args!(
        "<circle{role} cx=\"{x}\" cy=\"{y}\" r=\"{NODE}\"/>"
    ));
    if trunk.is_some_and(|bead| bead.mark == Mark::First) {
        let around = links::ring((x - NODE - 6, y - NODE - 6), (88, 88), NODE + 6);
        sheet.path(Role::Ring, &around);
    }
    sheet.text(Role::NodeText, (x, y - 3), "Trans-");
    sheet.text(Role::NodeText, (x, y + 17), "former");
    if trunk.is_some() {
        sheet.raw("</a>");
    }
}

fn captions(sheet: &mut Sheet, layout: &Layout) {
    for (number, branch) in LIMBS.iter().enumerate() {
        if layout.courses.get(number).is_none_or(Option::is_none) {
            continue;
        }
        let y = layout.lines[number];
        let hue = match layout.key {
            Some(_) => Hue::Other,
            None => Hue::Branch(*branch),
        };
        let group = sheet.pen.group(hue);
        sheet.put(format_args!("<g{group}>"));
        sheet.text(Role::Title(hue), (MARGIN, y - 20), branch.title());
        sheet.text(Role::Note, (MARGIN, y + 8), branch.caption());
        // The font has no sign for a set's difference.
        let formula = subscripts(&branch.formula().replace('∖', "\\"));
        let role = sheet.pen.role(Role::Formula);
        sheet.put(format_args!(
            "<text{role} transform=\"translate({MARGIN} {})skewX(-9)\">{formula}</text>",
            y + 40
        ));
        let hidden = layout
            .folded
            .iter()
            .filter(|f| f.branch == *branch && f.count > 0);
        let mut x = MARGIN;
        for folded in hidden {
            let text = format!("{} more", pill::chip(folded.count));
            let wide = width(&text, pill::SMALL, Weight::SemiBold) + 14;
            let spoken = format!("{} more {} models", folded.count, branch.title());
            links::chip(
                sheet,
                (hue, Tone::Full),
                &folded.href,
                &spoken,
                &text,
                (x, y + 70, wide),
            );
            x += wide + 8;
        }
        sheet.raw("</g>");
    }
}

/// `x_t` with the `t` set lower; subscripts end at a space or a mark.
fn subscripts(formula: &str) -> String {
    let mut out = String::new();
    let mut parts = formula.split('_');
    out.push_str(&escape(parts.next().unwrap_or_default()));
    for part in parts {
        let end = part.find([' ', ')', ',', '|']).unwrap_or(part.len());
        let (low, rest) = part.split_at(end);
        out.push_str(&format!(
            "<tspan dy=\"6\" font-size=\"16\">{}</tspan><tspan dy=\"-6\">{}</tspan>",
            escape(low),
            // A plain space at the start of a span may be dropped.
            escape(rest).replacen(' ', "\u{a0}", 1)
        ));
    }
    out
}

/// The colour that the legend's examples take: the largest limb's.
fn legend_hue(layout: &Layout) -> Hue {
    if layout.key.is_some() {
        return Hue::Other;
    }
    let count = |branch: Branch| layout.beads.iter().filter(|b| b.branch == branch).count();
    let largest = LIMBS.into_iter().max_by_key(|branch| count(*branch));
    Hue::Branch(largest.unwrap_or(Branch::DecoderOnly))
}
