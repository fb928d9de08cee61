//! Which files of a repository are taken: what a loader reads, or what was
//! asked for. Patterns are those of the hub's Python tools: `*` also crosses
//! slashes.

use crate::HubError;
use crate::api::TreeFile;
use glob::Pattern;

/// Files in the repository's root that a loader may read beside the weights.
const LOADER: &[&str] = &[
    "added_tokens.json",
    "chat_template.jinja",
    "chat_template.json",
    "config.json",
    "dict.txt",
    "generation_config.json",
    "golden.json",
    "merges.txt",
    "reference.safetensors",
    "sentencepiece.bpe.model",
    "sentencepiece.model",
    "source.spm",
    "special_tokens_map.json",
    "spiece.model",
    "spm.model",
    "target.spm",
    "tokenizer.json",
    "tokenizer.model",
    "tokenizer_config.json",
    "vocab.json",
    "vocab.txt",
];

const SINGLE: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";

/// What is wanted of a repository.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    include: Vec<Pattern>,
    exclude: Vec<Pattern>,
    all: bool,
}

impl Selection {
    /// What a loader reads; or, with patterns, the files that match one of
    /// `include` and none of `exclude`; or all of them.
    ///
    /// # Errors
    /// [`HubError::Pattern`] names a pattern that cannot be read.
    pub fn new(include: &[String], exclude: &[String], all: bool) -> Result<Self, HubError> {
        let read = |texts: &[String]| -> Result<Vec<Pattern>, HubError> {
            let read = |text: &String| {
                // A folder means what is in it.
                let text = match text.strip_suffix('/') {
                    Some(folder) => format!("{folder}/*"),
                    None => text.clone(),
                };
                Pattern::new(&text).map_err(|error| HubError::Pattern {
                    pattern: text.clone(),
                    reason: error.msg.to_owned(),
                })
            };
            texts.iter().map(read).collect()
        };
        Ok(Self {
            include: read(include)?,
            exclude: read(exclude)?,
            all,
        })
    }

    /// The files that are wanted, in the order given.
    #[must_use]
    pub fn of<'a>(&self, files: &'a [TreeFile]) -> Vec<&'a TreeFile> {
        let has = |name: &str| files.iter().any(|file| file.path.as_str() == name);
        let weights = Weights::among(has);
        let matches = |patterns: &[Pattern], file: &TreeFile| {
            patterns
                .iter()
                .any(|pattern| pattern.matches(file.path.as_str()))
        };
        let wanted = |file: &&TreeFile| {
            let chosen = match (self.all, self.include.is_empty()) {
                (true, _) => true,
                (false, true) => is_loaded(file, weights),
                (false, false) => matches(&self.include, file),
            };
            chosen && !matches(&self.exclude, file)
        };
        files.iter().filter(wanted).collect()
    }
}

/// Of a folder's files those that a loader reads weights from; a recorded
/// reference holds tensors too, and is none of them.
#[must_use]
pub fn weights<'n>(names: &[&'n str]) -> Vec<&'n str> {
    let weights = Weights::among(|name| names.contains(&name));
    let names = names.iter().copied();
    names
        .filter(|name| name.ends_with(".safetensors") && !name.contains('/'))
        .filter(|name| weights.takes(name) && LOADER.binary_search(name).is_err())
        .collect()
}

/// How a repository keeps its weights.
#[derive(Clone, Copy)]
enum Weights {
    Single,
    Indexed,
    Any,
}

impl Weights {
    fn among(has: impl Fn(&str) -> bool) -> Self {
        match (has(SINGLE), has(INDEX)) {
            (true, _) => Self::Single,
            (false, true) => Self::Indexed,
            (false, false) => Self::Any,
        }
    }

    fn takes(self, name: &str) -> bool {
        match self {
            // What loaders prefer where both stand.
            Self::Single => name == SINGLE,
            Self::Indexed => name == INDEX || is_shard(name),
            Self::Any => name.ends_with(".safetensors"),
        }
    }
}

fn is_loaded(file: &TreeFile, weights: Weights) -> bool {
    let name = file.path.as_str();
    if !file.path.is_top() {
        return false;
    }
    if LOADER.binary_search(&name).is_ok() || name.ends_with(".tiktoken") {
        return true;
    }
    weights.takes(name)
}

/// `model-00001-of-00003.safetensors`.
fn is_shard(name: &str) -> bool {
    let middle = name
        .strip_prefix("model-")
        .and_then(|rest| rest.strip_suffix(".safetensors"));
    let Some((part, of)) = middle.and_then(|rest| rest.split_once("-of-")) else {
        return false;
    };
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    number(part) && number(of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arbor_model::RepoPath;

    fn files(names: &[&str]) -> Vec<TreeFile> {
        let file = |name: &&str| TreeFile {
            path: RepoPath::new(name).expect(name),
            size: 1,
            digest: "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
                .parse()
                .expect("a digest"),
        };
        names.iter().map(file).collect()
    }

    fn taken(names: &[&str], include: &[&str], exclude: &[&str], all: bool) -> Vec<String> {
        let owned = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let selection = Selection::new(&owned(include), &owned(exclude), all).expect("patterns");
        let files = files(names);
        let taken = selection.of(&files);
        taken
            .into_iter()
            .map(|file| file.path.to_string())
            .collect()
    }

    #[test]
    fn the_list_is_sorted() {
        assert!(LOADER.is_sorted());
    }

    #[test]
    fn a_loader_gets_what_it_reads_and_no_more() {
        let common = [
            "README.md",
            "config.json",
            "pytorch_model.bin",
            "onnx/config.json",
            "tokenizer.json",
        ];
        let with = |more: &[&'static str]| [&common[..], more].concat();
        let cases: [(&[&str], &[&str]); 4] = [
            (
                &["model.safetensors", "model.fp16.safetensors"],
                &["model.safetensors"],
            ),
            (
                &[
                    "model-00001-of-00002.safetensors",
                    "model-00002-of-00002.safetensors",
                    "model.safetensors.index.json",
                    "consolidated.safetensors",
                ],
                &[
                    "model-00001-of-00002.safetensors",
                    "model-00002-of-00002.safetensors",
                    "model.safetensors.index.json",
                ],
            ),
            (
                &["model.safetensors", "model.safetensors.index.json"],
                &["model.safetensors"],
            ),
            (
                &["adapter_model.safetensors"],
                &["adapter_model.safetensors"],
            ),
        ];
        for (more, weights) in cases {
            let found = taken(&with(more), &[], &[], false);
            let expected = [&["config.json", "tokenizer.json"][..], weights].concat();
            assert_eq!(found, expected, "{more:?}");
        }
    }

    #[test]
    fn patterns_are_those_of_the_python_tools() {
        let names = ["a.bin", "config.json", "onnx/model.onnx", "x/y/z.json"];
        type Case = (
            &'static [&'static str],
            &'static [&'static str],
            bool,
            &'static [&'static str],
        );
        let cases: [Case; 6] = [
            (&["*.json"], &[], false, &["config.json", "x/y/z.json"]),
            (&["*.json"], &["x/*"], false, &["config.json"]),
            (&["onnx/"], &[], false, &["onnx/model.onnx"]),
            (
                &[],
                &["*.bin"],
                true,
                &["config.json", "onnx/model.onnx", "x/y/z.json"],
            ),
            (&[], &["config.*"], false, &[]),
            (&["[ab].bin"], &[], false, &["a.bin"]),
        ];
        for (include, exclude, all, expected) in cases {
            assert_eq!(
                taken(&names, include, exclude, all),
                expected,
                "{include:?} {exclude:?}"
            );
        }
        assert!(Selection::new(&["[".to_owned()], &[], false).is_err());
    }
}
