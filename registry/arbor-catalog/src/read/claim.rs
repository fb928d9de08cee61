//! Reading claims and parents: the two kinds of inline table that cite a
//! source.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "TOML's value kinds: all but the wanted one are one fault"
)]

use super::reader::{IntoFault, Node, Notes, Table, parse, text_of, wrong_type};
use crate::problem::{Fault, Place};
use arbor_model::{Citation, Claim, Edge, Fact, Field};
use toml::de::DeValue;

/// The keys that every citation may have.
const CITATION: [&str; 4] = ["at", "confidence", "note", "source"];

/// Reads a claim.
pub(super) fn claim(node: Node<'_>, notes: &mut Notes<'_>) -> Option<(Claim, Place)> {
    let mut table = Table::of(node, notes)?;
    let place = notes.place(table.at);
    let kind = table.text("kind", notes).map(|(_, kind)| kind);
    let field = table.take_first(|key| key.parse::<Field>().is_ok());
    if let Some((second, at, _)) = table.take_first(|key| key.parse::<Field>().is_ok()) {
        let message = format!("a claim has one field; `{second}` needs a claim of its own");
        notes.report(at, Fault::ClaimField, message);
    }
    let citation = citation(&mut table, notes);
    let at = table.at;
    let known: Vec<&str> = Field::WORDS
        .iter()
        .copied()
        .chain(CITATION)
        .chain(["kind"])
        .collect();
    let had_field = field.is_some();
    let fact = field.and_then(|(key, _, node)| fact(&key, kind.as_deref(), node, notes));
    let nothing_left = table.is_empty();
    table.finish(&known, notes);
    // A misspelt field is one fault, not two.
    if !had_field && nothing_left {
        notes.report(
            at,
            Fault::ClaimField,
            "the claim has no field, for example `parameters`",
        );
    }
    Some((
        Claim {
            fact: fact?,
            citation: citation?,
        },
        place,
    ))
}

fn fact(key: &str, kind: Option<&str>, node: Node<'_>, notes: &mut Notes<'_>) -> Option<Fact> {
    let at = node.span().start;
    let field = key.parse().ok()?;
    let text = match node.into_inner() {
        DeValue::String(text) => text.into_owned(),
        // Decimal digits only: TOML's other radices and signs are no counts.
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().to_owned(),
        other => {
            wrong_type(
                notes,
                at,
                "a text or a whole number in decimal digits",
                &other,
            );
            return None;
        }
    };
    match Fact::parse(field, kind, &text) {
        Ok(fact) => Some(fact),
        Err(error) => {
            let (fault, message) = error.into_fault();
            notes.report(at, fault, message);
            None
        }
    }
}

/// Reads a parent.
pub(super) fn parent(node: Node<'_>, notes: &mut Notes<'_>) -> Option<(Edge, Place)> {
    let mut table = Table::of(node, notes)?;
    let place = notes.place(table.at);
    let parent = table.required("id", notes);
    let relation = table.required("relation", notes);
    let revision = table.optional("revision", notes);
    let citation = citation(&mut table, notes);
    let known: Vec<&str> = CITATION
        .into_iter()
        .chain(["id", "relation", "revision"])
        .collect();
    table.finish(&known, notes);
    let edge = Edge {
        parent: parent?,
        relation: relation?,
        revision,
        citation: citation?,
    };
    Some((edge, place))
}

fn citation(table: &mut Table<'_>, notes: &mut Notes<'_>) -> Option<Citation> {
    let source = match table.take("source") {
        None => {
            notes.report_with_hint(
                table.at,
                Fault::Uncited,
                "no `source` is cited",
                Some("what nobody has looked up cites `own-knowledge`, `unreviewed`".to_owned()),
            );
            None
        }
        Some(node) => text_of(node, notes).and_then(|(at, text)| parse(at, &text, notes)),
    };
    let at = table.optional("at", notes);
    let confidence = table.required("confidence", notes);
    let note = table.optional("note", notes);
    Some(Citation {
        source: source?,
        at,
        confidence: confidence?,
        note,
    })
}
