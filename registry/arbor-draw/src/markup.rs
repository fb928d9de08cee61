//! Small pieces of markup that several parts of the drawing share.
//!
//! It does not know the layout.

use crate::pen::{Pen, Role};
use std::fmt::Write;

/// A growing document and the pen it is written with.
pub(crate) struct Sheet {
    /// The pen.
    pub(crate) pen: Pen,
    text: String,
}

impl Sheet {
    /// An empty sheet.
    pub(crate) const fn new(pen: Pen) -> Self {
        Self {
            pen,
            text: String::new(),
        }
    }

    /// Adds markup as it is.
    pub(crate) fn raw(&mut self, markup: &str) {
        self.text.push_str(markup);
    }

    /// Adds formatted markup as it is.
    pub(crate) fn put(&mut self, markup: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.text.write_fmt(markup);
    }

    /// Adds a path.
    pub(crate) fn path(&mut self, role: Role, d: &str) {
        let role = self.pen.role(role);
        self.put(format_args!("<path{role} d=\"{d}\"/>"));
    }

    /// Adds a rectangle with rounded corners.
    pub(crate) fn rect(&mut self, role: Role, at: (i32, i32), size: (i32, i32), round: i32) {
        let role = self.pen.role(role);
        let ((x, y), (width, height)) = (at, size);
        self.put(format_args!(
            "<rect{role} x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\""
        ));
        if round > 0 {
            self.put(format_args!(" rx=\"{round}\""));
        }
        self.raw("/>");
    }

    /// Adds a line of text, escaped.
    pub(crate) fn text(&mut self, role: Role, at: (i32, i32), text: &str) {
        let role = self.pen.role(role);
        let ((x, y), text) = (at, escape(text));
        self.put(format_args!(
            "<text{role} x=\"{x}\" y=\"{y}\">{text}</text>"
        ));
    }

    /// Adds a line of text that ends at a place, escaped.
    pub(crate) fn text_to(&mut self, role: Role, at: (i32, i32), text: &str) {
        let role = self.pen.role(role);
        let ((x, y), text) = (at, escape(text));
        self.put(format_args!(
            "<text{role} x=\"{x}\" y=\"{y}\" text-anchor=\"end\">{text}</text>"
        ));
    }

    /// The document.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// A text as it can stand between tags and in quotes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in crate::metrics::clean(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}
