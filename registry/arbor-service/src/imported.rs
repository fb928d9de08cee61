//! What can be asked of imported models: one, a list by name, a lineage that
//! leads on into the catalogue. Where the catalogue has a model, it speaks.

use crate::{Direction, LineageQuery, Registry, ServiceError, View, wire};
use arbor_model::{Base, Imported, ImportedEdge, Model, RepoId, Text};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// More models are not walked to.
const MOST_NODES: usize = 10_000;

/// More children of one model are not looked at.
const MOST_LINKS: u32 = 10_000;

impl Registry {
    /// The imported model of that name, if there is one.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if the store cannot be read.
    pub async fn imported(&self, typed: &str) -> Result<Option<wire::ImportedModel>, ServiceError> {
        let Some(found) = self.find_imported(typed).await? else {
            return Ok(None);
        };
        let kept = self.store().imported_parents(&found.id, MOST_LINKS).await?;
        Ok(Some(model(&self.view(), &found, &kept)))
    }

    async fn find_imported(&self, typed: &str) -> Result<Option<Imported>, ServiceError> {
        let name = typed.trim();
        let name = name.split_once('@').map_or(name, |(name, _)| name);
        match RepoId::new(name) {
            Ok(id) => Ok(self.store().imported(&id).await?),
            Err(_) => Ok(None),
        }
    }

    /// Imported models by name, of one author or of all, behind one of them.
    ///
    /// # Errors
    /// [`ServiceError::BadParameter`] for a name that is none,
    /// [`ServiceError::Store`] if the store cannot be read.
    pub async fn imported_list(
        &self,
        author: Option<&str>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<wire::ImportedListing, ServiceError> {
        let parse = |text: &str| {
            RepoId::new(text).map_err(|e| ServiceError::bad_parameter("after", text, e.to_string()))
        };
        if let Some(author) = author {
            // An author obeys the rule of a name.
            RepoId::new(author)
                .map_err(|e| ServiceError::bad_parameter("imported", author, e.to_string()))?;
        }
        let after = after.map(parse).transpose()?;
        let page = self
            .store()
            .imported_page(author, after.as_ref(), limit + 1)
            .await?;
        let view = self.view();
        let shown: Vec<_> = page.iter().take(limit as usize).collect();
        let more = page.len() > shown.len();
        let last = shown.last().map(|found| found.id.to_string());
        Ok(wire::ImportedListing {
            schema_version: wire::SCHEMA_VERSION,
            models: shown
                .into_iter()
                .map(|found| model(&view, found, &[]))
                .collect(),
            after: last.filter(|_| more),
        })
    }

    /// The ancestors or descendants of a model among those imported. From the
    /// first ancestor that the catalogue has, the catalogue leads on.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if it is neither imported nor a model of the
    /// catalogue with a repository; [`ServiceError::Store`].
    pub async fn imported_lineage(
        &self,
        typed: &str,
        direction: Direction,
        query: LineageQuery,
    ) -> Result<wire::ImportedLineage, ServiceError> {
        let view = self.view();
        let curated = view.find(typed);
        let start = match (self.find_imported(typed).await?, curated) {
            (Some(found), _) => found.id,
            (None, Some(model)) => match &model.hub {
                Some(hub) => RepoId::from(hub),
                None => return Err(ServiceError::not_found("imported model", typed, vec![])),
            },
            (None, None) => return Err(ServiceError::not_found("imported model", typed, vec![])),
        };
        let mut walk = Walk::new(&view, query);
        match direction {
            Direction::Ancestors => self.climb(&start, &mut walk).await?,
            Direction::Descendants => self.descend(&start, &mut walk).await?,
        }
        Ok(walk.wire(&start, direction))
    }

    async fn climb(&self, start: &RepoId, walk: &mut Walk<'_>) -> Result<(), ServiceError> {
        let mut queue = VecDeque::from([(start.clone(), 0)]);
        let mut above = Vec::new();
        while let Some((id, depth)) = queue.pop_front() {
            if let Some(model) = walk.curated(&id) {
                above.push((model, depth));
                continue;
            }
            for edge in self.store().imported_parents(&id, MOST_LINKS).await? {
                let next = edge.parent.clone();
                if walk.take(&edge, &next, depth + 1) {
                    queue.push_back((next, depth + 1));
                }
            }
        }
        for (model, depth) in above {
            walk.lead_on(model, depth)?;
        }
        Ok(())
    }

    async fn descend(&self, start: &RepoId, walk: &mut Walk<'_>) -> Result<(), ServiceError> {
        let mut queue = VecDeque::from([(start.clone(), 0)]);
        while let Some((id, depth)) = queue.pop_front() {
            let children = self.store().imported_children(&id, MOST_LINKS).await?;
            walk.truncated |= children.len() >= MOST_LINKS as usize;
            for edge in children {
                // What the catalogue has hangs where the catalogue says.
                if walk.curated(&edge.child).is_some() {
                    continue;
                }
                let next = edge.child.clone();
                if walk.take(&edge, &next, depth + 1) {
                    queue.push_back((next, depth + 1));
                }
            }
        }
        Ok(())
    }
}

/// A walk so far. Names are the catalogue's ids where it has the model.
struct Walk<'v> {
    view: &'v View,
    query: LineageQuery,
    nodes: BTreeMap<String, (u32, bool)>,
    edges: BTreeSet<(String, String, &'static str, bool)>,
    truncated: bool,
}

impl<'v> Walk<'v> {
    fn new(view: &'v View, query: LineageQuery) -> Self {
        Self {
            view,
            query,
            nodes: BTreeMap::new(),
            edges: BTreeSet::new(),
            truncated: false,
        }
    }

    fn curated(&self, id: &RepoId) -> Option<&'v Model> {
        self.view.of_hub(&id.as_str().to_ascii_lowercase())
    }

    fn name(&self, id: &RepoId) -> String {
        self.curated(id)
            .map_or_else(|| id.to_string(), |model| model.id.to_string())
    }

    /// Takes an edge and the model at its far end; says whether that is new.
    fn take(&mut self, edge: &ImportedEdge, next: &RepoId, depth: u32) -> bool {
        let far = self.query.depth.is_some_and(|most| depth > most);
        if far || !self.query.relations.contains(edge.relation) {
            return false;
        }
        let name = self.name(next);
        let known = self.nodes.contains_key(&name);
        if !known && self.nodes.len() >= MOST_NODES {
            self.truncated = true;
            return false;
        }
        let ends = (self.name(&edge.child), self.name(&edge.parent));
        self.edges
            .insert((ends.0, ends.1, edge.relation.as_str(), false));
        let curated = self.curated(next).is_some();
        self.nodes.entry(name).or_insert((depth, curated));
        !known
    }

    /// Goes on above a model of the catalogue that was reached.
    fn lead_on(&mut self, model: &Model, depth: u32) -> Result<(), ServiceError> {
        let left = self.query.depth.map(|most| most.saturating_sub(depth));
        let query = LineageQuery {
            depth: left,
            ..self.query
        };
        let above = self.view.lineage_of(model, Direction::Ancestors, query)?;
        self.truncated |= above.truncated;
        for node in above.nodes {
            let far = depth.saturating_add(node.depth);
            let held = self.nodes.entry(node.id).or_insert((far, true));
            held.0 = held.0.min(far);
        }
        let edges = above.edges.into_iter();
        self.edges
            .extend(edges.map(|edge| (edge.child, edge.parent, edge.relation, true)));
        Ok(())
    }

    fn wire(self, start: &RepoId, direction: Direction) -> wire::ImportedLineage {
        let model = self.name(start);
        let mut nodes: Vec<_> = self
            .nodes
            .into_iter()
            .filter(|(id, _)| *id != model)
            .map(|(id, (depth, curated))| wire::ImportedNode { id, depth, curated })
            .collect();
        nodes.sort_by(|a, b| (a.depth, &a.id).cmp(&(b.depth, &b.id)));
        let edges = self.edges.into_iter();
        wire::ImportedLineage {
            schema_version: wire::SCHEMA_VERSION,
            model,
            direction: direction.as_str(),
            total: nodes.len() as u64,
            truncated: self.truncated,
            nodes,
            edges: edges
                .map(|(child, parent, relation, curated)| wire::ImportedEdge {
                    child,
                    parent,
                    relation,
                    curated,
                })
                .collect(),
        }
    }
}

/// How a declared base is called in the lineage. An edge that no base names
/// is that of a renamed one.
fn parent_of<'e>(
    base: &Base,
    found: &Imported,
    kept: &'e [ImportedEdge],
) -> Option<&'e ImportedEdge> {
    let named = |edge: &ImportedEdge, base: &Base| {
        edge.parent
            .as_str()
            .eq_ignore_ascii_case(base.repo.as_str())
            && edge.relation == base.relation
    };
    kept.iter().find(|edge| named(edge, base)).or_else(|| {
        let nameless = |edge: &&ImportedEdge| {
            edge.relation == base.relation && !found.bases.iter().any(|base| named(edge, base))
        };
        kept.iter().find(nameless)
    })
}

fn model(view: &View, found: &Imported, kept: &[ImportedEdge]) -> wire::ImportedModel {
    let text = |text: &Option<Text>| text.as_ref().map(ToString::to_string);
    let declared = found.bases.iter().map(|base| {
        let parent = parent_of(base, found, kept).map(|edge| &edge.parent);
        let named = parent.unwrap_or(&base.repo).as_str().to_ascii_lowercase();
        wire::ImportedParent {
            id: base.repo.to_string(),
            relation: base.relation.as_str(),
            parent: parent.map(ToString::to_string),
            catalogue: view.of_hub(&named).map(|model| model.id.to_string()),
        }
    });
    wire::ImportedModel {
        schema_version: wire::SCHEMA_VERSION,
        imported: true,
        id: found.id.to_string(),
        author: found
            .id
            .as_str()
            .split_once('/')
            .map(|(author, _)| author.to_owned()),
        created: found.created_us.map(wire::moment),
        modified: found.modified_us.map(wire::moment),
        parameters: found.parameters,
        licence: text(&found.licence),
        task: text(&found.task),
        library: text(&found.library),
        downloads: found.downloads,
        downloads_all: found.downloads_all,
        likes: found.likes,
        declared: declared.collect(),
    }
}
