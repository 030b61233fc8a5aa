//! The folder of a review: the plan, the decisions, the reports, and the store.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use customer_sync::document::{Overrides, Separator};
use customer_sync::store::{RunRecord, State};
use customer_sync::{MappingRules, Plan, SyncOptions, SyncReport, private_files};

use examples::{Failure, SyncArguments, Usage, open_store};

pub(crate) struct Folder {
    path: PathBuf,
    state: State,
    rules: MappingRules,
    options: SyncOptions,
}

impl Folder {
    /// With the store that the other programs use, or else one in the folder.
    pub(crate) fn open(
        path: &Path,
        store: Option<State>,
        arguments: &SyncArguments,
    ) -> Result<Self, Failure> {
        let rules = arguments.rules()?;
        let explain = |error| Usage(format!("{}: {error}", path.display()));
        private_files::create_folder(path).map_err(explain)?;
        if let Some(warning) = private_files::wide_rights(path) {
            eprintln!("{warning}");
        }
        let state = match store {
            Some(state) => state,
            None => open_store(&path.join("sync.sqlite").display().to_string())?,
        };
        let options = arguments.options(rules.clone(), Some(state.clone()))?;
        Ok(Self {
            path: path.to_owned(),
            state,
            rules,
            options,
        })
    }

    pub(crate) fn name(&self) -> std::path::Display<'_> {
        self.path.display()
    }

    pub(crate) fn options(&self) -> &SyncOptions {
        &self.options
    }

    /// The runs so far.
    pub(crate) async fn runs(&self) -> Result<Vec<RunRecord>, Failure> {
        Ok(self.state.runs().await?)
    }

    /// Writes the plan, for the program that applies it and for people.
    pub(crate) fn write_plan(&self, plan: &Plan, title: &str) -> Result<(), Failure> {
        self.write("plan.json", |to| serde_json::to_writer(to, plan))?;
        let document = plan.document(&self.rules).title(title);
        self.write("plan.html", |to| document.html(to))?;
        self.write("plan.md", |to| document.markdown(to))?;
        self.write("plan.jsonl", |to| document.json_lines(to))?;
        self.write("decisions.csv", |to| document.csv(to, Separator::Semicolon))?;
        Ok(())
    }

    /// The plan after the decisions.
    pub(crate) fn read_decided(&self) -> Result<Plan, Failure> {
        let missing =
            |name: &str| format!("{}/{name} is not there; make it with `plan`", self.name());
        let plan = fs::read(self.path.join("plan.json")).map_err(|_| missing("plan.json"))?;
        let plan: Plan = serde_json::from_slice(&plan)?;
        let decisions =
            File::open(self.path.join("decisions.csv")).map_err(|_| missing("decisions.csv"))?;
        let explain = |faults| format!("decisions.csv:\n{faults}");
        let overrides = Overrides::from_csv(decisions).map_err(explain)?;
        Ok(plan.decided(&overrides).map_err(explain)?)
    }

    /// Writes the plan after the decisions, for people, and returns the path of its page.
    pub(crate) fn write_approved(&self, approved: &Plan) -> Result<PathBuf, Failure> {
        let document = approved.document(&self.rules).title("What was decided");
        self.write("approved.html", |to| document.html(to))?;
        Ok(self.path("approved.html"))
    }

    /// Writes the report beside those of other runs, and returns the path of its page.
    pub(crate) fn write_report(&self, report: &SyncReport) -> Result<PathBuf, Failure> {
        let run = report.run.as_ref().map_or("none", |run| run.as_str());
        let name = |ending: &str| format!("report-{run}.{ending}");
        let document = report.document(&self.rules).title("What was done");
        self.write(&name("html"), |to| document.html(to))?;
        self.write(&name("md"), |to| document.markdown(to))?;
        self.write(&name("jsonl"), |to| document.json_lines(to))?;
        self.write(&name("csv"), |to| document.csv(to, Separator::Semicolon))?;
        Ok(self.path(&name("html")))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a document into a file that only its owner may read.
    fn write<E: Into<Failure>>(
        &self,
        name: &str,
        document: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), Failure> {
        let mut text = Vec::new();
        document(&mut text).map_err(Into::into)?;
        let path = self.path(name);
        let written = private_files::write(&path, text);
        written.map_err(|error| format!("{}: {error}", path.display()).into())
    }
}
