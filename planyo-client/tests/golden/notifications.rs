use planyo_client::notifications::{
    AddNotificationCallback, AddNotificationMessage, CallbackUrl, EmailResult, MessageRecipient,
    RemoveAllNotificationCallbacks, RemoveNotificationCallback, SendEmailToCustomer,
};
use planyo_client::{Language, NotificationName};

use crate::{Sample, form, read, sample};

fn url() -> CallbackUrl {
    CallbackUrl::new("https://example.com/planyo?token=a+b").unwrap()
}

pub(crate) fn requests() -> Vec<Sample> {
    vec![
        sample(&AddNotificationCallback::new(
            NotificationName::UserUpdated,
            url().with_json(),
        )),
        sample(&RemoveNotificationCallback::new("custom_button_6", url())),
        sample(&RemoveAllNotificationCallbacks::of(
            NotificationName::Hourly,
        )),
        sample(
            &AddNotificationMessage::new(
                NotificationName::BeforeOrAfterEvent1,
                MessageRecipient::Customer,
                "Your van",
                "Dear $(first_name), it is ready.",
            )
            .resource_id(22222)
            .message_language(Language::new("nl"))
            .invoice_attachment("")
            .sender_email()
            .bcc(["a@example.com", "b@example.com"]),
        ),
        sample(&SendEmailToCustomer::new(
            19_710_795,
            "Your van",
            "It is ready.",
        )),
    ]
}

#[test]
fn only_one_call_sends_an_empty_url() {
    let is_empty = |sample: &Sample| sample.form.ends_with("callback_url=\n");
    assert_eq!(requests().into_iter().filter(is_empty).count(), 1);
    let removal = form(&RemoveAllNotificationCallbacks::of("hourly"));
    assert!(removal.ends_with("callback_url=\n"), "{removal}");
}

#[test]
fn whatever_is_answered_the_callback_is_set() {
    for data in ["null", "[]", "{}", "\"ok\"", "true"] {
        read(&AddNotificationCallback::new("hourly", url()), data);
        read(&RemoveNotificationCallback::new("hourly", url()), data);
        read(&RemoveAllNotificationCallbacks::of("hourly"), data);
    }
}

#[test]
fn a_mail_that_was_not_sent_says_so() {
    let send = SendEmailToCustomer::new(1, "", "");
    assert!(read(&send, r#"{"result":"success"}"#).is_success());
    let failed = read(&send, r#"{"result":"failure"}"#);
    assert_eq!(failed.result, Some(EmailResult::Failure));
    for data in [r#"{"result":"failure"}"#, "[]", "null", "\"success\"", "{}"] {
        assert!(!read(&send, data).is_success(), "{data}");
    }
}

#[test]
fn the_documented_events_are_told_from_the_others() {
    let documented = NotificationName::ALL
        .iter()
        .filter(|name| name.is_documented());
    assert_eq!(documented.count(), 17);
    assert_eq!(NotificationName::ALL.len(), 17 + 19);
    assert!(!NotificationName::from("custom_button_6").is_documented());
}
