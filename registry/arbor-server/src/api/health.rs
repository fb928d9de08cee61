//! Whether the service answers, and from which state.

use crate::reply::{Ask, Outcome, Reply};
use serde::Serialize;

#[derive(Serialize)]
struct Health {
    status: &'static str,
    version: &'static str,
    change: u64,
    models: usize,
}

/// That it answers.
pub(crate) fn health(ask: &Ask) -> Outcome {
    Reply::json(&Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        change: ask.view.change(),
        models: ask.view.totals().models,
    })
}
