//! From what an examining process printed to a run that is kept. The process
//! looked at a hostile checkpoint: nothing that it says is taken unchecked.

use crate::{Manifest, Registry, ServiceError};
use arbor_model::{
    Check, CheckRecord, HubId, ModelId, Outcome, Revision, Run, RunId, Text, Verdict,
};
use serde_json::Value;
use std::str::FromStr;

/// What was examined, and as what it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// As it was named.
    pub named: String,
    /// The catalogue's model that it is.
    pub model: Option<ModelId>,
    /// The hub repository that it is from.
    pub hub: Option<HubId>,
    /// The commit.
    pub revision: Option<Revision>,
}

/// When an examination was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it began, in microseconds since 1970-01-01 UTC.
    pub began_us: i64,
    /// How long it took, in microseconds.
    pub took_us: u64,
}

/// Puts what the files' digests say into the check of that name. Files that
/// are not what they should be are a broken checkpoint, however well it runs.
pub fn settle_files(found: &mut Value, manifest: &Manifest) {
    let (name, outcome, detail) = manifest.finding();
    let checks = found["checks"].as_array_mut();
    let mut checks = checks.into_iter().flatten();
    if let Some(check) = checks.find(|check| check["name"] == name.as_str()) {
        check["outcome"] = outcome.as_str().into();
        check["detail"] = detail.into();
    }
    let passed = [Verdict::Verified.as_str(), Verdict::Sound.as_str()];
    if outcome == Outcome::Fail && passed.iter().any(|word| found["verdict"] == *word) {
        found["verdict"] = Verdict::Broken.as_str().into();
    }
}

/// The run that an examination was.
///
/// # Errors
/// [`ServiceError::Told`] if the process said something that means nothing.
pub fn run_of(
    found: &Value,
    subject: &Subject,
    manifest: Manifest,
    span: Span,
) -> Result<Run, ServiceError> {
    let environment = &found["environment"];
    let checks = found["checks"].as_array().ok_or_else(|| told("checks"))?;
    if checks.len() > Check::ALL.len() {
        return Err(told("checks"));
    }
    let threads = environment["threads"].as_u64().unwrap_or(0);
    Ok(Run {
        subject: readable(&subject.named),
        model_type: found["model_type"].as_str().map(readable),
        model: subject.model.clone(),
        hub: subject.hub.clone(),
        revision: subject.revision.clone(),
        verdict: word(&found["verdict"], "verdict")?,
        checks: checks.iter().map(check).collect::<Result<_, _>>()?,
        files: manifest.files,
        device: known(&environment["device"]),
        dtype: known(&environment["dtype"]),
        loader: known(&environment["loader"]),
        threads: u32::try_from(threads).map_err(|_| told("threads"))?,
        began_us: span.began_us,
        took_us: span.took_us,
    })
}

pub(crate) fn check(found: &Value) -> Result<CheckRecord, ServiceError> {
    Ok(CheckRecord {
        check: word(&found["name"], "check")?,
        outcome: word(&found["outcome"], "outcome")?,
        figure: found["figure"].as_f64(),
        detail: found["detail"].as_str().map(readable),
    })
}

fn word<T: FromStr>(value: &Value, what: &'static str) -> Result<T, ServiceError> {
    let word = value.as_str().and_then(|word| word.parse().ok());
    word.ok_or_else(|| told(what))
}

fn told(what: &'static str) -> ServiceError {
    ServiceError::Told(what)
}

/// What it ran on; a process that died has not said.
fn known(value: &Value) -> Text {
    readable(value.as_str().unwrap_or("not known"))
}

/// A text that may be kept: what may not is replaced, what is too long is cut.
pub(crate) fn readable(text: &str) -> Text {
    let clean = |c: char| {
        if Text::new(&format!("x{c}x")).is_ok() {
            c
        } else {
            '\u{FFFD}'
        }
    };
    let text: String = text.chars().take(Text::LIMIT).map(clean).collect();
    Text::new(text.trim()).unwrap_or_else(|_| {
        // Nothing but space is left.
        Text::new("(nothing)").expect("a constant text")
    })
}

impl Registry {
    /// Records a run and says under which number: its attempt's, where it was
    /// followed as it went.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if it cannot be kept.
    pub async fn record(&self, run: &Run, attempt: Option<RunId>) -> Result<RunId, ServiceError> {
        let id = match attempt {
            Some(attempt) => self.store().end_attempt(attempt, run).await?,
            None => self.store().record_run(run).await?,
        };
        self.refresh().await?;
        Ok(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn examination() -> Value {
        json!({
            "schema_version": 1, "model": "./m", "model_type": "gpt2", "verdict": "sound",
            "checks": [
                {"name": "files", "outcome": "skip", "figure": null, "detail": "no manifest"},
                {"name": "finite", "outcome": "pass", "figure": 0.5, "detail": null},
            ],
            "environment": {"device": "cpu", "dtype": "f32", "loader": "l 1", "threads": 2},
        })
    }

    fn subject() -> Subject {
        Subject {
            named: "./m\u{202E}".to_owned(),
            model: None,
            hub: None,
            revision: None,
        }
    }

    const SPAN: Span = Span {
        began_us: 1,
        took_us: 2,
    };

    fn run(found: &Value) -> Result<Run, ServiceError> {
        run_of(found, &subject(), Manifest::default(), SPAN)
    }

    #[test]
    fn what_was_found_is_recorded() {
        let run = run(&examination()).expect("a run");
        assert_eq!(run.verdict, Verdict::Sound);
        assert_eq!(run.subject.as_str(), "./m\u{FFFD}");
        assert_eq!(run.checks[1].figure, Some(0.5));
        assert_eq!((run.device.as_str(), run.threads), ("cpu", 2));
    }

    #[test]
    fn a_process_that_died_is_recorded_too() {
        let mut found = examination();
        found["environment"] = Value::Null;
        found["verdict"] = "crashed".into();
        let run = run(&found).expect("a run");
        assert_eq!(run.device.as_str(), "not known");
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for (key, value) in [
            ("verdict", json!("splendid")),
            ("checks", json!(7)),
            ("checks", json!([{"name": "files", "outcome": "perhaps"}])),
            (
                "checks",
                json!(vec![json!({"name": "files", "outcome": "pass"}); 99]),
            ),
            ("environment", json!({"threads": u64::MAX})),
        ] {
            let mut found = examination();
            found[key] = value;
            assert!(matches!(run(&found), Err(ServiceError::Told(_))), "{key}");
        }
    }

    #[test]
    fn wrong_files_break_a_checkpoint() {
        let mut found = examination();
        settle_files(&mut found, &Manifest::default());
        assert_eq!(found["verdict"], "sound");
        let manifest = Manifest {
            wrong: vec!["model.safetensors".to_owned()],
            ..Manifest::default()
        };
        settle_files(&mut found, &manifest);
        assert_eq!(
            (&found["verdict"], &found["checks"][0]["outcome"]),
            (&json!("broken"), &json!("fail"))
        );
    }
}
