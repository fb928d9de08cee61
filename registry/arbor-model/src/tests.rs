//! The words from outside: what is printed parses back to the same value, and
//! what breaks a rule is refused.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fmt::{Debug, Display};
use std::str::FromStr;

fn round_trips<T>(value: &T)
where
    T: Display + FromStr + PartialEq + Debug,
    T::Err: Debug,
{
    let text = value.to_string();
    assert_eq!(&text.parse::<T>().expect("parses"), value, "{text}");
}

/// Checks the rules of vocabularies.
macro_rules! check_words {
    ($($vocabulary:ty),+ $(,)?) => {$({
        for word in <$vocabulary>::ALL {
            round_trips(word);
        }
        let words: Vec<_> = <$vocabulary>::ALL.iter().map(|w| w.as_str()).collect();
        assert_eq!(words, <$vocabulary>::WORDS);
        assert_eq!(BTreeSet::from_iter(&words).len(), words.len(), "doubled in {words:?}");
        let unknown = "no such word".parse::<$vocabulary>().expect_err("refused");
        assert_eq!(unknown.allowed, <$vocabulary>::WORDS);
    })+};
}

#[test]
fn every_vocabulary_parses_what_it_prints() {
    check_words!(
        AttentionKind,
        Branch,
        Carries,
        Check,
        Confidence,
        CountKind,
        DateKind,
        Density,
        Factorisation,
        FeedForwardKind,
        Field,
        Gene,
        Marker,
        Mask,
        NormKind,
        Objective,
        Openness,
        Outcome,
        PositionKind,
        Relation,
        SourceKind,
        Verdict,
    );
}

#[test]
fn vocabularies_without_an_order_of_their_own_are_alphabetical() {
    for words in [
        AttentionKind::WORDS,
        DateKind::WORDS,
        Factorisation::WORDS,
        FeedForwardKind::WORDS,
        Field::WORDS,
        Gene::WORDS,
        Mask::WORDS,
        NormKind::WORDS,
        Objective::WORDS,
        PositionKind::WORDS,
        Relation::WORDS,
        SourceKind::WORDS,
        Verdict::WORDS,
    ] {
        assert!(words.is_sorted(), "{words:?}");
    }
}

#[test]
fn relations_keep_their_number() {
    for relation in Relation::ALL {
        assert_eq!(Relation::from_index(relation.index()), Some(*relation));
    }
    assert_eq!(Relation::from_index(Relation::ALL.len() as u8), None);
}

#[test]
fn ids_follow_their_rules() {
    for good in ["a", "gpt-3", "llama-2-70b", "qwen1.5-7b", "t5_v1", "4"] {
        round_trips(&ModelId::new(good).expect(good));
    }
    let long = "a".repeat(97);
    for bad in [
        "",
        "-a",
        "a-",
        "a--b",
        "A",
        "a b",
        "ä",
        "a/b",
        "..",
        "a.-b",
        long.as_str(),
    ] {
        assert!(ModelId::new(bad).is_err(), "{bad}");
    }
    for good in [
        "google-bert/bert-base-uncased",
        "01-ai/Yi-6B",
        "a/b",
        "x_/_y",
    ] {
        round_trips(&HubId::new(good).expect(good));
    }
    for bad in [
        "gpt2", "a/b/c", "../b", "a/..", "a/.b", "a/b.", "/b", "a/", "a/b c", "a\\b/c",
    ] {
        assert!(HubId::new(bad).is_err(), "{bad}");
    }
    for good in [
        "main",
        "v1.0",
        "refs/pr/3",
        "0123456789abcdef0123456789abcdef01234567",
    ] {
        round_trips(&Revision::new(good).expect(good));
    }
    for bad in ["", "../x", "a//b", "/a", "a/", "a b", "-x", "a\0"] {
        assert!(Revision::new(bad).is_err(), "{bad}");
    }
}

#[test]
fn commits_are_forty_digits() {
    let sha = "0123456789abcdef0123456789abcdef01234567";
    round_trips(&sha.parse::<CommitSha>().expect("a commit"));
    assert!(Revision::new(sha).expect("a revision").commit().is_some());
    assert!(
        Revision::new("main")
            .expect("a revision")
            .commit()
            .is_none()
    );
    for bad in [
        &sha[1..],
        &sha.to_uppercase(),
        "+123456789abcdef0123456789abcdef01234567",
    ] {
        assert!(bad.parse::<CommitSha>().is_err(), "{bad}");
    }
}

#[test]
fn names_become_ids() {
    for (name, id) in [
        ("GPT-3 (175B)", "gpt-3-175b"),
        ("PanGu-α 200B", "pangu-alpha-200b"),
        ("ERNIE3.0", "ernie3.0"),
        ("AnthropicLM_v4-s3", "anthropiclm_v4-s3"),
        ("  --  ", ""),
    ] {
        assert_eq!(slugify(name), id);
    }
}

#[test]
fn dates_know_their_calendar() {
    for good in ["2018", "2018-06", "2024-02-29", "2000-02-29"] {
        round_trips(&good.parse::<PartialDate>().expect(good));
    }
    for bad in [
        "",
        "18",
        "2018-6",
        "2018-13",
        "2018-00",
        "2023-02-29",
        "1900-02-29",
        "2018-06-31",
        "2018-06-11-1",
        "+018",
        "2018-",
        "1899",
        "2200",
    ] {
        assert!(bad.parse::<PartialDate>().is_err(), "{bad}");
    }
    let date = |text: &str| text.parse::<PartialDate>().expect(text);
    assert!(date("2019").is_surely_before(date("2020-01")));
    assert!(!date("2020").is_surely_before(date("2020-06")));
    assert!(date("2020-02-28").is_surely_before(date("2020-02-29")));
}

#[test]
fn counts_read_as_people_write_them() {
    for (count, text) in [
        (0, "0"),
        (9_999, "9999"),
        (10_000, "10K"),
        (124_439_808, "124M"),
        (6_738_415_616, "6.74B"),
        (13_000_000_000, "13B"),
        (999_950_000, "1B"),
        (1_600_000_000_000, "1.6T"),
        (u64::MAX, "18446744T"),
    ] {
        assert_eq!(human_count(count), text);
    }
}

#[test]
fn texts_that_could_deceive_are_refused() {
    for bad in [
        "",
        " ",
        " a",
        "a ",
        "a\nb",
        "a\u{7}",
        "a\u{202e}b",
        "\u{1b}[31m",
    ] {
        assert!(Text::new(bad).is_err(), "{bad:?}");
    }
    assert!(Text::new(&"x".repeat(Text::LIMIT)).is_ok());
    assert!(Text::new(&"x".repeat(Text::LIMIT + 1)).is_err());
    assert!(Licence::new(&"x".repeat(121)).is_err());
}

#[test]
fn a_fact_fits_its_field() {
    assert!(Fact::new(Field::Layers, Value::Number(12)).is_ok());
    assert!(Fact::new(Field::Layers, Value::Openness(Openness::ApiOnly)).is_err());
    assert!(Fact::new(Field::Layers, Value::Number(u64::MAX)).is_err());
    assert!(Fact::parse(Field::Parameters, None, "5").is_err());
    assert!(Fact::parse(Field::Parameters, None, "not disclosed").is_ok());
    assert!(Fact::parse(Field::Layers, Some("paper"), "5").is_err());
    assert!(Fact::parse(Field::Layers, None, "-5").is_err());
}

fn claim(text: &str, kind: Option<&str>, confidence: Confidence) -> Claim {
    Claim {
        fact: Fact::parse(Field::Parameters, kind, text).expect("a fact"),
        citation: Citation {
            source: SourceKey::new("paper").expect("a key"),
            at: None,
            confidence,
            note: None,
        },
    }
}

fn shown(claims: Vec<Claim>) -> String {
    let model = Model {
        id: ModelId::new("m").expect("an id"),
        name: Text::new("M").expect("a text"),
        family: FamilyId::new("f").expect("an id"),
        organisations: Vec::new(),
        branch: Branch::DecoderOnly,
        mask: Mask::Causal,
        objective: Objective::ArForward,
        hub: None,
        aliases: Vec::new(),
        claims,
        parents: Vec::new(),
    };
    model
        .shown(Field::Parameters)
        .map_or_else(String::new, |c| c.fact.text())
}

#[test]
fn of_rival_claims_one_is_shown_by_rule() {
    use Confidence::{Read, Reported};
    let published = || claim("2", Some("published"), Read);
    assert_eq!(
        shown(vec![
            published(),
            claim("1", Some("unique-learned"), Reported)
        ]),
        "1"
    );
    assert_eq!(
        shown(vec![claim("3", Some("published"), Reported), published()]),
        "2"
    );
    assert_eq!(
        shown(vec![published(), claim("4", Some("published"), Read)]),
        "2"
    );
    assert_eq!(shown(vec![claim("5", Some("active"), Read)]), "");
    let withheld = || claim("not disclosed", None, Read);
    assert_eq!(
        shown(vec![claim("6", Some("published"), Reported), withheld()]),
        "not disclosed"
    );
    assert_eq!(shown(vec![withheld(), published()]), "not disclosed");
}

#[test]
fn packed_names_come_back() {
    let names = ["", "a", "bc", "", "déf"];
    let packed: PackedNames = names.into_iter().collect();
    assert_eq!(packed.iter().collect::<Vec<_>>(), names);
    assert_eq!(packed.get(5), None);
}

fn any_fact() -> impl Strategy<Value = Fact> {
    let number = 0..=i64::MAX as u64;
    (
        0..Field::ALL.len(),
        number,
        "[a-z]([a-z .]{0,20}[a-z])?",
        0..10_000usize,
        1900..2200u16,
    )
        .prop_map(|(field, number, text, pick, year)| {
            let field = Field::ALL[field];
            let text = Text::new(&text).expect("a text");
            let value = match field.shape() {
                _ if pick.is_multiple_of(11) => Value::NotDisclosed,
                Shape::Number => Value::Number(number),
                Shape::Parameters => Value::Parameters(ParameterCount {
                    value: number,
                    kind: CountKind::ALL[pick % CountKind::ALL.len()],
                }),
                Shape::Release => Value::Released(Release {
                    date: PartialDate::new(year, Some((pick % 12) as u8 + 1), None)
                        .expect("a date"),
                    kind: DateKind::ALL[pick % DateKind::ALL.len()],
                }),
                Shape::Text => Value::Text(text),
                Shape::Openness => Value::Openness(Openness::ALL[pick % Openness::ALL.len()]),
                Shape::Licence => Value::Licence(Licence::new(text.as_str()).expect("a name")),
                Shape::Density => Value::Density(Density::ALL[pick % Density::ALL.len()]),
                Shape::Attention => {
                    Value::Attention(AttentionKind::ALL[pick % AttentionKind::ALL.len()])
                }
                Shape::FeedForward => {
                    Value::FeedForward(FeedForwardKind::ALL[pick % FeedForwardKind::ALL.len()])
                }
                Shape::Norm => Value::Norm(NormKind::ALL[pick % NormKind::ALL.len()]),
                Shape::Position => {
                    Value::Position(PositionKind::ALL[pick % PositionKind::ALL.len()])
                }
                Shape::Branch => Value::Branch(Branch::ALL[pick % Branch::ALL.len()]),
                Shape::Marker => Value::Marker(Marker::ALL[pick % Marker::ALL.len()]),
            };
            Fact::new(field, value).expect("a fact")
        })
}

proptest! {
    #[test]
    fn a_facts_written_form_parses_to_it(fact in any_fact()) {
        prop_assert_eq!(Fact::parse(fact.field(), fact.kind(), &fact.text()), Ok(fact));
    }

    #[test]
    fn dates_parse_what_they_print(year in 1900u16..2200, month in 1u8..=12, day in 1u8..=31) {
        for (month, day) in [(None, None), (Some(month), None), (Some(month), Some(day))] {
            if let Ok(date) = PartialDate::new(year, month, day) {
                prop_assert_eq!(date.to_string().parse(), Ok(date));
                prop_assert!(date.earliest() <= date.latest());
            }
        }
    }

    #[test]
    fn ids_parse_what_they_print(text in "[a-z0-9]{1,8}([-._][a-z0-9]{1,8}){0,5}") {
        let id = ModelId::new(&text).expect("well formed");
        prop_assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn slugs_are_ids_or_nothing(name in ".{0,60}") {
        let slug = slugify(&name);
        prop_assert!(slug.is_empty() || ModelId::new(&slug).is_ok() || slug.len() > 96, "{}", slug);
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in ".{0,40}") {
        let _ = (ModelId::new(&text), HubId::new(&text), Revision::new(&text), Text::new(&text));
        let _ = (text.parse::<PartialDate>(), text.parse::<CommitSha>(), text.parse::<Relation>());
        for field in Field::ALL {
            let _ = Fact::parse(*field, Some("published"), &text);
            let _ = Fact::parse(*field, None, &text);
        }
    }

    #[test]
    fn counts_never_lose_more_than_half_a_percent(count in 10_000u64..u64::MAX / 2) {
        let text = human_count(count);
        let (number, unit) = text.split_at(text.len() - 1);
        let factor = match unit { "K" => 1e3, "M" => 1e6, "B" => 1e9, _ => 1e12 };
        let back: f64 = number.parse::<f64>().expect("a number") * factor;
        prop_assert!((back / count as f64 - 1.0).abs() < 0.0051, "{} {}", count, text);
    }
}

#[test]
fn bytes_are_said_as_memory_is_sold() {
    for (bytes, text) in [
        (0, "0 B"),
        (1_023, "1023 B"),
        (1_024, "1 KiB"),
        (1_610_612_736, "1.5 GiB"),
        (13_476_831_232, "12.6 GiB"),
        (u64::MAX, "16 EiB"),
    ] {
        assert_eq!(crate::human_bytes(bytes), text);
    }
}
