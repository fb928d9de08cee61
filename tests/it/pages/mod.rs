//! The pages as people see them: what they say, where their links lead, and
//! that they need neither a script nor a mouse.

mod compare;
mod crawl;
mod facts;
mod figures;
mod forms;
mod kin;
mod markup;
mod public;
mod refusals;
mod table;
mod tree;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// An element's start: its name and attributes.
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    fn new(start: &BytesStart<'_>) -> Self {
        let mut attributes = Vec::new();
        for attribute in start.html_attributes().with_checks(false) {
            let attribute = attribute.expect("an attribute");
            let name = attribute.key.as_ref().to_owned();
            attributes.push((name, unescape(&attribute.value)));
        }
        Self {
            name: start.name().as_ref().to_owned(),
            attributes,
        }
    }

    /// An attribute's value.
    fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Every gene that has a page and colours the tree.
const GENES: [&str; 6] = [
    "attention",
    "context",
    "experts",
    "feed-forward",
    "norm",
    "position",
];

/// Every element of a page, in order. The pages are read without closing
/// tags being checked, since HTML leaves some out.
fn elements(html: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(html);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    let mut found = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => found.push(Element::new(&start)),
            Ok(Event::Eof) => return found,
            Ok(_) => {}
            Err(error) => panic!("{error} at {}: {html}", reader.error_position()),
        }
    }
}

/// The text of a page without its tags, spaces joined.
fn words(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => {
                inside = true;
                text.push(' ');
            }
            '>' => inside = false,
            _ if !inside => text.push(letter),
            _ => {}
        }
    }
    unescape(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn unescape(text: &str) -> String {
    let text = text.replace("&#60;", "<").replace("&#62;", ">");
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    let text = text.replace("&#34;", "\"").replace("&#39;", "'");
    let text = text.replace("&quot;", "\"").replace("&#38;", "&");
    text.replace("&amp;", "&")
}

/// The addresses of a page's links, without what follows `#`.
fn links(html: &str) -> Vec<String> {
    let anchors = elements(html).into_iter().filter(|e| e.name == "a");
    anchors
        .filter_map(|anchor| anchor.get("href").map(str::to_owned))
        .map(|href| href.split('#').next().unwrap_or_default().to_owned())
        .filter(|href| !href.is_empty())
        .collect()
}
