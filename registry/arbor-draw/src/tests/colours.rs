//! Colours: contrast, sight, and the stylesheet's copies.

use crate::boughs::LIMBS;
use crate::pen::{Body, Line, Role, Tone, class, hue_class};
use crate::{Hue, Palette, STYLE, Theme, VALUES};
use arbor_model::{Branch, Carries};

const THEMES: [Theme; 2] = [Theme::Light, Theme::Dark];

fn linear(hex: &str) -> [f64; 3] {
    [1, 3, 5].map(|at| {
        let byte = u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal");
        let c = f64::from(byte) / 255.0;
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    })
}

/// WCAG 2's contrast ratio.
fn contrast(a: &str, b: &str) -> f64 {
    let luminance = |hex: &str| {
        let [r, g, b] = linear(hex);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn lab([r, g, b]: [f64; 3]) -> [f64; 3] {
    let x = (0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b) / 0.950_47;
    let y = 0.212_672_9 * r + 0.715_152_2 * g + 0.072_175_0 * b;
    let z = (0.019_333_9 * r + 0.119_192_0 * g + 0.950_304_1 * b) / 1.088_83;
    let f = |t: f64| {
        if t > 216.0 / 24_389.0 {
            t.cbrt()
        } else {
            (24_389.0 / 27.0 * t + 16.0) / 116.0
        }
    };
    let (x, y, z) = (f(x), f(y), f(z));
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// The distance ΔE*ab of 1976. (By CIEDE2000 the worst pair is 13 apart:
/// which is why limbs also have places, captions and glyphs of their own.)
fn difference(one: [f64; 3], two: [f64; 3]) -> f64 {
    let squares = one.iter().zip(two).map(|(a, b)| (a - b) * (a - b));
    squares.sum::<f64>().sqrt()
}

/// Machado, Oliveira and Fernandes 2009, severity 1, in linear light.
const SIGHTS: [(&str, [[f64; 3]; 3]); 4] = [
    (
        "normal",
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    ),
    (
        "protan",
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
    ),
    (
        "deutan",
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
    ),
    (
        "tritan",
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ),
];

#[test]
fn every_text_can_be_read() {
    for theme in THEMES {
        let p: &Palette = theme.palette();
        let mut pairs = vec![
            (p.ink, p.background),
            (p.ink, p.band),
            (p.ink, p.panel),
            (p.muted, p.background),
            (p.muted, p.panel),
            (p.background, p.ink),
        ];
        for shades in p.branches.iter().chain(&p.values) {
            pairs.push((p.on_fill, shades.full));
            pairs.push((shades.full, p.background));
        }
        for (text, ground) in pairs {
            let ratio = contrast(text, ground);
            assert!(ratio >= 4.5, "{theme:?} {text} on {ground}: {ratio:.2}");
        }
        for shades in p.branches.iter().chain(&p.values) {
            for ground in [shades.dim, p.background] {
                let ratio = contrast(shades.dim_text, ground);
                assert!(
                    ratio >= 3.0,
                    "{theme:?} {} on {ground}: {ratio:.2}",
                    shades.dim_text
                );
            }
        }
    }
}

#[test]
fn the_limbs_differ_under_every_sight() {
    for theme in THEMES {
        for (sight, matrix) in SIGHTS {
            let seen = LIMBS.map(|branch| {
                let rgb = linear(theme.palette().of(Hue::Branch(branch)).full);
                lab(matrix.map(|row| {
                    let sum: f64 = row.iter().zip(rgb).map(|(m, c)| m * c).sum();
                    sum.clamp(0.0, 1.0)
                }))
            });
            for (a, b) in [(0, 1), (0, 2), (1, 2)] {
                let delta = difference(seen[a], seen[b]);
                assert!(delta >= 20.0, "{theme:?} {sight} {a} {b}: {delta:.1}");
            }
        }
    }
}

#[test]
fn the_values_differ_under_every_sight() {
    let mut hues: Vec<Hue> = (0..VALUES as u8).map(Hue::Value).collect();
    hues.push(Hue::Other);
    for theme in THEMES {
        for (sight, matrix) in SIGHTS {
            let seen: Vec<[f64; 3]> = hues
                .iter()
                .map(|hue| {
                    let rgb = linear(theme.palette().of(*hue).full);
                    lab(matrix.map(|row| {
                        let sum: f64 = row.iter().zip(rgb).map(|(m, c)| m * c).sum();
                        sum.clamp(0.0, 1.0)
                    }))
                })
                .collect();
            for a in 0..seen.len() {
                for b in 0..a {
                    let delta = difference(seen[a], seen[b]);
                    assert!(delta >= 20.0, "{theme:?} {sight} {a} {b}: {delta:.1}");
                }
            }
        }
    }
}

#[test]
fn glyphs_and_outlines_can_be_seen() {
    for theme in THEMES {
        let p = theme.palette();
        for shades in p.branches.iter().chain(&p.values) {
            // A filled pill against the page, and a ribbon of ideas.
            for (mark, ground, least) in [
                (shades.full, p.background, 3.0),
                (shades.full, p.band, 3.0),
                (p.background, shades.full, 3.0),
                (shades.tint, p.background, 1.9),
            ] {
                let ratio = contrast(mark, ground);
                assert!(ratio >= least, "{theme:?} {mark} on {ground}: {ratio:.2}");
            }
        }
    }
}

#[test]
fn the_stylesheet_has_every_token() {
    for theme in THEMES {
        let p = theme.palette();
        let mut tokens = vec![
            format!("--bg:{}", p.background),
            format!("--panel:{}", p.panel),
            format!("--ink:{}", p.ink),
            format!("--muted:{}", p.muted),
            format!("--line:{}", p.line),
            format!("--band:{}", p.band),
            format!("--on:{}", p.on_fill),
        ];
        let values = (0..VALUES as u8).map(Hue::Value);
        for hue in Branch::ALL.iter().map(|b| Hue::Branch(*b)).chain(values) {
            let (name, s) = (hue_class(hue), p.of(hue));
            let parts = [
                ("", s.full),
                ("-t", s.tint),
                ("-d", s.dim),
                ("-e", s.edge),
                ("-f", s.faint),
                ("-x", s.dim_text),
            ];
            tokens.extend(parts.map(|(suffix, hex)| format!("--{name}{suffix}:{hex}")));
        }
        let copies = match theme {
            Theme::Light => 1,
            // For the system's wish and for the reader's.
            Theme::Dark => 2,
        };
        for token in tokens {
            assert_eq!(STYLE.matches(&token).count(), copies, "{theme:?} {token}");
        }
    }
}

#[test]
fn the_stylesheet_has_every_class() {
    let branch = Hue::Branch(Branch::DecoderOnly);
    let lines = [Line::Ribbon, Line::Dots, Line::Hair, Line::Double];
    let tones = [Tone::Full, Tone::Tint, Tone::Dim];
    let mut roles: Vec<Role> = lines
        .iter()
        .flat_map(|l| tones.map(|t| Role::Stem(branch, *l, t)))
        .collect();
    roles.extend(Carries::ALL.iter().map(|c| Role::Second(*c)));
    roles.extend([
        Role::Ground,
        Role::Band,
        Role::YearLine,
        Role::Year,
        Role::Node,
        Role::NodeText,
        Role::Title(branch),
        Role::Note,
        Role::Formula,
        Role::Heading,
        Role::Count,
        Role::Small(branch, Body::Filled, Tone::Full),
        Role::Glyph(branch, Body::Filled, Tone::Full),
        Role::Notch,
        Role::BarOpen,
        Role::BarClosed,
        Role::Wood,
        Role::Ring,
        Role::Card,
        Role::Headline,
        Role::Strong,
        Role::Fine,
        Role::Area,
        Role::Speck(branch),
        Role::Hole,
        Role::Hollow(branch),
        Role::Point,
        Role::InBar(branch),
        Role::Curve(branch),
        Role::Would(branch),
        Role::AtEnd(branch),
        Role::Swatch(branch),
    ]);
    for role in roles {
        let selector = format!(".tree .{}", class(role).replace(' ', "."));
        let known = [" ", "{", ","]
            .iter()
            .any(|end| STYLE.contains(&format!("{selector}{end}")));
        assert!(known, "{selector}");
    }
}
