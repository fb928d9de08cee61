//! Files that nobody writes in good faith: each refused with a word on what is
//! wrong, none with a panic, none at the price of what it says it holds.

use super::writer::{Writer, array, info, pair, text};
use super::{read, read_by};
use allocation_counter::measure;
use proptest::prelude::*;

type Change = fn(&mut Writer);

/// What is wrong, and a word of the answer.
const CASES: &[(&str, &str, Change)] = &[
    ("pointer", "git-lfs pointer", |w| w.magic = *b"vers"),
    ("page", "web page", |w| w.magic = *b"<!do"),
    ("older ggml", "older formats", |w| w.magic = *b"tjgg"),
    ("safetensors", "no GGUF file", |w| w.magic = [0x40, 0, 0, 0]),
    ("version 1", "version 1", |w| w.version = 1),
    ("version 4", "version 4", |w| w.version = 4),
    ("big-endian", "big-endian", |w| w.version = 3 << 24),
    ("keys 2^64-1", "keys, at most", |w| w.keys = Some(u64::MAX)),
    ("keys 10,001", "keys, at most", |w| w.keys = Some(10_001)),
    ("tensors 2^63", "tensors, at most", |w| {
        w.tensors = Some(1 << 63);
    }),
    ("more keys than there are", "the file ends", |w| {
        w.keys = Some(5);
        w.infos.clear();
        w.data = 0;
        w.alignment = 1;
    }),
    (
        "more tensors than there are",
        "a tensor has a name of 0",
        |w| w.tensors = Some(4),
    ),
    ("fewer keys than there are", "a tensor has a name", |w| {
        w.keys = Some(3);
        w.metadata[3] = pair(&"k".repeat(300), 4, &[0; 4]);
    }),
    ("key too long", "a key has a name of 65536", |w| {
        w.metadata.push(pair(&"k".repeat(1 << 16), 4, &[0; 4]));
    }),
    ("key without a name", "a key has a name of 0", |w| {
        w.metadata.push(pair("", 4, &[0; 4]));
    }),
    ("key of no UTF-8", "UTF-8", |w| {
        w.metadata.push([text(b"\xff\xfe"), vec![0; 5]].concat());
    }),
    ("key twice", "`llama.block_count` stands twice", |w| {
        w.metadata.push(w.metadata[1].clone());
    }),
    ("kind 13", "a value of the kind 13", |w| {
        w.metadata.push(pair("k", 13, &[0; 8]));
    }),
    ("truth value 2", "a truth value of 2", |w| {
        w.metadata.push(pair("k", 7, &[2]));
    }),
    ("text of no UTF-8", "`k` is no UTF-8", |w| {
        w.metadata.push(pair("k", 8, &text(b"\xff")));
    }),
    ("text of 2^64-1", "within the key `k`", |w| {
        w.metadata.push(pair("k", 8, &[0xff; 8]));
    }),
    ("array of 2^64-1", "an array of 18446744073709551615", |w| {
        w.metadata.push(pair("k", 9, &array(4, u64::MAX, &[])));
    }),
    (
        "array of 2^62 words",
        "an array of 4611686018427387904",
        |w| {
            w.metadata.push(pair("k", 9, &array(8, 1 << 62, &[])));
        },
    ),
    ("array of kind 99", "a value of the kind 99", |w| {
        w.metadata.push(pair("k", 9, &array(99, 1, &[0; 8])));
    }),
    ("words longer than the file", "within the key `k`", |w| {
        w.metadata.push(pair("k", 9, &array(8, 2, &[0xff; 16])));
    }),
    ("arrays five deep", "more than 4 deep", |w| {
        let deep = (0..6).fold(array(4, 0, &[]), |inner, _| array(9, 1, &inner));
        w.metadata.push(pair("k", 9, &deep));
    }),
    ("arrays 100,000 deep", "more than 4 deep", |w| {
        let deep: Vec<u8> = (0..100_000).flat_map(|_| array(9, 1, &[])).collect();
        w.metadata.push(pair("k", 9, &deep));
    }),
    ("alignment 0", "no power of two", |w| align(w, 4, 0)),
    ("alignment 24", "no power of two", |w| align(w, 4, 24)),
    ("alignment 2^31", "no power of two", |w| {
        align(w, 4, 1 << 31);
    }),
    ("alignment of a float", "no power of two", |w| {
        align(w, 6, 32);
    }),
    ("name that clears the screen", "control characters", |w| {
        w.infos[1] = info("a\x1b[2J", &[32], 0, 160);
    }),
    ("tensor without a name", "name of 0", |w| {
        w.infos[1] = info("", &[32], 0, 160);
    }),
    ("name too long", "name of 256", |w| {
        w.infos[1] = info(&"n".repeat(256), &[32], 0, 160);
    }),
    ("tensor twice", "`token_embd.weight` stands twice", |w| {
        w.infos[1] = info("token_embd.weight", &[32], 0, 160);
    }),
    ("five dimensions", "5 dimensions", |w| {
        w.infos[1] = info("a", &[1; 5], 0, 160);
    }),
    ("2^32-1 dimensions", "4294967295 dimensions", |w| {
        w.infos[1] = [text(b"a"), vec![0xff; 4], vec![0; 64]].concat();
    }),
    ("2^64 elements", "beyond any model", |w| {
        w.infos[1] = info("a", &[1 << 32, 1 << 32], 0, 160);
    }),
    ("2^62 elements", "beyond any model", |w| {
        w.infos[1] = info("a", &[1 << 62], 0, 160);
    }),
    ("elements that wrap to 32", "beyond any model", |w| {
        w.infos[1] = info("a", &[(1 << 59) + 1, 32], 0, 160);
    }),
    ("a zero that hides them", "beyond any model", |w| {
        w.infos[1] = info("a", &[0, 1 << 40, 1 << 40], 0, 160);
    }),
    ("half a block", "in blocks of 32", |w| {
        w.infos[1] = info("a", &[16, 2], 8, 160);
    }),
    ("format 4", "given up", |w| {
        w.infos[1] = info("a", &[32], 4, 160);
    }),
    ("format 38", "given up", |w| {
        w.infos[1] = info("a", &[32], 38, 160);
    }),
    ("format 2^32-1", "none known", |w| {
        w.infos[1] = info("a", &[32], u32::MAX, 160);
    }),
    ("offset off", "no multiple of 32", |w| {
        w.infos[1] = info("a", &[32], 0, 161);
    }),
    ("offset 2^64-32", "the data end at", |w| {
        w.infos[1] = info("a", &[32], 0, u64::MAX - 31);
    }),
    ("offset at the end", "the data end at", |w| {
        w.infos[1] = info("a", &[32], 0, 288);
    }),
    ("same place", "overlaps `token_embd.weight`", |w| {
        w.infos[1] = info("a", &[8], 0, 0);
    }),
    ("overlap in part", "overlaps `token_embd.weight`", |w| {
        w.infos[1] = info("a", &[32], 0, 128);
    }),
    ("data cut off", "cut off or damaged", |w| w.data -= 1),
    ("no data", "cut off or damaged", |w| w.data = 0),
];

fn align(writer: &mut Writer, kind: u32, alignment: u32) {
    let alignment = alignment.to_le_bytes();
    writer
        .metadata
        .push(pair("general.alignment", kind, &alignment));
}

#[test]
fn bad_files_are_refused_and_named() {
    assert!(read(&Writer::sound().bytes()).is_ok());
    for (name, word, change) in CASES {
        let file = Writer::sound().with(change).bytes();
        let mut answer = None;
        let memory = measure(|| answer = Some(read(&file)));
        let error = answer.expect("an answer").expect_err(name).to_string();
        assert!(error.contains(word), "{name}: {error}");
        assert!(error.len() < 400, "{name}: {error}");
        assert!(
            memory.bytes_max < 1 << 20,
            "{name}: {} bytes",
            memory.bytes_max
        );
        let by_one = read_by(&file, 1).expect_err(name).to_string();
        assert_eq!(by_one, error, "{name}, byte by byte");
    }
}

/// A file cut anywhere within its header is refused: nothing is guessed.
#[test]
fn a_header_cut_anywhere_is_refused() {
    let sound = Writer::sound();
    let (file, header) = (sound.bytes(), sound.header().len());
    for length in 0..header {
        assert!(read(&file[..length]).is_err(), "{length}");
    }
}

/// A vocabulary of a million words is walked through and not kept.
#[test]
fn a_long_vocabulary_takes_no_memory() {
    let words: Vec<u8> = (0..1_000_000)
        .flat_map(|n: u32| text(&n.to_be_bytes()))
        .collect();
    let file = Writer::sound().with(|w| {
        w.metadata.push(pair("k", 9, &array(8, 1_000_000, &words)));
        w.metadata
            .push(pair("template", 8, &text(&vec![b'a'; 1 << 20])));
    });
    let file = file.bytes();
    let memory = measure(|| assert!(read_by(&file, 1 << 16).is_ok()));
    assert!(memory.bytes_max < 64 << 10, "{} bytes", memory.bytes_max);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever single bytes become, a header is refused or its tensors lie
    /// within the file; and the pieces it comes in change nothing.
    #[test]
    fn any_change_is_refused_or_harmless(
        changes in proptest::collection::vec((0..20_000_usize, any::<u8>()), 1..6),
        most in 1..5_000_usize,
    ) {
        let mut file = Writer::sound().bytes();
        for (at, byte) in changes {
            let at = at % file.len();
            file[at] = byte;
        }
        let found = read(&file);
        if let Ok(header) = &found {
            for tensor in header.tensors() {
                prop_assert!(header.data() + tensor.place().end <= file.len() as u64);
            }
        }
        prop_assert_eq!(read_by(&file, most), found);
    }

    #[test]
    fn any_bytes_are_refused_or_read(rest in proptest::collection::vec(any::<u8>(), 0..300)) {
        let file = [b"GGUF\x03\0\0\0", &rest[..]].concat();
        let _ = read(&file);
    }
}
