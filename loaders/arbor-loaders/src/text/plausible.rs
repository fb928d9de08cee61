//! The `plausible` rung: ordinary text must be likelier than its own words in
//! another order, by a margin that chance does not give. Weights in wrong
//! places pass many laws; not this one.

use super::Tokenizer;
use crate::generate::Dice;
use crate::law::Finding;
use crate::score::{Rule, Scored, score};
use crate::{LoadError, Marks, Model};

const ORDINARY: &str = "The old library stood at the end of the street, next to a small \
    park where children played in the afternoon. Every morning the librarian opened the \
    heavy doors, switched on the lights and put the books that had been returned the day \
    before back on their shelves.";

/// A model with fewer parameters than this has learned no language.
const TINY: u64 = 1_000_000;

/// How much less a paragraph's bits must be than those of its words in another
/// order. Sixty tokens of random weights differ by some hundredths; models of
/// two words already differ by more than this, larger ones by half.
const MARGIN: f64 = 0.1;

/// Checks that the model prefers ordinary text.
pub(crate) fn plausible(
    tokenizer: Option<&Tokenizer>,
    marks: &Marks,
    model: &Model,
) -> Result<Finding, LoadError> {
    let Some(tokenizer) = tokenizer else {
        return Ok(Finding::skip("needs a tokenizer"));
    };
    let blueprint = model.blueprint();
    if blueprint.inventory.total() < TINY {
        let reason = format!("fewer than {TINY} parameters have learned no language");
        return Ok(Finding::skip(reason));
    }
    match Rule::of(model) {
        Ok(Rule::Causal | Rule::Masked | Rule::Permuted) => {}
        Ok(Rule::Conditional) => return Ok(Finding::skip("it writes about a source")),
        Err(error) => return Ok(Finding::skip(error.to_string())),
    }
    let told = Telling {
        tokenizer,
        model,
        mask: tokenizer.mask().or(marks.mask),
    };
    if told.mask.is_none() && Rule::of(model)? == Rule::Masked {
        return Ok(Finding::skip("it is not known which token is the mask"));
    }
    let longest = tokenizer.ids(ORDINARY, true)?.len() as u64;
    if blueprint.genome.context.is_some_and(|most| longest > most) {
        return Ok(Finding::skip("the paragraph is longer than its context"));
    }
    let (ordinary, shuffled) = (told.bits(ORDINARY)?, told.bits(&shuffled())?);
    let detail = format!(
        "bits per byte of a paragraph, {shuffled:.2} of its words shuffled; a tenth less is wanted"
    );
    Ok(if ordinary < (1.0 - MARGIN) * shuffled {
        Finding::pass(ordinary, detail)
    } else {
        Finding::fail(ordinary, detail)
    })
}

struct Telling<'a> {
    tokenizer: &'a Tokenizer,
    model: &'a Model,
    mask: Option<u32>,
}

impl Telling<'_> {
    /// Both orders have the same bytes, so the given first token aside their
    /// sums compare.
    fn bits(&self, text: &str) -> Result<f64, LoadError> {
        let tokens = self.tokenizer.tokens(text)?;
        let ids: Vec<u32> = tokens.iter().map(|token| token.id).collect();
        let around: Vec<bool> = tokens.iter().map(|token| token.added).collect();
        let asked = Scored {
            ids: &ids,
            source: None,
            mask: self.mask,
            around: &around,
        };
        let sum: f64 = score(self.model, &asked)?.into_iter().flatten().sum();
        Ok(-sum / std::f64::consts::LN_2 / text.len() as f64)
    }
}

/// The words of the paragraph, the first kept in its place.
fn shuffled() -> String {
    let mut words: Vec<&str> = ORDINARY.split_whitespace().collect();
    let mut dice = Dice(1);
    for last in (2..words.len()).rev() {
        words.swap(last, 1 + (dice.roll() * last as f64) as usize);
    }
    words.join(" ")
}
