//! Values of metadata: what kinds there are, and what is kept of one. It knows
//! no keys.

/// The kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// Eight bits.
    U8,
    /// Eight bits, signed.
    I8,
    /// Sixteen bits.
    U16,
    /// Sixteen bits, signed.
    I16,
    /// Thirty-two bits.
    U32,
    /// Thirty-two bits, signed.
    I32,
    /// A single-precision float.
    F32,
    /// A byte that is 0 or 1.
    Bool,
    /// A length and so many bytes.
    Text,
    /// A kind, a length and so many values.
    Array,
    /// Sixty-four bits.
    U64,
    /// Sixty-four bits, signed.
    I64,
    /// A double-precision float.
    F64,
}

/// The kinds by their numbers in files, with the bytes of one where all have
/// as many.
const KINDS: [(ValueKind, Option<u8>); 13] = [
    (ValueKind::U8, Some(1)),
    (ValueKind::I8, Some(1)),
    (ValueKind::U16, Some(2)),
    (ValueKind::I16, Some(2)),
    (ValueKind::U32, Some(4)),
    (ValueKind::I32, Some(4)),
    (ValueKind::F32, Some(4)),
    (ValueKind::Bool, Some(1)),
    (ValueKind::Text, None),
    (ValueKind::Array, None),
    (ValueKind::U64, Some(8)),
    (ValueKind::I64, Some(8)),
    (ValueKind::F64, Some(8)),
];

impl ValueKind {
    /// The kind of a number, and the bytes of one where all have as many.
    pub(super) fn of(id: u32) -> Result<(Self, Option<u8>), String> {
        let kind = usize::try_from(id).ok().and_then(|id| KINDS.get(id));
        kind.copied()
            .ok_or_else(|| format!("has a value of the kind {id}, which is none"))
    }
}

/// What is kept of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Whole(u64),
    /// A whole number below zero.
    Negative(i64),
    /// A float.
    Float(f64),
    /// A truth value.
    Bool(bool),
    /// A short text.
    Text(String),
    /// A long text's bytes.
    LongText(u64),
    /// A short array of whole numbers or truth values.
    Numbers(Vec<u64>),
    /// Another array: of what, and of how many.
    Array(ValueKind, u64),
}

impl Value {
    /// The whole number that it is.
    #[must_use]
    pub const fn whole(&self) -> Option<u64> {
        match self {
            Self::Whole(n) => Some(*n),
            Self::Negative(_)
            | Self::Float(_)
            | Self::Bool(_)
            | Self::Text(_)
            | Self::LongText(_)
            | Self::Numbers(_)
            | Self::Array(..) => None,
        }
    }

    /// How many values it has, if it is an array.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        match self {
            Self::Numbers(numbers) => Some(numbers.len() as u64),
            Self::Array(_, length) => Some(*length),
            Self::Whole(_)
            | Self::Negative(_)
            | Self::Float(_)
            | Self::Bool(_)
            | Self::Text(_)
            | Self::LongText(_) => None,
        }
    }

    /// The word or number that it is, as text.
    #[must_use]
    pub fn word(&self) -> Option<String> {
        match self {
            Self::Whole(n) => Some(n.to_string()),
            Self::Negative(n) => Some(n.to_string()),
            Self::Float(n) => Some(n.to_string()),
            Self::Bool(n) => Some(n.to_string()),
            Self::Text(text) => Some(text.clone()),
            Self::LongText(_) | Self::Numbers(_) | Self::Array(..) => None,
        }
    }

    /// A number's bytes as what they are.
    pub(super) fn read(kind: ValueKind, bytes: &[u8]) -> Result<Self, String> {
        let mut wide = [0; 8];
        wide[..bytes.len()].copy_from_slice(bytes);
        let unsigned = u64::from_le_bytes(wide);
        // The sign's bit moves to the front and back again.
        let up = 64 - 8 * u32::try_from(bytes.len()).unwrap_or(8);
        let signed = (unsigned.cast_signed() << up) >> up;
        Ok(match kind {
            ValueKind::U8 | ValueKind::U16 | ValueKind::U32 | ValueKind::U64 => {
                Self::Whole(unsigned)
            }
            ValueKind::I8 | ValueKind::I16 | ValueKind::I32 | ValueKind::I64 => {
                u64::try_from(signed).map_or(Self::Negative(signed), Self::Whole)
            }
            ValueKind::F32 => {
                let bits = u32::try_from(unsigned).unwrap_or(0);
                Self::Float(f64::from(f32::from_bits(bits)))
            }
            ValueKind::F64 => Self::Float(f64::from_bits(unsigned)),
            ValueKind::Bool if unsigned < 2 => Self::Bool(unsigned == 1),
            ValueKind::Bool => return Err(format!("is a truth value of {unsigned}")),
            ValueKind::Text | ValueKind::Array => return Err("is no number".to_owned()),
        })
    }

    /// An array's bytes as what they are: numbers where all are whole.
    pub(super) fn read_all(kind: ValueKind, each: usize, bytes: &[u8]) -> Result<Self, String> {
        let all = bytes.chunks_exact(each.max(1));
        let mut numbers = Vec::with_capacity(all.len());
        for one in all.clone() {
            match Self::read(kind, one)? {
                Self::Whole(n) => numbers.push(n),
                Self::Bool(is) => numbers.push(u64::from(is)),
                Self::Negative(_)
                | Self::Float(_)
                | Self::Text(_)
                | Self::LongText(_)
                | Self::Numbers(_)
                | Self::Array(..) => {
                    return Ok(Self::Array(kind, all.len() as u64));
                }
            }
        }
        Ok(Self::Numbers(numbers))
    }
}
