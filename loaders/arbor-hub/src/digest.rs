//! What a file's content is known by: the sha256 of large files, the git blob
//! id of small ones. Its hexadecimal form is the blob's name in the cache, so
//! no other text ever becomes one.

use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;

/// A digest of a file's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Digest {
    /// SHA-256 of the content: files that the hub keeps in large-file storage.
    Sha256([u8; 32]),
    /// SHA-1 of `blob <length>\0` and the content: files that it keeps in git.
    GitBlob([u8; 20]),
}

/// A text that is no digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not 64 (sha256) or 40 (git blob) lower-case hexadecimal digits")]
pub struct NotADigest;

impl Digest {
    /// The name of the function.
    #[must_use]
    pub fn function(&self) -> &'static str {
        match self {
            Digest::Sha256(_) => "sha256",
            Digest::GitBlob(_) => "git-sha1",
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Digest::Sha256(bytes) => bytes,
            Digest::GitBlob(bytes) => bytes,
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes()
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Digest {
    type Err = NotADigest;

    fn from_str(text: &str) -> Result<Self, NotADigest> {
        fn read<const N: usize>(text: &str) -> Result<[u8; N], NotADigest> {
            let mut bytes = [0; N];
            for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
                let pair = std::str::from_utf8(pair).map_err(|_| NotADigest)?;
                *byte = u8::from_str_radix(pair, 16).map_err(|_| NotADigest)?;
            }
            Ok(bytes)
        }
        if !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(NotADigest);
        }
        match text.len() {
            64 => read(text).map(Digest::Sha256),
            40 => read(text).map(Digest::GitBlob),
            _ => Err(NotADigest),
        }
    }
}

/// A digest in the making.
pub(crate) enum Hasher {
    Sha256(Sha256),
    GitBlob(Sha1),
}

impl Hasher {
    /// Begins a digest of the same function, for a content of a known size.
    pub(crate) fn like(digest: &Digest, size: u64) -> Self {
        match digest {
            Digest::Sha256(_) => Hasher::Sha256(Sha256::new()),
            Digest::GitBlob(_) => {
                let mut hasher = Sha1::new();
                hasher.update(format!("blob {size}\0"));
                Hasher::GitBlob(hasher)
            }
        }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Hasher::Sha256(hasher) => hasher.update(bytes),
            Hasher::GitBlob(hasher) => hasher.update(bytes),
        }
    }

    pub(crate) fn finish(self) -> Digest {
        match self {
            Hasher::Sha256(hasher) => Digest::Sha256(hasher.finalize().into()),
            Hasher::GitBlob(hasher) => Digest::GitBlob(hasher.finalize().into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From FIPS 180-2, and from `git hash-object` of an empty file and of `hello\n`.
    #[test]
    fn digests_are_those_of_the_standards() {
        let of = |like: &str, content: &[u8]| {
            let like = like.parse().expect(like);
            let mut hasher = Hasher::like(&like, content.len() as u64);
            hasher.update(content);
            assert_eq!(hasher.finish(), like);
        };
        of(
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            b"abc",
        );
        of("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", b"");
        of("ce013625030ba8dba906f756967f9e9ca394464a", b"hello\n");
    }

    #[test]
    fn nothing_else_is_a_digest() {
        let forty = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
        assert_eq!(forty.parse::<Digest>().expect("one").to_string(), forty);
        let upper = forty.to_uppercase();
        for text in [
            "",
            "..",
            "../../evil",
            &forty[1..],
            &upper,
            "é".repeat(20).as_str(),
        ] {
            assert_eq!(text.parse::<Digest>(), Err(NotADigest), "{text}");
        }
    }
}
