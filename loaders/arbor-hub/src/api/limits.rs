//! How long a server wants us to wait: `Retry-After` in both of its forms
//! (RFC 9110, 10.2.3), and the hub's `RateLimit: "api";r=0;t=55`.

use reqwest::header::{HeaderMap, RETRY_AFTER};
use std::time::{Duration, SystemTime};

/// The pause that an answer asks for, if it does.
pub(crate) fn wait(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(value) = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
    {
        if let Ok(seconds) = value.trim().parse() {
            return Some(Duration::from_secs(seconds));
        }
        if let Ok(date) = httpdate::parse_http_date(value.trim()) {
            return Some(date.duration_since(now).unwrap_or_default());
        }
    }
    let parts = text("ratelimit")?.split(';').map(str::trim);
    let mut fields = parts.filter_map(|part| part.split_once('='));
    let used_up = fields
        .clone()
        .any(|(key, value)| key == "r" && value == "0");
    let (_, seconds) = fields.find(|(key, _)| *key == "t")?;
    // The window ends within that second.
    let seconds = seconds.parse::<u64>().ok()?.saturating_add(1);
    used_up.then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_understood() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").expect("a date");
        let cases: [(&str, &str, Option<u64>); 8] = [
            ("retry-after", "7", Some(7)),
            ("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT", Some(30)),
            ("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("retry-after", "soon", None),
            ("ratelimit", "\"resolvers\";r=0;t=55", Some(56)),
            ("ratelimit", "\"resolvers\"; r=0; t=55", Some(56)),
            ("ratelimit", "\"resolvers\";r=2999;t=300", None),
            ("ratelimit", "\"resolvers\";r=0;t=x", None),
        ];
        for (name, value, seconds) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().expect("a header"));
            assert_eq!(
                wait(&headers, now),
                seconds.map(Duration::from_secs),
                "{name}: {value}"
            );
        }
    }
}
