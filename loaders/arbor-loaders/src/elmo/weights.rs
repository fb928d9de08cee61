//! ELMo's tensors, from HDF5 as published or from safetensors: the names and
//! shapes that bilm-tf's `dump_weights` gives them. Every one has its place,
//! and none is left over.

use super::hdf5;
use super::options::Options;
use crate::error::quoted;
use crate::header::{self, Entry, candle_dtype};
use crate::{DType, Device, LoadError, Tensor, folder, mmap, scan};
use arbor_genome::{Shape, ShapeError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The tensors of a file, checked.
pub(super) struct Tensors {
    tensors: BTreeMap<String, Tensor>,
    pub(super) elements: u64,
    pub(super) bytes: u64,
    pub(super) format: &'static str,
}

type Shapes = BTreeMap<String, Vec<usize>>;

/// Every tensor's name and shape.
pub(super) fn wanted(options: &Options) -> BTreeMap<String, Vec<usize>> {
    let (lstm, characters) = (&options.lstm, &options.char_cnn);
    let (dim, width, all) = (lstm.dim, lstm.projection_dim, options.convolved());
    let table = characters.embedding.dim;
    let mut names = BTreeMap::new();
    let mut add = |name: String, shape: &[usize]| drop(names.insert(name, shape.to_vec()));
    add("char_embed".to_owned(), &[261, table]);
    for (at, (wide, count)) in characters.filters.iter().enumerate() {
        add(format!("CNN/W_cnn_{at}"), &[1, *wide, table, *count]);
        add(format!("CNN/b_cnn_{at}"), &[*count]);
    }
    for at in 0..characters.n_highway {
        for part in ["carry", "transform"] {
            add(format!("CNN_high_{at}/W_{part}"), &[all, all]);
            add(format!("CNN_high_{at}/b_{part}"), &[all]);
        }
    }
    if all != width {
        add("CNN_proj/W_proj".to_owned(), &[all, width]);
        add("CNN_proj/b_proj".to_owned(), &[width]);
    }
    for direction in 0..2 {
        for layer in 0..lstm.n_layers {
            let cell = cell(direction, layer);
            add(format!("{cell}/W_0"), &[2 * width, 4 * dim]);
            add(format!("{cell}/B"), &[4 * dim]);
            add(format!("{cell}/W_P_0"), &[dim, width]);
        }
    }
    if let Some(words) = options.n_tokens_vocab {
        add("softmax/W".to_owned(), &[words, width]);
        add("softmax/b".to_owned(), &[words]);
    }
    names
}

pub(super) fn cell(direction: usize, layer: usize) -> String {
    format!("RNN_{direction}/RNN/MultiRNNCell/Cell{layer}/LSTMCell")
}

impl Tensors {
    pub(super) fn open(folder: &Path, options: &Options) -> Result<Self, LoadError> {
        let (path, published) = file(folder)?;
        folder::regular(folder, &path)?;
        let mut wanted = wanted(options);
        let mut made = Self {
            tensors: BTreeMap::new(),
            elements: 0,
            bytes: 0,
            format: if published { "HDF5" } else { "safetensors" },
        };
        let surplus = if published {
            made.read_hdf5(&path, &mut wanted)?
        } else {
            made.read_safetensors(&path, &mut wanted)?
        };
        if let Some((first, shape)) = wanted.pop_first() {
            return Err(LoadError::Missing {
                count: wanted.len() + 1,
                first,
                shape: stated(&shape)?,
            });
        }
        match surplus.first() {
            Some(first) => Err(LoadError::Surplus {
                path,
                count: surplus.len(),
                first: first.clone(),
            }),
            None => Ok(made),
        }
    }

    fn read_safetensors(
        &mut self,
        path: &Path,
        wanted: &mut Shapes,
    ) -> Result<Vec<String>, LoadError> {
        let file = mmap::map(path)?;
        self.bytes = file.len() as u64;
        let mut surplus = Vec::new();
        for Entry {
            name,
            dtype,
            shape,
            bytes,
        } in header::read(path, &file)?
        {
            let Some(expected) = wanted.remove(&name) else {
                surplus.push(name);
                continue;
            };
            let Some(dtype) = candle_dtype(dtype) else {
                return Err(LoadError::Dtype {
                    path: path.to_owned(),
                    tensor: name,
                    dtype: format!("{dtype:?}"),
                });
            };
            check(path, &name, &shape, &expected)?;
            self.add(path, name, &expected, dtype, &file[bytes])?;
        }
        Ok(surplus)
    }

    fn read_hdf5(&mut self, path: &Path, wanted: &mut Shapes) -> Result<Vec<String>, LoadError> {
        let (read, surplus) = hdf5::read(path, |name| wanted.get(name).cloned())?;
        for (name, shape, numbers) in read {
            // Two paths may lead to one dataset, one path to no two.
            let Some(expected) = wanted.remove(&name) else {
                return Err(LoadError::Twice(name));
            };
            check(path, &name, &shape, &expected)?;
            let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
            self.bytes += bytes.len() as u64;
            self.add(path, name, &expected, DType::F32, &bytes)?;
        }
        Ok(surplus)
    }

    fn add(
        &mut self,
        path: &Path,
        name: String,
        shape: &[usize],
        dtype: DType,
        data: &[u8],
    ) -> Result<(), LoadError> {
        if let Some(found) = scan::not_finite(data, dtype) {
            return Err(LoadError::NotFinite {
                path: path.to_owned(),
                tensor: name,
                found,
            });
        }
        let tensor = Tensor::from_raw_buffer(data, dtype, shape, &Device::Cpu)?;
        self.elements += tensor.elem_count() as u64;
        self.tensors.insert(name, tensor.to_dtype(DType::F32)?);
        Ok(())
    }

    pub(super) fn take(&mut self, name: &str) -> Result<Tensor, LoadError> {
        let tensor = self.tensors.remove(name);
        tensor.ok_or_else(|| LoadError::Input(format!("{} is used twice", quoted(name))))
    }

    pub(super) fn count(&self) -> usize {
        self.tensors.len()
    }
}

fn stated(shape: &[usize]) -> Result<Shape, LoadError> {
    let dims: Vec<u64> = shape.iter().map(|dim| *dim as u64).collect();
    Shape::new(&dims).map_err(|error: ShapeError| LoadError::Input(error.to_string()))
}

fn check(path: &Path, name: &str, found: &[usize], expected: &[usize]) -> Result<(), LoadError> {
    if found == expected {
        return Ok(());
    }
    Err(LoadError::Shape {
        path: path.to_owned(),
        tensor: name.to_owned(),
        found: found.to_vec(),
        expected: stated(expected)?,
    })
}

/// The folder's weights, and whether they are HDF5.
fn file(folder: &Path) -> Result<(PathBuf, bool), LoadError> {
    let single = folder.join("model.safetensors");
    if single.exists() {
        return Ok((single, false));
    }
    let entries = std::fs::read_dir(folder).map_err(|source| LoadError::Io {
        path: folder.to_owned(),
        source,
    })?;
    let paths = entries.flatten().map(|entry| entry.path());
    let mut published = paths.filter(|path| path.extension().is_some_and(|e| e == "hdf5"));
    match (published.next(), published.next()) {
        (Some(path), None) => Ok((path, true)),
        (None, _) => Err(LoadError::NoWeights(folder.to_owned())),
        (Some(_), Some(_)) => Err(LoadError::Place {
            path: folder.to_owned(),
            reason: "holds more than one HDF5 file",
        }),
    }
}
