//! The drawing as text: links, words, escapes, errors.

use super::scenes::{bead, edge, scene};
use crate::{
    Access, DrawError, Fault, Folded, LIMIT, Links, Mode, Options, Organisation, Scene, Theme,
    layout, svg,
};
use arbor_model::{Branch, Relation};

fn family() -> Scene {
    let mut llama = bead("llama", Branch::DecoderOnly, "2023-02");
    llama.label = "LLaMA".into();
    llama.folded = 37;
    llama.folded_href = "/?root=llama".into();
    let mut mistral = bead("mistral-7b", Branch::DecoderOnly, "2023-09");
    mistral.label = "Mistral 7B".into();
    mistral.organisation = "Mistral AI".into();
    mistral.spoken_size = "7.2 billion parameters".into();
    mistral.secondary = "7.2B".into();
    mistral.parents = vec![edge(0, Relation::ArchitectureFrom)];
    let mut gemma = bead("t5gemma", Branch::EncoderDecoder, "2025-07");
    gemma.parents = vec![edge(1, Relation::InitialisedFrom)];
    gemma.access = Access::Gated;
    let bert = bead("bert", Branch::EncoderOnly, "2018-10");
    let old = bead("word2vec", Branch::Precursor, "2013-10");
    let elmo = bead("elmo", Branch::Precursor, "2018-02");
    scene(vec![llama, mistral, gemma, bert, old, elmo])
}

fn draw(scene: &Scene, options: &Options, mode: Mode) -> String {
    svg(
        &layout(scene, options).expect("a sound scene"),
        "Models & more",
        mode,
    )
}

#[test]
fn every_pill_is_a_link_that_says_what_it_is() {
    let drawing = draw(&family(), &Options::default(), Mode::Themed);
    assert!(drawing.contains(
        "<a id=\"n-mistral-7b\" class=\"o\" data-up=\"llama\" href=\"/m/mistral-7b\" aria-label=\"Mistral 7B 7.2B parameters, \
         Mistral AI, September 2023, open weights, passed here, \
         design from LLaMA\"><title>Mistral 7B 7.2B"
    ));
    assert!(drawing.contains(
        "<a class=\"k\" href=\"/?root=llama\" aria-label=\"37 more descend from LLaMA\">"
    ));
    assert!(drawing.contains("role=\"group\" aria-label=\"Models &amp; more\""));
    // What a speaking reader sees stands at the name's beginning.
    let mut scene = family();
    scene.beads[1].label = "A name far too long for any pill that could be drawn".into();
    scene.beads[0].folded = 1_311;
    let drawing = draw(&scene, &Options::default(), Mode::Themed);
    let cut = drawing
        .split("…</text>")
        .map(|until| until.rsplit('>').next());
    let seen = cut.flatten().find(|text| text.starts_with("A name"));
    let seen = format!("{}…", seen.expect("a cut name"));
    assert!(drawing.contains(&format!(
        "aria-label=\"{seen} 7.2B parameters, A name far too long for any pill"
    )));
    assert!(drawing.contains(&format!(">{seen}</text>")) && drawing.contains("> 7.2B</text>"));
    assert!(drawing.contains("aria-label=\"+1.3k: 1311 more descend from LLaMA\""));
    assert_eq!(drawing.matches("<a ").count(), 7);
    assert_eq!(
        drawing.matches("<a ").count(),
        drawing.matches("</a>").count()
    );
}

#[test]
fn limbs_say_what_they_model() {
    let drawing = draw(&family(), &Options::default(), Mode::Themed);
    for branch in [
        Branch::EncoderOnly,
        Branch::EncoderDecoder,
        Branch::DecoderOnly,
    ] {
        assert!(drawing.contains(branch.title()) && drawing.contains(branch.caption()));
    }
    assert!(drawing.contains("∏ p(x<tspan dy=\"6\" font-size=\"16\">t</tspan>"));
    assert!(drawing.contains("&lt;t</tspan>"));
    assert!(drawing.contains("Trans-") && drawing.contains("How to read this"));
}

#[test]
fn a_selection_dims_the_rest_and_shows_its_second_parents() {
    let none = draw(&family(), &Options::default(), Mode::Themed);
    assert!(!none.contains("class=\"o x\""));
    let before = none.matches("class=\"sl\"").count();
    let options = Options {
        selected: Some("t5gemma".into()),
        ..Options::default()
    };
    let some = draw(&family(), &options, Mode::Themed);
    assert!(some.contains("id=\"n-t5gemma\" class=\"o sel\""));
    assert!(some.contains("id=\"n-bert\" class=\"o x\""));
    assert!(some.contains("id=\"n-llama\" class=\"o\""));
    assert_eq!(some.matches("class=\"sl\"").count(), before + 1);
    let all = Options {
        links: Links::All,
        ..Options::default()
    };
    let all = draw(&family(), &all, Mode::Themed);
    assert_eq!(all.matches("class=\"sl\"").count(), before + 1);
    let unknown = Options {
        selected: Some("nobody".into()),
        ..Options::default()
    };
    assert_eq!(draw(&family(), &unknown, Mode::Themed), none);
}

#[test]
fn hostile_names_stay_text() {
    let mut scene = family();
    scene.beads[0].label = "<script>alert('1')</script>".into();
    scene.beads[1].href = "\" onclick=\"x".into();
    scene.beads[3].label = "\u{202E}\u{0}a]]>&".into();
    scene.organisations = Some(vec![Organisation {
        name: "<b>".into(),
        open: 1,
        closed: 1,
    }]);
    for mode in [Mode::Themed, Mode::Standalone(Theme::Light)] {
        let drawing = draw(&scene, &Options::default(), mode);
        for word in ["<script", "<b>", "\" onclick", "\u{202E}", "\u{0}", "]]>"] {
            assert!(!drawing.contains(word), "{word:?}");
        }
        assert!(drawing.contains("&lt;script&gt;alert(&#39;1&#39;)"));
    }
}

#[test]
fn undated_and_folded_models_have_a_place() {
    let mut scene = family();
    scene.beads[1].date = None;
    scene.folded = vec![Folded {
        branch: Branch::DecoderOnly,
        count: 1_300,
        href: "/models?branch=dec".into(),
    }];
    let drawing = draw(&scene, &Options::default(), Mode::Themed);
    assert!(drawing.contains(">Undated</text>") && drawing.contains("no known date"));
    assert!(drawing.contains(">+1.3k more</text>"));
}

#[test]
fn edges_that_contradict_themselves_are_reported() {
    let mut scene = family();
    scene.beads[0].parents = vec![edge(1, Relation::Succeeds)];
    let mut other = bead("other", Branch::DecoderOnly, "2023-02");
    other.parents = vec![edge(6, Relation::Succeeds), edge(7, Relation::Succeeds)];
    let mut another = bead("another", Branch::DecoderOnly, "2023-02");
    another.parents = vec![edge(6, Relation::Succeeds)];
    scene.beads.extend([other, another]);
    let tree = layout(&scene, &Options::default()).expect("still a scene");
    let faults: Vec<_> = tree
        .dropped
        .iter()
        .map(|d| (d.child.as_str(), d.fault))
        .collect();
    assert_eq!(
        faults,
        [
            ("llama", Fault::ParentIsYounger),
            ("other", Fault::Circle),
            ("other", Fault::Circle),
        ]
    );
}

#[test]
fn wrong_input_is_refused() {
    let mut twice = family();
    twice.beads[1].id = "llama".into();
    let lay = |scene: &Scene| layout(scene, &Options::default()).map(|_| ());
    assert_eq!(lay(&twice), Err(DrawError::DuplicateId("llama".into())));
    let mut missing = family();
    missing.beads[1].parents[0].parent = 99;
    assert!(matches!(
        lay(&missing),
        Err(DrawError::NoSuchParent {
            parent: 99,
            len: 6,
            ..
        })
    ));
    let many = (0..=LIMIT).map(|n| bead(&n.to_string(), Branch::DecoderOnly, "2020"));
    let many = scene(many.collect());
    assert!(matches!(lay(&many), Err(DrawError::TooMany { .. })));
}
