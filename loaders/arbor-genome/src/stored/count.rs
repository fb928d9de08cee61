//! The count: each tensor is asked, in this order, whether it belongs to a
//! packing, is packed, is a buffer, is a second copy, and what it is then.

use super::counted::{Compared, Counted, Layout, LeftOut, Remark, Tally, Unknown, Why};
use super::dtype::Kind;
use super::hints::Hints;
use super::named::Named;
use super::packing::{self, Found, Unpacked};
use super::ties::Originals;
use super::{Entry, Headers, LIMIT_TENSORS, Packing, StoredError, Tower, buffers, towers};
use crate::gene::Part;
use crate::{Blueprint, Task, TensorSpec};
use std::collections::{BTreeMap, BTreeSet};

/// Keys under which files speak of their own size.
const CLAIMS: [&str; 5] = [
    "general.parameter_count",
    "num_parameters",
    "parameters",
    "total_parameters",
    "total_params",
];

/// Counts the learned parameters of a checkpoint.
///
/// # Errors
/// [`StoredError`] for headers that no checkpoint has.
pub fn count(headers: &Headers<'_>) -> Result<Counted, StoredError> {
    if headers.entries.len() > LIMIT_TENSORS {
        return Err(StoredError::TooMany(headers.entries.len()));
    }
    let mut all = BTreeMap::new();
    for entry in headers.entries {
        if all.insert(entry.name.as_str(), entry).is_some() {
            return Err(StoredError::Twice(entry.name.chars().take(200).collect()));
        }
    }
    let named = Named::of(headers.metadata);
    // A configuration beside a GGUF file has other names for its tensors.
    let hints = Hints::read(headers.config.filter(|_| named.is_none()));
    let mut counting = Counting::new(&all, &hints, named);
    for entry in all.values() {
        counting.take(entry)?;
    }
    counting.finish(headers)
}

/// A count in progress.
struct Counting<'c> {
    all: &'c BTreeMap<&'c str, &'c Entry>,
    hints: &'c Hints,
    /// Where the names are those of GGUF.
    named: Option<Named>,
    /// Parameters of experts of which a token passes some.
    routed: u64,
    originals: Originals<'c>,
    packed: BTreeMap<&'c str, Found>,
    /// Names of packing data, with the end by which they are told.
    data: BTreeMap<String, String>,
    /// Names of the genome that the file holds, and under which name.
    seen: BTreeMap<String, &'c str>,
    parts: BTreeMap<Part, u64>,
    found: Counted,
}

/// A tensor's learned parameters.
struct Learned<'c> {
    entry: &'c Entry,
    /// The name of the weight that it stands for.
    name: String,
    unpacked: Unpacked,
    packing: Option<Packing>,
}

impl<'c> Counting<'c> {
    fn new(all: &'c BTreeMap<&'c str, &'c Entry>, hints: &'c Hints, named: Option<Named>) -> Self {
        let mut packed = BTreeMap::new();
        let mut data = BTreeMap::new();
        let mut ambiguous = Vec::new();
        for entry in all.values().filter(|_| named.is_none()) {
            let mut rows = packing::find(entry, all, hints);
            if let Some(found) = rows.next() {
                if rows.next().is_some() {
                    ambiguous.push(entry.name.clone());
                }
                drop(rows);
                let stem = found.name.strip_suffix(found.row.name).unwrap_or_default();
                for name in &found.data {
                    let ending = name.strip_prefix(stem).unwrap_or(name);
                    data.insert(name.clone(), ending.trim_start_matches('.').to_owned());
                }
                packed.insert(entry.name.as_str(), found);
            }
        }
        let genome = hints.blueprint.as_ref().map(|blueprint| Compared {
            total: blueprint.inventory.total(),
            ..Compared::default()
        });
        Self {
            all,
            hints,
            named,
            routed: 0,
            originals: Originals::new(all),
            packed,
            data,
            seen: BTreeMap::new(),
            parts: BTreeMap::new(),
            found: Counted {
                genome,
                uncertain: !ambiguous.is_empty(),
                remarks: ambiguous.into_iter().map(Remark::Ambiguous).collect(),
                ..Counted::default()
            },
        }
    }

    fn take(&mut self, entry: &'c Entry) -> Result<(), StoredError> {
        if let Some(ending) = self.packing_data(entry) {
            add(self.found.packing_data.entry(ending), entry, 0)?;
            return add(self.found.by_dtype.entry(entry.dtype), entry, 0);
        }
        let found = self.packed.remove(entry.name.as_str());
        if found.is_none()
            && let Some(reason) = buffers::reason(entry)
        {
            return self.leave_out(entry, Why::Buffer(reason));
        }
        let learned = match found {
            Some(found) => Learned {
                entry,
                name: found.name,
                unpacked: found.unpacked,
                packing: Some(found.row.packing),
            },
            None => Learned {
                entry,
                name: entry.name.clone(),
                unpacked: Unpacked {
                    elements: (entry.dtype.kind() != Kind::Whole).then(|| entry.elements()),
                    ..Unpacked::default()
                },
                packing: (entry.dtype.kind() == Kind::Block).then_some(Packing::Gguf),
            },
        };
        match &self.hints.blueprint {
            Some(blueprint) => self.compare(blueprint, &learned),
            None => {
                if let Some(of) = self.copied(entry, self.hints.tied) {
                    return self.leave_out(entry, Why::Copy(of));
                }
                let parameters = learned.unpacked.elements;
                self.learn(&learned, parameters, None)
            }
        }
    }

    /// By which end of its name a tensor is told to belong to a packing.
    fn packing_data(&mut self, entry: &Entry) -> Option<String> {
        if let Some(ending) = self.data.remove(&entry.name) {
            return Some(ending);
        }
        let last = entry.name.rsplit('.').next().unwrap_or_default();
        let stray = entry.elements() == 1 && packing::STRAY.contains(&last);
        let scale = stray
            || entry.dtype.kind() == Kind::Scale
            || self.named.is_some() && Named::is_scale(&entry.name);
        scale.then(|| last.chars().take(60).collect())
    }

    /// What a tensor is a certain copy of; a possible one is remarked on.
    fn copied(&mut self, entry: &Entry, tied: Option<bool>) -> Option<String> {
        let (of, certain) = self.originals.of(entry, tied)?;
        match certain {
            Some(true) => Some(of.to_owned()),
            Some(false) => None,
            None => {
                self.found.remarks.push(Remark::MaybeTied {
                    tensor: entry.name.clone(),
                    of: of.to_owned(),
                });
                None
            }
        }
    }

    /// Holds a tensor against the genome.
    fn compare(&mut self, blueprint: &Blueprint, learned: &Learned<'c>) -> Result<(), StoredError> {
        let entry = learned.entry;
        let name = self.hints.canonical(blueprint, &learned.name);
        let Some(spec) = blueprint.inventory.tensors().get(name.as_str()) else {
            return self.surplus(blueprint, &name, learned);
        };
        if let Some(first) = self.seen.insert(name.clone(), &entry.name) {
            return self.leave_out(entry, Why::Copy(first.to_owned()));
        }
        if !spec.learned {
            return self.leave_out(entry, Why::Buffer("a table that is computed anew"));
        }
        let wanted = spec.shape.elements();
        let parameters = self.agreed(learned, spec);
        if let (Some(genome), Some(found)) = (&mut self.found.genome, parameters) {
            if found == wanted {
                genome.agreeing += 1;
            } else {
                genome.wrong.push((entry.name.clone(), found, wanted));
            }
        }
        self.learn(learned, parameters, Some(spec.part))
    }

    /// A tensor's parameters where the genome says how many to expect: it
    /// decides between filler and weights, and where headers are silent.
    fn agreed(&mut self, learned: &Learned<'c>, spec: &TensorSpec) -> Option<u64> {
        let wanted = spec.shape.elements();
        match learned.unpacked.elements {
            Some(most) if most >= wanted && most - wanted <= learned.unpacked.filler => {
                Some(wanted)
            }
            Some(found) => Some(found),
            None if learned.packing.is_some() => {
                self.found.remarks.push(Remark::FromGenome {
                    tensor: learned.entry.name.clone(),
                });
                Some(wanted)
            }
            None => None,
        }
    }

    /// A tensor that the genome does not know.
    fn surplus(
        &mut self,
        blueprint: &Blueprint,
        name: &str,
        learned: &Learned<'c>,
    ) -> Result<(), StoredError> {
        let entry = learned.entry;
        let reason = blueprint.ignored(name);
        // A head that is not tied is in the inventory of a class with a head.
        let headed = self.hints.headed.as_ref().unwrap_or(blueprint);
        let own = headed.inventory.tensors();
        let tied = if headed.task == Task::Encoder {
            self.hints.tied
        } else {
            Some(!own.contains_key(self.hints.canonical(headed, &learned.name).as_str()))
        };
        if let Some(of) = self.copied(entry, tied) {
            return self.leave_out(entry, Why::Copy(of));
        }
        if let Some(genome) = &mut self.found.genome {
            genome.surplus.push((entry.name.clone(), reason));
        }
        self.learn(learned, learned.unpacked.elements, None)
    }

    /// Counts a tensor under a part of the genome, or names it where nobody
    /// knows how.
    fn learn(
        &mut self,
        learned: &Learned<'_>,
        parameters: Option<u64>,
        part: Option<Part>,
    ) -> Result<(), StoredError> {
        let entry = learned.entry;
        let counted = parameters.unwrap_or(0);
        add(self.found.by_dtype.entry(entry.dtype), entry, counted)?;
        if let Some(packing) = learned.packing {
            let layout = Layout {
                packing,
                format: entry.dtype,
                bits: learned.unpacked.bits,
                group: learned.unpacked.group,
            };
            add(self.found.packed.entry(layout), entry, counted)?;
        }
        if parameters.is_none() {
            self.found.uncertain = true;
            self.found.unknown.push(Unknown {
                tensor: entry.name.clone(),
                dtype: entry.dtype,
                elements: entry.elements(),
                packing: learned.packing,
            });
            return Ok(());
        }
        let tower = match (part, self.named) {
            (Some(_), _) => Tower::Model,
            (None, Some(named)) => named.tower(&entry.name),
            (None, None) => towers::of(&entry.name, self.hints.further),
        };
        let part = part.or_else(|| Some(self.named?.part(&entry.name)));
        add(self.found.by_tower.entry(tower), entry, counted)?;
        if tower != Tower::FurtherTokens {
            let sum = self.found.total.checked_add(counted);
            self.found.total = sum.ok_or(StoredError::TooLarge)?;
            *self.parts.entry(part.unwrap_or(Part::Other)).or_default() += counted;
            if self.named.is_some_and(|named| named.is_routed(&entry.name)) {
                self.routed += counted;
            }
        }
        Ok(())
    }

    fn leave_out(&mut self, entry: &Entry, why: Why) -> Result<(), StoredError> {
        self.found.left_out.push(LeftOut {
            tensor: entry.name.clone(),
            elements: entry.elements(),
            why,
        });
        add(self.found.by_dtype.entry(entry.dtype), entry, 0)
    }

    fn finish(mut self, headers: &Headers<'_>) -> Result<Counted, StoredError> {
        let total = self.found.total;
        let claims = CLAIMS.iter().filter_map(|key| {
            let claimed = headers.metadata.get(*key)?.trim().parse().ok()?;
            (claimed != total).then(|| Remark::Claimed {
                key: (*key).to_owned(),
                claimed,
            })
        });
        self.found.remarks.extend(claims);
        let gguf = self.all.keys().any(|name| name.starts_with("blk."));
        let nameless = gguf && self.named.is_none();
        self.found.remarks.extend(nameless.then_some(Remark::Names));
        if let Some(named) = self.named {
            self.found.remarks.extend(named.shared_head(self.all));
            self.found.active = named.active(total, self.routed);
            self.found.by_part = Some(std::mem::take(&mut self.parts));
        }
        if let Some(remark) = &self.hints.remark {
            self.found.remarks.push(Remark::Genome(remark.clone()));
        }
        if let Some(method) = self
            .hints
            .method
            .as_ref()
            .filter(|_| self.found.packed.is_empty())
        {
            let method = method.chars().take(60).collect();
            self.found.remarks.push(Remark::NotPacked(method));
        }
        let towers: BTreeSet<_> = self.found.by_tower.keys().collect();
        if towers.iter().all(|tower| **tower == Tower::Adapter) && !towers.is_empty() {
            self.found.remarks.push(Remark::AdapterOnly);
        }
        if let Some(blueprint) = &self.hints.blueprint {
            self.found.active = Some(blueprint.active());
            self.found.by_part = Some(self.parts);
            if let Some(genome) = &mut self.found.genome {
                let wanted = blueprint.inventory.tensors().iter();
                genome.missing = wanted
                    .filter(|(_, spec)| !spec.dormant && !spec.optional)
                    .filter(|(name, _)| !self.seen.contains_key::<str>(name))
                    .map(|(name, _)| name.to_string())
                    .collect();
            }
        }
        Ok(self.found)
    }
}

fn add<K: Ord>(
    entry: std::collections::btree_map::Entry<'_, K, Tally>,
    tensor: &Entry,
    parameters: u64,
) -> Result<(), StoredError> {
    let tally = entry.or_default();
    let elements = tally.elements.checked_add(tensor.elements());
    let sum = tally.parameters.checked_add(parameters);
    let (Some(elements), Some(parameters)) = (elements, sum) else {
        return Err(StoredError::TooLarge);
    };
    *tally = Tally {
        tensors: tally.tensors + 1,
        elements,
        parameters,
    };
    Ok(())
}
