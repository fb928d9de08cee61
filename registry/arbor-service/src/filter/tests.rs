//! Filters from outside: what is read is written back and means the same.

use super::*;

#[test]
fn a_filter_is_written_back_in_one_canonical_form() {
    for (typed, canonical) in [
        (
            "branch=dec,enc&branch=enc",
            "branch=encoder-only,decoder-only",
        ),
        ("params=1B..10B", "params=1B..10B"),
        (
            "date=2022..2024-06&access=open",
            "access=open&date=2022..2024-06",
        ),
        (
            "rel=weights,distilled-from",
            "rel=adapter-of,component-of,continued-from,distilled-from,fine-tuned-from,initialised-from,merged-from,quantised-from",
        ),
        ("q=&org=", ""),
        ("fits=24GiB@bf16", "fits=24GiB@bf16"),
        ("figure=open&root=llama-65b", "figure=open&root=llama-65b"),
        (
            "figure=open&drawn=dec,ed",
            "drawn=encoder-decoder,decoder-only&figure=open",
        ),
    ] {
        let pairs = typed.split('&').filter_map(|pair| pair.split_once('='));
        let (filter, others) = Filter::from_pairs(pairs).expect(typed);
        assert!(others.is_empty());
        let text: Vec<_> = filter
            .to_pairs()
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        assert_eq!(text.join("&"), canonical, "{typed}");
        let again = filter.to_pairs();
        let again = again
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()));
        assert_eq!(Filter::from_pairs(again).expect("canonical").0, filter);
    }
}

#[test]
fn what_means_nothing_is_refused_with_its_grammar() {
    for (key, value) in [
        ("params", "many"),
        ("params", "10B..1B"),
        ("params", ".."),
        ("params", "1.23456789012B"),
        ("params", "99999999999T"),
        ("fits", "24"),
        ("fits", "GiB"),
        ("fits", "0GiB"),
        ("fits", "24GiB@b16"),
        ("fits", "24GiB@"),
        ("fits", "1.2345GiB"),
        ("fits", "99999999999TiB"),
        ("fits", "-1GiB"),
        ("date", "2024-13"),
        ("date", "2024..2022"),
        ("branch", "decoder"),
        ("drawn", "decoder"),
        ("access", "free"),
        ("rel", "cousin-of"),
        ("root", "../etc"),
        ("org", "A B"),
        ("sort", "size"),
    ] {
        let refused = match key {
            "sort" => value.parse::<Sort>().err(),
            _ => Filter::from_pairs([(key, value)]).err(),
        };
        let refused = refused.unwrap_or_else(|| panic!("{key}={value} was taken"));
        assert!(
            matches!(refused, crate::ServiceError::BadParameter { .. }),
            "{refused}"
        );
    }
}

#[test]
fn ranges_hold_what_they_say() {
    let range = |text: &str| CountRange::parse(text).expect(text);
    assert!(range("7B").contains(6_738_415_616));
    assert!(!range("7.0B").contains(6_738_415_616));
    assert!(range("32k..").contains(32_768));
    assert!(range("..350M").contains(350_000_000));
    assert!(!range("1B..2B").contains(2_000_000_001));
    let date = |text: &str| text.parse().expect(text);
    let range = |text: &str| DateRange::parse(text).expect(text);
    assert!(range("2023").contains(date("2023-11")));
    assert!(!range("2023").contains(date("2024-01")));
    assert!(
        range("2023-02..").contains(date("2023")),
        "it can lie within"
    );
    assert!(!range("..2019").contains(date("2020")));
}

#[test]
fn keys_are_sorted() {
    assert!(FilterKey::WORDS.is_sorted() && SortKey::WORDS.is_sorted());
}
