//! Walking a TOML document with spans: a table is read key by key, and
//! whatever is left over at the end is an unknown key.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "TOML's value kinds: all but the wanted one are one fault"
)]

use crate::problem::{Fault, Place, Problem};
use arbor_model::{DateError, FactError, IdError, TextError, UnknownWord};
use std::collections::BTreeMap;
use std::str::FromStr;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One file being read: its text, to turn offsets into lines, and the list
/// its problems go to.
pub(super) struct Notes<'p> {
    file: String,
    line_starts: Vec<usize>,
    text: String,
    problems: &'p mut Vec<Problem>,
}

impl Notes<'_> {
    /// The place of a byte offset.
    pub(super) fn place(&self, offset: usize) -> Place {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts[line.saturating_sub(1)];
        let column = self
            .text
            .get(start..offset)
            .map_or(1, |s| s.chars().count() + 1);
        Place {
            file: self.file.clone(),
            line,
            column,
        }
    }

    pub(super) fn report(&mut self, offset: usize, fault: Fault, message: impl Into<String>) {
        self.report_with_hint(offset, fault, message, None);
    }

    pub(super) fn report_with_hint(
        &mut self,
        offset: usize,
        fault: Fault,
        message: impl Into<String>,
        hint: Option<String>,
    ) {
        let place = self.place(offset);
        self.problems.push(Problem {
            place,
            fault,
            message: message.into(),
            hint,
        });
    }
}

/// A parsed file: its root table and where to note its problems.
pub(super) struct Document<'p, 'i> {
    pub(super) root: Table<'i>,
    pub(super) notes: Notes<'p>,
}

impl<'p, 'i> Document<'p, 'i> {
    /// Parses a file; what is no TOML is reported and left out.
    pub(super) fn new(file: &str, text: &'i str, problems: &'p mut Vec<Problem>) -> Self {
        let line_starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        let mut notes = Notes {
            file: file.to_owned(),
            line_starts,
            text: text.to_owned(),
            problems,
        };
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let offset = error.span().map_or(0, |span| span.start);
            notes.report(offset, Fault::Syntax, error.message());
        }
        Self {
            root: Table::new(0, root.into_inner()),
            notes,
        }
    }
}

/// A value with its place.
pub(super) type Node<'i> = Spanned<DeValue<'i>>;

/// A table whose keys are taken one by one.
pub(super) struct Table<'i> {
    /// Where the table begins.
    pub(super) at: usize,
    entries: BTreeMap<String, (usize, Node<'i>)>,
}

impl<'i> Table<'i> {
    fn new(at: usize, table: DeTable<'i>) -> Self {
        let entries = table
            .into_iter()
            .map(|(key, value)| (key.get_ref().to_string(), (key.span().start, value)))
            .collect();
        Self { at, entries }
    }

    /// The value as a table, or a report that it is none.
    pub(super) fn of(node: Node<'i>, notes: &mut Notes<'_>) -> Option<Self> {
        let at = node.span().start;
        match node.into_inner() {
            DeValue::Table(table) => Some(Self::new(at, table)),
            other => {
                wrong_type(notes, at, "a table", &other);
                None
            }
        }
    }

    /// Whether every key was taken.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes a key's value as it is.
    pub(super) fn take(&mut self, key: &str) -> Option<Node<'i>> {
        self.entries.remove(key).map(|(_, value)| value)
    }

    /// Takes the first of the remaining keys that `wanted` knows, with its place.
    pub(super) fn take_first(
        &mut self,
        wanted: impl Fn(&str) -> bool,
    ) -> Option<(String, usize, Node<'i>)> {
        let key = self.entries.keys().find(|key| wanted(key))?.clone();
        self.entries
            .remove(&key)
            .map(|(at, value)| (key, at, value))
    }

    /// Takes an optional text.
    pub(super) fn text(&mut self, key: &str, notes: &mut Notes<'_>) -> Option<(usize, String)> {
        let node = self.take(key)?;
        text_of(node, notes)
    }

    /// Takes an optional value and parses it.
    pub(super) fn optional<T>(&mut self, key: &str, notes: &mut Notes<'_>) -> Option<T>
    where
        T: FromStr,
        T::Err: IntoFault,
    {
        let (at, text) = self.text(key, notes)?;
        parse(at, &text, notes)
    }

    /// Takes a value that must be there and parses it.
    pub(super) fn required<T>(&mut self, key: &str, notes: &mut Notes<'_>) -> Option<T>
    where
        T: FromStr,
        T::Err: IntoFault,
    {
        if !self.entries.contains_key(key) {
            notes.report(self.at, Fault::MissingKey, format!("`{key}` is missing"));
            return None;
        }
        self.optional(key, notes)
    }

    /// Takes an optional array; anything else is reported.
    pub(super) fn array(&mut self, key: &str, notes: &mut Notes<'_>) -> Vec<Node<'i>> {
        let Some(node) = self.take(key) else {
            return Vec::new();
        };
        let at = node.span().start;
        match node.into_inner() {
            DeValue::Array(array) => array.into_iter().collect(),
            other => {
                wrong_type(notes, at, "an array", &other);
                Vec::new()
            }
        }
    }

    /// Takes an optional array of texts and parses each.
    pub(super) fn list<T>(&mut self, key: &str, notes: &mut Notes<'_>) -> Vec<(usize, T)>
    where
        T: FromStr,
        T::Err: IntoFault,
    {
        let mut out = Vec::new();
        for node in self.array(key, notes) {
            if let Some((at, text)) = text_of(node, notes)
                && let Some(value) = parse(at, &text, notes)
            {
                out.push((at, value));
            }
        }
        out
    }

    /// Reports what nobody took as unknown keys.
    pub(super) fn finish(self, known: &[&str], notes: &mut Notes<'_>) {
        for (key, (at, _)) in self.entries {
            let hint = crate::nearest(&key, known.iter().copied())
                .map(|near| format!("did you mean `{near}`?"));
            let message = format!("nothing here is called `{}`", key.escape_debug());
            notes.report_with_hint(at, Fault::UnknownKey, message, hint);
        }
    }
}

/// A node's text, or a report that it is none.
pub(super) fn text_of(node: Node<'_>, notes: &mut Notes<'_>) -> Option<(usize, String)> {
    let at = node.span().start;
    match node.into_inner() {
        DeValue::String(text) => Some((at, text.into_owned())),
        other => {
            wrong_type(notes, at, "a text in quotes", &other);
            None
        }
    }
}

/// Parses a text into its type, or reports why not.
pub(super) fn parse<T>(at: usize, text: &str, notes: &mut Notes<'_>) -> Option<T>
where
    T: FromStr,
    T::Err: IntoFault,
{
    match text.parse() {
        Ok(value) => Some(value),
        Err(error) => {
            let (fault, message) = T::Err::into_fault(error);
            notes.report(at, fault, message);
            None
        }
    }
}

pub(super) fn wrong_type(notes: &mut Notes<'_>, at: usize, wanted: &str, found: &DeValue<'_>) {
    let message = format!("{wanted} belongs here, not a TOML {}", found.type_str());
    notes.report(at, Fault::WrongType, message);
}

/// Which fault a type's parse error is.
pub(super) trait IntoFault: Sized {
    fn into_fault(self) -> (Fault, String);
}

macro_rules! into_fault {
    ($($error:ty => $fault:ident,)+) => {
        $(impl IntoFault for $error {
            fn into_fault(self) -> (Fault, String) {
                (Fault::$fault, self.to_string())
            }
        })+
    };
}

into_fault! {
    DateError => BadValue,
    IdError => BadId,
    TextError => BadText,
    UnknownWord => UnknownWord,
}

impl IntoFault for FactError {
    fn into_fault(self) -> (Fault, String) {
        let fault = match &self {
            Self::Word(_) => Fault::UnknownWord,
            Self::KindMissing { .. } => Fault::MissingKey,
            Self::KindUnexpected(_) => Fault::UnknownKey,
            Self::Text(_) => Fault::BadText,
            Self::Shape(_) | Self::Number { .. } | Self::Date(_) => Fault::BadValue,
        };
        (fault, self.to_string())
    }
}
