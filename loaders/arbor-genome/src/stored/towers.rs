//! Which part of a repository a tensor belongs to: the model itself, or
//! something beside it that a reader of the count wants to see apart. It knows
//! names only.

arbor_model::words! {
    /// What stands beside the language model in one repository.
    Tower: "tower" {
        /// Low-rank changes to a base model that is not in the file.
        Adapter = "adapter",
        /// Reads sound.
        Audio = "audio tower",
        /// Layers that predict further tokens, for speculative decoding.
        FurtherTokens = "layers for further tokens",
        /// The model itself.
        Model = "model",
        /// Maps a tower's states to the model's width.
        Projector = "projector",
        /// Answers a task: classes, scores, values.
        TaskHead = "task head",
        /// Reads pictures.
        Vision = "vision tower",
    }
}

/// Words between dots that place a tensor, sorted.
static WORDS: &[(&str, Tower)] = &[
    ("audio_encoder", Tower::Audio),
    ("audio_model", Tower::Audio),
    ("audio_tower", Tower::Audio),
    ("classifier", Tower::TaskHead),
    ("eh_proj", Tower::FurtherTokens),
    ("embed_audio", Tower::Projector),
    ("embed_vision", Tower::Projector),
    ("enorm", Tower::FurtherTokens),
    ("hnorm", Tower::FurtherTokens),
    ("image_newline", Tower::Projector),
    ("lora_A", Tower::Adapter),
    ("lora_B", Tower::Adapter),
    ("lora_embedding_A", Tower::Adapter),
    ("lora_embedding_B", Tower::Adapter),
    ("lora_magnitude_vector", Tower::Adapter),
    ("mm_projector", Tower::Projector),
    ("mtp", Tower::FurtherTokens),
    ("mtp_block", Tower::FurtherTokens),
    ("multi_modal_projector", Tower::Projector),
    ("qa_outputs", Tower::TaskHead),
    ("score", Tower::TaskHead),
    ("shared_head", Tower::FurtherTokens),
    ("v_head", Tower::TaskHead),
    ("vision_encoder", Tower::Vision),
    ("vision_model", Tower::Vision),
    ("vision_tower", Tower::Vision),
    ("visual", Tower::Vision),
];

/// The part that a tensor belongs to; `further` is the first layer that
/// predicts further tokens.
pub(super) fn of(name: &str, further: Option<u64>) -> Tower {
    let mut words = name.split('.').peekable();
    while let Some(word) = words.next() {
        if let Ok(at) = WORDS.binary_search_by_key(&word, |(known, _)| known) {
            return WORDS[at].1;
        }
        let number = words.peek().and_then(|next| next.parse::<u64>().ok());
        if word == "layers" && further.is_some_and(|first| number.is_some_and(|n| n >= first)) {
            return Tower::FurtherTokens;
        }
    }
    Tower::Model
}

#[cfg(test)]
mod tests {
    use super::WORDS;

    #[test]
    fn the_table_is_sorted() {
        assert!(WORDS.is_sorted_by_key(|(word, _)| word));
    }
}
