//! Keys and values of the positions so far. Room for more is made by
//! doubling, so that a step costs what it adds.

use candle_core::{Result, Tensor};

#[derive(Debug, Default)]
pub(crate) struct KvCache(Option<Held>);

/// `[b, kv, room, d]` each, of which the first positions count.
#[derive(Debug)]
struct Held {
    key: Tensor,
    value: Tensor,
    length: usize,
    room: usize,
}

impl Clone for KvCache {
    /// Two share what was read so far. Only one may write into the room that
    /// is left: the other has none.
    fn clone(&self) -> Self {
        Self(self.0.as_ref().map(|held| Held {
            key: held.key.clone(),
            value: held.value.clone(),
            length: held.length,
            room: held.length,
        }))
    }
}

impl KvCache {
    /// Keys and values so far, `[b, kv, s, d]`.
    pub(super) fn held(&self) -> Result<Option<(Tensor, Tensor)>> {
        let Some(held) = &self.0 else {
            return Ok(None);
        };
        let part = |all: &Tensor| all.narrow(2, 0, held.length);
        Ok(Some((part(&held.key)?, part(&held.value)?)))
    }

    /// Adds those of more positions, and gives all.
    pub(super) fn append(&mut self, key: &Tensor, value: &Tensor) -> Result<(Tensor, Tensor)> {
        let more = key.dim(2)?;
        let Some(held) = &mut self.0 else {
            self.0 = Some(Held {
                key: key.clone(),
                value: value.clone(),
                length: more,
                room: more,
            });
            return Ok((key.clone(), value.clone()));
        };
        let length = held.length + more;
        if length > held.room {
            let room = length.max(2 * held.length);
            held.key = grown(&held.key, held.length, room)?;
            held.value = grown(&held.value, held.length, room)?;
            held.room = room;
        }
        held.key.slice_set(&key.contiguous()?, 2, held.length)?;
        held.value.slice_set(&value.contiguous()?, 2, held.length)?;
        held.length = length;
        Ok((
            held.key.narrow(2, 0, length)?,
            held.value.narrow(2, 0, length)?,
        ))
    }
}

fn grown(all: &Tensor, length: usize, room: usize) -> Result<Tensor> {
    let (b, kv, _, d) = all.dims4()?;
    let larger = Tensor::zeros((b, kv, room, d), all.dtype(), all.device())?;
    larger.slice_set(&all.narrow(2, 0, length)?.contiguous()?, 2, 0)?;
    Ok(larger)
}
