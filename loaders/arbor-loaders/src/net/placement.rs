//! A layer's norms, by where they stand.

use super::Source;
use super::norm::Norm;
use crate::LoadError;
use arbor_genome::gene::Placement;

#[derive(Clone, Debug)]
pub(super) enum Norms {
    Pre {
        mixer: Norm,
        feed_forward: Option<Norm>,
    },
    Post {
        mixer: Norm,
        feed_forward: Norm,
    },
    Inner {
        mixer: Norm,
        feed_forward: Norm,
    },
    Sandwich {
        mixer: [Norm; 2],
        feed_forward: [Norm; 2],
    },
    Parallel {
        mixer: Norm,
        feed_forward: Option<Norm>,
    },
    Normed {
        mixer: Norm,
        feed_forward: Norm,
    },
    Bare,
}

impl Norms {
    pub(super) fn new(
        gene: &Placement,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let norm = |gene| Norm::new(gene, source);
        Ok(match gene {
            Placement::Pre {
                mixer,
                feed_forward,
            } => Self::Pre {
                mixer: norm(mixer)?,
                feed_forward: feed_forward.as_ref().map(norm).transpose()?,
            },
            Placement::Post {
                mixer,
                feed_forward,
            } => Self::Post {
                mixer: norm(mixer)?,
                feed_forward: norm(feed_forward)?,
            },
            Placement::Inner {
                mixer,
                feed_forward,
            } => Self::Inner {
                mixer: norm(mixer)?,
                feed_forward: norm(feed_forward)?,
            },
            Placement::Sandwich {
                mixer: [a, b],
                feed_forward: [c, d],
            } => Self::Sandwich {
                mixer: [norm(a)?, norm(b)?],
                feed_forward: [norm(c)?, norm(d)?],
            },
            Placement::Parallel {
                mixer,
                feed_forward,
            } => Self::Parallel {
                mixer: norm(mixer)?,
                feed_forward: feed_forward.as_ref().map(norm).transpose()?,
            },
            Placement::Normed {
                mixer,
                feed_forward,
            } => Self::Normed {
                mixer: norm(mixer)?,
                feed_forward: norm(feed_forward)?,
            },
            Placement::Bare => Self::Bare,
        })
    }
}
