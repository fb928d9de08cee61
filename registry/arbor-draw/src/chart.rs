//! Models by organisation: a bar each, its closed part hollow.
//!
//! It does not know which organisations there are or how they were merged.
//! Unit: half pixels from its upper left corner.

use crate::frame::CHART;
use crate::markup::Sheet;
use crate::metrics::{Weight, fit};
use crate::pen::Role;
use crate::scene::Organisation;

/// Where the bars begin, and the longest bar.
const START: i32 = 168;
const LONGEST: f64 = 216.0;
/// Room for a name.
const NAME: i32 = 156;

/// Writes the chart.
pub(crate) fn write(sheet: &mut Sheet, (x, y): (i32, i32), bars: &[Organisation]) {
    let total = |o: &Organisation| o.open.saturating_add(o.closed);
    let most = bars.iter().map(total).max().unwrap_or(1).max(1) as f64;
    let long = |count: u64| (count as f64 / most * LONGEST).round() as i32;
    let height = 24 + 38 * bars.len() as i32;
    sheet.rect(Role::Card, (x - 24, y - 24), (CHART.1, height + 48), 20);
    sheet.text(Role::Heading, (x, y + 16), "Models by organisation");
    for (place, bar) in bars.iter().enumerate() {
        let top = y + 40 + 38 * place as i32;
        let name = fit(&bar.name, 22.5, Weight::Regular, NAME);
        sheet.text_to(Role::Note, (x + START - 12, top + 20), &name);
        let (open, whole) = (long(bar.open), long(total(bar)).max(6));
        if bar.open > 0 {
            sheet.rect(Role::BarOpen, (x + START, top), (open.max(4), 26), 6);
        }
        if bar.closed > 0 {
            let from = x + START + if bar.open > 0 { open + 3 } else { 1 };
            let wide = (whole - open - 4).max(5);
            sheet.rect(Role::BarClosed, (from, top + 1), (wide, 24), 6);
        }
        let count = total(bar).to_string();
        sheet.text(Role::Count, (x + START + whole + 14, top + 20), &count);
    }
}
