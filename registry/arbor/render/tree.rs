//! The tree in a terminal: one line a model, the lines of descent drawn to
//! the left of the names and the facts aligned to the right of them.
//!
//! It knows outlines and widths. A column that leaves too little room for the
//! names is dropped, the least needed first.

use super::bond::{Bond, Charset};
use super::style::{self, FAINT};
use super::text::{cut, pad, width};
use arbor_model::{Branch, Openness};
use arbor_service::Access;
use arbor_service::wire::{Outline, OutlineNode};

/// The facts beside a name, in order.
const FACTS: usize = 5;
/// Which of them go first when room is short: branch, organisation, relation,
/// access, date.
const DROPPED: [usize; FACTS] = [1, 2, 4, 3, 0];
/// Names are not cut shorter than this to make room for facts.
const SHORTEST_NAME: usize = 14;

/// The maker's place among the facts.
const MAKER: usize = 2;
/// Makers are cut to this before anything is dropped.
const SHORT_MAKER: usize = 10;

/// How wide everything is; a fact of width 0 is dropped.
struct Widths {
    name: usize,
    facts: [usize; FACTS],
    tail: usize,
}

impl Widths {
    fn total(&self) -> usize {
        let beside = self.facts.iter().chain([&self.tail]);
        self.name + beside.filter(|w| **w > 0).map(|w| w + 2).sum::<usize>()
    }

    /// Makes it fit: cuts makers, then names, then drops facts.
    fn squeeze(&mut self, room: usize, least_name: usize) {
        let excess = self.total().saturating_sub(room);
        let maker = &mut self.facts[MAKER];
        *maker = (*maker).min(maker.saturating_sub(excess).max(SHORT_MAKER));
        let wanted = self.name;
        self.name = least_name;
        for at in DROPPED {
            if self.total() > room {
                self.facts[at] = 0;
            }
        }
        let left = room.saturating_sub(self.total());
        self.name = wanted.min(self.name + left).min(room);
    }
}

/// A line before it is aligned.
struct Line {
    prefix: String,
    name: String,
    branch: Option<Branch>,
    facts: [String; FACTS],
    tail: String,
}

/// Draws trees.
pub(crate) struct Drawing<'a> {
    pub(crate) charset: Charset,
    pub(crate) width: Option<usize>,
    /// A maker's name by its id.
    pub(crate) maker: &'a dyn Fn(&str) -> String,
}

impl Drawing<'_> {
    /// The whole drawing, legend included.
    pub(crate) fn draw(&self, outline: &Outline) -> String {
        let mut lines = Vec::new();
        for root in &outline.roots {
            self.lines(root, None, "", "", &mut lines);
        }
        let mut text = self.align(&lines);
        text += &self.legend(outline);
        text
    }

    /// The line of a model, then those below it. `own` is drawn before its
    /// name, `below` before the lines below.
    fn lines(
        &self,
        node: &OutlineNode,
        above: Option<&OutlineNode>,
        own: &str,
        below: &str,
        lines: &mut Vec<Line>,
    ) {
        lines.push(self.line(node, above, own));
        let last = node.children.len().saturating_sub(1);
        for (at, child) in node.children.iter().enumerate() {
            let glyph = bond(child).map_or(self.dash(), |bond| bond.glyph(self.charset));
            let (corner, stem) = match (self.charset, at == last) {
                (Charset::Utf8, false) => ("├─", "│   "),
                (Charset::Utf8, true) => ("└─", "    "),
                (Charset::Ascii, false) => ("|-", "|   "),
                (Charset::Ascii, true) => ("`-", "    "),
            };
            let own = format!("{below}{corner}{glyph} ");
            let below = format!("{below}{stem}");
            self.lines(child, Some(node), &own, &below, lines);
        }
    }

    fn line(&self, node: &OutlineNode, above: Option<&OutlineNode>, prefix: &str) -> Line {
        let model = &node.model;
        let mark = if node.repeated { " (*)" } else { "" };
        let makers = model.organisations.first();
        let makers = makers.map(|id| self.ascii(&(self.maker)(id), id));
        let access = model.openness.and_then(|word| word.parse().ok());
        let access = access.map(|openness: Openness| Access::from(openness).as_str());
        let branch = style::branch_named(model.branch);
        Line {
            prefix: prefix.to_owned(),
            name: self.ascii(&model.name, &model.id) + mark,
            branch,
            facts: [
                model.released.clone().unwrap_or_default(),
                branch.map_or("", style::branch_short).to_owned(),
                makers.unwrap_or_default(),
                access.unwrap_or("").to_owned(),
                above.map_or_else(String::new, |above| relation(node, above)),
            ],
            tail: if node.hidden > 0 {
                format!("+{} more", node.hidden)
            } else {
                String::new()
            },
        }
    }

    fn align(&self, lines: &[Line]) -> String {
        let longest = |text: &dyn Fn(&Line) -> usize| lines.iter().map(text).max().unwrap_or(0);
        let mut widths = Widths {
            name: longest(&|line| width(&line.prefix) + width(&line.name)),
            facts: std::array::from_fn(|at| longest(&|line| width(&line.facts[at]))),
            tail: longest(&|line| width(&line.tail)),
        };
        if let Some(room) = self.width {
            let least = |line: &Line| width(&line.prefix) + width(&line.name).min(SHORTEST_NAME);
            widths.squeeze(room, longest(&least));
        }
        let lines = lines.iter().map(|line| self.aligned(line, &widths));
        lines.map(|line| line + "\n").collect()
    }

    fn aligned(&self, line: &Line, widths: &Widths) -> String {
        let names = widths.name;
        let prefix = cut(&line.prefix, names.saturating_sub(1), self.mark());
        let name = cut(&line.name, names - width(&prefix), self.mark());
        let used = width(&prefix) + width(&name);
        let painted = match line.branch {
            Some(branch) => {
                let colour = style::branch_colour(branch).on_default();
                style::paint(colour, &name)
            }
            None => name,
        };
        let facts = line.facts.iter().zip(widths.facts);
        let mut text = String::new();
        for (fact, width) in facts.filter(|(_, width)| *width > 0) {
            text += "  ";
            text += &pad(&cut(fact, width, self.mark()), width);
        }
        if !line.tail.is_empty() {
            text += &format!("  {}", line.tail);
        }
        let text = text.trim_end();
        let gap = if text.is_empty() { 0 } else { names - used };
        let prefix = style::paint(FAINT, &prefix);
        format!("{prefix}{painted}{}{text}", " ".repeat(gap))
    }

    /// The glyphs that occur, and what they mean.
    fn legend(&self, outline: &Outline) -> String {
        let mut bonds = Vec::new();
        let mut repeated = false;
        let mut open: Vec<&OutlineNode> = outline.roots.iter().collect();
        while let Some(node) = open.pop() {
            repeated |= node.repeated;
            open.extend(&node.children);
            bonds.extend(node.children.iter().filter_map(bond));
        }
        let used = Bond::ALL.into_iter().filter(|bond| bonds.contains(bond));
        let mut words: Vec<_> = used
            .map(|bond| format!("{} {}", bond.glyph(self.charset), bond.word()))
            .collect();
        if repeated {
            words.push("(*) opened elsewhere".to_owned());
        }
        let mut lines: Vec<String> = Vec::new();
        for word in words {
            match lines.last_mut() {
                Some(line)
                    if self
                        .width
                        .is_none_or(|w| width(line) + 2 + width(&word) <= w) =>
                {
                    *line += &format!("  {word}");
                }
                Some(_) | None => lines.push(word),
            }
        }
        let lines = lines.iter().map(|line| style::paint(FAINT, line) + "\n");
        lines.collect()
    }

    /// The name, or another where the name cannot be written.
    fn ascii(&self, name: &str, other: &str) -> String {
        match self.charset {
            Charset::Ascii if !name.is_ascii() => other.to_owned(),
            Charset::Ascii | Charset::Utf8 => style::harmless(name),
        }
    }

    const fn mark(&self) -> &'static str {
        match self.charset {
            Charset::Utf8 => "…",
            Charset::Ascii => "~",
        }
    }

    const fn dash(&self) -> char {
        match self.charset {
            Charset::Utf8 => '─',
            Charset::Ascii => '-',
        }
    }
}

fn bond(node: &OutlineNode) -> Option<Bond> {
    node.relation?.parse().ok().map(Bond::of)
}

/// The relation in a word; for a model whose parent is not the one above,
/// that parent too.
fn relation(node: &OutlineNode, above: &OutlineNode) -> String {
    let word = node.relation.unwrap_or("");
    let short = ["-from", "-of"]
        .iter()
        .find_map(|end| word.strip_suffix(end));
    let short = short.unwrap_or(word);
    match &node.parent {
        Some(parent) if *parent != above.model.id => format!("{short}, via {parent}"),
        Some(_) | None => short.to_owned(),
    }
}
