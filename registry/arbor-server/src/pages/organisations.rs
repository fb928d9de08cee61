//! Every organisation.

use super::families::Groups;
use super::frame::{Frame, Section};
use super::row::Named;
use crate::reply::{Ask, Outcome, Reply};
use crate::urls;

/// Every organisation.
pub(crate) fn page(ask: &Ask) -> Outcome {
    let mut organisations = ask.view.organisations();
    organisations.sort_by_cached_key(|o| (o.name.to_lowercase(), o.id.clone()));
    let groups = organisations.into_iter().map(|organisation| {
        let named = Named {
            href: urls::organisation(&organisation.id),
            name: organisation.name,
        };
        (named, organisation.models)
    });
    Reply::page(&Groups {
        frame: Frame::new(ask, Section::Other, "/organisations".to_owned()),
        title: "Organisations",
        about: "Companies, laboratories, universities and groups that made the models here.",
        groups: groups.collect(),
    })
}
