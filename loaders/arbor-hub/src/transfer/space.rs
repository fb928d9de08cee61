//! Whether there is room before a byte is fetched.

use crate::HubError;
use std::path::Path;

/// Bytes that may be written below a folder, which need not exist yet.
pub(crate) fn free(folder: &Path) -> Option<u64> {
    let there = folder.ancestors().find(|path| path.exists())?;
    let found = rustix::fs::statvfs(there).ok()?;
    found.f_bavail.checked_mul(found.f_frsize)
}

/// Refuses what would not fit, with a twentieth to spare.
///
/// # Errors
/// [`HubError::NoSpace`] with both figures.
pub(crate) fn require(folder: &Path, bytes: u64) -> Result<(), HubError> {
    let needed = bytes.saturating_add(bytes / 20);
    match free(folder) {
        Some(free) if free < needed => Err(HubError::NoSpace {
            path: folder.to_owned(),
            needed: Some(needed),
            free: Some(free),
        }),
        // A file system that does not say is tried.
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_the_disk_has_is_refused_with_both_figures() {
        let folder = tempfile::tempdir().expect("a folder");
        let deep = folder.path().join("not/there/yet");
        require(&deep, 1).expect("room");
        let error = require(&deep, u64::MAX / 2).expect_err("no room");
        assert!(matches!(
            error,
            HubError::NoSpace {
                needed: Some(_),
                free: Some(_),
                ..
            }
        ));
    }
}
