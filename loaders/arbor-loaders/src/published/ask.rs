//! A row's question as ids, and the model's arrays for it.

use super::{Ask, Quantity, Row, Target};
use crate::text::Tokenizer;
use crate::{Input, LoadError, Model, Tensor};
use arbor_genome::{Stacks, Task};

/// Why a row cannot be held against a model.
#[derive(Debug)]
pub(super) struct Misfit(pub(super) String);

impl From<LoadError> for Misfit {
    fn from(error: LoadError) -> Self {
        Self(error.to_string())
    }
}

impl From<candle_core::Error> for Misfit {
    fn from(error: candle_core::Error) -> Self {
        Self::from(LoadError::from(error))
    }
}

/// Rows of ids that are asked in one pass.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) input: Input,
    /// What the decoder reads, where there is one.
    pub(super) target: Option<Input>,
}

/// What the row asks, one question for each of its texts.
pub(super) fn questions(
    row: &Row,
    model: &Model,
    tokenizer: Option<&Tokenizer>,
) -> Result<Vec<Question>, Misfit> {
    match &row.ask {
        Ask::Ids { input, target } => Ok(vec![question(model, input.clone(), target)?]),
        Ask::Texts {
            texts,
            begin,
            then,
            target,
        } => {
            let lacking = || Misfit("there is no tokenizer to read its text with".to_owned());
            let tokenizer = tokenizer.ok_or_else(lacking)?;
            let ask = |text: &String| {
                let mut ids = match begin {
                    None => tokenizer.ids(text, true)?,
                    Some(begin) => {
                        let unknown = || Misfit(format!("the tokenizer knows no token {begin:?}"));
                        let begin = tokenizer.id(begin).ok_or_else(unknown)?;
                        [vec![begin], tokenizer.ids(text, false)?].concat()
                    }
                };
                ids.extend(then);
                if ids.is_empty() {
                    return Err(Misfit("its text has no tokens".to_owned()));
                }
                question(model, Input::row(&ids), target)
            };
            texts.iter().map(ask).collect()
        }
    }
}

fn question(model: &Model, input: Input, target: &Target) -> Result<Question, Misfit> {
    let rows = model.blueprint().genome.embedding().vocabulary();
    let known = |ids: &[Vec<u32>]| {
        let beyond = ids.iter().flatten().find(|id| u64::from(**id) >= rows);
        beyond.map_or(Ok(()), |id| {
            let reason = format!("it asks for the id {id}, the vocabulary has {rows}");
            Err(Misfit(reason))
        })
    };
    known(&input.ids)?;
    let target = match target {
        Target::None => None,
        Target::Ids(ids) => Some(ids.clone()),
        Target::Shifted => {
            let start = crate::score::start(model)?;
            let shift = |row: &Vec<u32>| {
                let before = row.len().saturating_sub(1);
                [&[start], &row[..before]].concat()
            };
            Some(input.ids.iter().map(shift).collect())
        }
    };
    if let Some(target) = &target {
        known(target)?;
    }
    let target = target.map(|ids| Input {
        ids,
        ..Input::default()
    });
    Ok(Question { input, target })
}

/// Whether the class that was asked is one that this model can stand for.
pub(super) fn class_fits(row: &Row, model: &Model, needs_head: bool) -> Result<(), Misfit> {
    let blueprint = model.blueprint();
    let classes = blueprint.architecture.classes;
    let found = classes.iter().find(|(name, _)| *name == row.class);
    let Some((_, task)) = found else {
        let reason = format!(
            "it was published for {}, this is of type {}",
            row.class, blueprint.architecture.model_type
        );
        return Err(Misfit(reason));
    };
    if needs_head && *task != blueprint.task {
        let reason = format!(
            "it was published for {}, this checkpoint's head is of another task ({})",
            row.class, blueprint.task
        );
        return Err(Misfit(reason));
    }
    // A discriminator's trunk is not the generator's.
    Ok(())
}

/// One of the model's arrays for a question, in single precision.
pub(super) fn array(model: &Model, of: Quantity, asked: &Question) -> Result<Tensor, Misfit> {
    let pair = matches!(model.blueprint().genome.stacks, Stacks::Pair { .. });
    if !pair && of == Quantity::Encoder {
        return Err(Misfit("this model has no encoder of its own".to_owned()));
    }
    let mut memory = model.memory(pair.then_some(&asked.input))?;
    let read = match (pair, &asked.target) {
        (false, None) => &asked.input,
        (false, Some(_)) => return Err(Misfit("this model has one text only".to_owned())),
        (true, _) if of == Quantity::Encoder => {
            let states = memory.source_states();
            return states.ok_or_else(|| Misfit("the encoder gave no states".to_owned()));
        }
        (true, Some(target)) => target,
        (true, None) => return Err(Misfit("it does not say what the decoder reads".to_owned())),
    };
    let headless = model.blueprint().task == Task::Encoder;
    match of {
        Quantity::Logits if headless => Err(Misfit("this model has no head".to_owned())),
        Quantity::Logits => Ok(model.forward(read, &mut memory)?),
        Quantity::Encoder | Quantity::Hidden => Ok(model.states(read, &mut memory)?),
    }
}
