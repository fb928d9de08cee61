//! Numbers worked out by hand, both formats, and files that lie.

use super::*;
use proptest::prelude::*;

const INPUT: &str = "3 2\nred 1 0\ngreen 0 2\nblue -1 1\n";
const OUTPUT: &str = "3 2\nred 1 1\ngreen 0 0.5\nblue 2 0\n";

fn binary(rows: &[(&str, &[f32])], newline: bool) -> Vec<u8> {
    let mut bytes = format!("{} {}\n", rows.len(), rows[0].1.len()).into_bytes();
    for (word, numbers) in rows {
        bytes.extend(word.bytes());
        bytes.push(b' ');
        bytes.extend(numbers.iter().flat_map(|n| n.to_le_bytes()));
        if newline {
            bytes.push(b'\n');
        }
    }
    bytes
}

fn model() -> Word2Vec {
    let table = |text: &str| Table::parse(text.as_bytes(), Format::Text).expect("a good table");
    Word2Vec::new(table(INPUT), Some(table(OUTPUT))).expect("they fit")
}

#[test]
fn both_formats_say_the_same() {
    let text = Table::parse(INPUT.as_bytes(), Format::Text).expect("good");
    let rows: [(&str, &[f32]); 3] = [
        ("red", &[1.0, 0.0]),
        ("green", &[0.0, 2.0]),
        ("blue", &[-1.0, 1.0]),
    ];
    for newline in [false, true] {
        let read = Table::parse(&binary(&rows, newline), Format::Binary).expect("good");
        assert_eq!(read, text);
    }
    assert_eq!(text.id(b"green"), Some(1));
    assert_eq!(text.vector(2), Some([-1.0_f32, 1.0].as_slice()));
    assert_eq!(
        (text.word(0), text.word(3)),
        (Some(b"red".as_slice()), None)
    );
}

#[test]
fn probabilities_are_a_softmax_of_the_mean() {
    // The mean of red and green is (0.5, 1); the scores are 1.5, 0.5 and 1,
    // so p(blue) = e / (e^1.5 + e^0.5 + e) = 1 / (e^0.5 + e^-0.5 + 1).
    let got = model()
        .log_probabilities(&[0, 1])
        .expect("words of the table");
    let sum = 0.5_f64.exp() + (-0.5_f64).exp() + 1.0;
    for (got, score) in got.iter().zip([0.5, -0.5, 0.0]) {
        assert!((got - (score - sum.ln())).abs() < 1e-12, "{got}");
    }
    let total: f64 = got.iter().map(|log| log.exp()).sum();
    assert!((total - 1.0).abs() < 1e-12);
}

#[test]
fn a_text_is_scored_from_both_sides() {
    let model = model();
    // Blue between red and green is the case above; with a window of one the
    // ends see their only neighbour.
    let scores = model.score(&[0, 2, 1], 1).expect("words of the table");
    let blue = model.log_probabilities(&[0, 1]).expect("known")[2];
    let red = model.log_probabilities(&[2]).expect("known")[0];
    assert_eq!(scores[..2], [Some(red), Some(blue)]);
    assert_eq!(model.score(&[1], 5).expect("known"), [None]);
    assert!(model.score(&[0, 7], 5).is_err());
}

#[test]
fn without_output_vectors_there_is_no_probability() {
    let input = Table::parse(INPUT.as_bytes(), Format::Text).expect("good");
    let model = Word2Vec::new(input.clone(), None).expect("input alone");
    assert!(model.log_probabilities(&[0]).is_err());
    let other = Table::parse(b"1 2\nred 1 0\n", Format::Text).expect("good");
    assert!(Word2Vec::new(input, Some(other)).is_err());
}

#[test]
fn lies_are_refused() {
    for (text, wanted) in [
        ("", FormatError::Header),
        ("3\n", FormatError::Header),
        ("3 2 1\nred 1 0\n", FormatError::Header),
        ("-3 2\n", FormatError::Header),
        ("0 0\n", FormatError::Header),
        ("2 2\nred 1 0\nred 0 1\n", FormatError::Twice(1)),
        ("1 2\n red 1\n 0 1\n", FormatError::Word(0)),
        ("1 2\nred 1 0 0\n", FormatError::Number(0)),
        ("1 2\nred 1 NaN\n", FormatError::Number(0)),
        ("1 2\nred 1 1e99\n", FormatError::Number(0)),
        ("1 2\nred 1\n    ", FormatError::Number(0)),
        ("1 2\nred 1 0\ngreen 0 1\n", FormatError::Surplus),
    ] {
        let got = Table::parse(text.as_bytes(), Format::Text);
        assert_eq!(got, Err(wanted), "{text:?}");
    }
    for huge in [
        "4294967295 300\n",
        "18446744073709551615 4\n",
        "1 18446744073709551615\n",
    ] {
        for format in [Format::Text, Format::Binary] {
            let got = Table::parse(huge.as_bytes(), format);
            assert!(matches!(got, Err(FormatError::TooShort { .. })), "{huge:?}");
        }
    }
    let cut = binary(&[("red", &[1.0, 0.0]), ("a", &[1.0, 0.0])], false);
    let cut = &cut[..cut.len() - 1];
    assert_eq!(Table::parse(cut, Format::Binary), Err(FormatError::Ends(1)));
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for start in ["", "2 3\n", "7 1\n"] {
            let all = [start.as_bytes(), &bytes].concat();
            let _ = Table::parse(&all, Format::Binary);
            let _ = Table::parse(&all, Format::Text);
        }
    }
}
