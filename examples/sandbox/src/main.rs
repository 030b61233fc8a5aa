//! The two servers as a program, for clients in any language.

mod options;

use std::{fmt::Display, process::ExitCode};

use sandbox::{
    BillitServer, CONTROL_TOKEN, PlanyoServer, billit,
    generate::{self, Plan},
    planyo,
};

use options::{HELP, Options};

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("sandbox: {problem} (see --help)");
            return ExitCode::from(2);
        }
    };
    if options.help {
        print!(
            "{HELP}

{}",
            sandbox::parts()
        );
        return ExitCode::SUCCESS;
    }
    match run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("sandbox: {problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> std::io::Result<()> {
    let plan = plan(&options, 0);
    // The two sides are made at the same time: a hundred thousand of each take a while.
    let port = options.billit_port;
    let billit = tokio::spawn(async move {
        let parties = match plan {
            Some(plan) => plan.parties(),
            None => billit::seed::parties(),
        };
        BillitServer::start(port, parties).await
    });
    let users = match plan {
        Some(plan) => plan.users(),
        None => planyo::seed::users(),
    };
    let planyo = PlanyoServer::start(options.planyo_port, users).await?;
    let month = options.month.unwrap_or_else(|| planyo.today());
    match plan {
        _ if options.empty => {}
        Some(plan) => planyo.load(plan.bookings(month)),
        None => planyo.load(planyo::seed::bookings(month)),
    }
    let billit = billit.await??;
    planyo.configure(|settings| options.set_planyo(settings));
    billit.configure(|settings| options.set_billit(settings));
    erase(&planyo, &options);
    planyo.set_limits(options.limits);
    billit.set_limits(options.limits);
    planyo.faults().shares(options.seed, &options.faults);
    billit.faults().shares(options.seed, &options.faults);

    print_planyo(&planyo, &options);
    print_billit(&billit, &options);
    for number in 1..options.companies {
        add_company(&planyo, &billit, &options, number);
    }
    println!("Log      GET /__requests, POST /__reset with Sandbox-Token: {CONTROL_TOKEN}");
    println!("Ctrl-C stops both.");
    tokio::signal::ctrl_c().await
}

/// The generated customers of a company, counted from 0; `None`: the first company has those with a purpose.
fn plan(options: &Options, company: u32) -> Option<Plan> {
    let is_asked = options.users.is_some() || options.parties.is_some();
    let (users, parties) = match (is_asked || options.empty, company) {
        (false, 0) => return None,
        // As many as those with a purpose.
        (false, _) => (60, 25),
        (true, _) => (
            options.users.unwrap_or_default(),
            options.parties.unwrap_or_default(),
        ),
    };
    Some(Plan {
        users,
        parties,
        seed: options.seed.wrapping_add(u64::from(company)),
        first_id: company * 10_000_000,
    })
}

fn erase(planyo: &PlanyoServer, options: &Options) {
    if options.erased.is_empty() {
        return;
    }
    let ids = planyo.users().into_iter().map(|user| user.id);
    for (id, kind) in generate::erased(ids, options.seed, &options.erased) {
        planyo.erase(id, kind);
    }
}

fn print_planyo(planyo: &PlanyoServer, options: &Options) {
    println!("Planyo   {}", planyo.base_url());
    println!("         api_key {}", planyo.api_key());
    if let Some(secret) = &options.hash_key {
        println!("         hash key {secret}");
    }
    let bookings = planyo.bookings();
    let resources = bookings.resources.iter().map(|resource| resource.id);
    match plan(options, 0) {
        Some(plan) => println!("         users {}", range(plan.user_ids())),
        None => println!(
            "         users {}",
            ids(planyo.users().iter().map(|user| user.id))
        ),
    }
    println!("         resources {}", ids(resources));
    println!("         reservations {}", bookings.reservations.len());
}

fn print_billit(billit: &BillitServer, options: &Options) {
    println!("Billit   {}", billit.base_url());
    println!("         ApiKey {}", billit.api_key());
    println!(
        "         OAuth client {} {}, code {}",
        billit::OAUTH_CLIENT_ID,
        billit::OAUTH_CLIENT_SECRET,
        billit.authorization_code()
    );
    println!(
        "         PartyID {} (the company, as a header)",
        billit.company_id()
    );
    if let Some(plan) = plan(options, 0) {
        println!("         parties {}", range(plan.party_ids()));
    } else {
        let parties = billit.parties();
        let known = parties.iter().filter_map(|party| party.get("PartyID"));
        println!("         parties {}", ids(known));
    }
}

fn add_company(planyo: &PlanyoServer, billit: &BillitServer, options: &Options, company: u32) {
    let Some(plan) = plan(options, company) else {
        return;
    };
    let month = options.month.unwrap_or_else(|| planyo.today());
    let (api_key, site) = planyo.add_site(plan.users(), plan.bookings(month));
    let (billit_key, party_id) = billit.add_company(plan.parties());
    println!(
        "Company  Planyo api_key {api_key}, site {site}; Billit ApiKey {billit_key}, PartyID {party_id}"
    );
    println!("         users {}", range(plan.user_ids()));
    println!("         parties {}", range(plan.party_ids()));
}

fn ids(ids: impl Iterator<Item = impl Display>) -> String {
    let ids: Vec<_> = ids.map(|id| id.to_string()).collect();
    if ids.is_empty() {
        String::from("none")
    } else {
        ids.join(" ")
    }
}

/// How many, and which.
fn range<Id: Display + Copy>(ids: Option<(usize, Id, Id)>) -> String {
    match ids {
        Some((count, first, last)) => format!("{count}: {first} to {last}"),
        None => String::from("none"),
    }
}
