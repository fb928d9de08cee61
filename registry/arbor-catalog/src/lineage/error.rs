//! What can be wrong with lineage rows, and with a question.
//!
//! Each variant of [`LineageError`] names the models to look at; which file
//! or table they stand in is known to whoever read the rows.

use arbor_model::Relation;

/// Why rows are no lineage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum LineageError {
    /// Sort the names by their bytes and drop doubles.
    #[error(
        "name {at}, `{name}`, does not come after the name before it: names must be sorted, none twice"
    )]
    NamesUnsorted {
        /// Its place.
        at: u32,
        /// The name.
        name: String,
    },
    /// Split the lineage.
    #[error("{count} models are more than a lineage holds ({limit})")]
    TooManyModels {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: u32,
    },
    /// Split the lineage.
    #[error("{count} edges are more than a lineage holds ({limit})")]
    TooManyEdges {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: u32,
    },
    /// Read names and edges in one transaction.
    #[error(
        "the edge from child {child} to parent {parent} leaves the {names} names: read names and edges from one state of the database"
    )]
    OutOfRange {
        /// The child's number.
        child: u32,
        /// The parent's number.
        parent: u32,
        /// How many names there are.
        names: u32,
    },
    /// Remove the edge.
    #[error("`{id}` stands as its own parent (`{relation}`): remove that edge")]
    SelfParent {
        /// The model.
        id: String,
        /// The edge's relation.
        relation: Relation,
    },
    /// Remove one of them.
    #[error("the edge `{child}` `{relation}` `{parent}` stands twice: remove one")]
    DuplicateEdge {
        /// The child.
        child: String,
        /// The parent.
        parent: String,
        /// The relation.
        relation: Relation,
    },
    /// Remove one of the edges of the cycle.
    #[error("`{}` would be its own ancestor: {}; remove one of these edges", .path.first().map_or("", String::as_str), arrows(.path))]
    Cycle {
        /// Each the child of the next; the last is the first again.
        path: Vec<String>,
    },
    /// Give the note's model a name among the rows', or drop the note.
    #[error("`{id}` is noted as {what} and is not among the names")]
    NotAmongNames {
        /// The id.
        id: String,
        /// What it is noted as.
        what: &'static str,
    },
    /// Choose another alias.
    #[error("the alias `{alias}` is taken, by a model or by another alias")]
    AliasTaken {
        /// The alias.
        alias: String,
    },
}

const ARROWS_SHOWN: usize = 32;

/// `a -> b -> a`; a long cycle is cut in the middle of nowhere, not of a name.
fn arrows(path: &[String]) -> String {
    if path.len() <= ARROWS_SHOWN {
        return path.join(" -> ");
    }
    let left_out = path.len() - ARROWS_SHOWN;
    let (head, last) = (&path[..ARROWS_SHOWN - 1], &path[path.len() - 1]);
    format!("{} -> … ({left_out} more) -> {last}", head.join(" -> "))
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Ask for another id.
    #[error("no model is called `{id}`")]
    UnknownModel {
        /// What was asked for, cut to 96 characters and escaped.
        id: String,
    },
    /// Ask for less: fewer relations, or a smaller depth.
    #[error(
        "more than {visits} models would have to be visited: narrow the relations or the depth"
    )]
    TooWide {
        /// How many the walk was allowed.
        visits: u32,
    },
    /// Ask for less depth.
    #[error("a depth of {given} is more than the limit of {limit}")]
    TooDeep {
        /// The depth asked for.
        given: u32,
        /// The largest that is answered.
        limit: u32,
    },
}

impl QueryError {
    pub(super) fn unknown(id: &str) -> Self {
        let cut: String = id.chars().take(96).collect();
        Self::UnknownModel {
            id: cut.escape_debug().to_string(),
        }
    }
}
