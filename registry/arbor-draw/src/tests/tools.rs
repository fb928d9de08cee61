//! Text widths, dates, paths, chips.

use super::geometry::points;
use crate::metrics::{Weight, fit, width};
use crate::path::Path;
use crate::pill::chip;
use crate::when;

#[test]
fn widths_follow_the_font() {
    assert_eq!(width("", 23.0, Weight::Regular), 0);
    assert!(width("WWW", 23.0, Weight::SemiBold) > width("iii", 23.0, Weight::SemiBold));
    assert!(width("BERT", 23.0, Weight::SemiBold) > width("BERT", 23.0, Weight::Regular));
    // A at 600 is 1490 of 2048 units wide.
    assert_eq!(width("A", 1000.0, Weight::SemiBold), 728);
}

#[test]
fn long_labels_end_in_an_ellipsis() {
    for text in ["W".repeat(120), "🦙".repeat(40), "模型 ".repeat(40)] {
        let cut = fit(&text, 23.0, Weight::SemiBold, 360);
        assert!(cut.ends_with('…') && cut.chars().count() < 60);
        assert!(width(&cut, 23.0, Weight::SemiBold) <= 360);
    }
    assert_eq!(fit("a\u{202E}\u{7}b", 23.0, Weight::Regular, 360), "ab");
    // Accents that stand alone would be drawn beyond any width.
    assert_eq!(fit("Z\u{351}\u{36B}é", 23.0, Weight::Regular, 360), "Zé");
}

#[test]
fn chips_are_short() {
    for (count, text) in [
        (0, ""),
        (37, "+37"),
        (999, "+999"),
        (1_000, "+1k"),
        (1_340, "+1.3k"),
        (12_900, "+12k"),
        (2_000_000, "+2M"),
    ] {
        assert_eq!(chip(count), text);
    }
}

#[test]
fn dates_are_spoken_as_far_as_they_are_known() {
    for (date, text) in [
        ("2023", "2023"),
        ("2023-09", "September 2023"),
        ("2023-09-27", "27 September 2023"),
    ] {
        assert_eq!(when::spoken(date.parse().expect("a date")), text);
    }
    let (first, last) = when::range("2024-02".parse().expect("a date"));
    assert_eq!(first, 2024.0 * 12.0 + 1.0);
    assert!(last > first && last < first + 1.0);
}

#[test]
fn paths_are_relative_and_lead_back() {
    let mut path = Path::default();
    path.start((10.4, 20.0));
    path.line((30.0, 20.0));
    path.line((30.0, 10.0));
    path.close();
    path.start((0.0, 0.0));
    path.curve((1.0, 0.0), (2.0, -3.0), (4.0, -3.0));
    path.curve((5.0, -3.0), (6.0, 0.0), (f64::NAN, 0.0));
    let d = path.finish();
    assert_eq!(d, "M10 20h20v-10zm-10-20c1 0 2-3 4-3 1 0 2 3-4 3");
    assert_eq!(points(&d).last(), Some(&(0.0, 0.0)));
}
