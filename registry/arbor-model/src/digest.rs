//! What a file's content is known by: the sha256 of large files, the git blob
//! id of small ones. Its hexadecimal form is the blob's name in the cache, so
//! no other text ever becomes one.

use crate::Text;
use std::fmt;
use std::str::FromStr;

/// A digest of a file's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContentDigest {
    /// SHA-256 of the content: files that the hub keeps in large-file storage.
    Sha256([u8; 32]),
    /// SHA-1 of `blob <length>\0` and the content: files that it keeps in git.
    GitBlob([u8; 20]),
}

/// A text that is no digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not 64 (sha256) or 40 (git blob) lower-case hexadecimal digits")]
pub struct NotADigest;

impl ContentDigest {
    /// The name of the function.
    #[must_use]
    pub fn function(&self) -> &'static str {
        match self {
            ContentDigest::Sha256(_) => "sha256",
            ContentDigest::GitBlob(_) => "git-sha1",
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            ContentDigest::Sha256(bytes) => bytes,
            ContentDigest::GitBlob(bytes) => bytes,
        }
    }
}

impl fmt::Display for ContentDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes()
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn read<const N: usize>(text: &str) -> Result<[u8; N], NotADigest> {
    let digits = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if !digits || text.len() != 2 * N {
        return Err(NotADigest);
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| NotADigest)?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| NotADigest)?;
    }
    Ok(bytes)
}

impl FromStr for ContentDigest {
    type Err = NotADigest;

    fn from_str(text: &str) -> Result<Self, NotADigest> {
        match text.len() {
            64 => read(text).map(ContentDigest::Sha256),
            40 => read(text).map(ContentDigest::GitBlob),
            _ => Err(NotADigest),
        }
    }
}

/// What a tensor's bytes are known by. No hub names tensors, so the function is
/// ours to choose: a quick one, since the file around it is hashed as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TensorHash {
    /// BLAKE3 of the bytes, with 32 bytes of output.
    Blake3([u8; 32]),
    /// SHA-256, as it was recorded before.
    Sha256([u8; 32]),
}

/// How BLAKE3 is told from what was recorded before it.
const BLAKE3: &str = "blake3:";

/// A text that is no tensor's hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not `blake3:` and 64 lower-case hexadecimal digits, or 64 digits alone (sha256)")]
pub struct NotATensorHash;

impl fmt::Display for TensorHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = match self {
            TensorHash::Blake3(bytes) => {
                f.write_str(BLAKE3)?;
                bytes
            }
            TensorHash::Sha256(bytes) => bytes,
        };
        bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for TensorHash {
    type Err = NotATensorHash;

    fn from_str(text: &str) -> Result<Self, NotATensorHash> {
        let found = match text.strip_prefix(BLAKE3) {
            Some(digits) => read(digits).map(TensorHash::Blake3),
            None => read(text).map(TensorHash::Sha256),
        };
        found.map_err(|_| NotATensorHash)
    }
}

/// A file as a run found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRecord {
    /// Its name within the folder.
    pub name: Text,
    /// Its size in bytes.
    pub bytes: u64,
    /// Of its content.
    pub digest: ContentDigest,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_else_is_a_digest() {
        let forty = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
        assert_eq!(
            forty.parse::<ContentDigest>().expect("one").to_string(),
            forty
        );
        let upper = forty.to_uppercase();
        for text in [
            "",
            "..",
            "../../evil",
            &forty[1..],
            &upper,
            "é".repeat(20).as_str(),
        ] {
            assert_eq!(text.parse::<ContentDigest>(), Err(NotADigest), "{text}");
        }
    }

    #[test]
    fn both_functions_of_tensors_are_told_apart() {
        let digits = "ab".repeat(32);
        let blake3 = format!("blake3:{digits}");
        for text in [&digits, &blake3] {
            let hash = text.parse::<TensorHash>().expect(text);
            assert_eq!(hash.to_string(), *text);
        }
        assert_ne!(digits.parse::<TensorHash>(), blake3.parse());
        let short = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
        for text in ["", "blake3:", short, "blake4:00", &digits.to_uppercase()] {
            assert_eq!(text.parse::<TensorHash>(), Err(NotATensorHash), "{text}");
        }
    }
}
