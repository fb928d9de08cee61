//! The place where the newest snapshot hangs.
//!
//! A writer publishes after its commit; readers take the snapshot that is
//! there and keep it as long as they like. It knows nothing of how snapshots
//! are made or when.

use super::snapshot::LineageSnapshot;
use arc_swap::ArcSwap;
use std::sync::Arc;

/// Shows one snapshot to many readers, none of whom waits.
#[derive(Debug)]
pub struct LineageCell {
    shown: ArcSwap<LineageSnapshot>,
}

/// What became of a snapshot that was offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// It is shown now.
    Shown,
    /// A later change was shown already, and stays.
    Outdated,
}

impl LineageCell {
    /// Shows a first snapshot.
    #[must_use]
    pub fn new(snapshot: LineageSnapshot) -> Self {
        Self {
            shown: ArcSwap::from_pointee(snapshot),
        }
    }

    /// The snapshot that is shown; its
    /// [`change`](LineageSnapshot::change) says how new it is.
    #[must_use]
    pub fn load(&self) -> Arc<LineageSnapshot> {
        self.shown.load_full()
    }

    /// Shows a snapshot, unless that would go back in time: two rebuilds may
    /// end in the other order than they began.
    pub fn publish(&self, snapshot: LineageSnapshot) -> Published {
        let offered = Arc::new(snapshot);
        let before = self.shown.rcu(|shown| {
            if shown.change() > offered.change() {
                Arc::clone(shown)
            } else {
                Arc::clone(&offered)
            }
        });
        if before.change() > offered.change() {
            Published::Outdated
        } else {
            Published::Shown
        }
    }
}
