//! A repository in memory: files that a case can make bad.

use crate::fixture;
use arbor_loaders::Pickles;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use tempfile::TempDir;

pub(super) const CONFIG: &str = "config.json";
pub(super) const WEIGHTS: &str = "model.safetensors";
pub(super) const INDEX: &str = "model.safetensors.index.json";
pub(super) const SHARDS: [&str; 2] = [
    "model-00001-of-00002.safetensors",
    "model-00002-of-00002.safetensors",
];

#[derive(Clone)]
pub(super) struct Repository {
    pub(super) files: BTreeMap<String, Vec<u8>>,
    /// Links: a name, and where it leads.
    pub(super) links: Vec<(&'static str, &'static str)>,
    pub(super) pickles: Pickles,
}

/// A safetensors file taken apart.
pub(super) struct Parts {
    pub(super) header: Map<String, Value>,
    pub(super) data: Vec<u8>,
}

impl Parts {
    pub(super) fn of(file: &[u8]) -> Self {
        let (length, rest) = file.split_first_chunk::<8>().expect("a length");
        let (header, data) = rest.split_at(u64::from_le_bytes(*length) as usize);
        Self {
            header: serde_json::from_slice(header).expect("a header"),
            data: data.to_vec(),
        }
    }

    pub(super) fn file(&self) -> Vec<u8> {
        file(
            Value::from(self.header.clone()).to_string().as_bytes(),
            &self.data,
        )
    }

    /// Where a tensor's bytes lie in the data.
    pub(super) fn range(&self, name: &str) -> std::ops::Range<usize> {
        let at = |i: usize| {
            self.header[name]["data_offsets"][i]
                .as_u64()
                .expect("an offset")
        };
        at(0) as usize..at(1) as usize
    }

    /// A tensor's bytes.
    pub(super) fn bytes(&mut self, name: &str) -> &mut [u8] {
        let range = self.range(name);
        &mut self.data[range]
    }

    /// Adds a tensor at the end.
    pub(super) fn push(&mut self, name: &str, entry: &Value, bytes: &[u8]) {
        let start = self.data.len();
        self.data.extend(bytes);
        let mut entry = entry.clone();
        entry["data_offsets"] = json!([start, self.data.len()]);
        self.header.insert(name.to_owned(), entry);
    }

    /// Takes a tensor out, and closes the gap.
    pub(super) fn take(&mut self, name: &str) -> (Value, Vec<u8>) {
        let range = self.range(name);
        let entry = self.header.remove(name).expect("a tensor");
        let bytes: Vec<u8> = self.data.drain(range.clone()).collect();
        for other in self.header.values_mut() {
            for at in 0..2 {
                let offset = &mut other["data_offsets"][at];
                if let Some(n) = offset.as_u64().filter(|n| *n as usize >= range.end) {
                    *offset = json!(n - bytes.len() as u64);
                }
            }
        }
        (entry, bytes)
    }
}

/// A file of a header's text and data, with a length that is true.
pub(super) fn file(header: &[u8], data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header, data].concat()
}

impl Repository {
    /// One that is verified.
    pub(super) fn good() -> Self {
        let all = fixture::all();
        let llama = all.iter().find(|fixture| fixture.name == "llama3");
        let llama = llama.expect("the fixture");
        let files = [
            (CONFIG, llama.config().into_bytes()),
            (WEIGHTS, llama.weights().expect("weights")),
            ("reference.safetensors", llama.recorded()),
        ];
        Self {
            files: files.map(|(name, file)| (name.to_owned(), file)).into(),
            links: Vec::new(),
            pickles: Pickles::Refused,
        }
    }

    pub(super) fn put(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        self.files.insert(name.to_owned(), bytes.into());
    }

    /// Replaces part of the configuration's text.
    pub(super) fn swap(&mut self, from: &str, to: &str) {
        let text = String::from_utf8(self.files[CONFIG].clone()).expect("text");
        assert!(text.contains(from), "{from}");
        self.put(CONFIG, text.replacen(from, to, 1));
    }

    /// Changes a key of the configuration.
    pub(super) fn set(&mut self, key: &str, value: Value) {
        let mut config: Value = serde_json::from_slice(&self.files[CONFIG]).expect("JSON");
        config[key] = value;
        self.put(CONFIG, config.to_string());
    }

    /// Changes the weights.
    pub(super) fn weights(&mut self, change: impl FnOnce(&mut Parts)) {
        self.part(WEIGHTS, change);
    }

    /// Changes a file of tensors.
    pub(super) fn part(&mut self, name: &str, change: impl FnOnce(&mut Parts)) {
        let mut parts = Parts::of(&self.files[name]);
        change(&mut parts);
        self.put(name, parts.file());
    }

    /// Changes the entry of a tensor in the header.
    pub(super) fn entry(&mut self, tensor: &str, key: &str, value: Value) {
        self.weights(|parts| parts.header[tensor][key] = value);
    }

    /// Cuts the weights in two shards with an index, and changes it.
    pub(super) fn shard(&mut self, change: impl FnOnce(&mut Value)) {
        let mut first = Parts::of(&self.files.remove(WEIGHTS).expect("weights"));
        let mut second = Parts {
            header: Map::new(),
            data: Vec::new(),
        };
        let mut map = Map::new();
        let names: Vec<String> = first.header.keys().cloned().collect();
        let total = first.data.len();
        for (at, name) in names.iter().enumerate() {
            let place = usize::from(at >= names.len() / 2);
            if place == 1 {
                let (entry, bytes) = first.take(name);
                second.push(name, &entry, &bytes);
            }
            map.insert(name.clone(), json!(SHARDS[place]));
        }
        let mut index = json!({"metadata": {"total_size": total}, "weight_map": map});
        change(&mut index);
        self.put(SHARDS[0], first.file());
        self.put(SHARDS[1], second.file());
        self.put(INDEX, index.to_string());
    }

    /// Puts PyTorch's file in the place of safetensors, and allows it.
    pub(super) fn pickle(&mut self, change: impl FnOnce(&mut Vec<u8>)) {
        self.files.remove(WEIGHTS);
        self.pickles = Pickles::Read;
        let mut file = fixture::pickle("pytorch_model.bin");
        change(&mut file);
        self.put("pytorch_model.bin", file);
    }

    /// Writes the files.
    pub(super) fn write(&self) -> TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, bytes) in &self.files {
            fs::write(folder.path().join(name), bytes).expect("written");
        }
        for (name, to) in &self.links {
            #[cfg(unix)]
            std::os::unix::fs::symlink(to, folder.path().join(name)).expect("linked");
        }
        folder
    }
}
