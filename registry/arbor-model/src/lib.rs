//! The words of Arboretum as types: ids, counts, dates, branches, objectives,
//! relations, claims, verdicts and the records made of them.
//!
//! This crate does no I/O and knows no file format, database, tensor or page.
//! Whatever holds a value of these types holds a checked one: constructors
//! are fallible, fields that could break a rule are private, and every closed
//! vocabulary is one sorted list ([`words!`](crate::word)).
//!
//! Where to look next: `arbor-catalog` reads family files into a
//! [`Catalogue`]; `arbor-store` keeps one; `docs/CATALOGUE.md` explains the
//! words to people who edit them.

#[macro_use]
pub mod word;

mod branch;
mod catalogue;
mod claim;
mod count;
mod date;
mod digest;
mod fact;
mod field;
mod gene;
mod id;
mod imported;
mod lineage;
mod objective;
mod openness;
mod path;
mod receipt;
mod relation;
mod repo;
mod run;
mod text;

pub use branch::{AttentionKind, Branch, Density, Mask};
pub use catalogue::{Catalogue, Edge, Family, Model, Organisation, Source, SourceKind, Tombstone};
pub use claim::{Citation, Claim, Confidence};
pub use count::{CountKind, ParameterCount, human_bytes, human_count};
pub use date::{DateError, DateKind, PartialDate, Release};
pub use digest::{ContentDigest, FileRecord, NotADigest, NotATensorHash, TensorHash};
pub use fact::{Fact, FactError, Value};
pub use field::{Field, Shape};
pub use gene::{FeedForwardKind, Gene, NormKind, PositionKind};
pub use id::{
    CommitSha, FamilyId, HubId, IdError, ModelId, OrganisationId, Revision, SourceKey, slugify,
};
pub use imported::{
    Base, Declared, HubKey, HubKeyError, Import, ImportId, ImportKind, Imported, ImportedEdge,
    MOST_BASES, Repair, RepairKind, Repairs,
};
pub use lineage::{EdgeRow, LineageRows, PackedNames};
pub use objective::{Factorisation, Objective};
pub use openness::{Licence, Marker, Openness};
pub use path::{PathFault, RepoPath};
pub use receipt::{NotAShape, Receipt, ReceiptFile, ReceiptId, TensorDigest};
pub use relation::{Carries, Joins, Relation};
pub use repo::{RepoId, Target};
pub use run::{Attempt, Check, CheckRecord, Latest, Outcome, Run, RunId, Verdict};
pub use text::{Text, TextError};
pub use word::UnknownWord;

#[cfg(test)]
mod tests;
