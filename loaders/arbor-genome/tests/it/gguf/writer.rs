//! GGUF files written by hand, so that they can be wrong. What is right in
//! them the fixtures show, which another program wrote.

/// A file in the making.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    pub(super) magic: [u8; 4],
    pub(super) version: u32,
    /// How many tensors and keys it says there are, if not as many.
    pub(super) tensors: Option<u64>,
    pub(super) keys: Option<u64>,
    pub(super) metadata: Vec<Vec<u8>>,
    pub(super) infos: Vec<Vec<u8>>,
    pub(super) alignment: usize,
    pub(super) data: usize,
}

/// A length and so many bytes.
pub(super) fn text(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u64).to_le_bytes()[..], bytes].concat()
}

/// A key, a kind and the bytes of a value.
pub(super) fn pair(key: &str, kind: u32, value: &[u8]) -> Vec<u8> {
    [&text(key.as_bytes())[..], &kind.to_le_bytes(), value].concat()
}

/// A kind, a length and the bytes of values.
pub(super) fn array(kind: u32, length: u64, values: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), values].concat()
}

/// A tensor, its innermost dimension first.
pub(super) fn info(name: &str, dims: &[u64], format: u32, offset: u64) -> Vec<u8> {
    let mut info = text(name.as_bytes());
    info.extend((dims.len() as u32).to_le_bytes());
    info.extend(dims.iter().flat_map(|dim| dim.to_le_bytes()));
    info.extend(format.to_le_bytes());
    info.extend(offset.to_le_bytes());
    info
}

impl Writer {
    /// A sound file: an architecture, a vocabulary, two tensors.
    pub(super) fn sound() -> Self {
        let words: Vec<u8> = (0..300)
            .flat_map(|n| text(format!("w{n}").as_bytes()))
            .collect();
        Self {
            magic: *b"GGUF",
            version: 3,
            tensors: None,
            keys: None,
            metadata: vec![
                pair("general.architecture", 8, &text(b"llama")),
                pair("llama.block_count", 4, &2_u32.to_le_bytes()),
                pair("tokenizer.ggml.tokens", 9, &array(8, 300, &words)),
                pair("tokenizer.ggml.scores", 9, &array(6, 2_000, &[0; 8_000])),
            ],
            infos: vec![
                info("token_embd.weight", &[32, 4], 8, 0),
                info("blk.0.attn_norm.weight", &[32], 0, 160),
            ],
            alignment: 32,
            data: 160 + 128,
        }
    }

    pub(super) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// The header's bytes.
    pub(super) fn header(&self) -> Vec<u8> {
        let mut file = self.magic.to_vec();
        file.extend(self.version.to_le_bytes());
        let (tensors, keys) = (self.infos.len() as u64, self.metadata.len() as u64);
        file.extend(self.tensors.unwrap_or(tensors).to_le_bytes());
        file.extend(self.keys.unwrap_or(keys).to_le_bytes());
        file.extend(self.metadata.concat());
        file.extend(self.infos.concat());
        file
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut file = self.header();
        file.resize(file.len().next_multiple_of(self.alignment) + self.data, 0);
        file
    }
}
