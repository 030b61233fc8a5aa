//! An invoice in Billit, from the customer to the PDF: found or created, never duplicated.
//!
//! Without settings it runs on the sandbox in this process. With settings it works on the real
//! service, and writes there only with `--apply`. `--help` names the settings.

mod customer;
mod invoice;
mod job;
mod text;

use std::process::ExitCode;

use examples::{BILLIT, Failure, LookAlikes, Settings, Usage, arguments, finish, print_line};
use job::{Arguments, Job};
use sandbox::Sandbox;

#[tokio::main]
async fn main() -> ExitCode {
    let done = run().await;
    finish(done.map(|()| true).map_err(explained))
}

async fn run() -> Result<(), Failure> {
    let arguments: Arguments = arguments(&[BILLIT])?;
    let settings = Settings::read(&[BILLIT])?;
    let job = arguments.job()?;
    if settings.are_blank() {
        if arguments.apply {
            let real = "--apply is for the real service; set BILLIT_API_KEY and BILLIT_PARTY_ID";
            return Err(Usage(real.to_owned()).into());
        }
        settings.announce();
        return demo(&job).await;
    }
    let billit = settings.billit()?;
    if arguments.apply {
        arguments.has_no_sample()?;
    }
    settings.announce();
    // Boxed: an order with its eighty fields is large.
    if arguments.apply {
        Box::pin(invoice::apply(&billit, &job)).await
    } else {
        invoice::plan(&billit, &job).await
    }
}

/// The same invoice twice on the sandbox: the second time it exists already.
async fn demo(job: &Job) -> Result<(), Failure> {
    let LookAlikes {
        sandbox, billit, ..
    } = LookAlikes::of(Sandbox::start().await?)?;
    // The sample customer is not in Billit yet, and is on the sandbox's Peppol.
    sandbox.billit.configure(|settings| {
        let documents = ["BISv3Invoice".to_owned()].into();
        let address = job::SAMPLE_PEPPOL_ADDRESS.to_owned();
        settings.peppol_participants.insert(address, documents);
    });
    Box::pin(invoice::apply(&billit, job)).await?;
    print_line("\nThe same again:");
    Box::pin(invoice::apply(&billit, job)).await
}

/// One line with Billit's own messages. They may hold personal data: show them, do not log them.
fn explained(error: Failure) -> Failure {
    let billit = error.downcast_ref::<billit_client::Error>();
    match billit.and_then(billit_client::Error::api_message) {
        Some(message) => format!("{error}: {}", text::one_line(message)).into(),
        None => error,
    }
}
