//! Tokens to states.

use super::linear::Linear;
use super::norm::Norm;
use super::sinusoids::sinusoids;
use super::{Rows, Source};
use crate::LoadError;
use arbor_genome::gene::{self, AbsolutePosition, Counting, Dropped, SinusoidLayout};
use candle_core::Tensor;

#[derive(Clone, Debug)]
enum Positions {
    None,
    Learned {
        table: Tensor,
        offset: u64,
        counting: Counting,
    },
    Sinusoidal {
        layout: SinusoidLayout,
        offset: u64,
        counting: Counting,
    },
}

#[derive(Clone, Debug)]
pub(crate) struct Embed {
    tokens: Tensor,
    scale: f64,
    dropped: Option<Dropped>,
    positions: Positions,
    after_norm: bool,
    /// Added to every token: a place on a page that is none.
    nowhere: Option<Tensor>,
    types: Option<Tensor>,
    norm: Option<Box<Norm>>,
    projection: Option<Linear>,
    /// Whether positions come after the projection.
    late: bool,
}

impl Embed {
    pub(crate) fn new(
        gene: &gene::Embedding,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let mut nowhere = None;
        let (positions, after_norm) = match &gene.positions {
            AbsolutePosition::OnPage {
                positions,
                edges,
                sizes,
            } => {
                // An edge's table serves both edges.
                let tables = edges.iter().chain(edges.iter()).chain(sizes.iter());
                for table in tables {
                    let row = source.get(table)?.get(0)?;
                    nowhere = Some(match nowhere {
                        None => row,
                        Some(sum) => (sum + row)?,
                    });
                }
                (positions.as_ref(), false)
            }
            AbsolutePosition::AfterNorm(positions) => (positions.as_ref(), true),
            positions @ (AbsolutePosition::None
            | AbsolutePosition::Learned { .. }
            | AbsolutePosition::Sinusoidal { .. }) => (positions, false),
        };
        let positions = match positions {
            AbsolutePosition::None
            | AbsolutePosition::AfterNorm(_)
            | AbsolutePosition::OnPage { .. } => Positions::None,
            AbsolutePosition::Learned {
                table,
                offset,
                counting,
            } => Positions::Learned {
                table: source.get(table)?,
                offset: *offset,
                counting: *counting,
            },
            AbsolutePosition::Sinusoidal {
                layout,
                offset,
                counting,
            } => Positions::Sinusoidal {
                layout: *layout,
                offset: *offset,
                counting: *counting,
            },
        };
        Ok(Self {
            tokens: source.get(&gene.tokens)?,
            scale: gene.scale,
            dropped: gene.dropped,
            positions,
            after_norm,
            nowhere,
            types: source.optional(gene.token_types.as_ref())?,
            norm: gene
                .norm
                .as_ref()
                .map(|norm| Norm::new(norm, source).map(Box::new))
                .transpose()?,
            projection: gene
                .projection
                .as_ref()
                .map(|map| Linear::new(map, source))
                .transpose()?,
            late: positions_late(gene),
        })
    }

    /// Rows of ids, the first one at position `past`, to states `[b, s, w]`.
    pub(crate) fn forward(
        &self,
        ids: &[Vec<u32>],
        types: Option<&[Vec<u32>]>,
        past: usize,
        rows: &Rows,
    ) -> std::result::Result<Tensor, LoadError> {
        let mut x = look_up(&self.tokens, ids, "token")?;
        if self.scale != 1.0 {
            x = (x * self.scale)?;
        }
        if let Some(dropped) = &self.dropped {
            let factors = factors(*dropped, ids, rows);
            let shape = (ids.len(), factors.len() / ids.len().max(1), 1);
            let factors = Tensor::from_vec(factors, shape, x.device())?;
            x = x.broadcast_mul(&factors.to_dtype(x.dtype())?)?;
        }
        if let Some(row) = &self.nowhere {
            x = x.broadcast_add(row)?;
        }
        if let Some(table) = &self.types {
            let zeros: Vec<Vec<u32>>;
            let types = match types {
                Some(types) => types,
                None => {
                    zeros = ids.iter().map(|row| vec![0; row.len()]).collect();
                    &zeros
                }
            };
            x = (x + look_up(table, types, "token type")?)?;
        }
        if !(self.late || self.after_norm) {
            x = self.place(x, ids, past, rows)?;
        }
        if let Some(norm) = &self.norm {
            x = norm.forward(&x)?;
        }
        if self.after_norm && !self.late {
            x = self.place(x, ids, past, rows)?;
        }
        if let Some(projection) = &self.projection {
            x = projection.forward(&x)?;
        }
        if self.late {
            x = self.place(x, ids, past, rows)?;
        }
        Ok(x)
    }

    /// Adds positions.
    fn place(
        &self,
        x: Tensor,
        ids: &[Vec<u32>],
        past: usize,
        rows: &Rows,
    ) -> std::result::Result<Tensor, LoadError> {
        match &self.positions {
            Positions::None => Ok(x),
            Positions::Learned {
                table,
                offset,
                counting,
            } => {
                let numbers = number(ids, *counting, *offset, past, rows);
                Ok((x + look_up(table, &numbers, "position")?)?)
            }
            Positions::Sinusoidal {
                layout,
                offset,
                counting,
            } => {
                let numbers = number(ids, *counting, *offset, past, rows);
                let padding = match counting {
                    Counting::AfterPad(pad) => Some(*pad),
                    Counting::All | Counting::Unmasked { .. } => None,
                };
                let table = sinusoids(&numbers, *layout, x.dim(2)?, padding, x.device())?;
                Ok((&x + table.to_dtype(x.dtype())?)?)
            }
        }
    }
}

/// What each token's vector is multiplied with.
fn factors(dropped: Dropped, ids: &[Vec<u32>], rows: &Rows) -> Vec<f32> {
    let one = |(row, ids): (usize, &Vec<u32>)| -> Vec<f32> {
        let real = rows.real.as_ref().and_then(|real| real.get(row));
        let length = real.map_or(ids.len(), |real| real.iter().filter(|is| **is).count());
        let hidden = ids.iter().filter(|id| **id == dropped.token).count();
        // A row of nothing else has no others to make up.
        let left = 1.0 - hidden as f64 / length.max(1) as f64;
        let others = (dropped.kept / left) as f32;
        let factor = |id: &u32| {
            if *id == dropped.token { 0.0 } else { others }
        };
        ids.iter().map(factor).collect()
    };
    ids.iter().enumerate().flat_map(one).collect()
}

/// Whether a learned table is as wide as the states, not as the tokens.
fn positions_late(gene: &gene::Embedding) -> bool {
    let AbsolutePosition::Learned { table, .. } = &gene.positions else {
        return false;
    };
    let width = table.shape().dims().get(1);
    gene.projection.is_some() && width != gene.tokens.shape().dims().get(1)
}

/// Rows of numbers to rows of a table; numbers beyond it are refused.
fn look_up(
    table: &Tensor,
    rows: &[Vec<u32>],
    what: &str,
) -> std::result::Result<Tensor, LoadError> {
    let (size, width) = table.dims2()?;
    if let Some(beyond) = rows.iter().flatten().find(|id| **id as usize >= size) {
        return Err(LoadError::Input(format!(
            "{what} {beyond} is beyond the table's {size}"
        )));
    }
    let length = rows.first().map_or(0, Vec::len);
    if length == 0 || rows.iter().any(|row| row.len() != length) {
        return Err(LoadError::Input(
            "rows must be of one length, and not empty".to_owned(),
        ));
    }
    let flat: Vec<u32> = rows.iter().flatten().copied().collect();
    let flat = Tensor::from_vec(flat, rows.len() * length, table.device())?;
    Ok(table
        .index_select(&flat, 0)?
        .reshape((rows.len(), length, width))?)
}

/// The tokens' numbers in the table of positions.
fn number(
    ids: &[Vec<u32>],
    counting: Counting,
    offset: u64,
    past: usize,
    rows: &Rows,
) -> Vec<Vec<u32>> {
    let shift = |n: usize| (n as u64 + offset) as u32;
    let one = |(row, ids): (usize, &Vec<u32>)| -> Vec<u32> {
        let hidden = |at: usize| {
            let real = rows.real.as_ref().and_then(|real| real.get(row)?.get(at));
            real.is_some_and(|real| !real)
        };
        match counting {
            Counting::All => (past..past + ids.len()).map(shift).collect(),
            Counting::AfterPad(pad) => {
                let mut count = past as u32;
                let mut next = |id: &u32| {
                    if *id == pad {
                        return pad;
                    }
                    count += 1;
                    pad + count
                };
                ids.iter().map(&mut next).collect()
            }
            Counting::Unmasked { first } => {
                let mut count = past;
                let next = |at| {
                    if hidden(at) {
                        return first.saturating_sub(1);
                    }
                    count += 1;
                    (count - 1) as u32 + first
                };
                (0..ids.len()).map(next).collect()
            }
        }
    };
    ids.iter().enumerate().map(one).collect()
}
