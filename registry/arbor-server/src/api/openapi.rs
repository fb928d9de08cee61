//! The API's description in OpenAPI 3.1, read off the route table, so that
//! neither can say what the other does not.
//!
//! Answers are described by name only; their fields are documented where the
//! shapes stand, in `arbor-service`'s `wire`.

use crate::fault;
use crate::keys::Key;
use crate::reply::{Ask, Outcome, Reply};
use crate::routes::{self, Face, Route};
use serde_json::{Map, Value, json};

/// The description.
pub(crate) fn description(_: &Ask) -> Outcome {
    Reply::json(&document())
}

fn document() -> Value {
    let paths: Map<String, Value> = routes::TABLE
        .iter()
        .filter(|route| route.face() == Face::Api)
        .map(|route| (route.path.to_owned(), json!({ "get": operation(route) })))
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Arboretum",
            "description": "A registry of language models that can prove what it says. \
                Reading is open; every answer has a strong ETag.",
            "version": env!("CARGO_PKG_VERSION"),
        },
        "paths": paths,
        "components": { "schemas": { "Failure": failure() } },
    })
}

fn operation(route: &Route) -> Value {
    let mut parameters: Vec<Value> = Vec::new();
    if route.path.contains("{id}") {
        parameters.push(json!({
            "name": "id", "in": "path", "required": true, "schema": { "type": "string" },
        }));
    }
    parameters.extend(route.keys.iter().copied().flatten().map(parameter));
    let name = route.path.trim_start_matches("/api/v1/");
    let name = name.replace(['/', '.'], "-").replace(['{', '}'], "");
    json!({
        "operationId": name,
        "summary": route.about,
        "parameters": parameters,
        "responses": {
            "200": { "description": route.about },
            "304": { "description": "What `If-None-Match` names is still the newest." },
            "default": {
                "description": "A refusal; `/errors` lists every code with its status.",
                "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Failure" },
                } },
            },
        },
    })
}

fn parameter(key: &Key) -> Value {
    let text = json!({ "type": "string" });
    let schema = if key.repeats {
        json!({ "type": "array", "items": text })
    } else {
        text
    };
    json!({
        "name": key.name,
        "in": "query",
        "description": key.about,
        "schema": schema,
    })
}

fn failure() -> Value {
    let codes: Vec<_> = fault::TABLE.iter().map(|entry| entry.code).collect();
    let text = json!({ "type": ["string", "null"] });
    json!({
        "type": "object",
        "required": ["code", "message", "hint", "link"],
        "properties": {
            "code": { "type": "string", "enum": codes },
            "message": { "type": "string" },
            "hint": text,
            "link": text,
        },
    })
}
