//! Figures: where marks stand, names that do not cover each other.

use super::geometry::points;
use crate::figure::labels;
use crate::metrics::{Weight, width};
use crate::{Curve, Dot, Figure, Hue, Marks, Mode, Scale, Theme};
use arbor_model::Branch;
use proptest::prelude::*;

fn scale(span: (f64, f64), is_log: bool) -> Scale {
    Scale {
        title: "tokens & more".into(),
        span,
        is_log,
        ticks: vec![(span.0, "low".into()), (span.1, "high".into())],
    }
}

fn figure(marks: Marks) -> Figure {
    Figure {
        title: "A <figure>".into(),
        x: scale((0.0, 10.0), false),
        y: scale((1.0, 1_000_000.0), true),
        marks,
        key: vec![(Hue::Branch(Branch::DecoderOnly), "Decoder-only".into())],
    }
}

fn dot(x: f64, y: f64, name: Option<&str>) -> Dot {
    Dot {
        x,
        y,
        hue: Hue::Branch(Branch::DecoderOnly),
        is_open: true,
        label: name.map(|name| (name.to_owned(), "/models/x?a&b".to_owned())),
    }
}

/// The number of an attribute of the first element that has it.
fn number(svg: &str, attribute: &str) -> f64 {
    let start = svg
        .find(&format!(" {attribute}=\""))
        .expect("the attribute")
        + attribute.len()
        + 3;
    let rest = &svg[start..];
    rest[..rest.find('"').expect("its end")]
        .parse()
        .expect("a number")
}

#[test]
fn a_tenfold_step_is_as_high_anywhere() {
    let at = |y: f64| {
        let svg = figure(Marks::Dots(vec![dot(5.0, y, Some("x"))])).svg(Mode::Themed);
        number(&svg, "cy")
    };
    let steps = [at(10.0) - at(100.0), at(1_000.0) - at(10_000.0)];
    assert!(
        steps[0] > 0.0 && (steps[0] - steps[1]).abs() <= 1.0,
        "{steps:?}"
    );
}

#[test]
fn named_dots_are_links_and_others_are_one_path() {
    let dots = vec![
        dot(1.0, 10.0, Some("<b>BERT</b>")),
        dot(2.0, 20.0, None),
        dot(3.0, 30.0, None),
    ];
    let svg = figure(Marks::Dots(dots)).svg(Mode::Themed);
    assert_eq!(svg.matches("<a ").count(), 1);
    assert!(svg.contains("href=\"/models/x?a&amp;b\" aria-label=\"&lt;b&gt;BERT&lt;/b&gt;\""));
    assert_eq!(svg.matches("class=\"fs\"").count(), 1);
    assert!(svg.contains("aria-label=\"A &lt;figure&gt;\""));
}

#[test]
fn a_stack_fills_the_height() {
    let bars = vec![(
        vec![(Hue::Value(0), 0.25), (Hue::Value(1), 0.75)],
        "8".to_owned(),
    )];
    let mut figure = figure(Marks::Bars(bars));
    figure.y = scale((0.0, 1.0), false);
    figure.x.ticks.truncate(1);
    let svg = figure.svg(Mode::Themed);
    assert!(
        svg.contains(">25%</text>") && svg.contains(">75%</text>") && svg.contains(">8</text>")
    );
}

#[test]
fn curves_end_at_their_last_value() {
    let curve = |name: &str, to: f64, is_real| Curve {
        name: name.into(),
        hue: Hue::Value(2),
        is_real,
        points: vec![(0.0, 1.0), (10.0, to)],
    };
    let curves = vec![
        curve("MHA", 1_000_000.0, true),
        curve("GQA", 900_000.0, false),
    ];
    let svg = figure(Marks::Curves(curves)).svg(Mode::Themed);
    let d = svg.split("class=\"fl\" d=\"").nth(1).expect("a curve");
    let ends = points(&d[..d.find('"').expect("its end")]);
    assert_eq!(ends.last(), Some(&(1_760.0, 150.0)));
    // Their names would lie on each other.
    let rows: Vec<f64> = svg
        .split("class=\"fe\"")
        .skip(1)
        .map(|text| number(text, "y"))
        .collect();
    assert!((rows[0] - rows[1]).abs() >= 28.0, "{rows:?}");
}

#[test]
fn a_figure_alone_needs_nothing_from_outside() {
    let marks = [
        Marks::Dots(vec![
            dot(f64::NAN, f64::INFINITY, Some("x")),
            dot(-5.0, 0.0, None),
        ]),
        Marks::Bars(Vec::new()),
        Marks::Curves(Vec::new()),
    ];
    for marks in marks {
        let svg = figure(marks).svg(Mode::Standalone(Theme::Dark));
        for word in ["var(", "class=", "NaN", "inf", "<style"] {
            assert!(!svg.contains(word), "{word} in {svg}");
        }
    }
}

proptest! {
    #[test]
    fn names_cover_no_dot_and_no_name(
        dots in prop::collection::vec((160_i32..1_750, 160_i32..930), 0..60),
    ) {
        let names: Vec<String> = (0..dots.len()).map(|n| format!("Model {n}B")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let found = labels(&dots, &names);
        let boxes: Vec<_> = found
            .iter()
            .zip(&names)
            .filter_map(|(at, name)| at.map(|(x, y)| (x, y - 15, x + width(name, 20.0, Weight::SemiBold), y + 5)))
            .collect();
        for (i, a) in boxes.iter().enumerate() {
            for b in &boxes[..i] {
                let meet = a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3;
                prop_assert!(!meet, "{a:?} {b:?}");
            }
            for (x, y) in &dots {
                let covers = a.0 < *x && *x < a.2 && a.1 < *y && *y < a.3;
                prop_assert!(!covers, "{a:?} covers {x} {y}");
            }
        }
    }
}
