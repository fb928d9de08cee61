//! Handing out what lies in the cache: a blob is opened for others to read
//! only if it is a file below the cache and its content is what its name says.

use super::{Cache, Worth};
use crate::HubError;
use crate::stop::Stop;
use arbor_model::{ContentDigest, RepoId};
use std::fs::{self, File};

impl Cache {
    /// Whether a blob of that size lies there; its content is not read.
    #[must_use]
    pub fn holds(&self, repo: &RepoId, digest: &ContentDigest, size: u64) -> bool {
        let found = fs::symlink_metadata(self.place(repo).blob(digest));
        found.is_ok_and(|found| found.is_file() && found.len() == size)
    }

    /// Opens a blob; none if it is not there, is not what its name says, or
    /// leads out of the cache. A blob that changed since it was last compared
    /// with its name is read once, so this may take as long as reading it.
    ///
    /// # Errors
    /// [`HubError::Io`] if it cannot be read.
    pub fn open(
        &self,
        repo: &RepoId,
        digest: &ContentDigest,
        size: u64,
    ) -> Result<Option<File>, HubError> {
        if !self.holds(repo, digest, size) {
            return Ok(None);
        }
        let place = self.place(repo);
        let blob = place.blob(digest);
        // The file itself is no link, but a folder above it may be one.
        let real = |path: &std::path::Path| {
            fs::canonicalize(path).map_err(|source| HubError::io(path, source))
        };
        if !real(&blob)?.starts_with(real(place.root())?) {
            return Ok(None);
        }
        match place.worth(digest, size, &Stop::default())? {
            Worth::Right => {}
            Worth::Absent | Worth::Damaged => return Ok(None),
        }
        let file = File::open(&blob).map_err(|source| HubError::io(&blob, source))?;
        let opened = file.metadata();
        let opened = opened.map_err(|source| HubError::io(&blob, source))?;
        Ok((opened.is_file() && opened.len() == size).then_some(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::sha256;
    use std::io::Read as _;

    fn read(cache: &Cache, repo: &RepoId, digest: &ContentDigest, size: u64) -> Option<Vec<u8>> {
        let mut content = Vec::new();
        let mut file = cache.open(repo, digest, size).expect("it can be judged")?;
        file.read_to_end(&mut content).expect("it can be read");
        Some(content)
    }

    #[test]
    fn only_what_is_what_its_name_says_is_handed_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::new(folder.path().join("hub"));
        let repo: RepoId = "acme/tiny".parse().expect("an id");
        let digest = sha256(b"content");
        assert_eq!(read(&cache, &repo, &digest, 7), None);
        let blob = cache.place(&repo).blob(&digest);
        fs::create_dir_all(blob.parent().expect("a parent")).expect("made");
        fs::write(&blob, "content").expect("written");
        assert_eq!(
            read(&cache, &repo, &digest, 7).as_deref(),
            Some(&b"content"[..])
        );
        assert_eq!(read(&cache, &repo, &digest, 8), None);
        fs::write(&blob, "contenT").expect("written");
        assert_eq!(read(&cache, &repo, &digest, 7), None);
    }

    #[cfg(unix)]
    #[test]
    fn nothing_outside_the_cache_is_handed_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::new(folder.path().join("hub"));
        let repo: RepoId = "acme/tiny".parse().expect("an id");
        let digest = sha256(b"content");
        let outside = folder.path().join("outside");
        fs::create_dir_all(outside.join("blobs")).expect("made");
        fs::write(outside.join("blobs").join(digest.to_string()), "content").expect("written");
        fs::create_dir_all(cache.root()).expect("made");
        let place = cache.place(&repo);
        std::os::unix::fs::symlink(&outside, place.folder()).expect("linked");
        assert_eq!(read(&cache, &repo, &digest, 7), None);
        fs::remove_file(place.folder()).expect("removed");
        fs::create_dir_all(place.blobs()).expect("made");
        let secret = outside.join("blobs").join(digest.to_string());
        std::os::unix::fs::symlink(secret, place.blob(&digest)).expect("linked");
        assert_eq!(read(&cache, &repo, &digest, 7), None);
    }
}
