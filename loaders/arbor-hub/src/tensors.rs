//! The digest of each tensor of a safetensors file, computed while the file
//! streams by. What a header says is for a function that knows tensors; here
//! are only stretches of bytes with names.

use crate::api::TreeFile;
use crate::transfer::{Observe, Observer};
use arbor_model::{TensorDigest, TensorHash};
use blake3::Hasher;
use std::ops::Range;
use std::sync::Arc;

/// The longest header that is kept until it is whole.
const LIMIT: u64 = 16 << 20;

/// A tensor's place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Its name.
    pub name: String,
    /// Its number format, as the file calls it.
    pub dtype: String,
    /// Its dimensions, outermost first.
    pub shape: Vec<u64>,
    /// Its bytes, counted from behind the header.
    pub bytes: Range<u64>,
}

/// Reads a header's JSON, given how many bytes stand behind it. The stretches
/// come in the order of the file and cover it; what is no such header has no
/// tensors.
pub type ReadHeader = fn(&[u8], u64) -> Result<Vec<Stretch>, String>;

/// Who gets the digests of a file whose own digest is right.
pub type TakeDigests = dyn Fn(&TreeFile, Vec<TensorDigest>) + Send + Sync;

/// Looks at every safetensors file of a pull.
pub struct TensorDigests {
    read: ReadHeader,
    take: Arc<TakeDigests>,
}

impl TensorDigests {
    /// With a function that knows headers and one that takes the results.
    #[must_use]
    pub fn new(
        read: ReadHeader,
        take: impl Fn(&TreeFile, Vec<TensorDigest>) + Send + Sync + 'static,
    ) -> Self {
        Self {
            read,
            take: Arc::new(take),
        }
    }
}

impl Observe for TensorDigests {
    fn begin(&self, file: &TreeFile) -> Option<Box<dyn Observer>> {
        let is_weights = file.path.as_str().ends_with(".safetensors");
        is_weights.then(|| {
            Box::new(Looking {
                file: file.clone(),
                read: self.read,
                take: Arc::clone(&self.take),
                state: State::Header(Vec::new()),
            }) as Box<dyn Observer>
        })
    }
}

struct Looking {
    file: TreeFile,
    read: ReadHeader,
    take: Arc<TakeDigests>,
    state: State,
}

enum State {
    /// The header is not whole yet.
    Header(Vec<u8>),
    Data(Box<Data>),
    /// It is no safetensors file.
    Blind,
}

struct Data {
    /// Tensors that are not done, the next one last.
    ahead: Vec<Stretch>,
    hasher: Hasher,
    done: Vec<TensorDigest>,
    at: u64,
}

impl Observer for Looking {
    fn bytes(&mut self, bytes: &[u8]) {
        let state = std::mem::replace(&mut self.state, State::Blind);
        self.state = match state {
            State::Header(mut header) => {
                header.extend_from_slice(bytes);
                self.header(header)
            }
            State::Data(mut data) => match data.take(bytes) {
                Some(()) => State::Data(data),
                None => State::Blind,
            },
            State::Blind => State::Blind,
        };
    }

    fn finish(self: Box<Self>) {
        if let State::Data(data) = self.state
            && data.ahead.is_empty()
        {
            (self.take)(&self.file, data.done);
        }
    }
}

impl Looking {
    fn header(&self, header: Vec<u8>) -> State {
        let Some(first) = header.first_chunk() else {
            return State::Header(header);
        };
        let end = u64::from_le_bytes(*first).checked_add(8);
        let end = end.filter(|end| *end <= LIMIT && *end <= self.file.size);
        let Some(end) = end else { return State::Blind };
        // Within the limit, as was shown.
        let place = usize::try_from(end).unwrap_or(usize::MAX);
        if header.len() < place {
            return State::Header(header);
        }
        let Ok(mut ahead) = (self.read)(&header[8..place], self.file.size - end) else {
            return State::Blind;
        };
        ahead.reverse();
        let mut data = Data {
            ahead,
            hasher: Hasher::new(),
            done: Vec::new(),
            at: 0,
        };
        match data.take(&header[place..]) {
            Some(()) => State::Data(Box::new(data)),
            None => State::Blind,
        }
    }
}

impl Data {
    /// Takes bytes; `None` if they belong to no tensor.
    fn take(&mut self, mut bytes: &[u8]) -> Option<()> {
        loop {
            // Empty tensors end where they begin.
            while self
                .ahead
                .last()
                .is_some_and(|next| next.bytes.end <= self.at)
            {
                let tensor = self.ahead.pop()?;
                let digest = TensorHash::Blake3(self.hasher.finalize().into());
                self.hasher.reset();
                self.done.push(TensorDigest {
                    name: tensor.name,
                    dtype: tensor.dtype,
                    shape: tensor.shape,
                    digest,
                });
            }
            if bytes.is_empty() {
                return Some(());
            }
            let next = self
                .ahead
                .last()
                .filter(|next| next.bytes.start <= self.at)?;
            let left = usize::try_from(next.bytes.end - self.at).unwrap_or(usize::MAX);
            let (now, later) = bytes.split_at(bytes.len().min(left));
            self.hasher.update(now);
            self.at += now.len() as u64;
            bytes = later;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arbor_model::RepoPath;
    use std::sync::Mutex;

    // As `b3sum` prints them.
    const ABC: &str = "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85";
    const HELLO: &str = "ea8f163db38682925e4491c5e58d4bb3506ef8c14eb78a86e908c5624a67200f";
    const NOTHING: &str = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";

    /// Three tensors, one of them empty.
    fn read(_: &[u8], data: u64) -> Result<Vec<Stretch>, String> {
        let stretch = |name: &str, bytes| Stretch {
            name: name.to_owned(),
            dtype: "U8".to_owned(),
            shape: vec![],
            bytes,
        };
        let all = vec![
            stretch("a", 0..3),
            stretch("none", 3..3),
            stretch("b", 3..8),
        ];
        match data {
            8 => Ok(all),
            _ => Err("another size".to_owned()),
        }
    }

    fn digests(file: &[u8], piece: usize) -> Option<Vec<(String, String)>> {
        let taken = Arc::new(Mutex::new(None));
        let slot = Arc::clone(&taken);
        let observe = TensorDigests::new(read, move |_, digests| {
            let pairs = digests
                .into_iter()
                .map(|one| (one.name, one.digest.to_string()));
            *slot.lock().expect("no panic") = Some(pairs.collect());
        });
        let tree = TreeFile {
            path: RepoPath::new("model.safetensors").expect("a path"),
            size: file.len() as u64,
            digest: "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
                .parse()
                .expect("a digest"),
        };
        let mut observer = observe.begin(&tree).expect("weights");
        file.chunks(piece).for_each(|piece| observer.bytes(piece));
        observer.finish();
        taken.lock().expect("no panic").take()
    }

    #[test]
    fn each_tensor_has_its_digest_however_the_bytes_come() {
        let file = [
            &5_u64.to_le_bytes()[..],
            b"{ .. }"[..5].as_ref(),
            b"abchello",
        ]
        .concat();
        let expected: Vec<(String, String)> = [("a", ABC), ("none", NOTHING), ("b", HELLO)]
            .map(|(name, digits)| (name.to_owned(), format!("blake3:{digits}")))
            .into();
        for piece in 1..=file.len() {
            assert_eq!(
                digests(&file, piece).as_ref(),
                Some(&expected),
                "pieces of {piece}"
            );
        }
    }

    #[test]
    fn what_is_no_safetensors_file_has_no_digests() {
        let long = u64::MAX.to_le_bytes();
        for file in [
            &b""[..],
            b"abc",
            &long,
            &[&1_u64.to_le_bytes()[..], b"{abc"].concat(),
        ] {
            assert_eq!(digests(file, 3), None);
        }
    }
}
