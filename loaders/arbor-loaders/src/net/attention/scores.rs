//! What queries find: scores, their weights, and the values these mix.

use super::Attention;
use super::keys::Keys;
use super::queries::Asked;
use crate::net::Sight;
use crate::net::differential::Pairs;
use candle_core::{D, DType, Result, Tensor};

impl Attention {
    /// Attention within sight.
    pub(super) fn attend(
        &self,
        asked: &Asked,
        key: &Tensor,
        value: &Tensor,
        sight: &Sight,
    ) -> Result<Tensor> {
        if let Some(joined) = self.fused(&asked.query, (key, value), sight)? {
            return self.leave(asked, joined);
        }
        let device = key.device();
        let bias = self.bias.scores(sight, device)?;
        let mask = sight.scores(self.window, device)?;
        self.weigh(asked, (key, value), sight, [bias, mask])
    }

    /// What queries find, with what is added to scores before and after they
    /// are squashed.
    pub(in crate::net) fn weigh(
        &self,
        asked: &Asked,
        (key, value): (&Tensor, &Tensor),
        sight: &Sight,
        [bias, mask]: [Option<Tensor>; 2],
    ) -> Result<Tensor> {
        let query = &asked.query.contiguous()?;
        let (b, h, s, _) = query.dims4()?;
        let (key, value) = (self.spread(key)?, self.spread(value)?);
        let value = match &self.keys {
            Keys::Differential { .. } => Pairs::join(&value)?,
            Keys::Full { .. } | Keys::Latent { .. } => value,
        };
        let mut scores = query
            .matmul(&key.transpose(2, 3)?.contiguous()?)?
            .to_dtype(DType::F32)?;
        if let Some(relative) = self.relative.scores(query, &key, sight)? {
            scores = (scores + relative)?;
        }
        let mut scores = (scores * self.scale)?;
        if let Some(bias) = bias {
            scores = scores.broadcast_add(&bias)?;
        }
        if let Some(cap) = self.soft_cap {
            scores = ((scores / cap)?.tanh()? * cap)?;
        }
        if let Some(mask) = mask {
            scores = scores.broadcast_add(&mask)?;
        }
        let weights = self.soften(&scores)?.to_dtype(value.dtype())?;
        let mut mixed = weights.matmul(&value)?;
        if let Some(more) = self.relative.values(&weights, sight)? {
            mixed = (mixed + more)?;
        }
        let mixed = match &self.keys {
            Keys::Differential { pairs, .. } => pairs.subtract(&mixed)?,
            Keys::Full { .. } | Keys::Latent { .. } => mixed,
        };
        let joined = mixed
            .transpose(1, 2)?
            .reshape((b, s, h * self.value_size))?;
        self.leave(asked, joined)
    }

    /// From the heads' joined output to the residual stream.
    fn leave(&self, asked: &Asked, joined: Tensor) -> Result<Tensor> {
        let joined = match &self.output_norm {
            Some(norm) => norm.forward(&joined)?,
            None => joined,
        };
        let joined = asked.exit.pass(joined, self.kv_heads)?;
        self.output.forward(&joined)
    }

    /// Softmax, over the sink too where there is one.
    fn soften(&self, scores: &Tensor) -> Result<Tensor> {
        let Some(sinks) = &self.sinks else {
            return candle_nn::ops::softmax_last_dim(scores);
        };
        let (b, h, s, keys) = scores.dims4()?;
        let sinks = sinks.to_dtype(DType::F32)?.reshape((1, h, 1, 1))?;
        let sinks = sinks.broadcast_as((b, h, s, 1))?.contiguous()?;
        let with = Tensor::cat(&[scores, &sinks], D::Minus1)?;
        let weights = candle_nn::ops::softmax_last_dim(&with)?;
        weights.narrow(D::Minus1, 0, keys)?.contiguous()
    }
}
