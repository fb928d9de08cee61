//! Plain attention by a kernel, where there is one for it.

use super::Attention;
use super::keys::Keys;
use crate::kernel;
use crate::net::Sight;
use crate::net::relative::Relative;
use arbor_model::Mask;
use candle_core::{DType, Result, Tensor};

impl Attention {
    /// `[b, s, h · d]`; none where scores need more than a kernel knows.
    pub(super) fn fused(
        &self,
        query: &Tensor,
        (key, value): (&Tensor, &Tensor),
        sight: &Sight,
    ) -> Result<Option<Tensor>> {
        let plain = match (&self.relative, &self.keys) {
            (Relative::None, Keys::Full { .. } | Keys::Latent { .. }) => true,
            (Relative::None, Keys::Differential { .. })
            | (Relative::Disentangled(_) | Relative::Distances(_) | Relative::Xl(_), _) => false,
        };
        let (rows, _, _, _) = query.dims4()?;
        let keys = key.dim(2)?;
        let padded = match &sight.padding {
            Some(padding) => padding.dims() == [rows, 1, 1, keys],
            None => true,
        };
        if !(plain && padded && keys == sight.keys && kernel::serves(query)) {
            return Ok(None);
        }
        let numbers = |tensor: Option<&Tensor>| {
            let numbers = tensor.map(|t| t.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>());
            numbers.transpose()
        };
        let bias = numbers(self.bias.scores(sight, query.device())?.as_ref())?;
        let padding = numbers(sight.padding.as_ref())?;
        let sinks = numbers(self.sinks.as_ref())?;
        let attention = kernel::Attention {
            scale: self.scale,
            soft_cap: self.soft_cap,
            causal: match sight.mask {
                Mask::Bidirectional | Mask::None => false,
                Mask::Causal | Mask::Prefix | Mask::Mixed => true,
            },
            past: sight.past,
            window: self.window.map(crate::net::size),
            bias: bias.as_deref(),
            padding: padding.as_deref(),
            sinks: sinks.as_deref(),
        };
        kernel::attend(query, key, value, &attention).map(Some)
    }
}
