//! The filter flags that `list`, `tree` and `export` share: one for each
//! [`FilterKey`], so that a flag and a URL parameter are spelled alike.

use crate::commands::App;
use crate::exit::Refusal;
use anyhow::Result;
use arbor_model::{AttentionKind, Branch, Carries, Marker, Objective, PartialDate, Relation};
use arbor_service::{Access, Filter, FilterKey, Ran, View};
use clap::builder::{Command, PossibleValuesParser, Str};
use clap::{Arg, ArgAction, ArgMatches, Args, FromArgMatches};

/// What was given, by key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filters {
    given: Vec<(FilterKey, String)>,
}

/// The value's name and what the flag means.
const fn help(key: FilterKey) -> (&'static str, &'static str) {
    match key {
        FilterKey::Access => (
            "WORD",
            "Who can have the weights: `open`, `gated`, `closed`",
        ),
        FilterKey::Attn => (
            "KIND",
            "How layers mix positions: `mha`, `gqa`, `mla` and others",
        ),
        FilterKey::Branch => ("BRANCH", "The limb: `enc`, `ed`, `dec`, `pre`, or in full"),
        FilterKey::Ctx => ("RANGE", "Context length in tokens: `32k..`"),
        FilterKey::Date => ("RANGE", "Release date: `2022..2024-06`, `2023`"),
        FilterKey::Drawn => ("BRANCH", "The limb on which the 2023 figure draws it"),
        FilterKey::Family => ("ID", "The family: `bert`"),
        FilterKey::Figure => ("WORD", "As the 2023 figure draws it: `open`, `closed`"),
        FilterKey::Fits => ("MEMORY", "Memory that it fits: `24GiB@bf16`, `16GB@q8_0`"),
        FilterKey::Licence => ("NAME", "The weights' licence: `Apache-2.0`"),
        FilterKey::Objective => ("WORD", "The pre-training objective: `ae-masked`"),
        FilterKey::Org => ("ID", "The maker: `google`"),
        FilterKey::Params => ("RANGE", "Parameters: `1B..10B`, `..7B`, `7B`"),
        FilterKey::Q => ("WORDS", "Words in the name, id, family or maker"),
        FilterKey::Rel => (
            "RELATION",
            "Follow these relations only: `weights`, `outputs`, `ideas`, or one by name",
        ),
        FilterKey::Root => ("MODEL", "Only this model and what descends from it"),
        FilterKey::Runs => (
            "WORD",
            "How its newest validation run ended: `pass`, `fail`, `never`",
        ),
    }
}

/// Whether commas join several values.
const fn is_list(key: FilterKey) -> bool {
    match key {
        FilterKey::Access
        | FilterKey::Attn
        | FilterKey::Branch
        | FilterKey::Drawn
        | FilterKey::Family
        | FilterKey::Figure
        | FilterKey::Licence
        | FilterKey::Objective
        | FilterKey::Org
        | FilterKey::Rel
        | FilterKey::Runs => true,
        FilterKey::Ctx
        | FilterKey::Date
        | FilterKey::Fits
        | FilterKey::Params
        | FilterKey::Q
        | FilterKey::Root => false,
    }
}

/// The words that shells can complete, where there are few.
fn words(key: FilterKey) -> Option<Vec<&'static str>> {
    match key {
        FilterKey::Access => Some(Access::WORDS.to_vec()),
        FilterKey::Attn => Some(AttentionKind::WORDS.to_vec()),
        FilterKey::Branch | FilterKey::Drawn => {
            Some([Branch::WORDS, &["pre", "enc", "ed", "dec"]].concat())
        }
        FilterKey::Figure => Some(Marker::WORDS.to_vec()),
        FilterKey::Objective => Some(Objective::WORDS.to_vec()),
        FilterKey::Rel => Some([Carries::WORDS, Relation::WORDS].concat()),
        FilterKey::Runs => Some(Ran::WORDS.to_vec()),
        FilterKey::Ctx
        | FilterKey::Date
        | FilterKey::Family
        | FilterKey::Fits
        | FilterKey::Licence
        | FilterKey::Org
        | FilterKey::Params
        | FilterKey::Q
        | FilterKey::Root => None,
    }
}

impl Args for Filters {
    fn augment_args(command: Command) -> Command {
        let flags = FilterKey::ALL.iter().map(|key| {
            let (value, help) = help(*key);
            let arg = Arg::new(Str::from(key.as_str()))
                .long(key.as_str())
                .value_name(value)
                .help(help)
                .help_heading("Filters (`a,b` means either)")
                .action(ArgAction::Append);
            let arg = if is_list(*key) {
                arg.value_delimiter(',')
            } else {
                arg
            };
            match words(*key) {
                Some(words) => arg
                    .value_parser(PossibleValuesParser::new(words))
                    .hide_possible_values(true),
                None => arg,
            }
        });
        command.args(flags)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Filters {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut filters = Self::default();
        for key in FilterKey::ALL {
            let values = matches.get_many::<String>(key.as_str());
            let values = values.into_iter().flatten();
            filters.given.extend(values.map(|v| (*key, v.clone())));
        }
        Ok(filters)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Filters {
    /// Refuses filters where nothing is filtered.
    pub(crate) fn none_for(&self, what: &str) -> Result<(), Refusal> {
        let Some((key, _)) = self.given.first() else {
            return Ok(());
        };
        let message =
            format!("--{key} chooses among the catalogue's models; {what} has no use for it");
        Err(Refusal::usage(message, None))
    }

    /// The same with one more.
    pub(crate) fn with(mut self, key: FilterKey, value: String) -> Self {
        self.given.push((key, value));
        self
    }

    /// Every date from this one on.
    pub(crate) fn since(self, date: Option<PartialDate>) -> Self {
        match date {
            Some(date) => self.with(FilterKey::Date, format!("{date}..")),
            None => self,
        }
    }

    /// The filter they mean; names are looked up, so that a mistyped one is
    /// an error and not an empty list.
    pub(crate) fn read(&self, app: &App<'_>, view: &View) -> Result<Filter> {
        let mut filter = Filter::default();
        for (key, value) in &self.given {
            if *key == FilterKey::Root {
                filter.set(*key, app.model(view, value)?.id.as_str())?;
                continue;
            }
            if *key == FilterKey::Family && !view.catalogue().families.contains_key(value.as_str())
            {
                view.show_family(value)?;
            }
            if *key == FilterKey::Org
                && !view.catalogue().organisations.contains_key(value.as_str())
            {
                view.show_organisation(value)?;
            }
            filter.set(*key, value)?;
        }
        Ok(filter)
    }
}
