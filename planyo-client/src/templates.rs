//! Templates with Planyo's tags, and translations of a site's texts.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::macros::{call, nothing_required, setters};
use crate::params::Params;
use crate::types::{ReservationId, ResourceId, SiteId};
use crate::wire;

call! {
    /// `process_template`: puts values for the tags of a template, such as `$(first_name)`, as Planyo does in its e-mails.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::templates::ProcessTemplate;
    ///
    /// let text = planyo.send(ProcessTemplate::for_reservation(19_710_795, "Dear $(first_name)")).await?;
    /// println!("{text}");
    /// # Ok(()) }
    /// ```
    ProcessTemplate: "process_template", Read -> String, text
}

impl ProcessTemplate {
    /// With the values of a reservation.
    pub fn for_reservation(id: impl Into<ReservationId>, template: impl Into<String>) -> Self {
        Self::with(
            Params::default().with("reservation_id", id.into()),
            template,
        )
    }

    /// With the values of a resource.
    pub fn for_resource(id: impl Into<ResourceId>, template: impl Into<String>) -> Self {
        Self::with(Params::default().with("resource_id", id.into()), template)
    }

    /// With the values of a site.
    pub fn for_site(id: impl Into<SiteId>, template: impl Into<String>) -> Self {
        Self::with(Params::default().with("site_id", id.into()), template)
    }

    fn with(context: Params, template: impl Into<String>) -> Self {
        Self {
            params: context.with("template", template.into()),
        }
    }

    setters! {
        /// The template of each resource where the outer one has `$(resources)`.
        inner_template(String) => "inner_template";
    }
}

/// The text alone. An empty one may come as `null`.
fn text(data: &RawValue) -> serde_json::Result<String> {
    serde_json::from_str::<Option<String>>(data.get()).map(Option::unwrap_or_default)
}

call! {
    /// `list_translations`: the texts that the site has translated in its own way.
    ///
    /// Of this method only the name is known: set what you find out by [`param`](Self::param), and read the answer as it
    /// comes.
    ListTranslations: "list_translations", Read -> Value, wire::any
}

nothing_required! {
    /// All of them, if Planyo needs nothing else.
    ListTranslations
}

call! {
    /// `set_translation`: translates a text of the site in a way of its own.
    ///
    /// Of this method only the name is known: every parameter goes through [`param`](Self::param).
    SetTranslation: "set_translation", Unsafe -> Value, wire::any
}

nothing_required! {
    /// Without any parameter yet.
    SetTranslation
}
