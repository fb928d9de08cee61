//! The columns that are used, and every name under which they are found:
//! dumps of the hub's records differ in this, and columns come and go.

use serde_json::{Map, Value};

arbor_model::words! {
    /// A column of the hub's records.
    Column: "column" {
        /// Parents as the hub resolved them, with their relation.
        BaseModels = "base models",
        /// When the repository was made.
        Created = "created",
        /// Downloads of the last thirty days.
        Downloads = "downloads",
        /// Downloads since it was made.
        DownloadsAll = "downloads of all time",
        /// The repository.
        Id = "id",
        /// The hub's own number of it.
        Key = "key",
        /// The library that loads it.
        Library = "library",
        /// The licence, where it stands alone.
        Licence = "licence",
        /// Likes.
        Likes = "likes",
        /// When it last changed.
        Modified = "modified",
        /// What the safetensors hold.
        Safetensors = "safetensors",
        /// Tags: the licence and declared bases are among them.
        Tags = "tags",
        /// The pipeline's tag.
        Task = "task",
    }
}

impl Column {
    /// What it is called, the most usual name first.
    #[must_use]
    pub const fn names(self) -> &'static [&'static str] {
        match self {
            Self::BaseModels => &["baseModels", "base_models", "basemodels"],
            Self::Created => &["createdAt", "created_at", "created"],
            Self::Downloads => &["downloads"],
            Self::DownloadsAll => &["downloadsAllTime", "downloads_all_time"],
            Self::Id => &["id", "modelId", "model_id", "repo_id"],
            Self::Key => &["_id"],
            Self::Library => &["library_name", "libraryName", "library"],
            Self::Licence => &["license", "licence"],
            Self::Likes => &["likes"],
            Self::Modified => &["lastModified", "last_modified", "updatedAt"],
            Self::Safetensors => &["safetensors"],
            Self::Tags => &["tags"],
            Self::Task => &["pipeline_tag", "pipelineTag", "task"],
        }
    }

    /// Its value in a record, if there is one.
    pub(crate) fn of(self, record: &Map<String, Value>) -> Option<&Value> {
        let mut found = self.names().iter().filter_map(|name| record.get(*name));
        found.find(|value| !value.is_null())
    }

    /// Which of these names it goes by.
    pub(crate) fn among<'n>(self, names: &[&'n str]) -> Option<&'n str> {
        let mut own = self.names().iter();
        own.find_map(|name| names.iter().find(|other| *other == name).copied())
    }
}
