//! Newick: the tree of primary parents, as tools of phylogenetics read it.
//! Branch lengths are years; the catalogue's several roots hang from one
//! unnamed root.

use crate::View;
use arbor_model::{Model, PartialDate};
use std::collections::HashMap;

pub(super) fn newick(view: &View, models: &[&Model]) -> String {
    let mut tree = Tree {
        children: HashMap::new(),
    };
    for model in models {
        let parent = view
            .primary_parent(model)
            .map(|(parent, _)| parent.id.as_str());
        let within = parent.filter(|p| models.binary_search_by(|m| m.id.as_str().cmp(p)).is_ok());
        tree.children.entry(within).or_default().push(model);
    }
    tree.write() + ";\n"
}

struct Tree<'m> {
    /// The models under each parent; `None` is the unnamed root.
    children: HashMap<Option<&'m str>, Vec<&'m Model>>,
}

/// What is still to be written, the next one last.
enum Todo<'m> {
    Node(&'m Model, Option<PartialDate>),
    Comma,
    Label(&'m Model, Option<PartialDate>),
    End,
}

impl<'m> Tree<'m> {
    /// Depth first without recursion: the depth of a lineage is not ours to
    /// say.
    fn write(&self) -> String {
        let mut out = String::new();
        let mut todo = vec![Todo::End];
        self.open(None, &mut out, &mut todo);
        while let Some(next) = todo.pop() {
            match next {
                Todo::Comma => out.push(','),
                Todo::End => out.push(')'),
                Todo::Label(model, from) => {
                    out.push(')');
                    label(model, from, &mut out);
                }
                Todo::Node(model, from) if self.children.contains_key(&Some(model.id.as_str())) => {
                    todo.push(Todo::Label(model, from));
                    self.open(Some(model), &mut out, &mut todo);
                }
                Todo::Node(model, from) => label(model, from, &mut out),
            }
        }
        out
    }

    fn open(&self, parent: Option<&'m Model>, out: &mut String, todo: &mut Vec<Todo<'m>>) {
        out.push('(');
        let below = self.children.get(&parent.map(|model| model.id.as_str()));
        let below = below.map_or(&[][..], Vec::as_slice);
        let born = parent.and_then(Model::released);
        for (at, child) in below.iter().enumerate().rev() {
            todo.push(Todo::Node(child, born));
            if at > 0 {
                todo.push(Todo::Comma);
            }
        }
    }
}

fn label(model: &Model, from: Option<PartialDate>, out: &mut String) {
    // An id holds nothing that a quoted label would have to escape.
    out.push('\'');
    out.push_str(model.id.as_str());
    out.push('\'');
    if let (Some(from), Some(to)) = (from, model.released()) {
        let years = (months(to) - months(from)).max(0) as f64 / 12.0;
        out.push_str(&format!(":{years:.2}"));
    }
}

fn months(date: PartialDate) -> i32 {
    let (year, month, _) = date.earliest();
    i32::from(year) * 12 + i32::from(month)
}
