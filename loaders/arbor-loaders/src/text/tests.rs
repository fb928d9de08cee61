//! Reading tokenizers, and what is refused.

use super::*;
use std::fs;

const WORDS: &str = r#"{"version": "1.0", "truncation": null, "padding": null,
 "added_tokens": [{"id": 0, "content": "[MASK]", "single_word": false, "lstrip": false,
   "rstrip": false, "normalized": false, "special": true}],
 "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"},
 "post_processor": null, "decoder": null,
 "model": {"type": "WordLevel", "vocab": {"[MASK]": 0, "one": 1, "two": 2}, "unk_token": "[MASK]"}}"#;

fn read(text: &str) -> Result<Option<Tokenizer>, LoadError> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(FILE), text).expect("written");
    Tokenizer::beside(folder.path())
}

#[test]
fn tokens_know_their_part_of_the_text() {
    let tokenizer = read(WORDS).expect("read").expect("there");
    let tokens = tokenizer.tokens("One  two").expect("tokens");
    let parts: Vec<_> = tokens.iter().map(|t| (t.id, t.text.as_str())).collect();
    assert_eq!(parts, [(1, "One"), (2, "  two")]);
    assert_eq!(tokenizer.mask(), Some(0));
    assert_eq!(tokenizer.largest, 2);
    let mut stream = TextStream::after(&tokenizer, &[1]);
    assert_eq!(stream.add(2).expect("text"), " two");
}

#[test]
fn what_is_no_tokenizer_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(matches!(Tokenizer::beside(folder.path()), Ok(None)));
    for text in ["", "[]", &WORDS[..200], &"[".repeat(100_000)] {
        let refused = read(text);
        assert!(
            matches!(refused, Err(LoadError::Tokenizer { .. })),
            "{text:.40}"
        );
    }
}

#[test]
fn a_panic_becomes_a_reason() {
    let broken = guarded(Path::new("x"), || -> tokenizers::Result<()> {
        panic!("too far")
    });
    let said = broken.expect_err("a reason").to_string();
    assert_eq!(said, "x is no usable tokenizer: it broke off: too far");
}
