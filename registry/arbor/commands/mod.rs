//! The commands, one file each: its arguments, and what it prints.

pub(crate) mod bases;
mod bundle;
pub(crate) mod catalog;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod du;
pub(crate) mod export;
pub(crate) mod filters;
pub(crate) mod folder;
pub(crate) mod help;
pub(crate) mod import;
pub(crate) mod imported;
pub(crate) mod lineage;
pub(crate) mod list;
pub(crate) mod logits;
pub(crate) mod memory;
pub(crate) mod on;
pub(crate) mod params;
pub(crate) mod path;
pub(crate) mod pull;
pub(crate) mod relations;
pub(crate) mod rm;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod score;
pub(crate) mod search;
pub(crate) mod serve;
pub(crate) mod show;
pub(crate) mod stored;
pub(crate) mod tree;
pub(crate) mod verify;

use crate::args::{Cli, Command, Globals};
use crate::database;
use crate::exit::Exit;
use crate::terminal::Terminal;
use anyhow::Result;
use arbor_catalog::lineage::RelationSet;
use arbor_model::{Model, ModelId, Target};
use arbor_service::{Registry, View};
use std::sync::Arc;

/// What every command gets.
pub(crate) struct App<'a> {
    pub(crate) globals: &'a Globals,
    pub(crate) terminal: &'a Terminal,
}

impl App<'_> {
    /// The registry, its database made and filled where that is needed.
    pub(crate) async fn registry(&self) -> Result<Registry> {
        database::open(self.globals, self.terminal).await
    }

    /// The registry's newest state, for commands that ask nothing else.
    pub(crate) async fn view(&self) -> Result<Arc<View>> {
        Ok(self.registry().await?.view())
    }

    /// The model that was named; another name than its id is remarked on.
    pub(crate) fn model<'v>(&self, view: &'v View, typed: &str) -> Result<&'v Model> {
        let model = view.resolve(typed)?;
        let alias = typed.parse::<ModelId>();
        if alias.is_ok_and(|alias| model.aliases.contains(&alias)) {
            let id = &model.id;
            self.terminal
                .note(&format!("`{}` is an alias of `{id}`", typed.trim()));
        }
        Ok(model)
    }

    /// The repository that was named; what is plainly one needs no catalogue.
    pub(crate) async fn repository(&self, typed: &str) -> Result<Target> {
        if typed.contains('/') {
            return Ok(arbor_service::repository(typed)?);
        }
        Ok(self.view().await?.repository(typed)?)
    }

    /// Remarks on a model's other sizes, where descent along these relations
    /// leaves out what came from them.
    pub(crate) fn remark_on_sizes(&self, view: &View, model: &Model, relations: RelationSet) {
        let Some(sizes) = view.sizes_left_out(model, relations) else {
            return;
        };
        let first = &sizes.first.id;
        let start = if *first == model.id {
            String::new()
        } else {
            format!("start from `{first}` and ")
        };
        self.terminal.note(&format!(
            "{} came in other sizes, joined by `scales-up`: {start}add it to `--rel` to see what \
             descends from those",
            model.name
        ));
    }

    /// The two models that were named; a name given twice is remarked on once.
    pub(crate) fn two<'v>(
        &self,
        view: &'v View,
        a: &str,
        b: &str,
    ) -> Result<(&'v Model, &'v Model)> {
        let first = self.model(view, a)?;
        if a.trim() == b.trim() {
            return Ok((first, first));
        }
        Ok((first, self.model(view, b)?))
    }
}

/// Runs the command and says how the program ends.
pub(crate) async fn run(cli: &Cli, terminal: &Terminal) -> Result<Exit> {
    let app = App {
        globals: &cli.globals,
        terminal,
    };
    let done = match &cli.command {
        Command::Check(command) => return command.run(&app).await,
        Command::Pull(command) => return command.run(&app).await,
        Command::Verify(command) => return command.run(&app).await,
        Command::Import(command) => return command.run(&app).await,
        Command::Du(command) => command.run(&app),
        Command::Rm(command) => command.run(&app).await,
        Command::Logits(command) => command.run(&app).await,
        Command::Score(command) => command.run(&app).await,
        Command::Run(command) => command.run(&app).await,
        Command::Runs(command) => command.run(&app).await,
        Command::Tree(command) => command.run(&app).await,
        Command::List(command) => command.run(&app).await,
        Command::Search(command) => command.run(&app).await,
        Command::Show(command) => command.run(&app).await,
        Command::Lineage(command) => command.run(&app).await,
        Command::Path(command) => command.run(&app).await,
        Command::Diff(command) => command.run(&app).await,
        Command::Params(command) => command.run(&app).await,
        Command::Memory(command) => command.run(&app).await,
        Command::Export(command) => return command.run(&app).await,
        Command::Catalog(command) => command.run(&app),
        Command::Doctor(command) => command.run(&app).await,
        Command::Serve(command) => command.run(&app).await,
        Command::Completions(command) => command.run(&app),
        Command::Help(command) => command.run(&app),
    };
    done.map(|()| Exit::Ok)
}
