//! Pegasus (Zhang et al. 2019, arXiv 1912.08777).
//!
//! Reference: transformers 4.57.6, `models/pegasus/modeling_pegasus.py`. Its
//! tables of sines are parameters there, which newer files hold.

use super::build::bart::{self, BART, COPIES, Family, Norms, Positions};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static PEGASUS: Architecture = Architecture {
    model_type: "pegasus",
    classes: &[
        ("PegasusForConditionalGeneration", Task::Seq2Seq),
        ("PegasusModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: COPIES,
    read,
};

const FAMILY: Family = Family {
    model_type: "pegasus",
    norms: Norms::Pre,
    positions: Positions::FixedTable,
    start: 0,
    apart: false,
    ..BART
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    bart::read(config, task, FAMILY)
}
