//! Lists of models: page after page, each record as the hub gives it. What a
//! record means is not known here.

use super::Api;
use super::refusal::Asked;
use crate::HubError;
use crate::client::shown;
use crate::hub::Hub;
use arbor_model::RepoId;
use reqwest::Url;
use serde_json::Value;

/// Records in a page: the most that the hub gives.
const PAGE: usize = 1_000;

/// What is wanted of each record.
const FIELDS: [&str; 11] = [
    "author",
    "baseModels",
    "createdAt",
    "downloads",
    "downloadsAllTime",
    "lastModified",
    "library_name",
    "likes",
    "pipeline_tag",
    "safetensors",
    "tags",
];

/// Which models are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelsQuery {
    /// Of an author.
    Author(String),
    /// That name a base.
    Base(RepoId),
    /// Whose name has these words.
    Search(String),
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct ModelsPage {
    /// The records: hostile, and of any shape.
    pub records: Vec<Value>,
    /// Where the next page is, on the same server.
    pub next: Option<String>,
}

impl Hub {
    /// A page of a list, that which changed last first; the first page unless
    /// another is named.
    ///
    /// # Errors
    /// [`HubError`], as the hub refuses or what it answers is wrong.
    pub async fn models(
        &self,
        query: &ModelsQuery,
        page: Option<&str>,
    ) -> Result<ModelsPage, HubError> {
        let endpoint = &self.settings().hub;
        if self.settings().offline {
            return Err(HubError::Offline {
                what: "the hub's list of models".to_owned(),
            });
        }
        let api = Api {
            client: self.client(),
            endpoint,
            limits: &self.settings().limits,
        };
        let url = match page {
            None => first(&api, query),
            Some(text) => Url::parse(text)
                .ok()
                .filter(|url| endpoint.owns(url))
                .ok_or_else(|| HubError::Malformed {
                    url: endpoint.to_string(),
                    reason: "the page that was kept is another server's".to_owned(),
                })?,
        };
        let (records, headers) = api.json::<Vec<Value>>(&url, Asked::list()).await?;
        if records.len() > PAGE * 10 {
            return Err(HubError::Malformed {
                url: shown(&url),
                reason: format!("a page has {} records", records.len()),
            });
        }
        let next = api.next(&url, &headers)?;
        Ok(ModelsPage {
            records,
            next: next.map(String::from),
        })
    }
}

fn first(api: &Api<'_>, query: &ModelsQuery) -> Url {
    let mut url = api.endpoint.join("api/models");
    let mut pairs = url.query_pairs_mut();
    match query {
        ModelsQuery::Author(author) => pairs.append_pair("author", author),
        ModelsQuery::Base(base) => pairs.append_pair("filter", &format!("base_model:{base}")),
        ModelsQuery::Search(words) => pairs.append_pair("search", words),
    };
    pairs.append_pair("sort", "lastModified");
    pairs.append_pair("direction", "-1");
    pairs.append_pair("limit", &PAGE.to_string());
    for field in FIELDS {
        pairs.append_pair("expand[]", field);
    }
    drop(pairs);
    url
}
