//! A verdict for people: each check with its mark, and each published value
//! that was compared with.

use super::facts::Page;
use arbor_service::wire;
use serde_json::Value;

/// An examination, or a recorded one.
pub(crate) fn report(found: &Value, page: &Page) -> String {
    let kind = found["model_type"]
        .as_str()
        .map_or_else(String::new, |kind| format!(" ({kind})"));
    let heading = format!(
        "{}{kind}: {}",
        text(&found["model"]),
        text(&found["verdict"])
    );
    let mut out = page.line(&heading);
    for check in found["checks"].as_array().into_iter().flatten() {
        let mark = match text(&check["outcome"]) {
            "pass" => "✓",
            "fail" => "✕",
            _ => "○",
        };
        let figure = check["figure"].as_f64();
        let figure = figure.map_or_else(String::new, |figure| wire::figure(figure) + " · ");
        let said = format!("{figure}{}", text(&check["detail"]));
        out += &page.paragraph(&format!("{mark} {}", text(&check["name"])), &said);
    }
    for row in found["published"].as_array().into_iter().flatten() {
        out += &published(row, page);
    }
    out
}

/// A published value: how the checkpoint stands to it, and where it stands.
fn published(row: &Value, page: &Page) -> String {
    let mark = match text(&row["standing"]) {
        "pass" => "✓",
        "fail" => "✕",
        _ => "○",
    };
    let mut said = text(&row["standing"]).replace('-', " ");
    for (key, words) in [("far", "apart"), ("share", "of what is allowed")] {
        if let Some(number) = row[key].as_f64() {
            said += &format!(" · {} {words}", wire::figure(number));
        }
    }
    if let Some(detail) = row["detail"].as_str() {
        said += &format!(" · {detail}");
    }
    let heading = format!("{mark} {} (tier {})", text(&row["id"]), text(&row["tier"]));
    page.paragraph(&heading, &format!("{said} · {}", text(&row["source"])))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
