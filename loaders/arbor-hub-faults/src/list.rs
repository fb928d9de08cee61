//! The list of models: records that a test made up, narrowed down, sorted by
//! their last change, page after page.

use crate::routes::Plain;
use crate::server::{Inner, State};
use crate::wire::Answer;
use serde_json::Value;

/// What `api/models` answers.
pub(crate) fn list(inner: &Inner, state: &State, query: &str) -> Plain {
    let pairs: Vec<(String, String)> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| {
            (
                key.to_owned(),
                crate::routes::decode(&value.replace('+', " ")),
            )
        })
        .collect();
    let asked = |key: &str| {
        pairs
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    };
    let text = |record: &Value, key: &str| record[key].as_str().unwrap_or_default().to_owned();
    let wanted = |record: &&Value| {
        let id = text(record, "id");
        let author = asked("author").is_none_or(|name| id.starts_with(&format!("{name}/")));
        let words = asked("search").is_none_or(|words| id.contains(words.as_str()));
        let tags = record["tags"].as_array().into_iter().flatten();
        let mut tags = tags.filter_map(Value::as_str);
        let tag = asked("filter").is_none_or(|tag| tags.any(|one| one == tag));
        author && words && tag
    };
    let mut found: Vec<&Value> = inner.listing.iter().filter(wanted).collect();
    found.sort_by_key(|record| std::cmp::Reverse(text(record, "lastModified")));
    let from: usize = asked("cursor")
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    let page: Vec<&Value> = found.iter().copied().skip(from).take(inner.page).collect();
    let next = from + page.len();
    let body = serde_json::to_vec(&page).unwrap_or_default();
    let answer = Answer::new(200, body).with("content-type", "application/json");
    if next >= found.len() {
        return (answer, None);
    }
    let kept = query.split('&').filter(|pair| !pair.starts_with("cursor="));
    let kept = kept.collect::<Vec<_>>().join("&");
    let link = format!(
        "<http://{}/api/models?{kept}&cursor={next}>; rel=\"next\"",
        state.hub
    );
    (answer.with("link", link), None)
}
