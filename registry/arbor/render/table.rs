//! Tables: aligned columns for people, tab-separated values for programs.
//! The layout is comfy-table's; this file says what the house's tables look
//! like.

use super::style;
use anstyle::AnsiColor;
use arbor_model::Branch;
use comfy_table::{
    Attribute, Cell as Drawn, CellAlignment, Color, ColumnConstraint, ContentArrangement, Row,
    Table, presets,
};

/// What a column does when the table is too wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// It keeps its width.
    Keep,
    /// It gives way.
    Give,
}

/// What becomes of a text that is wider than its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overflow {
    Cut,
    Wrap,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    fit: Fit,
    align: CellAlignment,
}

impl Column {
    /// Text, which gives way.
    pub(crate) const fn text(title: &'static str) -> Self {
        Self {
            title,
            fit: Fit::Give,
            align: CellAlignment::Left,
        }
    }

    /// A word or date, which does not.
    pub(crate) const fn word(title: &'static str) -> Self {
        Self {
            fit: Fit::Keep,
            ..Self::text(title)
        }
    }

    /// A number.
    pub(crate) const fn number(title: &'static str) -> Self {
        Self {
            align: CellAlignment::Right,
            ..Self::word(title)
        }
    }
}

/// How a cell looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    Plain,
    Strong,
    Faint,
    Branch(Branch),
}

/// A cell.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    text: String,
    look: Look,
}

impl Cell {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            look: Look::Plain,
        }
    }

    pub(crate) fn strong(text: impl Into<String>) -> Self {
        Self::new(text).look(Look::Strong)
    }

    pub(crate) fn faint(text: impl Into<String>) -> Self {
        Self::new(text).look(Look::Faint)
    }

    pub(crate) fn look(self, look: Look) -> Self {
        Self { look, ..self }
    }

    fn draw(&self) -> Drawn {
        let cell = Drawn::new(style::harmless(&self.text));
        match self.look {
            Look::Plain => cell,
            Look::Strong => cell.add_attribute(Attribute::Bold),
            Look::Faint => cell.add_attribute(Attribute::Dim),
            Look::Branch(branch) => cell.fg(colour(style::branch_colour(branch))),
        }
    }
}

/// The table in aligned columns, with a heading.
pub(crate) fn table(
    columns: &[Column],
    rows: &[Vec<Cell>],
    overflow: Overflow,
    width: Option<usize>,
) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).enforce_styling();
    table.style_text_only();
    table.set_header(
        columns
            .iter()
            .map(|column| Drawn::new(column.title).add_attribute(Attribute::Underlined)),
    );
    for row in rows {
        let mut row = Row::from(row.iter().map(Cell::draw).collect::<Vec<_>>());
        if overflow == Overflow::Cut {
            row.max_height(1);
        }
        table.add_row(row);
    }
    if let Some(width) = width {
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    let keep = width.is_none_or(|width| leaves_room(&table, columns, width));
    for (drawn, column) in table.column_iter_mut().zip(columns) {
        drawn.set_padding((0, 2));
        drawn.set_cell_alignment(column.align);
        if column.fit == Fit::Keep && keep {
            drawn.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    if let Some(last) = table.column_mut(columns.len().saturating_sub(1)) {
        last.set_padding((0, 0));
    }
    table.trim_fmt() + "\n"
}

/// Whether the columns that keep their width leave enough to those that give
/// way; else all of them give way.
fn leaves_room(table: &Table, columns: &[Column], width: usize) -> bool {
    const ENOUGH: usize = 8;
    let natural = table.column_max_content_widths();
    let needed = columns.iter().zip(natural).map(|(column, natural)| {
        2 + match column.fit {
            Fit::Keep => usize::from(natural),
            Fit::Give => usize::from(natural).min(ENOUGH),
        }
    });
    needed.sum::<usize>() <= width + 2
}

/// The cells as tab-separated values, nothing cut.
pub(crate) fn tsv(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = String::new();
    for row in rows {
        let cells: Vec<_> = row
            .iter()
            .map(|cell| style::harmless(&cell.replace(['\t', '\n'], " ")))
            .collect();
        text += &cells.join("\t");
        text.push('\n');
    }
    text
}

fn colour(colour: AnsiColor) -> Color {
    match colour {
        AnsiColor::Black => Color::Black,
        AnsiColor::Red => Color::DarkRed,
        AnsiColor::Green => Color::DarkGreen,
        AnsiColor::Yellow => Color::DarkYellow,
        AnsiColor::Blue => Color::DarkBlue,
        AnsiColor::Magenta => Color::DarkMagenta,
        AnsiColor::Cyan => Color::DarkCyan,
        AnsiColor::White => Color::Grey,
        AnsiColor::BrightBlack => Color::DarkGrey,
        AnsiColor::BrightRed => Color::Red,
        AnsiColor::BrightGreen => Color::Green,
        AnsiColor::BrightYellow => Color::Yellow,
        AnsiColor::BrightBlue => Color::Blue,
        AnsiColor::BrightMagenta => Color::Magenta,
        AnsiColor::BrightCyan => Color::Cyan,
        AnsiColor::BrightWhite => Color::White,
    }
}
