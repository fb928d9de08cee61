//! Exports with a graph's shape: Graphviz, Mermaid, GraphML. Edges point from
//! parent to child, as time does.

use super::edges;
use crate::show::size;
use crate::{ServiceError, View};
use arbor_model::{Branch, Carries, Model};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::fmt::Write as _;

/// Colours of the branches that print well and are told apart by all eyes.
const fn colour(branch: Branch) -> &'static str {
    match branch {
        Branch::Precursor => "#6f6a63",
        Branch::EncoderOnly => "#b1437e",
        Branch::EncoderDecoder => "#3f5f1e",
        Branch::DecoderOnly => "#2c66c4",
    }
}

pub(super) fn dot(view: &View, models: &[&Model]) -> String {
    let mut out =
        String::from("digraph lineage {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n");
    for model in models {
        let label = format!("{}\n{}", model.name, size(model));
        let _ = writeln!(
            out,
            "  {} [label={}, color=\"{}\", tooltip={}];",
            quoted(model.id.as_str()),
            quoted(&label),
            colour(model.branch),
            quoted(&view.makers(model)),
        );
    }
    for (child, edge) in edges(models) {
        let style = match edge.relation.carries() {
            Carries::Weights => "solid",
            Carries::Outputs => "dotted",
            Carries::Ideas => "dashed",
        };
        let _ = writeln!(
            out,
            "  {} -> {} [label={}, style={style}];",
            quoted(edge.parent.as_str()),
            quoted(child.id.as_str()),
            quoted(edge.relation.as_str()),
        );
    }
    out + "}\n"
}

/// A Graphviz string: only quotes and backslashes mean anything in it.
fn quoted(text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("\"{escaped}\"")
}

pub(super) fn mermaid(models: &[&Model]) -> String {
    let mut out = String::from("flowchart LR\n");
    let place = |id: &arbor_model::ModelId| models.binary_search_by(|m| m.id.cmp(id));
    for (at, model) in models.iter().enumerate() {
        let _ = writeln!(
            out,
            "  m{at}[\"{}\"]:::{}",
            entities(model.name.as_str()),
            class(model.branch)
        );
    }
    for (child, edge) in edges(models) {
        let (Ok(parent), Ok(child)) = (place(&edge.parent), place(&child.id)) else {
            continue;
        };
        let arrow = match edge.relation.carries() {
            Carries::Weights => "-->",
            Carries::Outputs => "-.->",
            Carries::Ideas => "==>",
        };
        let _ = writeln!(out, "  m{parent} {arrow}|{}| m{child}", edge.relation);
    }
    for branch in Branch::ALL {
        let _ = writeln!(
            out,
            "  classDef {} stroke:{}",
            class(*branch),
            colour(*branch)
        );
    }
    out
}

/// Mermaid has no escapes, but takes character references.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() || " .-+_/()".contains(c) {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    out
}

const fn class(branch: Branch) -> &'static str {
    match branch {
        Branch::Precursor => "precursor",
        Branch::EncoderOnly => "encoder",
        Branch::EncoderDecoder => "both",
        Branch::DecoderOnly => "decoder",
    }
}

/// GraphML's attributes of a node: key, type, value.
const NODE_KEYS: [(&str, &str); 7] = [
    ("name", "string"),
    ("branch", "string"),
    ("family", "string"),
    ("organisations", "string"),
    ("released", "string"),
    ("openness", "string"),
    ("parameters", "long"),
];

pub(super) fn graphml(view: &View, models: &[&Model]) -> Result<String, ServiceError> {
    write_graphml(view, models).map_err(|error| ServiceError::Export(error.to_string()))
}

fn write_graphml(view: &View, models: &[&Model]) -> std::io::Result<String> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = BytesStart::new("graphml")
        .with_attributes([("xmlns", "http://graphml.graphdrawing.org/xmlns")]);
    xml.write_event(Event::Start(root))?;
    let edge_keys = ["relation", "carries"].map(|key| (key, "string"));
    let node_keys = NODE_KEYS.map(|key| (key, "node"));
    let all = node_keys
        .into_iter()
        .chain(edge_keys.map(|key| (key, "edge")));
    for ((key, kind), of) in all {
        xml.create_element("key")
            .with_attributes([
                ("id", key),
                ("for", of),
                ("attr.name", key),
                ("attr.type", kind),
            ])
            .write_empty()?;
    }
    let graph = BytesStart::new("graph").with_attributes([("edgedefault", "directed")]);
    xml.write_event(Event::Start(graph))?;
    for model in models {
        let row = view.summary(model);
        let parameters = row.parameters.map(|count| count.to_string());
        let values = [
            Some(row.name),
            Some(row.branch.to_owned()),
            Some(row.family),
            Some(row.organisations.join(";")),
            row.released,
            row.openness.map(str::to_owned),
            parameters,
        ];
        let node = BytesStart::new("node").with_attributes([("id", row.id.as_str())]);
        xml.write_event(Event::Start(node))?;
        for ((key, _), value) in NODE_KEYS.into_iter().zip(values) {
            if let Some(value) = value {
                data(&mut xml, key, &value)?;
            }
        }
        xml.write_event(Event::End(BytesEnd::new("node")))?;
    }
    for (child, edge) in edges(models) {
        let ends = [
            ("source", edge.parent.as_str()),
            ("target", child.id.as_str()),
        ];
        xml.write_event(Event::Start(BytesStart::new("edge").with_attributes(ends)))?;
        data(&mut xml, "relation", edge.relation.as_str())?;
        data(&mut xml, "carries", edge.relation.carries().as_str())?;
        xml.write_event(Event::End(BytesEnd::new("edge")))?;
    }
    xml.write_event(Event::End(BytesEnd::new("graph")))?;
    xml.write_event(Event::End(BytesEnd::new("graphml")))?;
    String::from_utf8(xml.into_inner())
        .map(|text| text + "\n")
        .map_err(std::io::Error::other)
}

fn data(xml: &mut Writer<Vec<u8>>, key: &str, value: &str) -> std::io::Result<()> {
    xml.create_element("data")
        .with_attributes([("key", key)])
        .write_text_content(BytesText::new(value))?;
    Ok(())
}
