//! What all requests share: the registry, the answers that are kept, and the
//! room for those being made.

use crate::assets;
use crate::cache::{self, Answers};
use crate::encode::Encoding;
use crate::live;
use crate::public::PublicUrl;
use arbor_service::Registry;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::SystemTime;
use tokio::sync::Semaphore;

/// What all requests share.
pub(crate) struct Site {
    /// The use cases.
    pub(crate) registry: Arc<Registry>,
    /// Answers that are ready.
    pub(crate) answers: Answers,
    /// Room for those in the making.
    pub(crate) room: Arc<Semaphore>,
    /// Room for those who follow a run.
    pub(crate) readers: Arc<Semaphore>,
    /// This machine's devices and all the memory of each: what is free on
    /// them changes, and pages stay.
    pub(crate) devices: Arc<[(String, u64)]>,
    /// Where people reach it, if links are to say so.
    pub(crate) public: Option<Arc<PublicUrl>>,
    build: u64,
}

impl Site {
    /// A site over a registry, with nothing made yet.
    pub(crate) fn new(registry: Arc<Registry>, public: Option<PublicUrl>) -> Self {
        let devices: Arc<[_]> = arbor_service::spaces().into();
        Self {
            registry,
            answers: cache::answers(),
            room: Arc::new(Semaphore::new(at_work())),
            readers: Arc::new(Semaphore::new(live::READERS)),
            build: build(&devices, public.as_ref()),
            public: public.map(Arc::new),
            devices,
        }
    }

    /// The strong ETag of what stands at an address: the same change shown
    /// by the same program in the same encoding is the same bytes.
    pub(crate) fn tag(&self, change: u64, target: &str, encoding: Encoding) -> String {
        let mut hasher = DefaultHasher::new();
        (self.build, target).hash(&mut hasher);
        let encoding = encoding.name().unwrap_or("id");
        format!("\"{change:x}-{:016x}-{encoding}\"", hasher.finish())
    }
}

/// Answers that may be in the making at once: each takes a core, and more of
/// them would only keep ready answers waiting.
fn at_work() -> usize {
    std::thread::available_parallelism().map_or(2, |cores| cores.get().max(2))
}

/// Tells programs apart whose pages may look different.
fn build(devices: &[(String, u64)], public: Option<&PublicUrl>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (devices, public).hash(&mut hasher);
    env!("CARGO_PKG_VERSION").hash(&mut hasher);
    assets::STYLE.path().hash(&mut hasher);
    assets::SCRIPT.path().hash(&mut hasher);
    // A developer's rebuild keeps the version, but not this.
    let program = std::env::current_exe().and_then(std::fs::metadata);
    let modified = program.and_then(|file| file.modified());
    let since = modified
        .ok()
        .and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    since.hash(&mut hasher);
    hasher.finish()
}
