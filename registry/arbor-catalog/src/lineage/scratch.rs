//! Working memory of one query: a small set of marked nodes and a queue.
//!
//! A query over a few nodes must not touch memory in proportion to the whole
//! lineage, so marks are a hash table that grows with the query. Clearing it
//! is one addition: a slot counts only if it bears the current stamp. Scratch
//! is kept per thread, so readers never wait for each other.

use std::cell::RefCell;

#[derive(Clone, Copy, Default)]
struct Slot {
    stamp: u32,
    key: u32,
    value: u32,
}

/// Marked nodes, each with a number; to be cleared before its first use.
#[derive(Default)]
pub(super) struct Marks {
    slots: Vec<Slot>,
    stamp: u32,
    len: usize,
}

impl Marks {
    const FIRST_SLOTS: usize = 64;

    /// Takes every mark away.
    pub(super) fn clear(&mut self) {
        self.len = 0;
        self.stamp = self.stamp.wrapping_add(1);
        if self.stamp == 0 {
            // Old slots could bear the stamps that come round again.
            self.slots.fill(Slot::default());
            self.stamp = 1;
        }
    }

    /// Marks a node; whether it was not marked before.
    pub(super) fn insert(&mut self, key: u32, value: u32) -> bool {
        if (self.len + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let at = self.place(key);
        let Some(slot) = self.slots.get_mut(at) else {
            return false;
        };
        if slot.stamp == self.stamp {
            return false;
        }
        *slot = Slot {
            stamp: self.stamp,
            key,
            value,
        };
        self.len += 1;
        true
    }

    /// The number a node was marked with.
    pub(super) fn get(&self, key: u32) -> Option<u32> {
        let slot = self.slots.get(self.place(key))?;
        (slot.stamp == self.stamp).then_some(slot.value)
    }

    /// Where the key stands, or would stand. There is always a free slot.
    fn place(&self, key: u32) -> usize {
        let mask = self.slots.len().wrapping_sub(1);
        // The high bits of the product are the well-mixed ones.
        let mixed = u64::from(key).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut at = (mixed >> 32) as usize & mask;
        while let Some(slot) = self.slots.get(at) {
            if slot.stamp != self.stamp || slot.key == key {
                break;
            }
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        let room = (self.slots.len() * 2).max(Self::FIRST_SLOTS);
        let old = std::mem::replace(&mut self.slots, vec![Slot::default(); room]);
        for slot in old.into_iter().filter(|slot| slot.stamp == self.stamp) {
            let at = self.place(slot.key);
            self.slots[at] = slot;
        }
    }
}

/// Marks, and the nodes still to be looked at with their depths.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) marks: Marks,
    pub(super) queue: Vec<(u32, u32)>,
}

thread_local! {
    static POOL: RefCell<Vec<Scratch>> = const { RefCell::new(Vec::new()) };
}

/// What a thread keeps between queries: as many scratches as walks are nested
/// in practice, none grown by a huge family.
const KEPT: usize = 4;
const KEPT_SLOTS: usize = 1 << 14;

impl Scratch {
    /// A clean one.
    pub(super) fn take() -> Self {
        let pooled = POOL.try_with(|pool| pool.try_borrow_mut().ok()?.pop());
        let mut scratch: Self = pooled.ok().flatten().unwrap_or_default();
        scratch.marks.clear();
        scratch.queue.clear();
        scratch
    }

    /// Gives it back for the thread's next query.
    pub(super) fn give_back(self) {
        if self.marks.slots.len() > KEPT_SLOTS || self.queue.capacity() > KEPT_SLOTS {
            return;
        }
        // A thread that is ending has no pool any more; the memory just goes.
        let _ = POOL.try_with(|pool| {
            if let Ok(mut pool) = pool.try_borrow_mut()
                && pool.len() < KEPT
            {
                pool.push(self);
            }
        });
    }
}
