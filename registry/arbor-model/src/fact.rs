//! A fact: a field and a value of the field's shape. Who says so is the
//! [claim](crate::Claim)'s business.
//!
//! A fact also has a written form (field, kind, value) that files, the
//! database and exports share: [`Fact::parse`] and [`Fact::kind`] with
//! [`Fact::text`] are each other's inverse.

use crate::{
    AttentionKind, Branch, CountKind, DateError, DateKind, Density, FeedForwardKind, Field,
    Licence, Marker, NormKind, Openness, ParameterCount, PositionKind, Release, Shape, Text,
    TextError, UnknownWord, human_count,
};
use std::fmt;

/// What a fact says of its field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// The maker keeps it back.
    NotDisclosed,
    /// A whole number of the field's unit.
    Number(u64),
    /// A number of parameters.
    Parameters(ParameterCount),
    /// A release date.
    Released(Release),
    /// A line of text.
    Text(Text),
    /// Who can have the weights.
    Openness(Openness),
    /// The weights' licence.
    Licence(Licence),
    /// Dense or with experts.
    Density(Density),
    /// How layers mix positions.
    Attention(AttentionKind),
    /// What the feed-forward layer does.
    FeedForward(FeedForwardKind),
    /// How states are normalised.
    Norm(NormKind),
    /// How the model knows where a token stands.
    Position(PositionKind),
    /// A branch.
    Branch(Branch),
    /// Open or closed, as drawn.
    Marker(Marker),
}

/// Why a field and a value do not make a fact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactError {
    /// The value is of another shape than the field's.
    #[error("`{0}` takes another kind of value")]
    Shape(Field),
    /// A count or date without its kind.
    #[error("`{field}` needs a `kind`: one of {}", .allowed.join(", "))]
    KindMissing {
        /// The field.
        field: Field,
        /// The kinds it can have.
        allowed: &'static [&'static str],
    },
    /// A kind where none belongs.
    #[error("`{0}` takes no `kind` here")]
    KindUnexpected(Field),
    /// A number was expected.
    #[error("`{field}` takes a whole number from 0 to 2^63 − 1, not `{found}`")]
    Number {
        /// The field.
        field: Field,
        /// What was read.
        found: String,
    },
    /// A word was expected.
    #[error(transparent)]
    Word(#[from] UnknownWord),
    /// A date was expected.
    #[error(transparent)]
    Date(#[from] DateError),
    /// The text may not stand here.
    #[error(transparent)]
    Text(#[from] TextError),
}

/// A field and what it is said to be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fact {
    field: Field,
    value: Value,
}

/// How [`Value::NotDisclosed`] is written.
const NOT_DISCLOSED: &str = "not disclosed";

impl Fact {
    /// Joins a field and a value of its shape.
    ///
    /// # Errors
    /// [`FactError::Shape`] if the value is of another shape, and
    /// [`FactError::Number`] for a number that the database cannot hold.
    pub fn new(field: Field, value: Value) -> Result<Self, FactError> {
        let fits = match &value {
            Value::NotDisclosed => true,
            Value::Number(_) => field.shape() == Shape::Number,
            Value::Parameters(_) => field.shape() == Shape::Parameters,
            Value::Released(_) => field.shape() == Shape::Release,
            Value::Text(_) => field.shape() == Shape::Text,
            Value::Openness(_) => field.shape() == Shape::Openness,
            Value::Licence(_) => field.shape() == Shape::Licence,
            Value::Density(_) => field.shape() == Shape::Density,
            Value::Attention(_) => field.shape() == Shape::Attention,
            Value::FeedForward(_) => field.shape() == Shape::FeedForward,
            Value::Norm(_) => field.shape() == Shape::Norm,
            Value::Position(_) => field.shape() == Shape::Position,
            Value::Branch(_) => field.shape() == Shape::Branch,
            Value::Marker(_) => field.shape() == Shape::Marker,
        };
        let number = match &value {
            Value::Number(n) | Value::Parameters(ParameterCount { value: n, .. }) => *n,
            Value::NotDisclosed
            | Value::Released(_)
            | Value::Text(_)
            | Value::Openness(_)
            | Value::Licence(_)
            | Value::Density(_)
            | Value::Attention(_)
            | Value::FeedForward(_)
            | Value::Norm(_)
            | Value::Position(_)
            | Value::Branch(_)
            | Value::Marker(_) => 0,
        };
        if !fits {
            Err(FactError::Shape(field))
        } else if i64::try_from(number).is_err() {
            Err(FactError::Number {
                field,
                found: number.to_string(),
            })
        } else {
            Ok(Self { field, value })
        }
    }

    /// Reads the written form.
    ///
    /// # Errors
    /// [`FactError`] says what is wrong and what would be right.
    pub fn parse(field: Field, kind: Option<&str>, text: &str) -> Result<Self, FactError> {
        let value = match (field.shape(), kind) {
            (_, None) if text == NOT_DISCLOSED => Value::NotDisclosed,
            (Shape::Parameters, None) => {
                return Err(FactError::KindMissing {
                    field,
                    allowed: CountKind::WORDS,
                });
            }
            (Shape::Release, None) => {
                return Err(FactError::KindMissing {
                    field,
                    allowed: DateKind::WORDS,
                });
            }
            (Shape::Parameters, Some(kind)) => Value::Parameters(ParameterCount {
                value: parse_number(field, text)?,
                kind: kind.parse()?,
            }),
            (Shape::Release, Some(kind)) => Value::Released(Release {
                date: text.parse()?,
                kind: kind.parse()?,
            }),
            (_, Some(_)) => return Err(FactError::KindUnexpected(field)),
            (Shape::Number, None) => Value::Number(parse_number(field, text)?),
            (Shape::Text, None) => Value::Text(text.parse()?),
            (Shape::Openness, None) => Value::Openness(text.parse()?),
            (Shape::Licence, None) => Value::Licence(text.parse()?),
            (Shape::Density, None) => Value::Density(text.parse()?),
            (Shape::Attention, None) => Value::Attention(text.parse()?),
            (Shape::FeedForward, None) => Value::FeedForward(text.parse()?),
            (Shape::Norm, None) => Value::Norm(text.parse()?),
            (Shape::Position, None) => Value::Position(text.parse()?),
            (Shape::Branch, None) => Value::Branch(text.parse()?),
            (Shape::Marker, None) => Value::Marker(text.parse()?),
        };
        Self::new(field, value)
    }

    /// The field.
    #[must_use]
    pub const fn field(&self) -> Field {
        self.field
    }

    /// The value.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// The kind of a count or date, as written.
    #[must_use]
    pub fn kind(&self) -> Option<&'static str> {
        match &self.value {
            Value::Parameters(count) => Some(count.kind.as_str()),
            Value::Released(release) => Some(release.kind.as_str()),
            Value::NotDisclosed
            | Value::Number(_)
            | Value::Text(_)
            | Value::Openness(_)
            | Value::Licence(_)
            | Value::Density(_)
            | Value::Attention(_)
            | Value::FeedForward(_)
            | Value::Norm(_)
            | Value::Position(_)
            | Value::Branch(_)
            | Value::Marker(_) => None,
        }
    }

    /// The value, as written.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.value {
            Value::NotDisclosed => NOT_DISCLOSED.to_owned(),
            Value::Number(n) => n.to_string(),
            Value::Parameters(count) => count.value.to_string(),
            Value::Released(release) => release.date.to_string(),
            Value::Text(text) => text.to_string(),
            Value::Openness(openness) => openness.to_string(),
            Value::Licence(licence) => licence.to_string(),
            Value::Density(density) => density.to_string(),
            Value::Attention(kind) => kind.to_string(),
            Value::FeedForward(kind) => kind.to_string(),
            Value::Norm(kind) => kind.to_string(),
            Value::Position(kind) => kind.to_string(),
            Value::Branch(branch) => branch.to_string(),
            Value::Marker(marker) => marker.to_string(),
        }
    }
}

/// The fact's value for people: `6.74B (6,738,415,616 unique-learned)`.
impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Value::Parameters(count) => write!(
                f,
                "{} ({} {})",
                human_count(count.value),
                grouped(count.value),
                count.kind
            ),
            Value::Released(release) => write!(f, "{} ({})", release.date, release.kind),
            Value::Number(n) if self.field == Field::FigureYear => write!(f, "{n}"),
            Value::Number(n) => match self.field.unit() {
                Some(unit) => write!(f, "{} {unit}", grouped(*n)),
                None => write!(f, "{}", grouped(*n)),
            },
            Value::NotDisclosed
            | Value::Text(_)
            | Value::Openness(_)
            | Value::Licence(_)
            | Value::Density(_)
            | Value::Attention(_)
            | Value::FeedForward(_)
            | Value::Norm(_)
            | Value::Position(_)
            | Value::Branch(_)
            | Value::Marker(_) => f.write_str(&self.text()),
        }
    }
}

fn parse_number(field: Field, text: &str) -> Result<u64, FactError> {
    let sound = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = if sound { text.parse().ok() } else { None };
    number.ok_or_else(|| FactError::Number {
        field,
        found: text.chars().take(32).collect(),
    })
}

/// A number with its thousands parted by commas.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
