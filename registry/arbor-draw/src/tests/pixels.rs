//! Pictures of pixels, and the font that they and the widths share.

use super::scenes::{bead, scene};
use crate::font::{FACES, FONT};
use crate::metrics::{Weight, width};
use crate::{Fit, Mode, Options, PngError, Scene, Theme, layout, png, svg};
use arbor_model::Branch;

fn drawing(scene: &Scene, theme: Theme) -> String {
    let drawn = layout(scene, &Options::default()).expect("a sound scene");
    svg(&drawn, "A tree", Mode::Standalone(theme))
}

fn small() -> Scene {
    scene(vec![
        bead("bert", Branch::EncoderOnly, "2018-10"),
        bead("gpt", Branch::DecoderOnly, "2018-06"),
    ])
}

/// Width and height as the file's header has them.
fn size(file: &[u8]) -> (u32, u32) {
    assert_eq!(file[..8], *b"\x89PNG\r\n\x1a\n");
    let number =
        |at: usize| u32::from_be_bytes([file[at], file[at + 1], file[at + 2], file[at + 3]]);
    (number(16), number(20))
}

#[test]
fn a_picture_is_as_large_as_it_was_asked_to_be() {
    let svg = drawing(&small(), Theme::Light);
    let plain = size(&png(&svg, Fit::Scale(1.0)).expect("a picture"));
    let double = size(&png(&svg, Fit::Scale(2.0)).expect("a picture"));
    assert_eq!(double, (plain.0 * 2, plain.1 * 2));
    let card = Fit::Within {
        width: 1_200,
        height: 630,
        ground: [0xfb, 0xfa, 0xf8],
    };
    assert_eq!(size(&png(&svg, card).expect("a card")), (1_200, 630));
}

#[test]
fn the_same_drawing_gives_the_same_bytes() {
    let svg = drawing(&small(), Theme::Dark);
    assert_eq!(png(&svg, Fit::Scale(1.0)), png(&svg, Fit::Scale(1.0)));
}

#[test]
fn words_are_drawn() {
    let with = drawing(&small(), Theme::Light);
    let without = with.replace(">Encoder-only<", "><");
    assert_ne!(with, without);
    assert_ne!(png(&with, Fit::Scale(1.0)), png(&without, Fit::Scale(1.0)));
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let svg = drawing(&small(), Theme::Light);
    let huge = png(&svg, Fit::Scale(400.0));
    assert!(matches!(huge, Err(PngError::TooLarge { .. })), "{huge:?}");
    let none = png("<p>no drawing", Fit::Scale(1.0));
    assert!(matches!(none, Err(PngError::Drawing(_))), "{none:?}");
}

#[test]
fn widths_are_the_fonts() {
    let faces = [(Weight::Regular, FACES[0]), (Weight::SemiBold, FACES[1])];
    for (weight, file) in faces {
        let face = ttf_parser::Face::parse(file, 0).expect("a font");
        let units = f64::from(face.units_per_em());
        let mut seen = 0;
        for c in (' '..='~').chain('\u{a0}'..='\u{17f}').chain('Α'..='ω') {
            let Some(glyph) = face.glyph_index(c) else {
                continue;
            };
            let advance = f64::from(face.glyph_hor_advance(glyph).expect("an advance"));
            let said = width(&c.to_string(), 1_000.0, weight);
            let is = advance * 1_000.0 / units;
            // The table is of whole thousandths.
            assert!(
                (f64::from(said) - is).abs() <= 2.0,
                "{c:?} {weight:?}: {said} {is}"
            );
            seen += 1;
        }
        assert!(seen > 350, "{seen} characters");
    }
}

#[test]
fn the_font_of_pages_is_small() {
    assert_eq!(FONT[..4], *b"wOF2");
    assert!(FONT.len() <= 60_000, "{} bytes", FONT.len());
}
