//! What was observed of one model of the catalogue besides its runs: what was
//! pulled of it, and what the hub's imported models say came from it.

use crate::{Registry, ServiceError, wire};
use arbor_model::{Model, RepoId};

impl Registry {
    /// What was pulled last of a model's repository, if anything was.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if the store cannot be read.
    pub async fn receipt(&self, model: &Model) -> Result<Option<wire::Receipt>, ServiceError> {
        let Some(hub) = &model.hub else {
            return Ok(None);
        };
        let receipts = self.store().receipts(&RepoId::from(hub)).await?;
        Ok(receipts.first().map(|receipt| wire::Receipt {
            repo: receipt.repo.to_string(),
            revision: receipt.revision.to_string(),
            commit: receipt.commit.to_string(),
            endpoint: receipt.endpoint.to_string(),
            time: wire::moment(receipt.time_us),
            files: receipt
                .files
                .iter()
                .map(crate::files::pulled_file)
                .collect(),
            bytes: receipt.bytes(),
        }))
    }

    /// What hangs directly beneath a model's repository among what is
    /// imported, the most downloaded by name; nothing if nothing does.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if the store cannot be read.
    pub async fn beneath(
        &self,
        model: &Model,
        most: u32,
    ) -> Result<Option<wire::Beneath>, ServiceError> {
        let Some(hub) = &model.hub else {
            return Ok(None);
        };
        let repo = RepoId::from(hub);
        let found = self.store().imported_beneath(&repo, most).await?;
        let models = found.licences.iter().map(|(_, count)| count).sum();
        if models == 0 {
            return Ok(None);
        }
        // The hub's tags are compared with each other; the catalogue's name
        // is one of them only where it is an SPDX identifier.
        let own = self.store().imported(&repo).await?;
        let own = own.and_then(|own| own.licence).map(|tag| tag.to_string());
        let curated = || {
            let name = model.licence()?.as_str().to_ascii_lowercase();
            (!name.contains(' ')).then_some(name)
        };
        let own = own.or_else(curated);
        let differs = |tag: &str| {
            own.as_ref()
                .is_some_and(|own| !own.eq_ignore_ascii_case(tag))
        };
        let known = found
            .licences
            .iter()
            .filter_map(|(tag, count)| Some((tag.as_ref()?, count)));
        let others = known.clone().filter(|(tag, _)| differs(tag.as_str()));
        let top = found.top.iter().map(|(child, relation)| {
            let licence = child.licence.as_ref().map(ToString::to_string);
            wire::BeneathModel {
                id: child.id.to_string(),
                relation: relation.as_str(),
                downloads: child.downloads,
                drifted: licence.as_deref().is_some_and(differs),
                licence,
            }
        });
        let relations = found.relations.iter();
        Ok(Some(wire::Beneath {
            repo: repo.to_string(),
            models,
            relations: relations.map(|(r, count)| (r.as_str(), *count)).collect(),
            licensed: known.map(|(_, count)| count).sum(),
            drifted: own.is_some().then(|| others.map(|(_, count)| count).sum()),
            top: top.collect(),
            licence: own,
        }))
    }
}
