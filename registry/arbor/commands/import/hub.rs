//! `arbor import hub`: the hub's own list, page by page.

use crate::render::counter::Counter;
use arbor_service::wire::ImportReport;
use arbor_service::{Files, Question, Registry, ServiceError};

/// Import models from the hub: of an author, by words, or made from a base
///
/// The newest changes come first. What is interrupted goes on at its page;
/// the next import asks only for what has changed since.
#[derive(clap::Args)]
#[command(
    group = clap::ArgGroup::new("question").required(true),
    override_usage = "arbor import hub [OPTIONS] <--author|--search|--base> <WHAT>"
)]
pub(crate) struct Hub {
    /// Models of this author
    #[arg(long, value_name = "NAME", group = "question")]
    author: Option<String>,
    /// Models whose name has these words
    #[arg(long, value_name = "WORDS", group = "question")]
    search: Option<String>,
    /// Models that name this one as their base
    #[arg(long, value_name = "ORG/NAME", group = "question")]
    base: Option<String>,
}

impl Hub {
    pub(super) async fn run(
        &self,
        registry: &Registry,
        counter: &mut Counter,
    ) -> Result<ImportReport, ServiceError> {
        let question = match (&self.author, &self.search, &self.base) {
            (Some(author), _, _) => Question::author(author)?,
            (_, Some(words), _) => Question::search(words)?,
            (_, _, base) => Question::base(base.as_deref().unwrap_or_default())?,
        };
        let files = Files::open(|name| std::env::var_os(name), &[])?;
        let tell = |done| counter.set(done, None);
        registry.import_hub(&files, &question, tell).await
    }
}
