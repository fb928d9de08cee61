//! The address under which people reach the site, for links that must be
//! whole: canonical ones, and those of previews.
//!
//! It is told at the start and never taken from a request: whoever asks
//! chooses the `Host` header, and answers are kept for those who ask next.

use actix_web::http::Uri;
use std::fmt;
use std::str::FromStr;

/// Scheme, host and perhaps port: `https://arboretum.example`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PublicUrl(String);

/// A text that is no such address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no address of a site: `https://arboretum.example` is, without path, query or user")]
pub struct NotPublic;

impl FromStr for PublicUrl {
    type Err = NotPublic;

    fn from_str(text: &str) -> Result<Self, NotPublic> {
        let uri: Uri = text.trim().parse().map_err(|_| NotPublic)?;
        let scheme = uri.scheme_str().filter(|s| ["http", "https"].contains(s));
        let host = uri.authority().filter(|a| !a.as_str().contains('@'));
        let (Some(scheme), Some(host)) = (scheme, host) else {
            return Err(NotPublic);
        };
        // What stands in attributes is escaped; this is for whoever copies it.
        let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
        if host.host().is_empty()
            || !host.as_str().chars().all(is_plain)
            || uri.path() != "/"
            || uri.query().is_some()
        {
            return Err(NotPublic);
        }
        Ok(Self(format!(
            "{scheme}://{}",
            host.as_str().to_ascii_lowercase()
        )))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_address_of_a_site_is_one() {
        for (text, written) in [
            ("https://arboretum.example", "https://arboretum.example"),
            ("https://Arboretum.example/", "https://arboretum.example"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
        ] {
            let parsed = text.parse::<PublicUrl>().map(|url| url.to_string());
            assert_eq!(parsed.as_deref(), Ok(written), "{text}");
        }
        for text in [
            "",
            "arboretum.example",
            "/",
            "javascript:alert(1)",
            "ftp://arboretum.example",
            "https://me@arboretum.example",
            "https://arboretum.example/tree",
            "https://arboretum.example/?a=b",
            "https://",
            "https://a\"b",
        ] {
            assert_eq!(text.parse::<PublicUrl>(), Err(NotPublic), "{text}");
        }
    }
}
