//! A catalogue's rows and notes.

use crate::lineage::*;
use arbor_model::{
    Branch, Catalogue, Citation, Confidence, Edge, FamilyId, Mask, Model, ModelId, Objective,
    Relation, SourceKey, Text, Tombstone,
};

fn id(text: &str) -> ModelId {
    ModelId::new(text).unwrap()
}

fn model(own: &str, aliases: &[&str], parents: &[&str]) -> Model {
    let parents = parents.iter().map(|parent| Edge {
        parent: id(parent),
        relation: Relation::FineTunedFrom,
        revision: None,
        citation: Citation {
            source: SourceKey::new("source").unwrap(),
            at: None,
            confidence: Confidence::Read,
            note: None,
        },
    });
    Model {
        id: id(own),
        name: Text::new(own).unwrap(),
        family: FamilyId::new("family").unwrap(),
        organisations: Vec::new(),
        branch: Branch::DecoderOnly,
        mask: Mask::Causal,
        objective: Objective::ALL[0],
        hub: None,
        aliases: aliases.iter().copied().map(id).collect(),
        claims: Vec::new(),
        parents: parents.collect(),
    }
}

fn lineage() -> LineageSnapshot {
    let mut catalogue = Catalogue::default();
    let models = [
        model("base", &["former-base"], &["unheard-of"]),
        model("tune", &[], &["former-base"]),
        model("heir", &[], &["withdrawn"]),
    ];
    catalogue
        .models
        .extend(models.map(|model| (model.id.clone(), model)));
    let gone = Tombstone {
        id: id("withdrawn"),
        reason: Text::new("asked for by its makers").unwrap(),
        successor: Some(id("former-base")),
    };
    catalogue.tombstones.insert(gone.id.clone(), gone);
    let (rows, notes) = rows_of(&catalogue, 4);
    assert_eq!(LineageGraph::faults(&rows), []);
    LineageSnapshot::from_rows(rows, &notes).unwrap()
}

#[test]
fn nothing_dangles() {
    let lineage = lineage();
    let node = |id| lineage.find(id).unwrap();
    assert_eq!(
        (lineage.change(), lineage.len(), lineage.edge_count()),
        (4, 5, 3)
    );
    assert_eq!(node("former-base"), node("base"));
    assert_eq!(lineage.standing(node("unheard-of")), Standing::Ghost);
    let successor = Some(node("base"));
    assert_eq!(
        lineage.standing(node("withdrawn")),
        Standing::Tombstone { successor }
    );
    let above = lineage.ancestors(node("tune"), Walk::default());
    let above: Vec<_> = above.map(|step| lineage.name(step.node)).collect();
    assert_eq!(above, ["base", "unheard-of"]);
    assert!(lineage.is_ancestor(node("withdrawn"), node("heir")));
}
