//! Words as ELMo reads them: the bytes of each between marks, then padding.
//! The numbers: bilm-tf, `bilm/data.py`, `UnicodeCharsVocabulary`; all are one
//! higher, so that 0 is a place without a word.

/// Marks beyond the 256 bytes.
const SENTENCE_BEGINS: u32 = 256;
const SENTENCE_ENDS: u32 = 257;
const WORD_BEGINS: u32 = 258;
const WORD_ENDS: u32 = 259;
const PADDING: u32 = 260;
/// Numbers of characters, the place without a word too.
pub(super) const CHARACTERS: u32 = 262;

/// A word's characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word(pub(super) Vec<u32>);

impl Word {
    /// A word of a text; what is too long for `length` characters is cut.
    #[must_use]
    pub fn of(text: &str, length: usize) -> Self {
        let bytes: Vec<u32> = text.bytes().map(u32::from).collect();
        Self::spelled(&bytes, length)
    }

    /// What stands before a sentence's first word.
    #[must_use]
    pub fn begin(length: usize) -> Self {
        Self::spelled(&[SENTENCE_BEGINS], length)
    }

    /// What stands after its last.
    #[must_use]
    pub fn end(length: usize) -> Self {
        Self::spelled(&[SENTENCE_ENDS], length)
    }

    /// A text's words, split at spaces, between the marks of a sentence.
    #[must_use]
    pub fn sentence(text: &str, length: usize) -> Vec<Self> {
        let words = text.split_whitespace().map(|word| Self::of(word, length));
        let begin = std::iter::once(Self::begin(length));
        begin.chain(words).chain([Self::end(length)]).collect()
    }

    fn spelled(characters: &[u32], length: usize) -> Self {
        let kept = characters.iter().take(length.saturating_sub(2));
        let mut word: Vec<u32> = std::iter::once(&WORD_BEGINS)
            .chain(kept)
            .chain([&WORD_ENDS])
            .map(|character| character + 1)
            .collect();
        word.resize(length, PADDING + 1);
        Self(word)
    }
}
