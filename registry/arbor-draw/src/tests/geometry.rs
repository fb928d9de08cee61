//! Reading a drawing back: paths to points, pills to rectangles.

use crate::layout::{Layout, Placed};
use crate::pill::HEIGHT;

/// The points of a path, curves and lines cut finely.
pub(super) fn points(d: &str) -> Vec<(f64, f64)> {
    let mut tokens: Vec<String> = Vec::new();
    for c in d.chars() {
        match c {
            'a'..='z' | 'A'..='Z' => tokens.push(c.into()),
            '-' => tokens.push(c.into()),
            ' ' => tokens.push(String::new()),
            _ => match tokens.last_mut() {
                Some(last) if !last.starts_with(|c: char| c.is_alphabetic()) => last.push(c),
                _ => tokens.push(c.into()),
            },
        }
    }
    let (mut at, mut begun) = ((0.0, 0.0), (0.0, 0.0));
    let mut out = Vec::new();
    let mut command = 'M';
    let mut i = 0;
    while i < tokens.len() {
        let token = &tokens[i];
        if let Some(c) = token.chars().next().filter(|c| c.is_alphabetic()) {
            command = c;
            i += 1;
            if c == 'z' {
                at = begun;
            }
            continue;
        }
        let mut take = || -> f64 {
            let number = tokens[i].parse().expect("a number");
            i += 1;
            number
        };
        match command {
            'M' => at = (take(), take()),
            'm' => at = (at.0 + take(), at.1 + take()),
            'h' => at = cut(&mut out, at, (at.0 + take(), at.1)),
            'v' => at = cut(&mut out, at, (at.0, at.1 + take())),
            'l' => at = cut(&mut out, at, (at.0 + take(), at.1 + take())),
            'c' => {
                let mut next = || (at.0 + take(), at.1 + take());
                let (a, b, to) = (next(), next(), next());
                out.extend(crate::ribbon::bend(at, a, b, to, 16));
                at = to;
            }
            other => panic!("command {other} in {d}"),
        }
        if matches!(command, 'M' | 'm') {
            begun = at;
            out.push(at);
        }
    }
    out
}

fn cut(out: &mut Vec<(f64, f64)>, from: (f64, f64), to: (f64, f64)) -> (f64, f64) {
    out.extend(crate::ribbon::bend(from, from, to, to, 64));
    to
}

/// Left, top, right and bottom of a pill with its chip.
pub(super) fn rect(pill: &Placed) -> (i32, i32, i32, i32) {
    let half = HEIGHT / 2;
    (pill.x, pill.y - half, pill.x + pill.width, pill.y + half)
}

/// Whether a point lies in a pill, a pixel inside its edge.
pub(super) fn within(pill: &Placed, (x, y): (f64, f64)) -> bool {
    let (left, top, right, bottom) = rect(pill);
    let inside =
        |low: i32, at: f64, high: i32| f64::from(low) + 2.0 < at && at + 2.0 < f64::from(high);
    inside(left, x, right) && inside(top, y, bottom)
}

/// Pairs of pills that overlap, by label.
pub(super) fn overlaps(layout: &Layout) -> Vec<(String, String)> {
    let mut pills: Vec<&Placed> = layout.pills.iter().collect();
    pills.sort_by_key(|p| p.x);
    let mut found = Vec::new();
    for (i, a) in pills.iter().enumerate() {
        let (_, a_top, a_right, a_bottom) = rect(a);
        for b in &pills[i + 1..] {
            let (b_left, b_top, _, b_bottom) = rect(b);
            if b_left >= a_right {
                break;
            }
            if a_top < b_bottom && b_top < a_bottom {
                let id = |p: &Placed| layout.beads[p.bead].id.clone();
                found.push((id(a), id(b)));
            }
        }
    }
    found
}
