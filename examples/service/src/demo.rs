//! The service on look-alikes of Planyo and Billit, in this process, with made-up customers.

use customer_sync::store::{SqliteStore, State};
use planyo_client::incoming::CallbackToken;
use sandbox::Sandbox;

use crate::app::{App, Failure};
use crate::random::random_text;
use crate::server::Server;
use crate::settings::{Keys, Settings, hash_of};

/// A running demo. The look-alikes end when it is dropped.
pub struct Demo {
    /// The look-alikes.
    pub sandbox: Sandbox,
    /// The service.
    pub server: Server,
    /// The password of `demo`.
    pub password: String,
    _folder: tempfile::TempDir,
}

impl Demo {
    /// Starts it with the made-up customers, on this address.
    ///
    /// # Errors
    /// When no port is free, or the address is taken.
    pub async fn start(listen: &str) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let store = State::new(SqliteStore::open(folder.path().join("customers.sqlite"))?);
        let server = Sandbox::start().await?;
        let password = random_text();
        let settings = settings_for(&server, listen, &password, "")?;
        let (app, calls) = App::open(settings, Some(store)).await?;
        Ok(Self {
            sandbox: server,
            server: Server::start(app, calls).await?,
            password,
            _folder: folder,
        })
    }
}

/// Settings of a service on these look-alikes, with more lines of the file; the person is `demo`.
///
/// # Errors
/// When a line is wrong.
pub fn settings_for(
    sandbox: &Sandbox,
    listen: &str,
    password: &str,
    more: &str,
) -> Result<Settings, Failure> {
    let hash = hash_of(password)?;
    let text = format!(
        "name = \"Demo\"\nserver.listen = \"{listen}\"\n\
         login.users = [{{ name = \"demo\", password = \"{hash}\" }}]\n{more}\n\
         [planyo]\nbase_url = \"{}\"\n[billit]\ncompany = {}\nbase_url = \"{}\"\n\
         party_page = \"{}v1/parties/{{id}}\"\n",
        sandbox.planyo.base_url(),
        sandbox.billit.company_id(),
        sandbox.billit.base_url(),
        sandbox.billit.base_url(),
    );
    Ok(Settings::of_text(
        &text,
        Keys {
            planyo: sandbox.planyo.api_key(),
            planyo_hash: None,
            billit: sandbox.billit.api_key(),
            token: Some(CallbackToken::new("sandbox-token-of-the-demo")?),
            database: None,
            metrics: None,
            smtp: None,
            sms: None,
            alert_url: None,
        },
    )?)
}
