use billit_client::accounting::{
    CreateGlAccount, GlAccount, ImportGlAccounts, ImportJournals, Journal, JournalType,
};

use crate::{Sample, key, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    let account = || GlAccount::new(700_000, "Sales").gl_account_type("Income");
    let journal = Journal::new("VF", "Sales", JournalType::Income);
    vec![
        sample(&CreateGlAccount::new(account()).key(key())),
        sample(&ImportGlAccounts::new([account(), GlAccount::new(600_000, "Goods")]).key(key())),
        sample(&ImportJournals::new([journal]).key(key())),
    ]
}

#[test]
fn no_answer_is_lost() {
    let create = CreateGlAccount::new(GlAccount::new(1, ""));
    assert_eq!(read(&create, "700000"), 700_000);
    for body in ["", "ok", "<html>"] {
        read(&create, body);
        read(&ImportGlAccounts::new([]), body);
        read(&ImportJournals::new([]), body);
    }
}
