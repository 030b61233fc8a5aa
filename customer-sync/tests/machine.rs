//! Anything at all may happen between two runs and within one, and in the end all is well: random steps in Planyo, by
//! hand in Billit, runs, faults and crashes, and after them the invariants of a sync that nobody has to watch.
//!
//! Each case has settings and a list of steps; `PROPTEST_CASES` says how many cases (64 unless set). What failed once is
//! kept in `machine.proptest-regressions`, and tried first from then on.
//!
//! What holds always:
//!
//! - after the faults, two runs with the store settle everything: the third writes nothing, and nothing has failed;
//! - no two customers share a party, and none has two;
//! - a run that ends with an error (half a listing, above all) has written nothing, and a plan never writes;
//! - each user is in one bucket; a field that is not mapped is neither sent nor changed;
//! - the plan is the same however the listings are ordered and paged;
//! - whoever shares nothing with anybody has a party, whatever became of the others.
//!
//! What holds under conditions, each a limit that the documentation of the crate tells:
//!
//! - Two runs at once may double a customer where Billit honours no idempotency key; what is doubled is reported and
//!   never written again. So may a create that a gateway gave up and that takes effect after the next run has listed.
//! - A correction by hand survives with a store that has seen the customer as it is, and as long as every run has that
//!   store. Where Billit merges by what nobody can match by (the address), it survives only runs in which nothing else
//!   goes wrong, and only if lists show every field: a party that was overwritten is mended from what was read before.
//! - A crash and a rerun end as a run without a crash, but for a crash between such a merge and its mending.
//! - Counts are what the server saw, when no fault hides from the client what the server did.

#![allow(
    clippy::assigning_clones,
    clippy::match_bool,
    clippy::single_match_else,
    clippy::similar_names,
    clippy::struct_excessive_bools,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use billit_client::parties::ClearAs;
use common::{World, person, text};
use customer_sync::merge::Keep;
use customer_sync::state::{Memory, MemoryStore, Remembered, StateError, StateStore};
use customer_sync::{
    Bucket, CustomerKey, CustomerNumber, MappingRules, Outcome, SyncError, SyncOptions, SyncReport,
    apply, plan_customers, sync_customer, sync_customers,
};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{FileFailurePersistence, TestError, TestRunner};
use sandbox::billit::{IdempotencyHeader, Matcher};
use sandbox::planyo::{PhoneStyle, User};
use sandbox::{Fault, FaultPlan};
use serde_json::{Map, Value, json};

/// What the two services and the caller are like, in one case.
#[derive(Clone, Debug)]
struct Setting {
    matchers: BTreeSet<Matcher>,
    match_across_types: bool,
    idempotency: IdempotencyHeader,
    summary: Option<&'static [&'static str]>,
    link_cannot_be_filtered: bool,
    billit_page: usize,
    reject_null: bool,
    strict: bool,
    planyo_page: usize,
    users_as_map: bool,
    numbers_as_strings: bool,
    admin_list_instead: bool,
    list_phones: PhoneStyle,
    user_data_phones: PhoneStyle,
    planyo_clock: i64,
    numbered: bool,
    keep_values: bool,
    blanks_as_text: bool,
    concurrency: usize,
}

/// A value that is a person's own, or one that others may have too.
#[derive(Clone, Copy, Debug)]
enum Pick {
    Own(u8),
    Shared(u8),
}

#[derive(Clone, Debug)]
enum Edit {
    Name(Pick),
    Email(Pick),
    Address(Pick),
    Vat(Pick),
    Mobile(Pick),
    Company(Option<u8>),
    City(u8),
    Zip(u8),
    Blank(u8),
    /// A VAT number that no country has given.
    BreakVat,
    /// A record that no client can read.
    Garble,
    Mend,
}

/// What somebody does, at either screen.
#[derive(Clone, Debug)]
enum Move {
    Add([Pick; 4]),
    Edit(u8, Edit),
    Remove(u8),
    /// A field of a party gets a value, or none.
    ByHand(u8, &'static str, Option<u8>),
    /// A party like an existing one, without its link.
    Duplicate(u8, &'static str),
    /// A party like a person that is not synced, or not yet.
    Known(u8, &'static str),
    Unlink(u8),
    LinkElsewhere(u8),
    RemoveParty(u8),
    /// Billit's clock, in minutes.
    Clock(i64),
}

#[derive(Clone, Debug)]
enum Run {
    All,
    WithoutStore,
    One(u8),
    Planned(Vec<Move>),
    AllTwice,
    OneTwice(u8),
}

#[derive(Clone, Copy, Debug)]
struct Crash {
    /// After so many requests, or writes.
    after: usize,
    writes_only: bool,
    /// Before the answer to the last of them is seen, or with the next one under way.
    unseen: bool,
    /// Nothing is remembered of it: a kill, and not a future that is dropped.
    kill: bool,
}

#[derive(Clone, Debug)]
enum Step {
    Move(Move),
    Run(Run),
    Crash(Run, Crash),
    Faults(Vec<(&'static str, usize, Fault, usize)>),
    RandomFaults(u64, u8),
    LoseStore,
}

const CITIES: [&str; 3] = ["Gent", "Brugge", "'s-Gravenwezel"];
const ZIPS: [&str; 3] = ["9000", "8000", "2970"];
const COMPANIES: [&str; 2] = ["Bakkerij 't Hoekje BV", "Dupont & Fils SRL"];
const MAPPED_BY_HAND: [&str; 9] = [
    "Name",
    "Email",
    "Street",
    "StreetNumber",
    "Box",
    "City",
    "Zipcode",
    "Mobile",
    "VATNumber",
];
/// No rule maps these.
const UNMAPPED: [&str; 4] = ["IBAN", "Fax", "InternalInfo", "CommercialName"];
const SUMMARY_WITHOUT_LINK: [&str; 12] = [
    "PartyID",
    "Name",
    "PartyType",
    "VATNumber",
    "Email",
    "Street",
    "StreetNumber",
    "Zipcode",
    "City",
    "Mobile",
    "Nr",
    "DisplayName",
];
const OF_THE_LINK: &str = "ExternalProviderID";

fn pick() -> impl Strategy<Value = Pick> {
    prop_oneof![5 => (0..2u8).prop_map(Pick::Own), 3 => (0..2u8).prop_map(Pick::Shared)]
}

fn setting() -> impl Strategy<Value = Setting> {
    let all = [Matcher::Vat, Matcher::Email, Matcher::Nr, Matcher::Address];
    let matchers = prop::sample::subsequence(all.to_vec(), 0..=all.len());
    let headers = [
        IdempotencyHeader::Key,
        IdempotencyHeader::Token,
        IdempotencyHeader::Both,
        IdempotencyHeader::None,
    ];
    let summaries: [Option<&'static [&'static str]>; 5] = [
        None,
        None,
        Some(&sandbox::billit::SUMMARY_FIELDS),
        Some(&["PartyID", "Name", "PartyType"]),
        Some(&SUMMARY_WITHOUT_LINK),
    ];
    let phones = || {
        select(vec![
            PhoneStyle::Separate,
            PhoneStyle::Joined,
            PhoneStyle::JoinedWithPlus,
        ])
    };
    let flags = || any::<[bool; 5]>();
    (
        (
            matchers,
            select(headers.to_vec()),
            select(summaries.to_vec()),
        ),
        (select(vec![1, 2, 3, 120]), select(vec![1, 2, 3, 1000])),
        (phones(), phones()),
        (flags(), flags()),
        (select(vec![-86_400, 0, 86_400]), select(vec![1, 4])),
    )
        .prop_map(|(billit, pages, phones, flags, rest)| Setting {
            matchers: billit.0.into_iter().collect(),
            idempotency: billit.1,
            summary: billit.2,
            billit_page: pages.0,
            planyo_page: pages.1,
            list_phones: phones.0,
            user_data_phones: phones.1,
            match_across_types: flags.0[0],
            link_cannot_be_filtered: flags.0[1],
            reject_null: flags.0[2],
            strict: flags.0[3],
            users_as_map: flags.0[4],
            numbers_as_strings: flags.1[0],
            admin_list_instead: flags.1[1],
            numbered: flags.1[2],
            keep_values: flags.1[3],
            blanks_as_text: flags.1[4],
            planyo_clock: rest.0,
            concurrency: rest.1,
        })
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        1 => pick().prop_map(Edit::Name),
        1 => pick().prop_map(Edit::Email),
        2 => pick().prop_map(Edit::Address),
        1 => pick().prop_map(Edit::Vat),
        1 => pick().prop_map(Edit::Mobile),
        1 => prop::option::of(0..2u8).prop_map(Edit::Company),
        2 => (0..3u8).prop_map(Edit::City),
        1 => (0..3u8).prop_map(Edit::Zip),
        2 => (0..6u8).prop_map(Edit::Blank),
        1 => Just(Edit::BreakVat),
        1 => Just(Edit::Garble),
        1 => Just(Edit::Mend),
    ]
}

fn moves() -> impl Strategy<Value = Move> {
    let who = || 0..8u8;
    let kind = || select(vec!["Customer", "Supplier"]);
    let value = || prop::option::weighted(0.8, 0..3u8);
    prop_oneof![
        6 => prop::array::uniform4(pick()).prop_map(Move::Add),
        6 => (who(), edit()).prop_map(|(who, edit)| Move::Edit(who, edit)),
        1 => who().prop_map(Move::Remove),
        5 => (who(), select(&MAPPED_BY_HAND[..]), value())
            .prop_map(|(party, field, value)| Move::ByHand(party, field, value)),
        1 => (who(), select(&UNMAPPED[..]), value())
            .prop_map(|(party, field, value)| Move::ByHand(party, field, value)),
        1 => (who(), kind()).prop_map(|(party, kind)| Move::Duplicate(party, kind)),
        2 => (who(), kind()).prop_map(|(person, kind)| Move::Known(person, kind)),
        1 => who().prop_map(Move::Unlink),
        1 => who().prop_map(Move::LinkElsewhere),
        1 => who().prop_map(Move::RemoveParty),
        1 => select(vec![-600, -1, 600]).prop_map(Move::Clock),
    ]
}

fn run() -> impl Strategy<Value = Run> {
    prop_oneof![
        5 => Just(Run::All),
        1 => Just(Run::WithoutStore),
        2 => (0..8u8).prop_map(Run::One),
        2 => prop::collection::vec(moves(), 0..3).prop_map(Run::Planned),
        1 => Just(Run::AllTwice),
        1 => (0..8u8).prop_map(Run::OneTwice),
    ]
}

fn fault() -> impl Strategy<Value = (&'static str, usize, Fault, usize)> {
    let operations = vec![
        "list_users",
        "GET /v1/parties",
        "GET /v1/parties/{id}",
        "POST /v1/parties",
        "POST /v1/parties",
        "PATCH /v1/parties/{id}",
    ];
    // As often as the client tries, or so that a later attempt succeeds.
    (
        select(operations),
        0..4usize,
        select(FAULTS.to_vec()),
        select(vec![1, 1, 4]),
    )
}

const FAULTS: [Fault; 8] = [
    Fault::InternalError,
    Fault::ResetBefore,
    Fault::ResetAfter,
    LATE,
    Fault::HtmlBody,
    Fault::TruncatedJson,
    Fault::TooManyRequests { retry_after: 0 },
    Fault::Unavailable { retry_after: None },
];
const LATE: Fault = Fault::CommitsLate { millis: 3 };

fn step() -> impl Strategy<Value = Step> {
    let crash = (1..9usize, any::<[bool; 3]>()).prop_map(|(after, flags)| Crash {
        after,
        writes_only: flags[0],
        unseen: flags[1],
        kill: flags[2],
    });
    let crashed = prop_oneof![
        3 => Just(Run::All),
        1 => Just(Run::WithoutStore),
        1 => (0..8u8).prop_map(Run::One),
    ];
    prop_oneof![
        12 => moves().prop_map(Step::Move),
        6 => run().prop_map(Step::Run),
        2 => (crashed, crash).prop_map(|(run, crash)| Step::Crash(run, crash)),
        2 => prop::collection::vec(fault(), 1..3).prop_map(Step::Faults),
        1 => (any::<u64>(), 5..40u8).prop_map(|(seed, percent)| Step::RandomFaults(seed, percent)),
        1 => Just(Step::LoseStore),
    ]
}

/// Some people to begin with, then anything.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let people = prop::collection::vec(prop::array::uniform4(pick()), 1..5);
    (people, prop::collection::vec(step(), 1..25)).prop_map(|(people, steps)| {
        let people = people
            .into_iter()
            .map(|person| Step::Move(Move::Add(person)));
        people.chain(steps).collect()
    })
}

/// A store that can be killed with the program: then what is on its way to it is lost.
#[derive(Default)]
struct Store {
    memory: MemoryStore,
    killed: AtomicBool,
}

impl StateStore for Store {
    fn load(&self) -> Result<Memory, StateError> {
        self.memory.load()
    }
    fn get(&self, key: &CustomerKey) -> Result<Option<Remembered>, StateError> {
        self.memory.get(key)
    }
    fn put(&self, customers: &[(CustomerKey, Remembered)]) -> Result<(), StateError> {
        if self.killed.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.memory.put(customers)
    }
    fn remove(&self, key: &CustomerKey) -> Result<(), StateError> {
        self.memory.remove(key)
    }
}

/// A correction by hand, and what it was a correction of.
#[derive(Debug)]
struct Mark {
    user: u64,
    party: i64,
    field: &'static str,
    value: Option<String>,
    source: String,
}

struct Machine {
    setting: Setting,
    world: World,
    store: Arc<Store>,
    /// The users as they were when the store remembered them last.
    seen: BTreeMap<u64, User>,
    marks: Vec<Mark>,
    unmapped: BTreeMap<(i64, &'static str), Value>,
    next_user: u64,
    /// The next run meets faults.
    faulty: bool,
    /// A write may still take effect.
    late: bool,
    /// Two runs at once may have doubled somebody.
    doubled: bool,
}

fn key(user: &User) -> CustomerKey {
    let id = match &user.malformed {
        Some(_) => "?".to_owned(),
        None => user.id.to_string(),
    };
    CustomerKey::new("planyo", id)
}

/// What the source says that a field is made of.
fn source_of(field: &str, user: &User) -> String {
    let parts: &[&String] = match field {
        "Name" => &[&user.first_name, &user.last_name],
        "Email" => &[&user.email],
        "City" => &[&user.city],
        "Zipcode" => &[&user.zip],
        "Mobile" => &[&user.mobile_number],
        "VATNumber" => &[],
        _ => &[&user.address],
    };
    let properties = match field {
        "Name" | "VATNumber" => format!("{:?}", user.properties),
        _ => String::new(),
    };
    format!("{parts:?} {properties}")
}

fn vat_number(pick: Pick, id: u64) -> String {
    let number = match pick {
        Pick::Own(version) => 4_500_000 + id * 10 + u64::from(version),
        Pick::Shared(version) => 4_031_707 + u64::from(version),
    };
    format!("BE{number:08}{:02}", 97 - number % 97)
}

/// Writes what was picked into a user.
fn write(user: &mut User, edit: &Edit) {
    let id = user.id;
    match edit {
        Edit::Name(Pick::Own(version)) => {
            user.first_name = "Person".to_owned();
            user.last_name = format!("Number{id}v{version}");
        }
        Edit::Name(Pick::Shared(version)) => {
            user.first_name = "Ann".to_owned();
            user.last_name = ["Peeters", "D'Hondt"][usize::from(*version)].to_owned();
        }
        Edit::Email(Pick::Own(version)) => user.email = format!("p{id}v{version}@example.com"),
        Edit::Email(Pick::Shared(version)) => user.email = format!("Shared{version}@example.com"),
        Edit::Address(Pick::Own(0)) => user.address = format!("Kerkstraat {id}"),
        Edit::Address(Pick::Own(_)) => user.address = format!("Nieuwstraat {id} bus 3"),
        Edit::Address(Pick::Shared(version)) => user.address = format!("Dorp {version}"),
        Edit::Vat(pick) => {
            let number = vat_number(*pick, id);
            user.properties.insert("vat_number".into(), Some(number));
        }
        Edit::Mobile(Pick::Own(version)) => user.mobile_number = format!("4701{version}{id:04}"),
        Edit::Mobile(Pick::Shared(version)) => user.mobile_number = format!("47099000{version}"),
        Edit::Company(company) => {
            let name = company.map(|company| COMPANIES[usize::from(company)].to_owned());
            user.properties.insert("company".into(), name);
        }
        Edit::City(city) => user.city = CITIES[usize::from(*city)].to_owned(),
        Edit::Zip(zip) => user.zip = ZIPS[usize::from(*zip)].to_owned(),
        Edit::Blank(0) => user.mobile_number.clear(),
        Edit::Blank(1) => user.email.clear(),
        Edit::Blank(2) => user.city.clear(),
        Edit::Blank(3) => user.address.clear(),
        Edit::Blank(4) => drop(user.properties.insert("vat_number".into(), None)),
        Edit::Blank(_) => {
            user.first_name.clear();
            user.last_name.clear();
        }
        Edit::BreakVat => {
            let wrong = Some("BE0403170702".to_owned());
            user.properties.insert("vat_number".into(), wrong);
        }
        Edit::Garble => user.malformed = Some(json!({"id": {"no": id}, "email": user.email})),
        Edit::Mend => {
            user.malformed = None;
            user.properties.remove("vat_number");
        }
    }
}

fn by_hand(field: &str, value: u8) -> Value {
    let value = match field {
        "Email" => format!("hand{value}@example.com"),
        "StreetNumber" | "Box" => format!("{}", 70 + value),
        "City" => ["Ieper", "Gent", "Luik"][usize::from(value)].to_owned(),
        "Zipcode" => ["8900", "9000", "4000"][usize::from(value)].to_owned(),
        "Mobile" => format!("+3247099000{value}"),
        "VATNumber" => vat_number(Pick::Shared(value), 0),
        _ => format!("By hand {value}"),
    };
    json!(value)
}

fn string(party: &Map<String, Value>, field: &str) -> Option<String> {
    text(party, field)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

fn id_of(party: &Map<String, Value>) -> i64 {
    party["PartyID"].as_i64().unwrap()
}

fn is_settled(bucket: Bucket) -> bool {
    use Bucket as B;
    matches!(bucket, B::Created | B::Updated | B::Linked | B::Unchanged)
}

/// Somebody's party was overwritten by a create in this run, and mended.
fn was_merged(outcome: &Outcome) -> bool {
    outcome.reason.starts_with("Billit merged it") && !waits(outcome)
}

/// Merged into somebody's party by an earlier run, and left alone until the record changes.
fn waits(outcome: &Outcome) -> bool {
    outcome.reason.ends_with("(nothing has changed since)")
}

impl Machine {
    async fn new(setting: Setting) -> Self {
        let world = World::empty().await;
        let machine = Self {
            setting,
            world,
            store: Arc::default(),
            seen: BTreeMap::new(),
            marks: Vec::new(),
            unmapped: BTreeMap::new(),
            next_user: 1,
            faulty: false,
            late: false,
            doubled: false,
        };
        machine.configure(&machine.world);
        machine
    }

    fn configure(&self, world: &World) {
        let from = self.setting.clone();
        world.sandbox.billit.configure(|settings| {
            settings.matchers = from.matchers;
            settings.match_across_types = from.match_across_types;
            settings.idempotency_header = from.idempotency;
            settings.summaries = from.summary.is_some();
            let summary = from.summary.unwrap_or_default().iter();
            settings.summary_fields = summary.map(|field| (*field).to_owned()).collect();
            if from.link_cannot_be_filtered {
                settings.forbidden_properties = [OF_THE_LINK.to_owned()].into();
            }
            settings.page_size = from.billit_page;
            settings.reject_null_in_patch = from.reject_null;
            settings.strict_patch = from.strict;
            settings.id_as_string = from.strict;
            settings.foreign_id_is_401 = from.reject_null;
            settings.relative_next_link = from.strict;
        });
        world.sandbox.planyo.configure(|settings| {
            settings.max_page_size = from.planyo_page;
            settings.users_as_map = from.users_as_map;
            settings.numbers_as_strings = from.numbers_as_strings;
            settings.admin_list_instead = from.admin_list_instead;
            settings.list_phones = from.list_phones;
            settings.user_data_phones = from.user_data_phones;
            settings.clock_offset_seconds = from.planyo_clock;
        });
    }

    fn options(&self) -> SyncOptions {
        let setting = &self.setting;
        let number = match setting.numbered {
            true => CustomerNumber::SourceId,
            false => CustomerNumber::None,
        };
        SyncOptions::default()
            .rules(MappingRules::default().customer_number(number))
            .concurrency(setting.concurrency)
            .clear_as(match setting.blanks_as_text {
                true => ClearAs::EmptyText,
                false => ClearAs::Null,
            })
            .confirmed()
    }

    fn remembering(&self, store: &Arc<Store>) -> SyncOptions {
        let keep = match self.setting.keep_values {
            true => Keep::Values,
            false => Keep::Hashes,
        };
        self.options().store(Arc::clone(store)).keep(keep)
    }

    /// Billit looks at the header in which the client sends its keys.
    fn honours_keys(&self) -> bool {
        use IdempotencyHeader as H;
        matches!(self.setting.idempotency, H::Key | H::Both)
    }

    /// Billit merges by what no customer can be matched by.
    fn merges(&self) -> bool {
        self.setting.matchers.contains(&Matcher::Address)
    }

    fn users(&self) -> Vec<User> {
        self.world.sandbox.planyo.users()
    }

    fn user(&self, who: u8) -> Option<User> {
        let users = self.users();
        let place = usize::from(who).checked_rem(users.len())?;
        users.get(place).cloned()
    }

    fn party(&self, which: u8) -> Option<Map<String, Value>> {
        let parties = self.world.sandbox.billit.parties();
        let place = usize::from(which).checked_rem(parties.len())?;
        parties.get(place).cloned()
    }

    /// Lets what is under way take effect.
    async fn settle(&mut self) {
        if std::mem::take(&mut self.late) {
            tokio::time::sleep(Duration::from_millis(8)).await;
        }
    }

    async fn step(&mut self, step: &Step) {
        if !matches!(step, Step::Run(_)) || !self.honours_keys() {
            self.settle().await;
        }
        match step {
            Step::Move(change) => self.change(change),
            Step::Run(run) => self.run(run).await,
            Step::Crash(run, crash) => self.crash(run, *crash).await,
            Step::Faults(faults) => {
                self.faulty = true;
                for (operation, skip, fault, times) in faults {
                    let plan = self.faults(operation);
                    for _ in 0..*times {
                        plan.on(operation, *skip, *fault);
                    }
                }
            }
            Step::RandomFaults(seed, percent) => {
                self.faulty = true;
                self.world
                    .sandbox
                    .billit
                    .faults()
                    .random(*seed, *percent, &FAULTS);
                let faults = [&FAULTS[..], &[Fault::Overuse]].concat();
                self.world
                    .sandbox
                    .planyo
                    .faults()
                    .random(*seed, *percent, &faults);
            }
            Step::LoseStore => {
                self.store = Arc::default();
                self.seen.clear();
                self.marks.clear();
            }
        }
    }

    fn faults(&self, operation: &str) -> &FaultPlan {
        match operation {
            "list_users" => self.world.sandbox.planyo.faults(),
            _ => self.world.sandbox.billit.faults(),
        }
    }

    fn calm(&mut self) {
        self.world.sandbox.planyo.faults().clear();
        self.world.sandbox.billit.faults().clear();
        self.faulty = false;
    }

    fn change(&mut self, change: &Move) {
        const MOST_USERS: usize = 7;
        let (planyo, billit) = (&self.world.sandbox.planyo, &self.world.sandbox.billit);
        match change {
            Move::Add([name, email, address, mobile]) => {
                if self.users().len() >= MOST_USERS {
                    return;
                }
                let mut user = person(self.next_user);
                user.created_by_admin = self.next_user.is_multiple_of(2);
                user.reservations = u32::from(!user.created_by_admin);
                self.next_user += 1;
                write(&mut user, &Edit::Name(*name));
                write(&mut user, &Edit::Email(*email));
                write(&mut user, &Edit::Address(*address));
                write(&mut user, &Edit::Mobile(*mobile));
                planyo.add(user);
            }
            Move::Edit(who, edit) => {
                let Some(user) = self.user(*who) else { return };
                planyo.edit(user.id, |user| write(user, edit));
                let after = planyo.user(user.id).unwrap();
                let stays = |mark: &Mark| source_of(mark.field, &after) == mark.source;
                self.marks
                    .retain(|mark| mark.user != user.id || stays(mark));
            }
            Move::Remove(who) => {
                let Some(user) = self.user(*who) else { return };
                planyo.remove(user.id);
            }
            Move::ByHand(which, field, value) => {
                let Some(party) = self.party(*which) else {
                    return;
                };
                // Who has no name is nobody, and Billit has no such party.
                let value = match (value, *field) {
                    (None, "Name") => return,
                    (value, field) => value.map_or(Value::Null, |value| by_hand(field, value)),
                };
                billit.edit(id_of(&party), |party| {
                    drop(party.insert((*field).to_owned(), value));
                });
                self.mark(id_of(&party), field);
            }
            Move::Duplicate(which, kind) => {
                let Some(mut party) = self.party(*which) else {
                    return;
                };
                for field in ["PartyID", "Created", "LastModified", OF_THE_LINK] {
                    party.remove(field);
                }
                party.insert("PartyType".to_owned(), json!(kind));
                billit.add(Value::Object(party));
            }
            Move::Known(who, kind) => {
                let Some(user) = self.user(*who) else { return };
                let name = format!("{} {}", user.first_name, user.last_name);
                billit.add(json!({
                    "Name": name.to_uppercase(), "Email": user.email, "PartyType": kind, "City": "Elders",
                }));
            }
            Move::Unlink(which) | Move::LinkElsewhere(which) => {
                let Some(party) = self.party(*which) else {
                    return;
                };
                let id = id_of(&party);
                billit.edit(id, |party| match change {
                    Move::Unlink(_) => drop(party.remove(OF_THE_LINK)),
                    _ => drop(party.insert(OF_THE_LINK.to_owned(), json!(format!("crm-{id}")))),
                });
                self.marks.retain(|mark| mark.party != id);
            }
            Move::RemoveParty(which) => {
                let Some(party) = self.party(*which) else {
                    return;
                };
                let id = id_of(&party);
                billit.remove(id);
                self.marks.retain(|mark| mark.party != id);
                self.unmapped.retain(|(party, _), _| *party != id);
            }
            Move::Clock(minutes) => {
                let (now, step) = (
                    billit.clock(),
                    Duration::from_secs(60 * minutes.unsigned_abs()),
                );
                billit.set_clock(if *minutes < 0 { now - step } else { now + step });
            }
        }
    }

    /// Takes note of a correction that has to survive.
    fn mark(&mut self, party: i64, field: &'static str) {
        self.marks
            .retain(|mark| (mark.party, mark.field) != (party, field));
        let after = self.world.sandbox.billit.party(party).unwrap();
        if UNMAPPED.contains(&field) {
            let value = after.get(field).cloned().unwrap_or_default();
            self.unmapped.insert((party, field), value);
            return;
        }
        let user = text(&after, OF_THE_LINK).and_then(|link| link.strip_prefix("planyo:"));
        let user = user.and_then(|id| id.parse::<u64>().ok());
        let Some(user) = user.and_then(|id| self.world.sandbox.planyo.user(id)) else {
            return;
        };
        let remembered = self.store.get(&key(&user)).unwrap();
        let knows = remembered
            .and_then(|known| known.party)
            .is_some_and(|known| known.get() == party);
        let source = source_of(field, &user);
        let is_seen =
            self.seen.get(&user.id).map(|seen| source_of(field, seen)) == Some(source.clone());
        if knows && is_seen {
            self.marks.push(Mark {
                user: user.id,
                party,
                field,
                value: string(&after, field),
                source,
            });
        }
    }

    async fn run(&mut self, run: &Run) {
        self.world.clear();
        // What an earlier run sent may yet take effect, in the midst of this one.
        self.faulty |= self.late;
        let whole = self.remembering(&self.store);
        match run {
            Run::All => {
                let result = sync_customers(&self.world.planyo, &self.world.billit, &whole).await;
                self.look(result, true, true);
            }
            Run::WithoutStore => {
                self.marks.clear();
                let options = self.options();
                let result = sync_customers(&self.world.planyo, &self.world.billit, &options).await;
                self.look(result, false, true);
            }
            Run::One(who) => {
                if let Some(user) = self.user(*who).filter(|user| user.malformed.is_none()) {
                    let one =
                        sync_customer(&self.world.planyo, &self.world.billit, user.id, &whole);
                    let result = one.await;
                    self.look_at_one(result, true);
                }
            }
            Run::Planned(moves) => self.plan_and_apply(moves, &whole).await,
            Run::AllTwice => {
                let run = || sync_customers(&self.world.planyo, &self.world.billit, &whole);
                let (one, other) = tokio::join!(run(), run());
                self.doubled |= !self.honours_keys();
                self.look(one, true, false);
                self.look(other, true, false);
            }
            Run::OneTwice(who) => {
                if let Some(user) = self.user(*who).filter(|user| user.malformed.is_none()) {
                    let run =
                        || sync_customer(&self.world.planyo, &self.world.billit, user.id, &whole);
                    let (one, other) = tokio::join!(run(), run());
                    self.doubled |= !self.honours_keys();
                    self.look_at_one(one, false);
                    self.look_at_one(other, false);
                }
            }
        }
        let twice = matches!(run, Run::AllTwice | Run::OneTwice(_));
        self.after_a_run(twice);
    }

    /// What is true after any run, and the faults that are over with it.
    fn after_a_run(&mut self, disturbed: bool) {
        let requests = self.world.sandbox.billit.requests();
        for request in requests.iter().filter(|request| request.method != "GET") {
            let body: Map<String, Value> = serde_json::from_str(&request.body).unwrap();
            let unmapped = body.keys().find(|field| UNMAPPED.contains(&field.as_str()));
            assert_eq!(unmapped, None, "a field that is not mapped was sent");
        }
        self.late |= requests.iter().any(|request| request.fault == Some(LATE));
        if self.merges() && (disturbed || self.faulty || self.setting.summary.is_some()) {
            self.marks.clear();
        }
        let party = |id| self.world.sandbox.billit.party(id).unwrap();
        for ((id, field), value) in &self.unmapped {
            let now = party(*id).get(*field).cloned().unwrap_or_default();
            assert_eq!(now, *value, "{field} of party {id} is not mapped");
        }
        for mark in &self.marks {
            let now = string(&party(mark.party), mark.field);
            assert_eq!(now, mark.value, "the correction by hand is lost: {mark:?}");
        }
        self.calm();
    }

    /// Checks the report of a run of all customers.
    fn look(&mut self, result: Result<SyncReport, SyncError>, remembers: bool, alone: bool) {
        let report = match result {
            Ok(report) => report,
            Err(error) => {
                assert!(self.faulty, "{error}");
                assert!(
                    !alone || self.world.writes() == 0,
                    "a run that failed wrote: {error}"
                );
                return;
            }
        };
        let mut expected: Vec<CustomerKey> = self.users().iter().map(key).collect();
        expected.sort();
        let keys: Vec<CustomerKey> = report
            .outcomes
            .iter()
            .map(|outcome| outcome.key.clone())
            .collect();
        assert_eq!(keys, expected, "each user is in one bucket: {report}");
        assert_eq!(report.counts().total(), expected.len());
        let mut parties = BTreeSet::new();
        for outcome in report
            .outcomes
            .iter()
            .filter(|outcome| is_settled(outcome.bucket))
        {
            let party = outcome.party.unwrap();
            assert!(
                parties.insert(party),
                "party {party} is of two customers: {report}"
            );
        }
        if alone {
            self.count(&report.outcomes);
            self.nobody_failed(&report.outcomes);
        }
        if remembers {
            assert_eq!(report.forgotten, None);
            self.remember(&report.outcomes);
        }
    }

    fn look_at_one(&mut self, result: Result<Outcome, SyncError>, alone: bool) {
        match result {
            Ok(outcome) => {
                let outcomes = [outcome];
                if alone {
                    self.count(&outcomes);
                    self.nobody_failed(&outcomes);
                }
                self.remember(&outcomes);
            }
            Err(error) => {
                assert!(self.faulty, "{error}");
                assert!(
                    !alone || self.world.writes() == 0,
                    "a run that failed wrote: {error}"
                );
            }
        }
    }

    /// What was told is what the server saw.
    fn count(&self, outcomes: &[Outcome]) {
        let requests = self.world.sandbox.billit.requests();
        let took_effect = |verb: &str| {
            let writes = requests.iter().filter(|request| request.method == verb);
            writes.filter(|request| request.took_effect).count()
        };
        let count = |wanted: &dyn Fn(&Outcome) -> bool| {
            outcomes.iter().filter(|outcome| wanted(outcome)).count()
        };
        let created = count(&|outcome| outcome.bucket == Bucket::Created);
        let changed = count(&|outcome| matches!(outcome.bucket, Bucket::Updated | Bucket::Linked));
        let merged = count(&was_merged);
        if self.faulty {
            assert!(
                created + merged <= took_effect("POST") + usize::from(self.late) * created,
                "{outcomes:?}"
            );
            return;
        }
        assert_eq!(created + merged, took_effect("POST"), "{outcomes:?}");
        if merged == 0 {
            assert_eq!(changed, took_effect("PATCH"), "{outcomes:?}");
        }
    }

    fn nobody_failed(&self, outcomes: &[Outcome]) {
        let failed = |outcome: &&Outcome| outcome.bucket == Bucket::Failed;
        let failed = outcomes.iter().find(failed);
        assert!(self.faulty || failed.is_none(), "{failed:?}");
    }

    fn remember(&mut self, outcomes: &[Outcome]) {
        for outcome in outcomes.iter().filter(|outcome| is_settled(outcome.bucket)) {
            let id = outcome.key.id().parse().unwrap();
            let user = self.world.sandbox.planyo.user(id).unwrap();
            self.seen.insert(id, user);
        }
    }

    async fn plan_and_apply(&mut self, moves: &[Move], options: &SyncOptions) {
        let plan = plan_customers(&self.world.planyo, &self.world.billit, options).await;
        assert_eq!(self.world.writes(), 0, "a plan wrote");
        let plan = match plan {
            Ok(plan) => plan,
            Err(error) => return assert!(self.faulty, "{error}"),
        };
        for change in moves {
            self.change(change);
        }
        let before = self.store.load().unwrap();
        let report = match apply(&plan, &self.world.billit, options).await {
            Ok(report) => report,
            Err(error) => {
                assert_eq!(
                    self.world.writes(),
                    0,
                    "an apply that failed wrote: {error}"
                );
                return assert!(self.faulty, "{error}");
            }
        };
        self.count(&report.outcomes);
        if moves.is_empty() && !self.faulty && !report.outcomes.iter().any(was_merged) {
            assert_eq!(report.counts(), plan.counts(), "{plan}\n{report}");
        }
        // A plan tells the store what it changed, and no more.
        let after = self.store.load().unwrap();
        self.seen.retain(|id, _| {
            let key = CustomerKey::new("planyo", id.to_string());
            before.get(&key) == after.get(&key)
        });
    }

    /// A run is given up, and another one ends what it began.
    async fn crash(&mut self, run: &Run, crash: Crash) {
        let user = match run {
            Run::One(who) => match self.user(*who).filter(|user| user.malformed.is_none()) {
                Some(user) => Some(user.id),
                None => return,
            },
            _ => None,
        };
        let remembers = !matches!(run, Run::WithoutStore);
        if !remembers {
            self.marks.clear();
        }
        let twin = match self.faulty || self.merges() || self.doubled {
            true => None,
            false => Some(self.uninterrupted(user, remembers).await),
        };
        self.world.clear();
        let options = match remembers {
            true => self.remembering(&self.store),
            false => self.options(),
        };
        let requests = || {
            let (planyo, billit) = (
                self.world.sandbox.planyo.counts(),
                self.world.sandbox.billit.counts(),
            );
            match crash.writes_only {
                true => billit.writes,
                false => planyo.reads + billit.reads + billit.writes,
            }
        };
        {
            let mut run = pin!(async {
                match user {
                    Some(user) => {
                        let one =
                            sync_customer(&self.world.planyo, &self.world.billit, user, &options);
                        drop(one.await);
                    }
                    None => {
                        drop(
                            sync_customers(&self.world.planyo, &self.world.billit, &options).await,
                        );
                    }
                }
            });
            poll_fn(|context| {
                if crash.unseen && requests() >= crash.after {
                    return Poll::Ready(());
                }
                match run.as_mut().poll(context) {
                    Poll::Pending if requests() >= crash.after => Poll::Ready(()),
                    polled => polled,
                }
            })
            .await;
            self.store.killed.store(crash.kill, Ordering::Relaxed);
        }
        self.store.killed.store(false, Ordering::Relaxed);
        // What it sent last is still under way.
        self.late = true;
        self.after_a_run(true);
        self.settle().await;
        let Some(twin) = twin else { return };
        self.world.clear();
        match user {
            Some(user) => {
                let one = sync_customer(&self.world.planyo, &self.world.billit, user, &options);
                let result = one.await;
                self.look_at_one(result, true);
            }
            None => {
                let result = sync_customers(&self.world.planyo, &self.world.billit, &options).await;
                self.look(result, remembers, true);
            }
        }
        self.after_a_run(false);
        assert_eq!(
            contents(&self.world),
            twin,
            "a crash and a rerun end elsewhere than one run"
        );
    }

    /// What one run makes of a world like this one.
    async fn uninterrupted(&self, user: Option<u64>, remembers: bool) -> Vec<String> {
        let world = World::empty().await;
        self.configure(&world);
        for user in self.users() {
            world.sandbox.planyo.add(user);
        }
        for party in self.world.sandbox.billit.parties() {
            world.sandbox.billit.add(Value::Object(party));
        }
        let store = Arc::new(Store::default());
        let known: Vec<_> = self.store.load().unwrap().into_iter().collect();
        store.put(&known).unwrap();
        let options = match remembers {
            true => self.remembering(&store),
            false => self.options(),
        };
        match user {
            Some(user) => drop(
                sync_customer(&world.planyo, &world.billit, user, &options)
                    .await
                    .unwrap(),
            ),
            None => drop(
                sync_customers(&world.planyo, &world.billit, &options)
                    .await
                    .unwrap(),
            ),
        }
        contents(&world)
    }

    /// Two runs, and then nothing is left to do.
    async fn finish(&mut self) {
        self.calm();
        self.settle().await;
        for _ in 0..2 {
            self.run(&Run::All).await;
        }
        self.world.clear();
        let options = self.remembering(&self.store);
        let report = sync_customers(&self.world.planyo, &self.world.billit, &options)
            .await
            .unwrap();
        assert_eq!(self.world.writes(), 0, "a third run wrote: {report}");
        assert_eq!(report.counts().skipped, 0, "{report}");
        self.look(Ok(report.clone()), true, true);
        self.no_customer_has_two_parties();
        self.nobody_is_blocked(&report);
        self.any_pages_give_one_plan().await;
    }

    fn no_customer_has_two_parties(&self) {
        if !self.doubled {
            self.world.linked();
        }
    }

    /// Whoever shares nothing with anybody, and can be read, is settled.
    fn nobody_is_blocked(&self, report: &SyncReport) {
        let parties = self.world.sandbox.billit.parties();
        let users = self.users();
        for user in &users {
            let company = user.properties.get("company").cloned().flatten();
            let vat = user.properties.get("vat_number").cloned().flatten();
            let name = format!("{} {}", user.first_name, user.last_name);
            let has_name = company.is_some() || !name.trim().is_empty();
            if user.malformed.is_some() || vat.as_deref() == Some("BE0403170702") || !has_name {
                continue;
            }
            let link = key(user).to_string();
            let mine: Vec<String> = [
                Some(user.email.clone()),
                vat,
                company,
                Some(name),
                Some(user.address.clone()),
            ]
            .into_iter()
            .chain([Some(user.mobile_number.clone())])
            .flatten()
            .map(|text| text.trim().to_lowercase())
            .filter(|text| !text.is_empty())
            .collect();
            let others = users
                .iter()
                .filter(|other| other.id != user.id)
                .map(|other| format!("{other:?} {} {}", other.first_name, other.last_name));
            let strangers = parties
                .iter()
                .filter(|party| text(party, OF_THE_LINK) != Some(&link));
            let strangers = strangers.map(|party| {
                let line = ["Street", "StreetNumber", "Box"]
                    .map(|field| text(party, field).unwrap_or_default());
                format!("{party:?} {}", line.join(" ").replace(" 3", " bus 3"))
            });
            let said: Vec<String> = others
                .chain(strangers)
                .map(|text| text.to_lowercase())
                .collect();
            if mine
                .iter()
                .any(|text| said.iter().any(|said| said.contains(text)))
            {
                continue;
            }
            let outcome = report.outcome(&key(user)).unwrap();
            let doubled = self.doubled && outcome.bucket == Bucket::Ambiguous;
            assert!(
                waits(outcome) || doubled || is_settled(outcome.bucket),
                "{outcome:?}"
            );
        }
    }

    async fn any_pages_give_one_plan(&self) {
        let options = self.remembering(&self.store);
        let plan = || plan_customers(&self.world.planyo, &self.world.billit, &options);
        let expected = plan().await.unwrap();
        let (planyo, billit) = (&self.world.sandbox.planyo, &self.world.sandbox.billit);
        for (page, as_map) in [(2, true), (1000, false)] {
            planyo.configure(|settings| {
                settings.max_page_size = page;
                settings.users_as_map = as_map;
            });
            billit.configure(|settings| settings.page_size = page);
            assert_eq!(plan().await.unwrap(), expected, "in pages of {page}");
        }
    }
}

/// All parties, without what the server alone decides.
fn contents(world: &World) -> Vec<String> {
    let parties = world.sandbox.billit.parties();
    let mut texts: Vec<String> = parties
        .into_iter()
        .map(|mut party| {
            for field in ["PartyID", "Created", "LastModified"] {
                party.remove(field);
            }
            Value::Object(party).to_string()
        })
        .collect();
    texts.sort();
    texts
}

fn play(setting: Setting, steps: &[Step]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut machine = Machine::new(setting).await;
        for step in steps {
            machine.step(step).await;
        }
        machine.finish().await;
    });
}

#[test]
fn whatever_happens_the_invariants_hold() {
    let mut config = ProptestConfig {
        max_shrink_iters: 400,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/machine.proptest-regressions",
        ))),
        ..ProptestConfig::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 64;
    }
    let mut runner = TestRunner::new(config);
    let result = runner.run(&(setting(), steps()), |(setting, steps)| {
        play(setting, &steps);
        Ok(())
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(why, (setting, steps))) => panic!("{why}\n{setting:?}\n{steps:?}"),
        Err(error) => panic!("{error}"),
    }
}

/// What the machine found, one by one.
mod found {
    use super::*;

    fn key(id: u64) -> CustomerKey {
        CustomerKey::new("planyo", id.to_string())
    }

    #[tokio::test]
    async fn a_party_that_lost_its_link_gets_it_back() {
        let world = World::empty().await;
        world.sandbox.planyo.add(person(1));
        let options = SyncOptions::default().store(MemoryStore::new());
        let run = || sync_customers(&world.planyo, &world.billit, &options);
        run().await.unwrap();
        let party = id_of(&world.party_of(1));
        world
            .sandbox
            .billit
            .edit(party, |party| drop(party.remove(OF_THE_LINK)));
        let report = run().await.unwrap();
        assert_eq!(report.outcome(&key(1)).unwrap().bucket, Bucket::Linked);
        assert_eq!(id_of(&world.party_of(1)), party);
    }

    /// Lists print `+32470000001`, the data of one user `32470000001`.
    #[tokio::test]
    async fn a_phone_without_its_plus_is_no_change_at_the_source() {
        let world = World::empty().await;
        world.sandbox.planyo.add(person(1));
        let options = SyncOptions::default().store(MemoryStore::new());
        sync_customers(&world.planyo, &world.billit, &options)
            .await
            .unwrap();
        let party = id_of(&world.party_of(1));
        world.sandbox.billit.edit(party, |party| {
            drop(party.insert("Mobile".to_owned(), json!("+32470999999")));
        });
        for _ in 0..2 {
            sync_customer(&world.planyo, &world.billit, 1, &options)
                .await
                .unwrap();
            sync_customers(&world.planyo, &world.billit, &options)
                .await
                .unwrap();
        }
        assert_eq!(text(&world.party_of(1), "Mobile"), Some("+32470999999"));
    }

    /// Each creation of the same values burns a key.
    #[tokio::test]
    async fn a_party_that_is_removed_again_and_again_comes_back_each_time() {
        let world = World::empty().await;
        world.sandbox.planyo.add(person(1));
        for _ in 0..5 {
            let report = world.sync().await;
            assert_eq!(report.counts().created, 1, "{report}");
            world.sandbox.billit.remove(id_of(&world.party_of(1)));
        }
    }
}
