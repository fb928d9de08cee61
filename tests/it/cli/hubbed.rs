//! The program beside a hub of its own, with a cache of its own.

use crate::world::{Ran, World};
use arbor_hub_faults::{FaultyHub, Repo};
use serde_json::Value;
use std::process::Command;

pub(crate) struct Here {
    pub(crate) world: World,
    pub(crate) hub: FaultyHub,
}

impl Here {
    pub(crate) fn new(hub: FaultyHub) -> Self {
        Self {
            world: World::new(),
            hub,
        }
    }

    /// Beside a hub of one repository.
    pub(crate) fn of(repo: Repo) -> Self {
        Self::new(FaultyHub::start(vec![repo]))
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = self.world.command();
        command
            .env("HF_HOME", self.world.path("hf"))
            .env("HF_ENDPOINT", self.hub.url());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command().args(arguments).output().expect("it starts"))
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let ran = self.run(&[arguments, &["--json"]].concat());
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
        serde_json::from_str(&ran.stdout).expect("JSON")
    }
}
