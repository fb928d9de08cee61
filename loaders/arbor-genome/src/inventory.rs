//! The tensor inventory: every tensor that a checkpoint of a genome must
//! hold, with its shape, and so the exact number of parameters.
//!
//! It is collected from the genes, never written down twice. What a
//! checkpoint may hold besides is [`crate::Ignored`]'s business.

use crate::gene::Part;
use crate::{Absent, Genome, Parameter, Shape};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// A tensor that must be in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorSpec {
    /// Its shape in the file.
    pub shape: Shape,
    /// The part it counts under: that of the gene that uses it first.
    pub part: Part,
    /// Whether a gene of another part uses it too: a tie.
    pub tied: bool,
    /// Whether no answer passes it: a file may leave it out.
    pub dormant: bool,
    /// Whether it was learned, so that it counts.
    pub learned: bool,
    /// Whether the model knows what to put where a file leaves it out.
    pub optional: bool,
}

/// Why genes contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InventoryError {
    /// Two genes want one tensor in two shapes.
    #[error("`{tensor}` would need the shapes {first} and {second} at once")]
    TwoShapes {
        /// The tensor.
        tensor: String,
        /// One shape.
        first: Shape,
        /// The other.
        second: Shape,
    },
    /// More elements than can be counted.
    #[error("the model has more than 2^63 parameters")]
    TooLarge,
}

/// Every tensor of a genome, by name without its base prefix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    tensors: BTreeMap<String, TensorSpec>,
    total: u64,
    tied: u64,
}

impl Inventory {
    /// Collects the tensors of a genome.
    ///
    /// # Errors
    /// [`InventoryError`] if genes contradict each other.
    pub fn of(genome: &Genome) -> Result<Self, InventoryError> {
        let mut inventory = Self::default();
        let mut failed = None;
        genome.visit(&mut |part, parameter| {
            if failed.is_none() {
                failed = inventory.add(part, parameter).err();
            }
        });
        match failed {
            Some(error) => Err(error),
            None => Ok(inventory),
        }
    }

    fn add(&mut self, part: Part, parameter: &Parameter) -> Result<(), InventoryError> {
        let shape = parameter.stored_shape();
        match self.tensors.entry(parameter.tensor().to_owned()) {
            Entry::Vacant(entry) => {
                let learned = if parameter.learned() {
                    shape.elements()
                } else {
                    0
                };
                let total = self.total.checked_add(learned);
                self.total = total
                    .filter(|n| i64::try_from(*n).is_ok())
                    .ok_or(InventoryError::TooLarge)?;
                entry.insert(TensorSpec {
                    shape: shape.clone(),
                    part,
                    tied: false,
                    dormant: part == Part::Other,
                    learned: parameter.learned(),
                    optional: parameter.absent() != Absent::Refused,
                });
            }
            Entry::Occupied(mut entry) => {
                let tensor = entry.key().clone();
                let spec = entry.get_mut();
                if spec.shape != *shape {
                    let (first, second) = (spec.shape.clone(), shape.clone());
                    return Err(InventoryError::TwoShapes {
                        tensor,
                        first,
                        second,
                    });
                }
                if spec.part != part && !spec.tied {
                    spec.tied = true;
                    self.tied += shape.elements();
                }
            }
        }
        Ok(())
    }

    /// The tensors by name.
    #[must_use]
    pub const fn tensors(&self) -> &BTreeMap<String, TensorSpec> {
        &self.tensors
    }

    /// Learned parameters, each tensor once.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// Elements that serve two parts, as a tied head does.
    #[must_use]
    pub const fn tied(&self) -> u64 {
        self.tied
    }

    /// Parameters by part.
    #[must_use]
    pub fn by_part(&self) -> BTreeMap<Part, u64> {
        let mut parts: BTreeMap<Part, u64> = BTreeMap::new();
        for spec in self.tensors.values().filter(|spec| spec.learned) {
            *parts.entry(spec.part).or_default() += spec.shape.elements();
        }
        parts
    }
}
