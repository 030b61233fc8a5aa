//! The folder of a review: the plan, the decisions, the reports, and the store.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use customer_sync::document::{Overrides, Separator};
use customer_sync::store::{RedbStore, RunRecord, State};
use customer_sync::{MappingRules, Plan, SyncOptions, SyncReport};

use crate::Failure;

pub(crate) struct Folder {
    path: PathBuf,
    state: State,
    rules: MappingRules,
}

impl Folder {
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let explain = |error| format!("{}: {error}", path.display());
        fs::create_dir_all(path).map_err(explain)?;
        let store = RedbStore::open(path.join("sync.redb"))?;
        Ok(Self {
            path: path.to_owned(),
            state: State::new(store),
            rules: MappingRules::default(),
        })
    }

    pub(crate) fn name(&self) -> std::path::Display<'_> {
        self.path.display()
    }

    pub(crate) fn options(&self) -> SyncOptions {
        SyncOptions::default()
            .rules(self.rules.clone())
            .store(self.state.clone())
    }

    /// The runs so far.
    pub(crate) fn runs(&self) -> Result<Vec<RunRecord>, Failure> {
        Ok(self.state.runs()?)
    }

    /// Writes the plan, for the program that applies it and for people.
    pub(crate) fn write_plan(&self, plan: &Plan, title: &str) -> Result<(), Failure> {
        fs::write(self.path.join("plan.json"), serde_json::to_vec(plan)?)?;
        let document = plan.document(&self.rules).title(title);
        document.html(self.file("plan.html")?)?;
        document.markdown(self.file("plan.md")?)?;
        document.json_lines(self.file("plan.jsonl")?)?;
        document.csv(self.file("decisions.csv")?, Separator::Semicolon)?;
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
        document.html(self.file("approved.html")?)?;
        Ok(self.path("approved.html"))
    }

    /// Writes the report beside those of other runs, and returns the path of its page.
    pub(crate) fn write_report(&self, report: &SyncReport) -> Result<PathBuf, Failure> {
        let run = report.run.as_ref().map_or("none", |run| run.as_str());
        let name = |ending: &str| format!("report-{run}.{ending}");
        let document = report.document(&self.rules).title("What was done");
        document.html(self.file(&name("html"))?)?;
        document.markdown(self.file(&name("md"))?)?;
        document.json_lines(self.file(&name("jsonl"))?)?;
        document.csv(self.file(&name("csv"))?, Separator::Semicolon)?;
        Ok(self.path(&name("html")))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    fn file(&self, name: &str) -> Result<File, Failure> {
        let path = self.path(name);
        File::create(&path).map_err(|error| format!("{}: {error}", path.display()).into())
    }
}
