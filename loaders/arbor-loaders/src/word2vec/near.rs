//! What lies near what, by the angle between vectors: all that published
//! vectors can answer. A cosine is no probability.

use super::Word2Vec;
use crate::LoadError;

/// A word near another, by its number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// The word.
    pub id: u32,
    /// The cosine of the angle between the two, from -1 to 1.
    pub cosine: f64,
}

impl Word2Vec {
    /// The words nearest to a sum of words, each added with its sign as a
    /// vector of length one; none of them is an answer. `king - man + woman`
    /// is Mikolov et al.'s question (2013, arXiv 1301.3781).
    ///
    /// # Errors
    /// [`LoadError::Input`] without words, or for words beyond the table.
    pub fn nearest(&self, sum: &[(u32, f64)], count: usize) -> Result<Vec<Near>, LoadError> {
        let mut point = vec![0.0; self.input.width()];
        for (id, sign) in sum {
            let vector = self.vector(*id)?;
            let length = length(vector).max(f64::MIN_POSITIVE);
            for (sum, number) in point.iter_mut().zip(vector) {
                *sum += sign * f64::from(*number) / length;
            }
        }
        let left_out: Vec<u32> = sum.iter().map(|(id, _)| *id).collect();
        self.near(&point, &left_out, count)
    }

    /// The words nearest to the mean of a context, none of its own.
    ///
    /// # Errors
    /// As [`Self::mean`].
    pub fn nearest_to_mean(&self, context: &[u32], count: usize) -> Result<Vec<Near>, LoadError> {
        self.near(&self.mean(context)?, context, count)
    }

    fn near(&self, point: &[f64], left_out: &[u32], count: usize) -> Result<Vec<Near>, LoadError> {
        let size = point.iter().map(|n| n * n).sum::<f64>().sqrt();
        if left_out.is_empty() || size == 0.0 {
            let reason = "nothing lies near no word at all";
            return Err(LoadError::Input(reason.to_owned()));
        }
        let cosine = |vector: &[f32]| {
            let pairs = point.iter().zip(vector);
            let product: f64 = pairs.map(|(a, b)| a * f64::from(*b)).sum();
            product / size / length(vector).max(f64::MIN_POSITIVE)
        };
        let mut all: Vec<Near> = (0..)
            .zip(self.input.vectors())
            .filter(|(id, _)| !left_out.contains(id))
            .map(|(id, vector)| Near {
                id,
                cosine: cosine(vector),
            })
            .collect();
        // The first of equals first.
        let order = |a: &Near, b: &Near| b.cosine.total_cmp(&a.cosine).then(a.id.cmp(&b.id));
        if all.len() > count && count > 0 {
            all.select_nth_unstable_by(count - 1, order);
        }
        all.truncate(count);
        all.sort_by(order);
        Ok(all)
    }
}

fn length(vector: &[f32]) -> f64 {
    let squares = vector.iter().map(|n| f64::from(*n).powi(2));
    squares.sum::<f64>().sqrt()
}
