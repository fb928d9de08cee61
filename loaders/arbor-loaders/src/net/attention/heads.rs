//! From rows as maps give them to heads, and rotation within these.

use super::Attention;
use crate::net::norm::Norm;
use arbor_genome::gene::Span;
use candle_core::{Result, Tensor};

impl Attention {
    /// `[b, s, heads · d]` → a view of it as `[b, heads, s, d]`, normed and
    /// clipped.
    pub(super) fn heads_of(
        &self,
        flat: &Tensor,
        heads: usize,
        width: usize,
        norm: Option<&(Norm, Span)>,
    ) -> Result<Tensor> {
        let (b, s, _) = flat.dims3()?;
        let split = match norm {
            Some((norm, Span::AllHeads)) => norm.forward(flat)?.reshape((b, s, heads, width))?,
            Some((norm, Span::Head | Span::OwnHead)) => {
                norm.forward(&flat.reshape((b, s, heads, width))?)?
            }
            Some((_, Span::RotatedHead)) | None => flat.reshape((b, s, heads, width))?,
        };
        let split = match self.clip {
            Some(limit) => split.clamp(-limit, limit)?,
            None => split,
        };
        split.transpose(1, 2)
    }

    /// `[b, h, s, d]`, the first position standing at `start`.
    pub(super) fn rotate(&self, x: &Tensor, start: usize) -> Result<Tensor> {
        match &self.rotary {
            Some(rotary) => rotary.apply(x, &rotary.turns(start, x.dim(2)?)),
            None => Ok(x.clone()),
        }
    }

    /// The norm of heads that are rotated already.
    pub(super) fn norm_rotated(x: Tensor, norm: Option<&(Norm, Span)>) -> Result<Tensor> {
        match norm {
            Some((norm, Span::RotatedHead)) => norm.forward(&x),
            Some((_, Span::AllHeads | Span::Head | Span::OwnHead)) | None => Ok(x),
        }
    }

    /// Repeats each key-value head for the query heads that it serves.
    pub(super) fn spread(&self, x: &Tensor) -> Result<Tensor> {
        let (b, kv, s, d) = x.dims4()?;
        let times = self.heads / kv.max(1);
        if times == 1 {
            return x.contiguous();
        }
        x.unsqueeze(2)?
            .broadcast_as((b, kv, times, s, d))?
            .reshape((b, kv * times, s, d))
    }
}
