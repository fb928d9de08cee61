//! Lines of JSON to rows, strictly: a key that is not known, numbers that do
//! not fill their shape or a source without a commit are refused.

use super::{Ask, Part, Pooling, Quantity, Row, Slice, Source, Target, Tell, Tier, Tolerance};
use crate::Input;
use arbor_model::HubId;
use serde::Deserialize;

/// A line that is no row.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct ReadError {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

/// Reads rows, one a line.
///
/// # Errors
/// [`ReadError`] for the first line that is no row.
pub fn read(text: &str) -> Result<Vec<Row>, ReadError> {
    let numbered = text.lines().zip(1..);
    numbered
        .map(|(text, line)| row(text).map_err(|reason| ReadError { line, reason }))
        .collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    hub: String,
    id: String,
    class: String,
    tier: String,
    ask: AskLine,
    tell: TellLine,
    #[serde(default)]
    atol: f64,
    #[serde(default)]
    rtol: f64,
    dtype: String,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskLine {
    #[serde(default)]
    ids: Vec<Vec<u32>>,
    #[serde(default)]
    mask: Vec<Vec<u8>>,
    #[serde(default)]
    types: Vec<Vec<u32>>,
    #[serde(default)]
    texts: Vec<String>,
    begin: Option<String>,
    #[serde(default)]
    then: Vec<u32>,
    target: Option<TargetLine>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum TargetLine {
    Word(String),
    Ids(Vec<Vec<u32>>),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum TellLine {
    Embedding(EmbeddingLine),
    Ids(Vec<Vec<u32>>),
    Loss(f64),
    Numbers(NumbersLine),
    Texts(Vec<String>),
    Tokens(Vec<Option<f64>>),
    Top(TopLine),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EmbeddingLine {
    pooling: String,
    unit: bool,
    at: String,
    shape: Vec<usize>,
    numbers: Vec<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NumbersLine {
    of: String,
    at: String,
    #[serde(default)]
    whole: Vec<usize>,
    #[serde(default)]
    mean: bool,
    shape: Vec<usize>,
    numbers: Vec<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopLine {
    tokens: Vec<Vec<String>>,
    #[serde(default)]
    chances: Vec<f64>,
}

fn row(text: &str) -> Result<Row, String> {
    let line: Line = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let tolerance = Tolerance {
        absolute: line.atol,
        relative: line.rtol,
        half: match line.dtype.as_str() {
            "f32" => false,
            "bf16" | "f16" => true,
            other => return Err(format!("`{other}` is no dtype")),
        },
    };
    if !(0.0..=10.0).contains(&line.atol) || !(0.0..=1.0).contains(&line.rtol) {
        return Err("a tolerance is none".to_owned());
    }
    if line.id.is_empty() || line.class.is_empty() {
        return Err("the id or the class is empty".to_owned());
    }
    let source = Source::parse(&line.source);
    let tier: Tier = line.tier.parse().map_err(said)?;
    if tolerance.half && tier != Tier::Told {
        return Err("half precision decides nothing".to_owned());
    }
    let ask = ask(line.ask)?;
    let tell = tell(line.tell)?;
    fits(&ask, &tell)?;
    Ok(Row {
        hub: HubId::new(&line.hub).map_err(said)?,
        id: line.id,
        class: line.class,
        tier,
        source: source.ok_or("its source is no line of a commit")?,
        ask,
        tell,
        tolerance,
    })
}

fn ask(line: AskLine) -> Result<Ask, String> {
    let target = match line.target {
        None => Target::None,
        Some(TargetLine::Word(word)) if word == "shifted" => Target::Shifted,
        Some(TargetLine::Word(word)) => return Err(format!("`{word}` is no target")),
        Some(TargetLine::Ids(ids)) => Target::Ids(even(ids)?),
    };
    if line.texts.is_empty() {
        if line.begin.is_some() || !line.then.is_empty() {
            return Err("ids need nothing around them".to_owned());
        }
        let ids = even(line.ids)?;
        let shape = |rows: usize, columns: usize| {
            rows == 0 || (rows == ids.len() && columns == ids[0].len())
        };
        let mask: Vec<Vec<bool>> = line
            .mask
            .iter()
            .map(|row| row.iter().map(|n| *n != 0).collect())
            .collect();
        let masks = mask.first().map_or(0, Vec::len);
        let types = line.types.first().map_or(0, Vec::len);
        if !shape(mask.len(), masks) || !shape(line.types.len(), types) {
            return Err("a mask or types have another shape than the ids".to_owned());
        }
        let input = Input {
            ids,
            mask,
            types: line.types,
            ..Input::default()
        };
        return Ok(Ask::Ids { input, target });
    }
    if !(line.ids.is_empty() && line.mask.is_empty() && line.types.is_empty()) {
        return Err("there are both ids and texts".to_owned());
    }
    Ok(Ask::Texts {
        texts: line.texts,
        begin: line.begin,
        then: line.then,
        target,
    })
}

/// Rows of one length, and not none.
fn even(ids: Vec<Vec<u32>>) -> Result<Vec<Vec<u32>>, String> {
    let length = ids.first().map_or(0, Vec::len);
    if length == 0 || ids.iter().any(|row| row.len() != length) {
        return Err("ids are missing or of several lengths".to_owned());
    }
    Ok(ids)
}

fn tell(line: TellLine) -> Result<Tell, String> {
    Ok(match line {
        TellLine::Embedding(line) => Tell::Embedding {
            pooling: line.pooling.parse::<Pooling>().map_err(said)?,
            unit: line.unit,
            part: part(&line.at, Vec::new(), line.shape, line.numbers)?,
        },
        TellLine::Ids(ids) => Tell::Ids(even(ids)?),
        TellLine::Loss(loss) => Tell::Loss(loss),
        TellLine::Numbers(line) => Tell::Numbers {
            of: line.of.parse::<Quantity>().map_err(said)?,
            part: part(&line.at, line.whole, line.shape, line.numbers)?,
            mean: line.mean,
        },
        TellLine::Texts(texts) => Tell::Texts(texts),
        TellLine::Tokens(numbers) => {
            if numbers.iter().all(Option::is_none) {
                return Err("there is no number".to_owned());
            }
            Tell::Tokens(numbers)
        }
        TellLine::Top(line) => {
            if line.tokens.iter().any(Vec::is_empty) {
                return Err("a text has no tokens".to_owned());
            }
            let one = line.tokens.len() == 1 && line.tokens[0].len() == line.chances.len();
            if !line.chances.is_empty() && !one {
                return Err("chances are not one for each token".to_owned());
            }
            Tell::Top {
                tokens: line.tokens,
                chances: line.chances,
            }
        }
    })
}

fn part(at: &str, of: Vec<usize>, shape: Vec<usize>, numbers: Vec<f64>) -> Result<Part, String> {
    let at = Slice::parse(at).ok_or_else(|| format!("`{at}` is no part of an array"))?;
    if numbers.is_empty() || shape.iter().product::<usize>() != numbers.len() {
        return Err(format!("{} numbers do not fill {shape:?}", numbers.len()));
    }
    Ok(Part {
        at,
        of,
        shape,
        numbers,
    })
}

/// Whether the answer is one to the question.
fn fits(ask: &Ask, tell: &Tell) -> Result<(), String> {
    let (rows, is_text) = match ask {
        Ask::Ids { input, .. } => (input.ids.len(), false),
        Ask::Texts { texts, .. } => (texts.len(), true),
    };
    let fits = match tell {
        Tell::Numbers { .. } => !is_text || rows == 1,
        Tell::Loss(_) | Tell::Tokens(_) => rows == 1,
        Tell::Ids(ids) => ids.len() == rows,
        Tell::Texts(texts) => is_text && texts.len() == rows,
        Tell::Top { tokens, .. } => is_text && tokens.len() == rows,
        Tell::Embedding { .. } => is_text,
    };
    if fits {
        Ok(())
    } else {
        Err("the answer does not fit the question".to_owned())
    }
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}
