//! A checkpoint's tensors, accounted for: every tensor of the inventory is in
//! the files in the right shape, and every tensor in the files is used or
//! ignored for a reason. Outputs cannot show what this does: a bias that
//! softmax cancels, a layer too many.

use crate::error::quoted;
use crate::folder::{self, Indexed, Shards};
use crate::gather::gather;
use crate::header::candle_dtype;
use crate::net::sinusoids;
use crate::pickle::{self, Laid, Pickles};
use crate::{LoadError, mmap, scan, steps};
use arbor_genome::{Absent, Blueprint, Parameter, Shape, Step};
use candle_core::{DType, Device, Tensor};
use memmap2::Mmap;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A tensor that no gene uses, and why nothing is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// Its name.
    pub tensor: String,
    /// Why.
    pub reason: &'static str,
    /// Its elements.
    pub elements: u64,
}

/// A stored tensor: in which file, under which name, and where its bytes are.
#[derive(Clone, Debug)]
struct Stored {
    file: usize,
    name: String,
    dtype: DType,
    dims: Vec<usize>,
    bytes: Range<usize>,
    strides: Option<Vec<usize>>,
}

/// A checkpoint, mapped and accounted for.
#[derive(Debug)]
pub struct Weights {
    files: Vec<(PathBuf, Mmap)>,
    tensors: BTreeMap<String, Stored>,
    unused: Vec<Unused>,
    elements: u64,
    remark: Option<String>,
}

impl Weights {
    /// Maps the folder's weights and holds them against the inventory.
    ///
    /// # Errors
    /// [`LoadError`] names the file or the tensor that does not fit.
    pub fn open(folder: &Path, blueprint: &Blueprint, pickles: Pickles) -> Result<Self, LoadError> {
        let (paths, index) = match folder::shards(folder, pickles)? {
            Shards::Single(path) => (vec![path], None),
            Shards::Indexed(index) => (index.files.clone(), Some(index)),
        };
        let files = paths
            .into_iter()
            .map(|path| mmap::map(&path).map(|bytes| (path, bytes)))
            .collect::<Result<Vec<_>, _>>()?;
        let mut weights = Self {
            files,
            tensors: BTreeMap::new(),
            unused: Vec::new(),
            elements: 0,
            remark: None,
        };
        let mut surplus = Vec::new();
        let mut stored_bytes = 0_u64;
        for (file, (path, bytes)) in weights.files.iter().enumerate() {
            for laid in pickle::entries(path, bytes)? {
                let entry = &laid.entry;
                if let Some(index) = &index
                    && index.place(&entry.name) != Some(file)
                {
                    let reason = format!(
                        "it does not name {} of {}",
                        quoted(&entry.name),
                        path.display()
                    );
                    return Err(index.wrong(reason));
                }
                let elements = entry.shape.iter().product::<usize>() as u64;
                weights.elements += elements;
                stored_bytes += entry.bytes.len() as u64;
                let canonical = blueprint.canonical(&entry.name);
                if let Some(spec) = blueprint.inventory.tensors().get(canonical.as_str()) {
                    let stored = Stored::new(laid, file, path, &spec.shape)?;
                    if weights.tensors.insert(canonical.clone(), stored).is_some() {
                        return Err(LoadError::Twice(canonical));
                    }
                } else if let Some(reason) = blueprint.ignored(&canonical) {
                    weights.unused.push(Unused {
                        tensor: laid.entry.name,
                        reason,
                        elements,
                    });
                } else {
                    surplus.push((laid.entry.name, file));
                }
            }
        }
        if let Some(index) = &index {
            weights.check_index(index, stored_bytes)?;
        }
        weights.check_whole(blueprint)?;
        if let Some((first, file)) = surplus.first() {
            return Err(LoadError::Surplus {
                path: weights.files[*file].0.clone(),
                count: surplus.len(),
                first: first.clone(),
            });
        }
        Ok(weights)
    }

    fn check_index(&mut self, index: &Indexed, bytes: u64) -> Result<(), LoadError> {
        let held = self.tensors.values().map(|stored| stored.name.as_str());
        let held: std::collections::BTreeSet<_> = held
            .chain(self.unused.iter().map(|unused| unused.tensor.as_str()))
            .collect();
        if let Some(ghost) = index.tensors().find(|name| !held.contains(name)) {
            let ghost = quoted(ghost);
            return Err(index.wrong(format!("it names {ghost}, which its shard does not hold")));
        }
        self.remark = index
            .total_size
            .filter(|said| *said != bytes as f64)
            .map(|said| format!("the index speaks of {said} bytes, its tensors have {bytes}"));
        Ok(())
    }

    fn check_whole(&self, blueprint: &Blueprint) -> Result<(), LoadError> {
        let wanted = blueprint.inventory.tensors().iter();
        let missing: Vec<_> = wanted
            .filter(|(_, spec)| !spec.dormant && !spec.optional)
            .filter(|(name, _)| !self.tensors.contains_key::<str>(name))
            .collect();
        match missing.first() {
            None => Ok(()),
            Some((first, spec)) => Err(LoadError::Missing {
                count: missing.len(),
                first: first.to_string(),
                shape: spec.shape.clone(),
            }),
        }
    }

    /// Whether a tensor of the inventory is in the files; those that may be
    /// left out need not be.
    #[must_use]
    pub fn holds(&self, tensor: &str) -> bool {
        self.tensors.contains_key(tensor)
    }

    /// Tensors that no gene uses, with the reasons.
    #[must_use]
    pub fn unused(&self) -> &[Unused] {
        &self.unused
    }

    /// What is odd about the files and changes no number.
    #[must_use]
    pub fn remark(&self) -> Option<&str> {
        self.remark.as_deref()
    }

    /// The number format that most of the elements have.
    #[must_use]
    pub fn dtype(&self) -> DType {
        let mut elements: Vec<(DType, u64)> = Vec::new();
        for stored in self.tensors.values() {
            let count = stored.dims.iter().product::<usize>() as u64;
            match elements
                .iter_mut()
                .find(|(dtype, _)| *dtype == stored.dtype)
            {
                Some((_, sum)) => *sum = sum.saturating_add(count),
                None => elements.push((stored.dtype, count)),
            }
        }
        let most = elements.into_iter().max_by_key(|(_, sum)| *sum);
        most.map_or(DType::F32, |(dtype, _)| dtype)
    }

    /// The same with something odd that the caller found.
    #[must_use]
    pub(crate) fn remarked(mut self, found: &str) -> Self {
        self.remark = Some(match self.remark {
            Some(remark) => format!("{remark}; {found}"),
            None => found.to_owned(),
        });
        self
    }

    /// Elements of all tensors in the files.
    #[must_use]
    pub const fn elements(&self) -> u64 {
        self.elements
    }

    /// What the files are.
    #[must_use]
    pub fn format(&self) -> &'static str {
        let pickled = |path: &Path| path.extension().is_some_and(|ending| ending == "bin");
        match self.files.iter().any(|(path, _)| pickled(path)) {
            true => "PyTorch files, read without running their pickles",
            false => "safetensors",
        }
    }

    /// Bytes of all files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|(_, bytes)| bytes.len() as u64).sum()
    }

    /// A parameter as the model uses it.
    ///
    /// # Errors
    /// [`LoadError::Tensor`] if the tensor library fails.
    pub fn parameter(
        &self,
        parameter: &Parameter,
        dtype: DType,
        device: &Device,
    ) -> Result<Tensor, LoadError> {
        let name = parameter.tensor();
        let tensor = match self.tensors.get(name) {
            Some(stored) => self.walk(stored, parameter.steps(), dtype)?,
            None => self.filled(parameter)?,
        };
        Ok(tensor.to_dtype(dtype)?.contiguous()?.to_device(device)?)
    }

    /// What stands for a tensor that the file leaves out.
    fn filled(&self, parameter: &Parameter) -> Result<Tensor, LoadError> {
        let shape = parameter.stored_shape();
        let missing = || LoadError::Missing {
            count: 1,
            first: parameter.tensor().to_owned(),
            shape: shape.clone(),
        };
        // The configuration alone says how large it would be.
        if shape.elements() > FILLED_LIMIT {
            return Err(missing());
        }
        let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let filled = match parameter.absent() {
            Absent::Refused => return Err(missing()),
            Absent::Same(tensor) => {
                let stored = self.tensors.get(tensor).ok_or_else(missing)?;
                check(&self.files[stored.file].0, tensor, &stored.dims, shape)?;
                return self.walk(stored, parameter.steps(), DType::F32);
            }
            Absent::Zeros => {
                let dims: Vec<usize> = shape.dims().iter().map(|dim| size(*dim)).collect();
                Tensor::zeros(dims, DType::F32, &Device::Cpu)?
            }
            Absent::Sinusoids(layout) => {
                let rows = shape.dims().first().copied().unwrap_or(0);
                let width = shape.dims().get(1).copied().unwrap_or(0);
                let rows = u32::try_from(rows).unwrap_or(u32::MAX);
                let numbers: Vec<u32> = (0..rows).collect();
                let table = sinusoids(&[numbers], layout, size(width), None, &Device::Cpu)?;
                table.squeeze(0)?
            }
        };
        steps::take_all(filled, parameter.steps())
    }

    /// A stored tensor after the steps, in the format that is wanted where
    /// that takes no longer.
    fn walk(&self, stored: &Stored, steps: &[Step], wanted: DType) -> Result<Tensor, LoadError> {
        let (path, file) = &self.files[stored.file];
        let not_finite = |found| LoadError::NotFinite {
            path: path.clone(),
            tensor: stored.name.clone(),
            found,
        };
        let data = stored.rows(&file[stored.bytes.clone()]);
        // Rows that were put in order are no longer the file's.
        let as_mapped = matches!(data, Cow::Borrowed(_));
        let cut = steps::cut(&data, &stored.dims, steps);
        let (view, left) = cut.view();
        let to = if left.is_empty() { wanted } else { DType::F32 };
        let start = stored.bytes.start + cut.start;
        let release = |read: Range<usize>| {
            if as_mapped {
                mmap::release(file, start + read.start..start + read.end);
            }
        };
        let release_all = || {
            if as_mapped {
                mmap::release_around(file, start..start + cut.data.len());
            }
        };
        if let Some(gathered) = gather(cut.data, &view, (stored.dtype, to), &release) {
            release_all();
            return steps::take_all(gathered.map_err(not_finite)??, left);
        }
        let tensor = match scan::not_finite(cut.data, stored.dtype) {
            None => cut.tensor(stored.dtype)?,
            Some(found) => return Err(not_finite(found)),
        };
        release_all();
        Ok(tensor)
    }
}

impl Stored {
    fn new(laid: Laid, file: usize, path: &Path, expected: &Shape) -> Result<Self, LoadError> {
        let Laid { entry, strides } = laid;
        check(path, &entry.name, &entry.shape, expected)?;
        match candle_dtype(entry.dtype) {
            Some(dtype) => Ok(Self {
                file,
                name: entry.name,
                dtype,
                dims: entry.shape,
                bytes: entry.bytes,
                strides,
            }),
            None => Err(LoadError::Dtype {
                path: path.to_owned(),
                tensor: entry.name,
                dtype: format!("{:?}", entry.dtype),
            }),
        }
    }
}

impl Stored {
    /// Its numbers, row after row.
    fn rows<'d>(&self, data: &'d [u8]) -> Cow<'d, [u8]> {
        let size = self.dtype.size_in_bytes();
        match &self.strides {
            None => Cow::Borrowed(data),
            Some(strides) => Cow::Owned(pickle::gathered(data, &self.dims, strides, size)),
        }
    }
}

/// The most elements of a tensor that stands for one left out.
const FILLED_LIMIT: u64 = 1 << 24;

fn check(path: &Path, name: &str, found: &[usize], expected: &Shape) -> Result<(), LoadError> {
    let same = found.len() == expected.dims().len()
        && found
            .iter()
            .zip(expected.dims())
            .all(|(a, b)| *a as u64 == *b);
    if same {
        return Ok(());
    }
    Err(LoadError::Shape {
        path: path.to_owned(),
        tensor: name.to_owned(),
        found: found.to_vec(),
        expected: expected.clone(),
    })
}
