//! Every family.

use super::frame::{Frame, Section};
use super::row::Named;
use crate::reply::{Ask, Outcome, Reply};
use crate::urls;
use askama::Template;

/// A list of groups with how many models each has.
#[derive(Template)]
#[template(path = "groups.html")]
pub(super) struct Groups {
    pub(super) frame: Frame,
    pub(super) title: &'static str,
    pub(super) about: &'static str,
    pub(super) groups: Vec<(Named, usize)>,
}

/// Every family.
pub(crate) fn page(ask: &Ask) -> Outcome {
    let mut families = ask.view.families();
    families.sort_by_cached_key(|family| (family.name.to_lowercase(), family.id.clone()));
    let groups = families.into_iter().map(|family| {
        let named = Named {
            href: urls::family(&family.id),
            name: family.name,
        };
        (named, family.models)
    });
    Reply::page(&Groups {
        frame: Frame::new(ask, Section::Families, "/families".to_owned()),
        title: "Families",
        about: "A family is a line of models under one name: their makers say that they belong \
            together. Lineage runs between families too.",
        groups: groups.collect(),
    })
}
