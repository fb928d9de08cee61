//! A file as weights are: a header, and tensors of bytes that repeat nowhere.

/// So many tensors share the bytes.
const TENSORS: usize = 200;

/// A safetensors file of about that size.
pub(crate) fn file(bytes: usize) -> Vec<u8> {
    let each = bytes / TENSORS;
    let entries: Vec<String> = (0..TENSORS)
        .map(|n| {
            let (start, end) = (n * each, (n + 1) * each);
            format!(r#""t{n:03}":{{"dtype":"U8","shape":[{each}],"data_offsets":[{start},{end}]}}"#)
        })
        .collect();
    let header = format!("{{{}}}", entries.join(","));
    let mut file = Vec::with_capacity(8 + header.len() + TENSORS * each);
    file.extend_from_slice(&(header.len() as u64).to_le_bytes());
    file.extend_from_slice(header.as_bytes());
    let data = file.len();
    file.resize(data + TENSORS * each, 0);
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for eight in file[data..].chunks_mut(8) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        eight.copy_from_slice(&state.to_le_bytes()[..eight.len()]);
    }
    file
}
