//! Computing a file's digest piece by piece. What a digest is, `arbor-model`
//! says.

use arbor_model::ContentDigest;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// A digest in the making.
pub(crate) enum Hasher {
    Sha256(Sha256),
    GitBlob(Sha1),
}

impl Hasher {
    /// Begins a digest of the same function, for a content of a known size.
    pub(crate) fn like(digest: &ContentDigest, size: u64) -> Self {
        match digest {
            ContentDigest::Sha256(_) => Hasher::Sha256(Sha256::new()),
            ContentDigest::GitBlob(_) => {
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

    pub(crate) fn finish(self) -> ContentDigest {
        match self {
            Hasher::Sha256(hasher) => ContentDigest::Sha256(hasher.finalize().into()),
            Hasher::GitBlob(hasher) => ContentDigest::GitBlob(hasher.finalize().into()),
        }
    }
}

/// The digest that the hub gives a file of its large-file storage.
#[must_use]
pub fn sha256(content: &[u8]) -> ContentDigest {
    ContentDigest::Sha256(Sha256::digest(content).into())
}

/// The digest that it gives a file of its git repository.
#[must_use]
pub fn git_blob(content: &[u8]) -> ContentDigest {
    let like = ContentDigest::GitBlob([0; 20]);
    let mut hasher = Hasher::like(&like, content.len() as u64);
    hasher.update(content);
    hasher.finish()
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
}
