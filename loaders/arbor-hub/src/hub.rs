//! The face of this crate: settings, a client and a cache together.

use crate::HubError;
use crate::cache::Cache;
use crate::client::Client;
use crate::settings::Settings;

/// A hub and the cache that its files go to.
#[derive(Clone, Debug)]
pub struct Hub {
    settings: Settings,
    client: Client,
    cache: Cache,
}

impl Hub {
    /// Makes the client; nothing is asked yet.
    ///
    /// # Errors
    /// [`HubError::Client`] if a proxy or the system's certificates cannot be
    /// used.
    pub fn new(settings: Settings) -> Result<Self, HubError> {
        Ok(Self {
            client: Client::new(&settings)?,
            cache: Cache::new(settings.cache.clone()),
            settings,
        })
    }

    /// Where the files go.
    #[must_use]
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// How the hub is reached.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }
}
