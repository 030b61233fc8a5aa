//! The possible steps.

use super::*;

/// The settings of both services and of the caller in one case.
#[derive(Clone, Debug)]
pub struct Setting {
    pub matchers: BTreeSet<Matcher>,
    pub match_across_types: bool,
    pub idempotency: IdempotencyHeader,
    pub summary: Option<&'static [&'static str]>,
    pub link_cannot_be_filtered: bool,
    pub billit_page: usize,
    pub reject_null: bool,
    pub strict: bool,
    pub planyo_page: usize,
    pub users_as_map: bool,
    pub numbers_as_strings: bool,
    pub admin_list_instead: bool,
    pub list_phones: PhoneStyle,
    pub user_data_phones: PhoneStyle,
    pub planyo_clock: i64,
    pub numbered: bool,
    pub keep_values: bool,
    pub blanks_as_text: bool,
    pub blanks_are_null: bool,
    pub filters_ignore_case: bool,
    /// All writes have the same time.
    pub clock_stands: bool,
    pub concurrency: usize,
}

/// A unique value, or a shared one.
#[derive(Clone, Copy, Debug)]
pub enum Pick {
    Own(u8),
    Shared(u8),
}

#[derive(Clone, Debug)]
pub enum Edit {
    Name(Pick),
    Email(Pick),
    Address(Pick),
    Vat(Pick),
    Mobile(Pick),
    Company(Option<u8>),
    City(u8),
    Zip(u8),
    Blank(u8),
    /// An invalid VAT number.
    BreakVat,
    /// A record that no client can read.
    Garble,
    Mend,
}

/// A manual change on either side.
#[derive(Clone, Debug)]
pub enum Move {
    Add([Pick; 4]),
    Edit(u8, Edit),
    /// Two users swap their e-mail addresses and VAT numbers.
    Swap(u8, u8),
    Remove(u8),
    /// A removed user is back under the old id.
    Return(u8),
    /// A field of a party is set or cleared.
    ByHand(u8, &'static str, Option<u8>),
    /// A party like an existing one, without its link.
    Duplicate(u8, &'static str),
    /// A copy of a party with its link.
    Double(u8),
    /// A party like a person that is not synced, or not yet.
    Known(u8, &'static str),
    Unlink(u8),
    LinkElsewhere(u8),
    RemoveParty(u8),
    /// Billit's clock, in minutes.
    Clock(i64),
    /// The offset of Planyo's clock, in seconds.
    PlanyoClock(i64),
}

#[derive(Clone, Debug)]
pub enum Run {
    All,
    /// Only changed records.
    Changed,
    WithoutStore,
    /// Retries quarantined customers.
    Again,
    /// Only even ids.
    Some,
    One(u8),
    /// Planned, and applied after these moves. A user has a new address before, so that there is a change to plan.
    Planned(u8, Vec<Move>),
    AllTwice,
    OneTwice(u8),
    /// Two customers, possible duplicates, concurrently.
    Two(u8, u8),
    /// A full run and a run of one, concurrently.
    AllAndOne(u8),
}

#[derive(Clone, Copy, Debug)]
pub struct Crash {
    /// After this many requests, or writes.
    pub after: usize,
    pub writes_only: bool,
    /// Before the answer to the last one is received, or with the next one pending.
    pub unseen: bool,
    /// Nothing is stored: a kill, not a dropped future.
    pub kill: bool,
}

#[derive(Clone, Debug)]
pub enum Step {
    Move(Move),
    Run(Run),
    Crash(Run, Crash),
    Faults(Vec<(&'static str, usize, Fault, usize)>),
    RandomFaults(u64, u8),
    /// In the next run every create is answered with the id of this party, which it overwrites.
    SameParty(u8),
    LoseStore,
}

pub const CITIES: [&str; 3] = ["Gent", "Brugge", "'s-Gravenwezel"];
pub const ZIPS: [&str; 3] = ["9000", "8000", "2970"];
pub const COMPANIES: [&str; 2] = ["Bakkerij 't Hoekje BV", "Dupont & Fils SRL"];
pub const MAPPED_BY_HAND: [&str; 9] = [
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
pub const UNMAPPED: [&str; 4] = ["IBAN", "Fax", "InternalInfo", "CommercialName"];
pub const SUMMARY_WITHOUT_LINK: [&str; 12] = [
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
pub const WRONG_VAT: &str = "BE0403170702";
pub const OF_THE_LINK: &str = "ExternalProviderID";

pub fn pick() -> impl Strategy<Value = Pick> {
    prop_oneof![5 => (0..2u8).prop_map(Pick::Own), 3 => (0..2u8).prop_map(Pick::Shared)]
}

pub fn setting() -> impl Strategy<Value = Setting> {
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
    let more = any::<[bool; 3]>();
    (
        (
            matchers,
            select(headers.to_vec()),
            select(summaries.to_vec()),
        ),
        (select(vec![1, 2, 3, 120]), select(vec![1, 2, 3, 1000])),
        (phones(), phones()),
        (flags(), flags(), more),
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
            blanks_are_null: flags.2[0],
            filters_ignore_case: flags.2[1],
            clock_stands: flags.2[2],
            planyo_clock: rest.0,
            concurrency: rest.1,
        })
}

pub fn edit() -> impl Strategy<Value = Edit> {
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

pub fn moves() -> impl Strategy<Value = Move> {
    let who = || 0..8u8;
    let kind = || select(vec!["Customer", "Supplier"]);
    let value = || prop::option::weighted(0.8, 0..3u8);
    prop_oneof![
        6 => prop::array::uniform4(pick()).prop_map(Move::Add),
        6 => (who(), edit()).prop_map(|(who, edit)| Move::Edit(who, edit)),
        1 => (who(), who()).prop_map(|(one, other)| Move::Swap(one, other)),
        1 => who().prop_map(Move::Remove),
        1 => who().prop_map(Move::Return),
        5 => (who(), select(&MAPPED_BY_HAND[..]), value())
            .prop_map(|(party, field, value)| Move::ByHand(party, field, value)),
        1 => (who(), select(&UNMAPPED[..]), value())
            .prop_map(|(party, field, value)| Move::ByHand(party, field, value)),
        1 => (who(), kind()).prop_map(|(party, kind)| Move::Duplicate(party, kind)),
        2 => (who(), kind()).prop_map(|(person, kind)| Move::Known(person, kind)),
        1 => who().prop_map(Move::Double),
        1 => who().prop_map(Move::Unlink),
        1 => who().prop_map(Move::LinkElsewhere),
        1 => who().prop_map(Move::RemoveParty),
        1 => select(vec![-100_000, -600, -1, 600, 100_000]).prop_map(Move::Clock),
        1 => select(vec![-86_400, -1, 0, 86_400]).prop_map(Move::PlanyoClock),
    ]
}

pub fn run() -> impl Strategy<Value = Run> {
    let city = (0..8u8, 0..3u8).prop_map(|(party, city)| Move::ByHand(party, "City", Some(city)));
    let meanwhile = prop_oneof![moves(), city];
    prop_oneof![
        4 => Just(Run::All),
        2 => Just(Run::Changed),
        1 => Just(Run::WithoutStore),
        1 => Just(Run::Again),
        1 => Just(Run::Some),
        2 => (0..8u8).prop_map(Run::One),
        3 => (0..8u8, prop::collection::vec(meanwhile, 0..3))
            .prop_map(|(who, moves)| Run::Planned(who, moves)),
        1 => Just(Run::AllTwice),
        1 => (0..8u8).prop_map(Run::OneTwice),
        1 => (0..8u8, 0..8u8).prop_map(|(one, other)| Run::Two(one, other)),
        1 => (0..8u8).prop_map(Run::AllAndOne),
    ]
}

pub fn fault() -> impl Strategy<Value = (&'static str, usize, Fault, usize)> {
    let operations = vec![
        "list_users",
        "get_user_data",
        "GET /v1/parties",
        "GET /v1/parties/{id}",
        "POST /v1/parties",
        "POST /v1/parties",
        "PATCH /v1/parties/{id}",
    ];
    // For all attempts of the client, or so that a later one succeeds.
    (
        select(operations),
        0..4usize,
        select(FAULTS.to_vec()),
        select(vec![1, 1, 4]),
    )
}

pub const FAULTS: [Fault; 8] = [
    Fault::InternalError,
    Fault::ResetBefore,
    Fault::ResetAfter,
    LATE,
    Fault::HtmlBody,
    Fault::TruncatedJson,
    Fault::TooManyRequests { retry_after: 0 },
    Fault::Unavailable { retry_after: None },
];
pub const LATE: Fault = Fault::CommitsLate { millis: 3 };

pub fn step() -> impl Strategy<Value = Step> {
    // A full run with pages of one has about forty.
    let after = prop_oneof![3 => 1..9usize, 1 => 1..45usize];
    let crash = (after, any::<[bool; 3]>()).prop_map(|(after, flags)| Crash {
        after,
        writes_only: flags[0],
        unseen: flags[1],
        kill: flags[2],
    });
    let crashed = prop_oneof![
        3 => Just(Run::All),
        1 => Just(Run::Changed),
        1 => Just(Run::WithoutStore),
        1 => Just(Run::Again),
        1 => (0..8u8).prop_map(Run::One),
    ];
    prop_oneof![
        12 => moves().prop_map(Step::Move),
        6 => run().prop_map(Step::Run),
        2 => (crashed, crash).prop_map(|(run, crash)| Step::Crash(run, crash)),
        2 => prop::collection::vec(fault(), 1..3).prop_map(Step::Faults),
        1 => (any::<u64>(), 5..40u8).prop_map(|(seed, percent)| Step::RandomFaults(seed, percent)),
        1 => (0..8u8).prop_map(Step::SameParty),
        1 => Just(Step::LoseStore),
    ]
}

/// Some users at first, then any steps.
pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let people = prop::collection::vec(prop::array::uniform4(pick()), 1..5);
    (people, prop::collection::vec(step(), 1..25)).prop_map(|(people, steps)| {
        let people = people
            .into_iter()
            .map(|person| Step::Move(Move::Add(person)));
        people.chain(steps).collect()
    })
}
