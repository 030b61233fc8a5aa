//! The systems that customers come from.

use std::sync::Arc;

use customer_sync::recalls::Appointment;
use customer_sync::store::StateError;
use customer_sync::{CustomerKey, CustomerSource, MappingRules, Plan, SyncOptions};

use crate::app::{App, Failure};

/// A system, with the rules under which its customers are synced.
#[derive(Clone)]
pub struct Source {
    /// Its customers.
    pub customers: Arc<dyn CustomerSource>,
    /// Its rules.
    pub rules: MappingRules,
}

impl Source {
    /// The name in the keys of its customers.
    #[must_use]
    pub fn name(&self) -> &str {
        self.rules.source_name()
    }

    /// The options of a run of its customers.
    #[must_use]
    pub fn options(&self, app: &App) -> SyncOptions {
        app.options().rules(self.rules.clone())
    }
}

impl App {
    /// Planyo.
    #[must_use]
    pub fn planyo_source(&self) -> Source {
        Source {
            customers: Arc::new(self.users.clone()),
            rules: self.settings.rules.clone(),
        }
    }

    /// Planfy, if the settings have an account of it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn planfy_source(&self) -> Result<Option<Source>, StateError> {
        let Some(book) = self.book() else {
            return Ok(None);
        };
        let customers = book.export(self.today()).await?;
        Ok(Some(Source {
            customers: Arc::new(customers),
            rules: book.rules().clone(),
        }))
    }

    /// The appointments of Planfy that were imported last; `None` if none ever were.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn planfy_appointments(&self) -> Result<Option<Vec<Appointment>>, StateError> {
        match self.book() {
            Some(book) => book.appointments().await,
            None => Ok(None),
        }
    }

    /// All of them, Planyo first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn sources(&self) -> Result<Vec<Source>, StateError> {
        let planyo = [self.planyo_source()];
        Ok(planyo
            .into_iter()
            .chain(self.planfy_source().await?)
            .collect())
    }

    /// The system with this name; `None` if the settings have none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn source_named(&self, name: &str) -> Result<Option<Source>, StateError> {
        let planyo = self.planyo_source();
        if planyo.name() == name {
            return Ok(Some(planyo));
        }
        let planfy = self.planfy_source().await?;
        Ok(planfy.filter(|planfy| planfy.name() == name))
    }

    /// The system that a customer is of; `None` if the settings have none of this name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn source_of(&self, key: &CustomerKey) -> Result<Option<Source>, StateError> {
        self.source_named(key.source()).await
    }

    /// The system that a customer is of.
    ///
    /// # Errors
    /// When the settings have none of this name, or the store cannot be read.
    pub async fn own_source(&self, key: &CustomerKey) -> Result<Source, Failure> {
        let source = self.source_of(key).await?;
        source.ok_or_else(|| {
            let name = key.source();
            format!("the settings have no source `{name}` any more").into()
        })
    }

    /// The rules of the customers of a plan, which are of one system.
    #[must_use]
    pub fn rules_of(&self, plan: &Plan) -> &MappingRules {
        let name = plan.steps.first().map(|step| step.key.source());
        let planfy = self.settings.planfy_rules.as_ref();
        let planfy = planfy.filter(|rules| Some(rules.source_name()) == name);
        planfy.unwrap_or(&self.settings.rules)
    }
}
