//! The other implementation, asked over a pipe.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub(crate) struct Other {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

pub(crate) fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../benches/inference/baseline.py")
}

impl Other {
    pub(crate) fn start(python: &str, folder: &Path) -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(python)
            .arg(script())
            .arg("serve")
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(questions), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("no pipe to the other side".into());
        };
        let answers = BufReader::new(answers);
        Ok(Self {
            child,
            questions,
            answers,
        })
    }

    pub(crate) fn ask(
        &mut self,
        kind: &str,
        name: &str,
        count: usize,
    ) -> Result<f64, Box<dyn Error>> {
        writeln!(self.questions, "{kind} {name} {count}")?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(line.trim().parse()?)
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        // It ends with its input; a child that does not is ended.
        if self.child.kill().is_ok() {
            self.child.wait().ok();
        }
    }
}
