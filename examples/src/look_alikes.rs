//! Look-alike servers of both services, in this process, and clients of them.

use std::collections::BTreeMap;
use std::env::VarError;
use std::io;
use std::path::Path;

use billit_client::Client as Billit;
use chrono::Utc;
use planyo_client::Client as Planyo;
use sandbox::Sandbox;

use crate::program::{Failure, report};
use crate::settings::ON_LOOK_ALIKES;

/// What replaces `std::env::var` in the small examples: it starts look-alikes of Planyo and Billit with sample customers, and
/// has their keys and URLs and a store that is new, whatever the environment has. They end when it is dropped.
///
/// If both base URLs of the environment are of this machine, look-alikes run there: then it is `std::env::var`. The samples
/// that the examples write are for no real account.
///
/// # Errors
/// No port could be bound, or no folder made.
pub async fn look_alikes(
    var: fn(&'static str) -> Result<String, VarError>,
) -> io::Result<impl Fn(&'static str) -> Result<String, VarError>> {
    let is_here = |name| var(name).is_ok_and(|url| url.starts_with("http://127.0.0.1:"));
    let sandbox = if is_here("PLANYO_BASE_URL") && is_here("BILLIT_BASE_URL") {
        report("sandbox: look-alikes of the services, on this machine");
        None
    } else {
        report(ON_LOOK_ALIKES);
        Some(Sandbox::start_on(Utc::now().date_naive()).await?)
    };
    let folder = tempfile::tempdir()?;
    Ok(move |name| {
        let sandbox = sandbox.as_ref();
        let known = sandbox.and_then(|sandbox| variables(sandbox, folder.path()).remove(name));
        known.map_or_else(|| var(name), Ok)
    })
}

/// The settings, as a program reads them from the environment.
fn variables(sandbox: &Sandbox, folder: &Path) -> BTreeMap<&'static str, String> {
    let (planyo, billit) = (&sandbox.planyo, &sandbox.billit);
    let store = folder.join("customers.sqlite");
    BTreeMap::from([
        ("SYNC_STATE", store.display().to_string()),
        ("SYNC_TOKEN", "sandbox-token-of-the-example".to_owned()),
        ("SYNC_LISTEN", "127.0.0.1:0".to_owned()),
        ("PLANYO_API_KEY", planyo.api_key()),
        ("PLANYO_BASE_URL", planyo.base_url()),
        ("BILLIT_API_KEY", billit.api_key()),
        ("BILLIT_PARTY_ID", billit.company_id().to_string()),
        ("BILLIT_BASE_URL", billit.base_url()),
    ])
}

/// The sandbox of a demo, with a client of each server.
pub struct LookAlikes {
    /// The servers, which a demo changes and looks into.
    pub sandbox: Sandbox,
    /// The client of the Planyo look-alike.
    pub planyo: Planyo,
    /// The client of the Billit look-alike.
    pub billit: Billit,
}

impl LookAlikes {
    /// Clients of the two servers.
    ///
    /// # Errors
    /// A client could not be made.
    pub fn of(sandbox: Sandbox) -> Result<Self, Failure> {
        let planyo = Planyo::builder(sandbox.planyo.api_key())
            .base_url(sandbox.planyo.base_url())
            .build()?;
        let billit = Billit::builder(sandbox.billit.api_key(), sandbox.billit.company_id())
            .base_url(sandbox.billit.base_url())
            .build()?;
        Ok(Self {
            sandbox,
            planyo,
            billit,
        })
    }
}
