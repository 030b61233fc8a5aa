//! An invoice in Billit, from the customer to the PDF: found or created, never duplicated.
//!
//! Without settings it runs on the sandbox in this process. With settings it works on the real
//! service, and writes there only with `--apply`. `--help` names the settings.

#[path = "../settings/billit.rs"]
mod billit_settings;
mod customer;
#[path = "../settings/environment.rs"]
mod environment;
mod invoice;
mod settings;
mod text;

use std::process::ExitCode;

use billit_client::Client as Billit;
use sandbox::Sandbox;
use settings::{Job, Wanted};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    let wanted = match settings::read(std::env::args().skip(1), |name| std::env::var(name).ok()) {
        Ok(wanted) => wanted,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    let done = match wanted {
        Wanted::Help => {
            println!("{}", settings::HELP);
            Ok(())
        }
        Wanted::Demo(job) => demo(&job).await,
        Wanted::Plan(billit, job) => invoice::plan(&billit, &job).await,
        // Boxed: an order with its eighty fields is large.
        Wanted::Apply(billit, job) => Box::pin(invoice::apply(&billit, &job)).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", explained(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

/// The same invoice twice on the sandbox: the second time it exists already.
async fn demo(job: &Job) -> Result<(), Failure> {
    let sandbox = Sandbox::start().await?;
    // The sample customer is not in Billit yet, and is on the sandbox's Peppol.
    sandbox.billit.configure(|settings| {
        let documents = ["BISv3Invoice".to_owned()].into();
        let address = settings::SAMPLE_PEPPOL_ADDRESS.to_owned();
        settings.peppol_participants.insert(address, documents);
    });
    let billit = Billit::builder(sandbox.billit.api_key(), sandbox.billit.company_id())
        .base_url(sandbox.billit.base_url())
        .build()?;
    Box::pin(invoice::apply(&billit, job)).await?;
    println!("\nThe same again:");
    Box::pin(invoice::apply(&billit, job)).await
}

/// One line with Billit's own messages. They may hold personal data: show them, do not log them.
fn explained(error: &(dyn std::error::Error + 'static)) -> String {
    let billit = error.downcast_ref::<billit_client::Error>();
    match billit.and_then(billit_client::Error::api_message) {
        Some(message) => format!("{error}: {}", text::one_line(message)),
        None => error.to_string(),
    }
}
