//! Each curated table: which statements serve it, how a row is bound and
//! read. One entry per table, sorted.

use super::{Fault, Query, Reader};
use arbor_model::{Citation, Claim, Edge, Fact, Family, Organisation, Source, Tombstone};
use arbor_store::{
    AliasRow, ClaimRow, Keyed, MakerRow, ModelRow, ParentRow, Table, TermRow, queries,
};

/// A row type that has a table of its own.
pub(super) trait Curated: Keyed + PartialEq + Send + Sync + Sized {
    /// The table.
    const TABLE: Table;
    /// Reads every row.
    const ALL: &'static str;
    /// Inserts or updates a row.
    const PUT: &'static str;
    /// Deletes a row by its key.
    const DELETE: &'static str;

    /// Reads what `ALL` gives.
    fn read(row: &Reader<'_>) -> Result<Self, Fault>;

    /// Binds what `PUT` takes.
    fn put<'q>(&'q self, query: Query<'q>) -> Query<'q>;

    /// Binds what `DELETE` takes.
    fn delete<'q>(&'q self, query: Query<'q>) -> Query<'q>;
}

macro_rules! curated {
    ($($row:ty: $table:ident, $all:ident, $put:ident, $delete:ident {
        read |$reader:ident| $read:expr;
        put |$it:ident| [$($bound:expr),+ $(,)?];
        delete |$key:ident| [$($part:expr),+ $(,)?];
    })+) => {$(
        impl Curated for $row {
            const TABLE: Table = Table::$table;
            const ALL: &'static str = queries::$all;
            const PUT: &'static str = queries::$put;
            const DELETE: &'static str = queries::$delete;

            fn read($reader: &Reader<'_>) -> Result<Self, Fault> {
                Ok($read)
            }

            fn put<'q>(&'q self, query: Query<'q>) -> Query<'q> {
                let $it = self;
                query$(.bind($bound))+
            }

            fn delete<'q>(&'q self, query: Query<'q>) -> Query<'q> {
                let $key = self;
                query$(.bind($part))+
            }
        }
    )+};
}

/// Optional columns, as text.
macro_rules! text {
    ($value:expr) => {
        $value.as_ref().map(|value| value.as_str())
    };
}

curated! {
    AliasRow: Alias, ALIAS_ALL, ALIAS_PUT, ALIAS_DELETE {
        read |r| Self { model: r.parse(0)?, place: r.number(1)?, alias: r.parse(2)? };
        put |a| [a.model.as_str(), i64::from(a.place), a.alias.as_str()];
        delete |a| [a.model.as_str(), i64::from(a.place)];
    }
    ClaimRow: Claim, CLAIM_ALL, CLAIM_PUT, CLAIM_DELETE {
        read |r| Self {
            model: r.parse(0)?,
            place: r.number(1)?,
            claim: Claim {
                fact: r.check(Fact::parse(r.parse(2)?, r.maybe_text(3)?, r.text(4)?))?,
                citation: citation(r, 5)?,
            },
        };
        put |c| [
            c.model.as_str(),
            i64::from(c.place),
            c.claim.fact.field().as_str(),
            c.claim.fact.kind(),
            c.claim.fact.text(),
            c.claim.citation.source.as_str(),
            text!(c.claim.citation.at),
            c.claim.citation.confidence.as_str(),
            text!(c.claim.citation.note),
        ];
        delete |c| [c.model.as_str(), i64::from(c.place)];
    }
    Family: Family, FAMILY_ALL, FAMILY_PUT, FAMILY_DELETE {
        read |r| Self { id: r.parse(0)?, name: r.parse(1)?, about: r.maybe(2)? };
        put |f| [f.id.as_str(), f.name.as_str(), text!(f.about)];
        delete |f| [f.id.as_str()];
    }
    MakerRow: ModelOrganisation, MAKER_ALL, MAKER_PUT, MAKER_DELETE {
        read |r| Self { model: r.parse(0)?, place: r.number(1)?, organisation: r.parse(2)? };
        put |m| [m.model.as_str(), i64::from(m.place), m.organisation.as_str()];
        delete |m| [m.model.as_str(), i64::from(m.place)];
    }
    ModelRow: Model, MODEL_ALL, MODEL_PUT, MODEL_DELETE {
        read |r| Self {
            id: r.parse(0)?,
            name: r.parse(1)?,
            family: r.parse(2)?,
            branch: r.parse(3)?,
            mask: r.parse(4)?,
            objective: r.parse(5)?,
            hub: r.maybe(6)?,
        };
        put |m| [
            m.id.as_str(),
            m.name.as_str(),
            m.family.as_str(),
            m.branch.as_str(),
            m.mask.as_str(),
            m.objective.as_str(),
            text!(m.hub),
        ];
        delete |m| [m.id.as_str()];
    }
    Organisation: Organisation, ORGANISATION_ALL, ORGANISATION_PUT, ORGANISATION_DELETE {
        read |r| Self { id: r.parse(0)?, name: r.parse(1)? };
        put |o| [o.id.as_str(), o.name.as_str()];
        delete |o| [o.id.as_str()];
    }
    ParentRow: Edge, EDGE_ALL, EDGE_PUT, EDGE_DELETE {
        read |r| Self {
            model: r.parse(0)?,
            place: r.number(1)?,
            edge: Edge {
                parent: r.parse(2)?,
                relation: r.parse(3)?,
                revision: r.maybe(4)?,
                citation: citation(r, 5)?,
            },
        };
        put |e| [
            e.model.as_str(),
            i64::from(e.place),
            e.edge.parent.as_str(),
            e.edge.relation.as_str(),
            text!(e.edge.revision),
            e.edge.citation.source.as_str(),
            text!(e.edge.citation.at),
            e.edge.citation.confidence.as_str(),
            text!(e.edge.citation.note),
        ];
        delete |e| [e.model.as_str(), i64::from(e.place)];
    }
    Source: Source, SOURCE_ALL, SOURCE_PUT, SOURCE_DELETE {
        read |r| Self {
            key: r.parse(0)?,
            title: r.parse(1)?,
            kind: r.parse(2)?,
            url: r.maybe(3)?,
            pinned: r.maybe(4)?,
            note: r.maybe(5)?,
        };
        put |s| [
            s.key.as_str(),
            s.title.as_str(),
            s.kind.as_str(),
            text!(s.url),
            text!(s.pinned),
            text!(s.note),
        ];
        delete |s| [s.key.as_str()];
    }
    TermRow: SearchTerm, TERM_ALL, TERM_PUT, TERM_DELETE {
        read |r| Self { model: r.parse(0)?, kind: r.parse(1)?, term: r.text(2)?.to_owned() };
        put |t| [t.model.as_str(), t.kind.as_str(), t.term.as_str()];
        delete |t| [t.model.as_str(), t.kind.as_str(), t.term.as_str()];
    }
    Tombstone: Tombstone, TOMBSTONE_ALL, TOMBSTONE_PUT, TOMBSTONE_DELETE {
        read |r| Self { id: r.parse(0)?, reason: r.parse(1)?, successor: r.maybe(2)? };
        put |t| [t.id.as_str(), t.reason.as_str(), text!(t.successor)];
        delete |t| [t.id.as_str()];
    }
}

/// Source, location, confidence and note, from column `from` on.
fn citation(r: &Reader<'_>, from: usize) -> Result<Citation, Fault> {
    Ok(Citation {
        source: r.parse(from)?,
        at: r.maybe(from + 1)?,
        confidence: r.parse(from + 2)?,
        note: r.maybe(from + 3)?,
    })
}
