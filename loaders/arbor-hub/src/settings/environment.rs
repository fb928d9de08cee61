//! The variables that the hub's Python tools read, with the same defaults and
//! the same precedence, so that both find each other's files and token.
//! Source: `huggingface_hub/constants.py` and `utils/_auth.py`.

use super::{Endpoint, EndpointError, Limits, Proxies, Settings, Token};
use std::ffi::OsString;
use std::path::PathBuf;

/// Why the environment cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Neither a home folder nor a variable says where the cache is.
    #[error("no folder for the cache: set HF_HOME or HOME")]
    NoHome,
    /// HF_ENDPOINT cannot be used.
    #[error("HF_ENDPOINT: {0}")]
    Endpoint(#[from] EndpointError),
}

impl Settings {
    /// Reads an environment: a function from a variable's name to its value,
    /// for example `|name| std::env::var_os(name)`. An empty value counts as
    /// none. The token's file is read if no variable holds the token.
    ///
    /// # Errors
    /// [`SettingsError`] names the variable.
    pub fn from_environment(
        environment: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, SettingsError> {
        let environment = Environment(&environment);
        let home = environment.home()?;
        let cache = environment
            .path(&["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"])
            .unwrap_or_else(|| home.join("hub"));
        let hub = match environment.text(&["HF_ENDPOINT"]) {
            Some(text) => text.parse()?,
            None => Endpoint::public()?,
        };
        let token_file = environment
            .path(&["HF_TOKEN_PATH"])
            .unwrap_or_else(|| home.join("token"));
        Ok(Self {
            cache,
            hub,
            mirrors: Vec::new(),
            token: environment.token(token_file),
            offline: environment.flag(&["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"]),
            proxies: environment.proxies(),
            limits: Limits::default(),
        })
    }
}

struct Environment<'a>(&'a dyn Fn(&str) -> Option<OsString>);

impl Environment<'_> {
    fn value(&self, names: &[&str]) -> Option<OsString> {
        let mut values = names.iter().filter_map(|name| (self.0)(name));
        values.find(|value| !value.is_empty())
    }

    fn text(&self, names: &[&str]) -> Option<String> {
        self.value(names)?.into_string().ok()
    }

    /// A path, with the home folder in place of a leading `~`.
    fn path(&self, names: &[&str]) -> Option<PathBuf> {
        let path = PathBuf::from(self.value(names)?);
        match (path.strip_prefix("~"), self.value(&["HOME"])) {
            (Ok(rest), Some(home)) => Some(PathBuf::from(home).join(rest)),
            _ => Some(path),
        }
    }

    fn home(&self) -> Result<PathBuf, SettingsError> {
        if let Some(home) = self.path(&["HF_HOME"]) {
            return Ok(home);
        }
        let cache = self
            .path(&["XDG_CACHE_HOME"])
            .or_else(|| Some(PathBuf::from(self.value(&["HOME"])?).join(".cache")));
        Ok(cache.ok_or(SettingsError::NoHome)?.join("huggingface"))
    }

    fn flag(&self, names: &[&str]) -> bool {
        const YES: [&str; 4] = ["1", "ON", "TRUE", "YES"];
        names.iter().any(|name| {
            let value = self.text(&[*name]).unwrap_or_default();
            YES.contains(&value.to_uppercase().as_str())
        })
    }

    fn token(&self, file: PathBuf) -> Option<Token> {
        if self.flag(&["HF_HUB_DISABLE_IMPLICIT_TOKEN"]) {
            return None;
        }
        let named = self
            .text(&["HF_TOKEN"])
            .or(self.text(&["HUGGING_FACE_HUB_TOKEN"]));
        if let Some(token) = named.as_deref().and_then(Token::new) {
            return Some(token);
        }
        // A file that is absent or unreadable is no token, as for the tools
        // that write it.
        std::fs::read_to_string(file)
            .ok()
            .as_deref()
            .and_then(Token::new)
    }

    fn proxies(&self) -> Proxies {
        let all = self.text(&["ALL_PROXY", "all_proxy"]);
        let of = |names: &[&str]| self.text(names).or_else(|| all.clone());
        Proxies {
            // Upper case could be a header of a CGI request.
            http: of(&["http_proxy", "HTTP_PROXY"]),
            https: of(&["https_proxy", "HTTPS_PROXY"]),
            except: self.text(&["no_proxy", "NO_PROXY"]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        let find = |name: &str| {
            let pair = pairs.iter().find(|(key, _)| *key == name)?;
            Some(OsString::from(pair.1))
        };
        Settings::from_environment(find).expect("settings")
    }

    #[test]
    fn the_cache_is_where_the_other_tools_look() {
        let cases: [(&[(&str, &str)], &str); 8] = [
            (&[("HOME", "/h")], "/h/.cache/huggingface/hub"),
            (
                &[("HOME", "/h"), ("XDG_CACHE_HOME", "/x")],
                "/x/huggingface/hub",
            ),
            (
                &[("HOME", "/h"), ("XDG_CACHE_HOME", "")],
                "/h/.cache/huggingface/hub",
            ),
            (&[("HOME", "/h"), ("HF_HOME", "/f")], "/f/hub"),
            (&[("HOME", "/h"), ("HF_HOME", "~/f")], "/h/f/hub"),
            (&[("HF_HOME", "/f"), ("HF_HUB_CACHE", "/c")], "/c"),
            (
                &[("HF_HOME", "/f"), ("HUGGINGFACE_HUB_CACHE", "/old")],
                "/old",
            ),
            (
                &[
                    ("HF_HOME", "/f"),
                    ("HUGGINGFACE_HUB_CACHE", "/old"),
                    ("HF_HUB_CACHE", "/c"),
                ],
                "/c",
            ),
        ];
        for (pairs, cache) in cases {
            assert_eq!(settings(pairs).cache, PathBuf::from(cache), "{pairs:?}");
        }
        let none = Settings::from_environment(|_| None);
        assert!(matches!(none, Err(SettingsError::NoHome)));
    }

    #[test]
    fn a_token_comes_from_a_variable_or_a_file_and_is_not_printed() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = folder.path().to_str().expect("UTF-8");
        let file = folder.path().join("elsewhere");
        std::fs::write(folder.path().join("token"), "hf_home\n").expect("written");
        std::fs::write(&file, " hf_file ").expect("written");
        let file = file.to_str().expect("UTF-8");
        let of = |pairs: &[(&str, &str)]| {
            let all = [&[("HF_HOME", home)], pairs].concat();
            settings(&all).token.map(|token| token.secret().to_owned())
        };
        assert_eq!(of(&[]).as_deref(), Some("hf_home"));
        assert_eq!(of(&[("HF_TOKEN_PATH", file)]).as_deref(), Some("hf_file"));
        assert_eq!(
            of(&[("HF_TOKEN", "hf_var"), ("HF_TOKEN_PATH", file)]).as_deref(),
            Some("hf_var")
        );
        assert_eq!(of(&[("HF_TOKEN", " ")]).as_deref(), Some("hf_home"));
        assert_eq!(of(&[("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")]), None);
        assert_eq!(of(&[("HF_TOKEN_PATH", "/nowhere/at/all")]), None);
        let shown = format!(
            "{:?}",
            settings(&[("HF_HOME", home), ("HF_TOKEN", "hf_secret")])
        );
        assert!(!shown.contains("hf_secret"), "{shown}");
    }

    #[test]
    fn flags_endpoints_and_proxies() {
        let home = ("HF_HOME", "/f");
        for yes in ["1", "on", "Yes", "TRUE"] {
            assert!(settings(&[home, ("HF_HUB_OFFLINE", yes)]).offline);
        }
        for no in ["0", "", "off"] {
            assert!(!settings(&[home, ("HF_HUB_OFFLINE", no)]).offline);
        }
        assert_eq!(settings(&[home]).hub.to_string(), "https://huggingface.co");
        let mirror = settings(&[home, ("HF_ENDPOINT", "http://m:1/x/")]);
        assert_eq!(mirror.hub.to_string(), "http://m:1/x");
        let proxies = settings(&[
            home,
            ("ALL_PROXY", "socks5://a"),
            ("https_proxy", "http://b"),
            ("NO_PROXY", "c"),
        ])
        .proxies;
        assert_eq!(proxies.http.as_deref(), Some("socks5://a"));
        assert_eq!(proxies.https.as_deref(), Some("http://b"));
        assert_eq!(proxies.except.as_deref(), Some("c"));
        let wrong = Settings::from_environment(|name| {
            let value = match name {
                "HF_HOME" => "/f",
                "HF_ENDPOINT" => "nonsense",
                _ => return None,
            };
            Some(value.into())
        });
        assert!(
            wrong
                .expect_err("an error")
                .to_string()
                .contains("HF_ENDPOINT")
        );
    }
}
