//! A catalogue as the rows of its tables, and back.
//!
//! Lists become one row per entry with its place in the list. It knows no
//! SQL: `shared/` reads and writes these rows.

use crate::{Keyed, TermKind, Unreadable, fold};
use arbor_model::{
    Branch, Catalogue, Claim, Edge, Family, HubId, Mask, Model, ModelId, Objective, Organisation,
    OrganisationId, Source, Text, Tombstone,
};
use arbor_model::{FamilyId, SourceKey};
use std::collections::BTreeSet;

/// A model without its lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelRow {
    /// See [`Model::id`], and so on for the other fields.
    pub id: ModelId,
    /// Its name.
    pub name: Text,
    /// Its family.
    pub family: FamilyId,
    /// The limb it hangs from.
    pub branch: Branch,
    /// What its positions see.
    pub mask: Mask,
    /// What it was pre-trained to predict.
    pub objective: Objective,
    /// Its hub repository.
    pub hub: Option<HubId>,
}

macro_rules! placed {
    ($($(#[$meta:meta])* $name:ident $field:ident: $what:ty;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            /// The model whose list it stands in.
            pub model: ModelId,
            /// Its place there, from 0.
            pub place: u32,
            /// What stands there.
            pub $field: $what,
        }

        impl Keyed for $name {
            type Key<'a> = (&'a str, u32);

            fn key(&self) -> Self::Key<'_> {
                (self.model.as_str(), self.place)
            }
        }
    )+};
}

placed! {
    /// Another id of a model.
    AliasRow alias: ModelId;
    /// Something said of a model.
    ClaimRow claim: Claim;
    /// A maker of a model.
    MakerRow organisation: OrganisationId;
    /// A parent of a model.
    ParentRow edge: Edge;
}

/// A text by which a model is found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TermRow {
    /// The model.
    pub model: ModelId,
    /// What the text is.
    pub kind: TermKind,
    /// The text, [folded](fold()).
    pub term: String,
}

macro_rules! keyed {
    ($($row:ident: $key:ty = $field:ident;)+) => {$(
        impl Keyed for $row {
            type Key<'a> = &'a $key;

            fn key(&self) -> Self::Key<'_> {
                &self.$field
            }
        }
    )+};
}

keyed! {
    Family: FamilyId = id;
    ModelRow: ModelId = id;
    Organisation: OrganisationId = id;
    Source: SourceKey = key;
    Tombstone: ModelId = id;
}

impl Keyed for TermRow {
    type Key<'a> = &'a Self;

    fn key(&self) -> Self::Key<'_> {
        self
    }
}

/// Every row of the curated tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Table `alias`.
    pub aliases: Vec<AliasRow>,
    /// Table `claim`.
    pub claims: Vec<ClaimRow>,
    /// Table `family`.
    pub families: Vec<Family>,
    /// Table `model_organisation`.
    pub makers: Vec<MakerRow>,
    /// Table `model`.
    pub models: Vec<ModelRow>,
    /// Table `organisation`.
    pub organisations: Vec<Organisation>,
    /// Table `edge`.
    pub parents: Vec<ParentRow>,
    /// Table `source`.
    pub sources: Vec<Source>,
    /// Table `search_term`; it follows from the others.
    pub terms: Vec<TermRow>,
    /// Table `tombstone`.
    pub tombstones: Vec<Tombstone>,
}

impl Rows {
    /// The rows of a catalogue.
    #[must_use]
    pub fn of(catalogue: &Catalogue) -> Self {
        let mut rows = Self {
            families: catalogue.families.values().cloned().collect(),
            organisations: catalogue.organisations.values().cloned().collect(),
            sources: catalogue.sources.values().cloned().collect(),
            tombstones: catalogue.tombstones.values().cloned().collect(),
            ..Self::default()
        };
        for model in catalogue.models.values() {
            rows.push(model);
            rows.terms.extend(terms_of(model, catalogue));
        }
        rows
    }

    fn push(&mut self, model: &Model) {
        self.models.push(ModelRow {
            id: model.id.clone(),
            name: model.name.clone(),
            family: model.family.clone(),
            branch: model.branch,
            mask: model.mask,
            objective: model.objective,
            hub: model.hub.clone(),
        });
        macro_rules! place {
            ($list:ident => $rows:ident, $row:ident, $field:ident) => {
                for (place, one) in (0..).zip(&model.$list) {
                    self.$rows.push($row {
                        model: model.id.clone(),
                        place,
                        $field: one.clone(),
                    });
                }
            };
        }
        place!(aliases => aliases, AliasRow, alias);
        place!(claims => claims, ClaimRow, claim);
        place!(organisations => makers, MakerRow, organisation);
        place!(parents => parents, ParentRow, edge);
    }

    /// The catalogue of these rows.
    ///
    /// # Errors
    /// [`Unreadable`] if a list has a gap or belongs to no model.
    pub fn into_catalogue(self) -> Result<Catalogue, Unreadable> {
        let mut catalogue = Catalogue {
            families: keyed(self.families, |f| f.id.clone()),
            organisations: keyed(self.organisations, |o| o.id.clone()),
            sources: keyed(self.sources, |s| s.key.clone()),
            tombstones: keyed(self.tombstones, |t| t.id.clone()),
            models: keyed(self.models.into_iter().map(bare), |m| m.id.clone()),
        };
        macro_rules! gather {
            ($rows:ident: $table:literal => $list:ident, $field:ident) => {
                let mut rows = self.$rows;
                rows.sort_by(|a, b| a.key().cmp(&b.key()));
                for row in rows {
                    let unreadable = |problem: &str| Unreadable {
                        table: $table,
                        row: format!("{} {}", row.model, row.place),
                        problem: problem.to_owned(),
                    };
                    let model = catalogue.models.get_mut(&row.model);
                    let list = &mut model.ok_or_else(|| unreadable("no such model"))?.$list;
                    if list.len() != row.place as usize {
                        return Err(unreadable("the place before it is empty"));
                    }
                    list.push(row.$field);
                }
            };
        }
        gather!(aliases: "alias" => aliases, alias);
        gather!(claims: "claim" => claims, claim);
        gather!(makers: "model_organisation" => organisations, organisation);
        gather!(parents: "edge" => parents, edge);
        Ok(catalogue)
    }
}

fn keyed<K: Ord, V>(
    rows: impl IntoIterator<Item = V>,
    key: impl Fn(&V) -> K,
) -> std::collections::BTreeMap<K, V> {
    rows.into_iter().map(|row| (key(&row), row)).collect()
}

fn bare(row: ModelRow) -> Model {
    Model {
        id: row.id,
        name: row.name,
        family: row.family,
        organisations: Vec::new(),
        branch: row.branch,
        mask: row.mask,
        objective: row.objective,
        hub: row.hub,
        aliases: Vec::new(),
        claims: Vec::new(),
        parents: Vec::new(),
    }
}

/// By which texts search finds a model.
fn terms_of(model: &Model, catalogue: &Catalogue) -> BTreeSet<TermRow> {
    let row = |kind, term| TermRow {
        model: model.id.clone(),
        kind,
        term,
    };
    let mut terms = BTreeSet::from([
        row(TermKind::Id, fold(model.id.as_str())),
        row(TermKind::Name, fold(model.name.as_str())),
    ]);
    let hub = model
        .hub
        .iter()
        .map(|h| row(TermKind::Hub, fold(h.as_str())));
    terms.extend(hub);
    let aliases = model.aliases.iter();
    terms.extend(aliases.map(|a| row(TermKind::Alias, fold(a.as_str()))));
    // A line break is no folded character, so no word matches across two.
    let mut text: Vec<String> = terms.iter().map(|row| row.term.clone()).collect();
    text.push(fold(model.family.as_str()));
    let family = catalogue.families.get(&model.family);
    text.extend(family.map(|f| fold(f.name.as_str())));
    for id in &model.organisations {
        text.push(fold(id.as_str()));
        let organisation = catalogue.organisations.get(id);
        text.extend(organisation.map(|o| fold(o.name.as_str())));
    }
    text.sort();
    text.dedup();
    terms.insert(row(TermKind::Text, text.join("\n")));
    terms
}
