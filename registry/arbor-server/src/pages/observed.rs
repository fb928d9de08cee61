//! What was observed of a model besides its runs, as its page shows it: the
//! files that were pulled, and what the hub has beneath it.

use super::memory::grouped;
use arbor_model::human_bytes;
use arbor_service::wire;

/// What was pulled last.
pub(crate) struct Files {
    /// The repository.
    pub(crate) repo: String,
    /// The commit.
    pub(crate) commit: String,
    /// When.
    pub(crate) time: String,
    /// Bytes of all files.
    pub(crate) bytes: String,
    /// Each file, and its size.
    pub(crate) files: Vec<(wire::PulledFile, String)>,
}

impl Files {
    /// The files of a receipt.
    pub(crate) fn of(receipt: &wire::Receipt) -> Self {
        let files = receipt.files.iter();
        Self {
            repo: receipt.repo.clone(),
            commit: receipt.commit.clone(),
            time: receipt.time.clone(),
            bytes: human_bytes(receipt.bytes),
            files: files
                .map(|file| (file.clone(), human_bytes(file.size)))
                .collect(),
        }
    }
}

/// What hangs beneath a model on the hub.
pub(crate) struct Beneath {
    /// The model's repository.
    pub(crate) repo: String,
    /// How many name it, in words.
    pub(crate) models: String,
    /// By which relations.
    pub(crate) relations: String,
    /// How their licences stand to its own, and whether any differs.
    pub(crate) licences: Option<(String, bool)>,
    /// The most downloaded, and how often they were.
    pub(crate) top: Vec<(wire::BeneathModel, Option<String>)>,
}

impl Beneath {
    /// As the page shows it.
    pub(crate) fn of(found: &wire::Beneath) -> Self {
        let relations = found.relations.iter();
        let relations: Vec<String> = relations
            .map(|(relation, count)| format!("{} {relation}", grouped(*count)))
            .collect();
        let licences = found.drifted.zip(found.licence.as_ref());
        let licensed = grouped(found.licensed);
        let licences = licences.map(|(drifted, own)| {
            let said = if drifted > 0 {
                let drifted = grouped(drifted);
                format!("of {licensed} whose licence is known, {drifted} say another than {own}")
            } else {
                format!("all {licensed} whose licence is known say {own}, as it does")
            };
            (said, drifted > 0)
        });
        let top = found.top.iter();
        Self {
            repo: found.repo.clone(),
            models: match found.models {
                1 => "1 imported model names".to_owned(),
                many => format!("{} imported models name", grouped(many)),
            },
            relations: relations.join(", "),
            licences,
            top: top
                .map(|child| (child.clone(), child.downloads.map(grouped)))
                .collect(),
        }
    }
}
