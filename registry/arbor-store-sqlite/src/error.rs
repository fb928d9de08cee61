//! SQLite's result codes as errors of the store.

use crate::shared::Fault;
use arbor_store::StoreError;
use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;
use std::io;
use std::path::Path;

/// Gives errors the path and the class that they lack.
pub(crate) trait At<T> {
    /// The same result, with an error that says what to do.
    fn at(self, path: &Path) -> Result<T, StoreError>;
}

impl<T> At<T> for Result<T, sqlx::Error> {
    fn at(self, path: &Path) -> Result<T, StoreError> {
        self.map_err(|error| classify(error, path))
    }
}

impl<T> At<T> for Result<T, Fault> {
    fn at(self, path: &Path) -> Result<T, StoreError> {
        self.map_err(|fault| match fault {
            Fault::Sql(error) => classify(error, path),
            Fault::Unreadable(unreadable) => StoreError::Unreadable(unreadable),
            Fault::Unstorable(what) => StoreError::Unstorable(what),
        })
    }
}

impl<T> At<T> for Result<T, MigrateError> {
    fn at(self, path: &Path) -> Result<T, StoreError> {
        self.map_err(|error| {
            if let MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) = error {
                return classify(error, path);
            }
            if let MigrateError::VersionMismatch(version) = error {
                return StoreError::OtherSchema {
                    version: version.unsigned_abs(),
                    path: path.to_owned(),
                };
            }
            StoreError::Engine {
                cause: error.into(),
            }
        })
    }
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, StoreError> {
        self.map_err(|error| {
            let kind = error.kind();
            let (path, cause) = (path.to_owned(), error.into());
            if kind == io::ErrorKind::PermissionDenied || kind == io::ErrorKind::ReadOnlyFilesystem
            {
                StoreError::ReadOnly { path, cause }
            } else if kind == io::ErrorKind::StorageFull || kind == io::ErrorKind::QuotaExceeded {
                StoreError::Full { path, cause }
            } else {
                StoreError::CannotOpen { path, cause }
            }
        })
    }
}

fn classify(error: sqlx::Error, path: &Path) -> StoreError {
    if let sqlx::Error::PoolClosed = error {
        return StoreError::Closed;
    }
    let waited = matches!(error, sqlx::Error::PoolTimedOut);
    let io = matches!(error, sqlx::Error::Io(_));
    let code = error.as_database_error().and_then(DatabaseError::code);
    let code: Option<i32> = code.and_then(|c| c.parse().ok());
    let path = path.to_owned();
    if let (Some(CONSTRAINT), Some(error)) = (code.map(|c| c & 0xFF), error.as_database_error()) {
        return StoreError::Refused {
            rule: error.message().to_owned(),
        };
    }
    let cause = error.into();
    // The low byte of an extended code is the primary one.
    match code.map(|code| code & 0xFF) {
        Some(BUSY | LOCKED) => StoreError::Busy { path, cause },
        Some(READONLY | PERM) => StoreError::ReadOnly { path, cause },
        Some(IOERR) => StoreError::Io { path, cause },
        Some(CORRUPT) => StoreError::Corrupt { path, cause },
        Some(FULL) => StoreError::Full { path, cause },
        Some(CANTOPEN) => StoreError::CannotOpen { path, cause },
        Some(NOTADB) => StoreError::NotADatabase { path, cause },
        None if waited => StoreError::Busy { path, cause },
        None if io => StoreError::Io { path, cause },
        Some(_) | None => StoreError::Engine { cause },
    }
}

// Primary result codes, <https://sqlite.org/rescode.html>.
const PERM: i32 = 3;
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READONLY: i32 = 8;
const IOERR: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;
const CONSTRAINT: i32 = 19;
const NOTADB: i32 = 26;
