//! A part of an array, as arrays are indexed in Python: `0, -1, :40`.

/// Which numbers of each dimension; of dimensions not named, all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slice(Vec<Axis>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Axis {
    /// One, and the dimension is gone.
    At(i64),
    /// From one to before another; negative numbers count from the end.
    Range(Option<i64>, Option<i64>),
}

impl Slice {
    /// Reads indices and ranges between commas.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| match text {
            "" => Some(None),
            text => text.parse().ok().map(Some),
        };
        let axis = |text: &str| match text.trim().split_once(':') {
            None => text.trim().parse().ok().map(Axis::At),
            Some((from, to)) => Some(Axis::Range(number(from)?, number(to)?)),
        };
        text.split(',').map(axis).collect::<Option<_>>().map(Self)
    }

    /// The part of an array, and its shape; nothing if the array has no such
    /// part.
    pub(super) fn take(&self, shape: &[usize], data: &[f32]) -> Option<(Vec<usize>, Vec<f32>)> {
        let rest = vec![Axis::Range(None, None); shape.len().checked_sub(self.0.len())?];
        let (mut left, mut places) = (Vec::new(), vec![0_usize]);
        for (axis, dim) in self.0.iter().chain(&rest).zip(shape) {
            let range = axis.range(*dim)?;
            if matches!(axis, Axis::Range(..)) {
                left.push(range.len());
            }
            let inner = |place: &usize| {
                let place = place * dim;
                range.clone().map(move |at| place + at)
            };
            places = places.iter().flat_map(inner).collect();
        }
        let numbers = places.iter().map(|place| data.get(*place).copied());
        Some((left, numbers.collect::<Option<_>>()?))
    }
}

impl Axis {
    fn range(&self, dim: usize) -> Option<std::ops::Range<usize>> {
        let place = |at: i64| {
            let at = if at < 0 {
                i64::try_from(dim).ok()?.checked_add(at)?
            } else {
                at
            };
            usize::try_from(at).ok()
        };
        match self {
            Self::At(at) => {
                let at = place(*at).filter(|at| *at < dim)?;
                Some(at..at + 1)
            }
            Self::Range(from, to) => {
                let from = from.map_or(Some(0), place)?;
                let to = to.map_or(Some(dim), place)?;
                (from < to && to <= dim).then_some(from..to)
            }
        }
    }
}
