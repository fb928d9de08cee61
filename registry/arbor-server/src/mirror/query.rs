//! The parameters of the hub's addresses. Unlike the site's, unknown ones are
//! passed over: clients send more than a mirror needs.

/// Keys and values, in order.
pub(super) struct Query(Vec<(String, String)>);

/// More pairs than this are not read.
const PAIRS: usize = 2_048;

impl Query {
    /// Reads what stands behind the `?`, or a form.
    pub(super) fn read(text: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(text).take(PAIRS);
        Self(
            pairs
                .map(|(key, value)| (key.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// The first value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == key);
        found.map(|(_, value)| value.as_str())
    }

    /// Every value of keys that mean the same.
    pub(super) fn all(&self, keys: &[&str]) -> Vec<&str> {
        let found = self
            .0
            .iter()
            .filter(|(known, _)| keys.contains(&known.as_str()));
        found.map(|(_, value)| value.as_str()).collect()
    }

    /// Whether a flag is set, as clients write it.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.get(key)
            .is_some_and(|value| matches!(value, "1" | "true" | "True"))
    }

    /// A number, within bounds.
    pub(super) fn number(&self, key: &str, default: usize, most: usize) -> usize {
        let number = self.get(key).and_then(|value| value.parse().ok());
        number.unwrap_or(default).min(most)
    }

    /// The same query with one key set anew.
    pub(super) fn with(&self, key: &str, value: &str) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        let others = self.0.iter().filter(|(known, _)| known != key);
        text.extend_pairs(others).append_pair(key, value).finish()
    }
}
