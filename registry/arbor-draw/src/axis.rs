//! The elastic time axis: one width per month, wider where releases crowd.
//!
//! It knows months and the room that pairs of dates need, not what stands
//! there. Unit: half pixels along, months since the year 0 as input.

/// Width of an ordinary month.
const BASE: f64 = 16.0;
/// Width of a month before the first model, where the limbs spread.
const LEAD: f64 = 22.0;
/// The widest a month becomes.
const CAP: f64 = 92.0;
/// Months before the first model.
pub(crate) const LEAD_MONTHS: i32 = 24;

/// Two moments and the room needed between them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Need {
    /// The earlier moment in months.
    pub(crate) from: f64,
    /// The later moment in months.
    pub(crate) to: f64,
    /// The room in half pixels.
    pub(crate) room: f64,
}

/// The axis.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    start: i32,
    widths: Vec<f64>,
    ends: Vec<f64>,
    origin: f64,
}

impl Axis {
    /// An axis from [`LEAD_MONTHS`] before `first` to the end of `last`'s month.
    pub(crate) fn new(first: f64, last: f64) -> Self {
        let month = first.floor() as i32;
        let start = month.saturating_sub(LEAD_MONTHS);
        let count = (last.floor() as i32)
            .saturating_sub(start)
            .clamp(LEAD_MONTHS, 12 * 400)
            + 1;
        let widths = (0..count)
            .map(|m| if m < LEAD_MONTHS { LEAD } else { BASE })
            .collect();
        let mut axis = Self {
            start,
            widths,
            ends: Vec::new(),
            origin: 0.0,
        };
        axis.sum(0);
        axis
    }

    /// Widens months until each need is met or its months are at their widest.
    /// Short spans come first: they have the fewest months to widen.
    pub(crate) fn fit(&mut self, mut needs: Vec<Need>) {
        needs.sort_by(|a, b| {
            let spans = (a.to - a.from).total_cmp(&(b.to - b.from));
            spans
                .then_with(|| a.from.total_cmp(&b.from))
                .then_with(|| a.room.total_cmp(&b.room))
        });
        for _ in 0..3 {
            for need in &needs {
                let have = self.at(need.to) - self.at(need.from);
                if have < need.room {
                    self.widen(need, need.room - have);
                }
            }
        }
    }

    fn widen(&mut self, need: &Need, missing: f64) {
        let (from, to) = (self.month(need.from), self.month(need.to));
        let open: Vec<usize> = (from..=to).filter(|&m| self.widths[m] < CAP).collect();
        for &m in &open {
            self.widths[m] = CAP.min(self.widths[m] + missing / open.len() as f64);
        }
        self.sum(from);
    }

    fn sum(&mut self, from: usize) {
        self.ends.truncate(from);
        let mut end = self.ends.last().copied().unwrap_or(0.0);
        for width in &self.widths[from..] {
            end += width;
            self.ends.push(end);
        }
    }

    fn month(&self, moment: f64) -> usize {
        let month = (moment.floor() as i32).saturating_sub(self.start).max(0) as usize;
        month.min(self.widths.len() - 1)
    }

    /// Where a moment stands; beyond the ends the last month goes on.
    pub(crate) fn at(&self, moment: f64) -> f64 {
        let month = self.month(moment);
        let into = moment - f64::from(self.start) - month as f64;
        self.origin + self.ends[month] + (into - 1.0) * self.widths[month]
    }

    /// Moves the axis so that `moment` stands at `place`.
    pub(crate) fn anchor(&mut self, moment: f64, place: f64) {
        self.origin += place - self.at(moment);
    }

    /// Where the last month ends.
    pub(crate) fn end(&self) -> f64 {
        self.origin + self.ends.last().copied().unwrap_or(0.0)
    }

    /// The last moment, in months.
    pub(crate) fn last(&self) -> f64 {
        f64::from(self.start) + self.widths.len() as f64
    }
}
