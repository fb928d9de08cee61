//! What the doctor finds in the catalogue and in the database's file.

use super::{Check, Outcome};
use crate::commands::stored::{Own, Stored};
use crate::render::text::bytes;
use arbor_store::IntegrityReport;

pub(super) fn catalogue(own: &Own) -> Check {
    let (outcome, detail) = match &own.catalogue {
        Ok(catalogue) => (
            Outcome::Pass,
            format!(
                "{} models in {} families, no problems",
                catalogue.models.len(),
                catalogue.families.len()
            ),
        ),
        Err(problems) => (Outcome::Fail, format!("{problems}: `arbor catalog check`")),
    };
    Check {
        name: "catalogue",
        outcome,
        detail,
    }
}

pub(super) fn database(report: &IntegrityReport, stored: &Stored) -> Vec<Check> {
    let sound = report.is_sound();
    vec![
        Check {
            name: "database",
            outcome: Outcome::Pass,
            detail: format!(
                "{}, {} journal, schema {} of {}, {}",
                report.engine,
                report.journal_mode,
                report.schema,
                report.schema_known,
                bytes(report.bytes)
            ),
        },
        Check {
            name: "contents",
            outcome: Outcome::Pass,
            detail: format!(
                "{} models, {} edges, {} runs, change {}{}",
                report.models,
                report.edges,
                report.runs,
                report.change,
                imported(report)
            ),
        },
        Check {
            name: "synchronised",
            outcome: match stored {
                Stored::Same => Outcome::Pass,
                Stored::Another => Outcome::Skip,
                Stored::Differs(_) | Stored::Unreadable(_) => Outcome::Fail,
            },
            detail: match stored {
                Stored::Same => "the database holds the compiled-in catalogue".to_owned(),
                Stored::Another => {
                    "another catalogue is stored; the next command replaces it".to_owned()
                }
                Stored::Differs(how) => format!(
                    "what is stored is not the compiled-in catalogue, though its digest is \
                     ({how}): `arbor doctor --repair` writes it anew"
                ),
                Stored::Unreadable(how) => format!(
                    "what is stored cannot be read ({how}): move the file away; it is made \
                     again, without its {} runs",
                    report.runs
                ),
            },
        },
        Check {
            name: "integrity",
            outcome: if sound { Outcome::Pass } else { Outcome::Fail },
            detail: if sound {
                "no damage found".to_owned()
            } else {
                report.problems.join("; ")
            },
        },
    ]
}

/// What imports brought, where there were any.
fn imported(report: &IntegrityReport) -> String {
    let imports = report.imports;
    if imports.imports == 0 {
        return String::new();
    }
    format!(
        "; imported: {} models, {} edges, by {} imports",
        imports.models, imports.edges, imports.imports
    )
}
