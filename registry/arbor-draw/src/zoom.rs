//! How much larger or smaller than laid out a drawing is shown. The drawing
//! stays the same: it scales.

use std::fmt;
use std::str::FromStr;

/// How large a drawing is shown: hundredths of its own size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zoom(u16);

/// Smaller than this nothing can be read, larger than that nothing is won.
const RANGE: std::ops::RangeInclusive<u16> = 50..=200;
/// What people step through.
const STEPS: [u16; 5] = [50, 70, 100, 140, 200];

impl Zoom {
    /// A length in half pixels as pixels on the page.
    pub(crate) fn pixels(self, half: i32) -> i64 {
        (i64::from(half) * i64::from(self.0) + 100) / 200
    }

    /// The next step down, where there is one.
    #[must_use]
    pub fn out(self) -> Option<Self> {
        let smaller = STEPS.into_iter().rev().find(|step| *step < self.0);
        smaller.map(Self)
    }

    /// The next step up, where there is one.
    #[must_use]
    pub fn closer(self) -> Option<Self> {
        STEPS.into_iter().find(|step| *step > self.0).map(Self)
    }
}

impl Default for Zoom {
    fn default() -> Self {
        Self(100)
    }
}

/// That a text is no zoom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a zoom is a number from 0.5 to 2")]
pub struct NoZoom;

impl FromStr for Zoom {
    type Err = NoZoom;

    fn from_str(text: &str) -> Result<Self, NoZoom> {
        let factor: f64 = text.trim().parse().map_err(|_| NoZoom)?;
        let hundredths = (factor * 100.0).round();
        // A cast keeps what is out of range out of range, and makes 0 of NaN.
        let zoom = hundredths as u16;
        RANGE.contains(&zoom).then_some(Self(zoom)).ok_or(NoZoom)
    }
}

impl fmt::Display for Zoom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", f64::from(self.0) / 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zoom_is_read_as_it_is_written() {
        for (text, written) in [
            ("1", "1"),
            ("1.40", "1.4"),
            (" .5", "0.5"),
            ("1.239", "1.24"),
        ] {
            let zoom: Zoom = text.parse().expect("a zoom");
            assert_eq!(zoom.to_string(), written);
        }
        for wrong in ["", "0.49", "2.01", "-1", "NaN", "inf", "1e9", "big", "50%"] {
            assert_eq!(wrong.parse::<Zoom>(), Err(NoZoom), "{wrong}");
        }
    }

    #[test]
    fn steps_lead_there_and_back() {
        let mut zoom = Zoom::default();
        while let Some(smaller) = zoom.out() {
            assert_eq!(smaller.closer(), Some(zoom));
            zoom = smaller;
        }
        assert_eq!(zoom.to_string(), "0.5");
        assert_eq!(Zoom(123).closer(), Some(Zoom(140)));
        assert_eq!(Zoom(200).closer(), None);
        assert_eq!((Zoom(100).pixels(300), Zoom(50).pixels(301)), (150, 75));
    }
}
