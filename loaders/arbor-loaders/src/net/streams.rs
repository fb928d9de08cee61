//! Two streams through one stack (XLNet): content, which sees itself, and
//! queries, which answer for a position without seeing its token.

use super::mask::HIDDEN;
use super::{Embed, Layers, Rows, Source, State};
use crate::{Input, LoadError};
use arbor_genome::Parameter;
use arbor_genome::gene;
use candle_core::{Device, Tensor};

#[derive(Debug)]
pub(crate) struct TwoStreams {
    embed: Embed,
    /// `[w]`: what every query begins with.
    query: Tensor,
    pub(crate) layers: Layers,
}

/// What the streams may see.
#[derive(Debug, Default)]
pub(crate) struct View {
    /// Added to the scores of content, `[b, 1, 1 or q, k]`.
    pub(crate) content: Option<Tensor>,
    /// Added to the scores of queries, `[b, 1, q, k]`.
    pub(crate) query: Option<Tensor>,
    /// 1 where query and key are of different segments, `[b, 1, q, k]`.
    pub(crate) segments: Option<Tensor>,
}

impl TwoStreams {
    pub(crate) fn new(
        embedding: &gene::Embedding,
        query: &Parameter,
        stack: &gene::Stack,
        source: &Source<'_>,
    ) -> Result<Self, LoadError> {
        Ok(Self {
            embed: Embed::new(embedding, source)?,
            query: source.get(query)?,
            layers: Layers::new(stack, source)?,
        })
    }

    /// The queries' states where an order is asked for, else the content's.
    pub(crate) fn forward(
        &self,
        input: &Input,
        rows: &Rows,
        state: &mut State,
    ) -> Result<Tensor, LoadError> {
        let past = state.length;
        let content = self.embed.forward(&input.ids, None, past, rows)?;
        let device = content.device();
        let padding = rows.padding(device)?;
        let mut view = View {
            content: padding.clone(),
            ..View::default()
        };
        if !input.types.is_empty() {
            let types = shaped(&input.types, &content, "token types")?;
            // What was read before counts as the first segment.
            let differ = |query: u32, key: Option<u32>| query != key.unwrap_or(0);
            let one = |differs| if differs { 1.0 } else { 0.0 };
            view.segments = Some(square(types, past, |q, k| one(differ(q, k)), device)?);
        }
        if input.order.is_empty() {
            return Ok(self.layers.two_streams(&content, None, &view, state)?);
        }
        let order = shaped(&input.order, &content, "the order")?;
        let seen = |sees| if sees { 0.0 } else { HIDDEN };
        let earlier = square(order, past, |q, k| seen(k.is_none_or(|k| k < q)), device)?;
        let itself = square(order, past, |q, k| seen(k.is_none_or(|k| k <= q)), device)?;
        let both = |mask: Tensor| match &padding {
            // The sum of two would overflow.
            Some(padding) => mask.broadcast_minimum(padding),
            None => Ok(mask),
        };
        view.query = Some(both(earlier)?);
        view.content = Some(both(itself)?);
        let query = self.query.broadcast_as(content.shape())?.contiguous()?;
        Ok(self
            .layers
            .two_streams(&content, Some(&query), &view, state)?)
    }
}

/// Numbers for each token, as many as there are tokens.
fn shaped<'n>(
    numbers: &'n [Vec<u32>],
    content: &Tensor,
    what: &str,
) -> Result<&'n [Vec<u32>], LoadError> {
    let (b, s, _) = content.dims3()?;
    if numbers.len() == b && numbers.iter().all(|row| row.len() == s) {
        Ok(numbers)
    } else {
        Err(LoadError::Input(format!(
            "{what} must have a number for each token"
        )))
    }
}

/// `[b, 1, q, k]` from the numbers of query and key; a key of an earlier pass
/// has none.
fn square(
    rows: &[Vec<u32>],
    past: usize,
    value: impl Fn(u32, Option<u32>) -> f32,
    device: &Device,
) -> candle_core::Result<Tensor> {
    let length = rows.first().map_or(0, Vec::len);
    let mut flat = Vec::with_capacity(rows.len() * length * (past + length));
    for row in rows {
        for query in row {
            flat.extend((0..past).map(|_| value(*query, None)));
            flat.extend(row.iter().map(|key| value(*query, Some(*key))));
        }
    }
    Tensor::from_vec(flat, (rows.len(), 1, length, past + length), device)
}
