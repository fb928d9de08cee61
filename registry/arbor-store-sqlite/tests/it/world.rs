//! Made-up catalogues and a raw connection behind the store's back.

use arbor_model::{
    Branch, Catalogue, Citation, Claim, Confidence, Edge, Fact, Family, Field, HubId, Mask, Model,
    ModelId, Objective, Organisation, Relation, Revision, Source, SourceKind, Text, Tombstone,
};
use arbor_store::{CatalogueDigest, Store as _};
use arbor_store_sqlite::{OpenOptions, SqliteStore};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::collections::BTreeMap;
use std::path::Path;

/// A small fixed generator, so that a failing seed can be run again.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `below`.
    pub(crate) fn roll(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below.max(1)
    }

    fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.roll(all.len())]
    }

    fn maybe<T>(&mut self, value: T) -> Option<T> {
        (self.roll(2) == 0).then_some(value)
    }
}

/// A text.
pub(crate) fn text(text: &str) -> Text {
    Text::new(text).expect("a text")
}

/// A model id.
pub(crate) fn id(text: &str) -> ModelId {
    text.parse().expect("an id")
}

/// A digest for a catalogue of that number.
pub(crate) fn digest(number: u64) -> CatalogueDigest {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    CatalogueDigest::new(bytes)
}

const TEXTS: &[&str] = &[
    "Émile",
    "ä \" ' ; --",
    "悟道",
    "a",
    "x'y\\z",
    "%_*",
    "🌳 tree",
];

/// A catalogue of `size` models, the same for the same seed. Two seeds share
/// most ids, so that one turns into the other by all kinds of changes.
pub(crate) fn catalogue(seed: u64, size: usize) -> Catalogue {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mut catalogue = Catalogue::default();
    for n in 0..5 {
        let key = format!("source-{n}");
        let source = Source {
            key: key.parse().expect("a key"),
            title: text(dice.pick(TEXTS)),
            kind: dice.pick(SourceKind::ALL),
            url: dice.maybe(text("https://example.org/x")),
            pinned: dice.maybe(text("7141f9bc")),
            note: dice.maybe(text(dice_text(seed, n))),
        };
        catalogue.sources.insert(source.key.clone(), source);
        let organisation = Organisation {
            id: format!("org-{n}").parse().expect("an id"),
            name: text(dice.pick(TEXTS)),
        };
        catalogue
            .organisations
            .insert(organisation.id.clone(), organisation);
        let family = Family {
            id: format!("family-{n}").parse().expect("an id"),
            name: text(dice.pick(TEXTS)),
            about: dice.maybe(text("about it")),
        };
        catalogue.families.insert(family.id.clone(), family);
    }
    for n in 0..size {
        if dice.roll(10) > 0 {
            let earlier: Vec<ModelId> = catalogue.models.keys().cloned().collect();
            let model = model(&mut dice, n, &earlier);
            catalogue.models.insert(model.id.clone(), model);
        } else {
            let tombstone = Tombstone {
                id: id(&format!("model-{n}")),
                reason: text("withdrawn"),
                successor: dice.maybe(id("model-0")),
            };
            catalogue.tombstones.insert(tombstone.id.clone(), tombstone);
        }
    }
    catalogue
}

fn dice_text(seed: u64, n: usize) -> &'static str {
    TEXTS[(seed as usize + n) % TEXTS.len()]
}

fn model(dice: &mut Dice, n: usize, earlier: &[ModelId]) -> Model {
    let name = format!("Model {n} {}", dice.pick(TEXTS));
    let mut parents = Vec::new();
    for _ in 0..dice.roll(3).min(earlier.len()) {
        parents.push(Edge {
            parent: earlier[dice.roll(earlier.len())].clone(),
            relation: dice.pick(Relation::ALL),
            revision: dice.maybe(Revision::new("main").expect("a revision")),
            citation: citation(dice),
        });
    }
    Model {
        id: id(&format!("model-{n}")),
        name: text(&name),
        family: format!("family-{}", dice.roll(5)).parse().expect("an id"),
        organisations: (0..dice.roll(3))
            .map(|_| format!("org-{}", dice.roll(5)).parse().expect("an id"))
            .collect(),
        branch: dice.pick(Branch::ALL),
        mask: dice.pick(Mask::ALL),
        objective: dice.pick(Objective::ALL),
        hub: dice.maybe(HubId::new(&format!("org/Model-{n}")).expect("a hub id")),
        aliases: (0..dice.roll(3))
            .map(|a| id(&format!("alias-{n}-{a}")))
            .collect(),
        claims: (0..dice.roll(6)).map(|_| claim(dice)).collect(),
        parents,
    }
}

fn claim(dice: &mut Dice) -> Claim {
    let facts: &[(Field, Option<&str>, &str)] = &[
        (Field::Released, Some("paper"), "2023-02"),
        (Field::Released, Some("weights"), "2019-02-28"),
        (Field::Parameters, Some("published"), "9223372036854775807"),
        (Field::Parameters, None, "not disclosed"),
        (Field::Layers, None, "48"),
        (Field::Openness, None, "open-weights"),
        (Field::Licence, None, "Apache-2.0"),
        (Field::Architecture, None, "LlamaForCausalLM"),
        (Field::Attention, None, "gqa"),
        (Field::FigureBranch, None, "decoder-only"),
    ];
    let (field, kind, value) = dice.pick(facts);
    Claim {
        fact: Fact::parse(field, kind, value).expect("a fact"),
        citation: citation(dice),
    }
}

fn citation(dice: &mut Dice) -> Citation {
    Citation {
        source: format!("source-{}", dice.roll(5)).parse().expect("a key"),
        at: dice.maybe(text("table 3")),
        confidence: dice.pick(Confidence::ALL),
        note: dice.maybe(text("as of 2024")),
    }
}

/// A catalogue of plain models: id, name, aliases, hub id, organisation,
/// parent; an empty text stands for none.
pub(crate) fn named(models: &[[&str; 6]]) -> Catalogue {
    let mut catalogue = catalogue(0, 0);
    for [key, name, alias, hub, organisation, parent] in models {
        let made = Model {
            id: id(key),
            name: text(name),
            family: "family-0".parse().expect("an id"),
            organisations: Vec::new(),
            branch: Branch::DecoderOnly,
            mask: Mask::Causal,
            objective: Objective::ArForward,
            hub: hub.parse().ok(),
            aliases: alias.parse().into_iter().collect(),
            claims: Vec::new(),
            parents: Vec::new(),
        };
        let model = catalogue.models.entry(made.id.clone()).or_insert(made);
        if let Ok(key) = organisation.parse::<arbor_model::OrganisationId>() {
            let name = text(organisation);
            model.organisations.push(key.clone());
            let organisation = Organisation {
                id: key.clone(),
                name,
            };
            catalogue.organisations.insert(key, organisation);
        }
        if let Ok(parent) = parent.parse() {
            model.parents.push(Edge {
                parent,
                relation: Relation::FineTunedFrom,
                revision: None,
                citation: Citation {
                    source: "source-0".parse().expect("a key"),
                    at: None,
                    confidence: Confidence::Read,
                    note: None,
                },
            });
        }
    }
    catalogue
}

/// A store in a file.
pub(crate) async fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, &OpenOptions::default())
        .await
        .expect("it opens")
}

/// A store in memory that holds the catalogue.
pub(crate) async fn holding(catalogue: &Catalogue) -> SqliteStore {
    let store = SqliteStore::in_memory().await.expect("it opens");
    store
        .sync_catalogue(catalogue, &digest(1))
        .await
        .expect("it is kept");
    store
}

/// A connection behind the store's back.
pub(crate) async fn raw(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path);
    options.connect().await.expect("it connects")
}

/// Every file of a folder with its bytes.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            (name, std::fs::read(path).expect("a file"))
        })
        .collect()
}
