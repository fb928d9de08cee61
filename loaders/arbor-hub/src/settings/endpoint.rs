//! A server that speaks the hub's protocol: a scheme, a host, a port, perhaps
//! a path in front of all routes.

use reqwest::Url;
use std::fmt;
use std::str::FromStr;

/// Where a hub or a mirror of it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(Url);

/// Why a text is no endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no endpoint: {reason}")]
pub struct EndpointError {
    /// The text, without what may be a password.
    pub text: String,
    /// What is wrong.
    pub reason: &'static str,
}

impl Endpoint {
    /// The public hub.
    ///
    /// # Errors
    /// Never for this address; the signature is the parser's.
    pub(super) fn public() -> Result<Self, EndpointError> {
        "https://huggingface.co".parse()
    }

    /// The address of a route: `path` is encoded already and begins without a
    /// slash.
    pub(crate) fn join(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        let (path, query) = path
            .split_once('?')
            .map_or((path, None), |(p, q)| (p, Some(q)));
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}/{path}"));
        url.set_query(query);
        url
    }

    /// Whether an address belongs to this server: same scheme, host and port.
    pub(crate) fn owns(&self, url: &Url) -> bool {
        self.0.origin() == url.origin()
    }

    pub(crate) fn url(&self) -> &Url {
        &self.0
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        let wrong = |reason| {
            // What stands before an `@` may be a password.
            let shown = text.rsplit('@').next().unwrap_or_default();
            EndpointError {
                text: shown.chars().take(200).collect(),
                reason,
            }
        };
        let url = Url::parse(text.trim()).map_err(|_| wrong("it is no URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("it begins with neither http:// nor https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("it holds a user name; pass a token in HF_TOKEN"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("it holds a query or a fragment"));
        }
        Ok(Self(url))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_joined_behind_the_path() {
        let cases = [
            (
                "https://hub.test",
                "api/models/a/b",
                "https://hub.test/api/models/a/b",
            ),
            ("https://hub.test/", "a?b=c", "https://hub.test/a?b=c"),
            (
                "http://h:8080/proxy/hf/",
                "a/resolve/refs%2Fpr%2F1/x",
                "http://h:8080/proxy/hf/a/resolve/refs%2Fpr%2F1/x",
            ),
        ];
        for (endpoint, path, url) in cases {
            let endpoint: Endpoint = endpoint.parse().expect(endpoint);
            assert_eq!(endpoint.join(path).as_str(), url);
            assert!(endpoint.owns(&endpoint.join(path)));
        }
    }

    #[test]
    fn another_port_or_scheme_is_another_server() {
        let endpoint: Endpoint = "http://127.0.0.1:80".parse().expect("an endpoint");
        for other in [
            "http://127.0.0.1:81",
            "https://127.0.0.1:80",
            "http://localhost",
        ] {
            assert!(!endpoint.owns(&Url::parse(other).expect(other)), "{other}");
        }
    }

    #[test]
    fn what_is_no_endpoint_is_refused_without_its_password() {
        for text in [
            "",
            "hub.test",
            "ftp://hub.test",
            "https://u:secret@hub.test",
            "http://h/?a=b",
        ] {
            let error = text.parse::<Endpoint>().expect_err(text).to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
