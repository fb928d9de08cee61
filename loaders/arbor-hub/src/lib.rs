//! The model hub: files that are what the repository says they are, in the
//! cache that all of the hub's clients share.
//!
//! [`Settings`] say where the hub and the cache are, [`Hub::plan`] finds out
//! what a pull would do, [`Hub::pull`] does it, [`Cache::verify`] reads it
//! again. A digest is compared before a file becomes visible, always. It knows
//! neither tensors nor SQL nor terminals; what happens is told as [`Event`]s.

mod api;
mod bundle;
mod cache;
mod client;
mod digest;
mod error;
mod headers;
mod hub;
mod path;
mod plan;
mod progress;
mod pull;
mod select;
mod settings;
mod stop;
mod tensors;
mod transfer;
mod verify;

pub use api::{ModelsPage, ModelsQuery, RepoInfo, TreeFile};
pub use bundle::{Packed, Unpacked};
pub use cache::{Cache, Removed, RepoUsage, Snapshot, SnapshotFile};
pub use digest::{git_blob, sha256};
pub use error::HubError;
pub use headers::{Budget, FileHeader, Headers};
pub use hub::Hub;
pub use plan::{Plan, PlannedFile};
pub use progress::{Event, How, Progress};
pub use pull::Pulled;
pub use select::Selection;
pub use settings::{Endpoint, EndpointError, Limits, Proxies, Settings, SettingsError, Token};
pub use tensors::{ReadHeader, Stretch, TakeDigests, TensorDigests};
pub use transfer::{Observe, Observer};
pub use verify::{Checked, Found};
