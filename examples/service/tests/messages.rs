//! Messages to customers: what leaves, and what is said of it.

#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of the tests unwrap like the tests.

use chrono::{DateTime, Utc};
use service::messages::{
    Email, EmailMessage, EmailSettings, Letter, LetterSettings, Letters, Outcome, Senders, Sms,
    SmsMessage, SmsSettings, pdf,
};
use service::recalls::{RecallSettings, Recalls};

#[path = "common/gateway.rs"]
mod gateway;
#[path = "common/mail_server.rs"]
mod mail_server;

use gateway::{Does, Gateway};
use mail_server::{END, GREETING, Instead, MailServer};

/// What no reason may show.
const HIDDEN: [&str; 6] = ["piet", "0470", "hunter2", "Beste", "robot", "\n"];

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap()
}

/// `sent`, or the kind and the reason.
fn told(outcome: &Outcome) -> String {
    let (kind, reason) = match outcome {
        Outcome::Sent => return "sent".to_owned(),
        Outcome::Refused(reason) => ("refused", reason),
        Outcome::NotNow(reason) => ("not now", reason),
        Outcome::Unclear(reason) => ("unclear", reason),
    };
    for hidden in HIDDEN {
        assert!(!reason.contains(hidden), "{hidden} in {reason}");
    }
    format!("{kind}: {reason}")
}

fn email_settings(port: u16, more: &str) -> EmailSettings {
    let text = format!(
        "server = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\nfrom = \"Verhuur 'Jansen' <info@example.org>\"\n{more}"
    );
    toml::from_str(&text).unwrap()
}

fn email(port: u16) -> Email {
    Email::new(&email_settings(port, ""), None).unwrap()
}

const MAIL: EmailMessage<'static> = EmailMessage {
    id: "recall/7",
    at: DateTime::UNIX_EPOCH,
    name: "Piet",
    address: "piet@example.org",
    subject: "Uw afspraak",
    body: "Beste Piet",
};

#[tokio::test]
async fn a_mail_arrives_once_as_it_was_written() {
    let server = MailServer::start();
    let more = "user = \"robot\"\nreply_to = \"An <an@example.org>\"";
    let settings = email_settings(server.port, more);
    let email = Email::new(&settings, Some("hunter2")).unwrap();
    let message = EmailMessage {
        id: "recall/7 é",
        at: at(),
        name: "Piet \"de Vries\", Zn.",
        address: " piet@example.org ",
        subject: "Café: uw afspraak",
        body: "Beste Piet,\n\nTot morgen om 9 uur?\n.\n.. en tot dan\n",
    };
    assert_eq!(email.send(&message).await, Outcome::Sent);
    let received = server.received();
    let [mail] = received.as_slice() else {
        panic!("{received:?}");
    };
    assert_eq!(mail.from, "FROM:<info@example.org>");
    assert_eq!(mail.to, ["TO:<piet@example.org>"]);
    assert_eq!(mail.login, "PLAIN AHJvYm90AGh1bnRlcjI=");
    let headers = [
        (
            "From",
            "=?utf-8?b?VmVyaHV1ciAnSmFuc2VuJw==?= <info@example.org>",
        ),
        ("Reply-To", "An <an@example.org>"),
        (
            "To",
            "=?utf-8?b?UGlldCAiZGUgVnJpZXMiLCBabi4=?= <piet@example.org>",
        ),
        ("Subject", "=?utf-8?b?Q2Fmw6k6?= uw afspraak"),
        ("Date", "Thu, 01 Jan 2026 00:00:00 +0000"),
        ("Message-ID", "<recall%2F7+%C3%A9@example.org>"),
        ("Auto-Submitted", "auto-generated"),
        ("Content-Type", "text/plain; charset=utf-8"),
    ];
    for (name, value) in headers {
        assert_eq!(mail.header(name), value, "{name}");
    }
    let mut names = mail.headers();
    names.retain(|name| !["MIME-Version", "Content-Transfer-Encoding"].contains(name));
    names.sort_unstable();
    let mut expected = headers.map(|(name, _)| name);
    expected.sort_unstable();
    assert_eq!(names, expected);
    let body = "Beste Piet,\n\nTot morgen om 9 uur?\n.\n.. en tot dan";
    assert_eq!(mail.body(), body);

    // The same message has the same id.
    assert_eq!(email.send(&message).await, Outcome::Sent);
    let ids: Vec<String> = server
        .received()
        .iter()
        .map(|mail| mail.header("Message-ID").to_owned())
        .collect();
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_customer_cannot_write_headers_or_commands() {
    let server = MailServer::start();
    let email = email(server.port);
    let eve = "x\r\nBcc: eve@example.org\r\n\r\n.\r\nMAIL FROM:<eve@example.org>\r\n";
    let message = EmailMessage {
        id: eve,
        name: eve,
        subject: eve,
        body: eve,
        ..MAIL
    };
    assert_eq!(email.send(&message).await, Outcome::Sent);
    let received = server.received();
    let [mail] = received.as_slice() else {
        panic!("{received:?}");
    };
    assert_eq!(mail.to, ["TO:<piet@example.org>"]);
    assert!(!mail.headers().contains(&"Bcc"), "{mail:?}");
    let subject = "x Bcc: eve@example.org . MAIL FROM:<eve@example.org>";
    assert_eq!(mail.header("Subject"), subject);
    let body = "x\nBcc: eve@example.org\n\n.\nMAIL FROM:<eve@example.org>";
    assert_eq!(mail.body(), body);

    let before = server.commands().len();
    for address in [
        "",
        "piet",
        "piet@example.org\r\nRCPT TO:<eve@example.org>",
        "a@b, c@d",
    ] {
        let message = EmailMessage { address, ..MAIL };
        let told = told(&email.send(&message).await);
        assert_eq!(told, "refused: the e-mail address of the customer is none");
    }
    assert_eq!(server.commands().len(), before);
}

#[tokio::test]
async fn what_became_of_a_mail_is_said_by_what_the_server_did() {
    use Instead::{HangsUp, Says};

    let server = MailServer::start();
    let email = email(server.port);
    let silence = format!(
        "not now: there is no conversation with the mail server 127.0.0.1:{}: check `server`, `port` and `tls` of \
         `recalls.email`",
        server.port
    );
    let refused = |code: u16| {
        format!(
            "refused: the mail server refuses the mail ({code}): check the address of the customer and \
             `recalls.email.from`"
        )
    };
    let later = |code: u16| format!("not now: the mail server does not take the mail now ({code})");
    let unclear =
        "unclear: the mail server did not say whether it took the mail, which may have arrived";
    for (command, instead, expected) in [
        (GREETING, Says("554 go away"), refused(554)),
        (GREETING, Says("421 busy"), later(421)),
        (GREETING, Says("hello piet"), silence.clone()),
        (GREETING, HangsUp, silence.clone()),
        ("EHLO", HangsUp, silence.clone()),
        ("MAIL", Says("550 no"), refused(550)),
        ("RCPT", Says("550 no piet@example.org"), refused(550)),
        ("RCPT", Says("450-wait\r\n450 piet"), later(450)),
        ("RCPT", HangsUp, silence.clone()),
        ("DATA", Says("554 no"), refused(554)),
        ("DATA", Says("451 later"), later(451)),
        ("DATA", HangsUp, silence.clone()),
        (END, Says("552 too big"), refused(552)),
        (END, Says("452 full"), later(452)),
        (END, Says("354 what"), unclear.to_owned()),
        (END, Says("what"), unclear.to_owned()),
        (END, HangsUp, unclear.to_owned()),
        ("QUIT", HangsUp, "sent".to_owned()),
    ] {
        server.as_usual();
        server.at(command, instead);
        let told = told(&email.send(&MAIL).await);
        assert_eq!(told, expected, "{command} {instead:?}");
    }
    // Letters in an address that this server cannot take.
    server.as_usual();
    let message = EmailMessage {
        address: "piét@example.org",
        ..MAIL
    };
    let told = told(&email.send(&message).await);
    assert!(
        told.starts_with("refused: the mail server takes no "),
        "{told}"
    );
}

#[tokio::test]
async fn a_mail_server_that_is_not_there_has_taken_nothing() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let told = told(&email(port).send(&MAIL).await);
    assert!(told.starts_with("not now: "), "{told}");
}

#[tokio::test]
async fn a_mail_server_that_hangs_may_have_taken_what_has_left() {
    for (command, kind) in [
        ("EHLO", "not now: "),
        ("RCPT", "not now: "),
        (END, "unclear: "),
    ] {
        let server = MailServer::start();
        server.at(command, Instead::Hangs);
        let email = email(server.port);
        let sending = tokio::spawn(async move { email.send(&MAIL).await });
        server.hangs().await;
        // Nothing else happens any more, so the clock runs to the end of patience at once.
        tokio::time::pause();
        let told = told(&sending.await.unwrap());
        tokio::time::resume();
        assert!(told.starts_with(kind), "{command}: {told}");
    }
}

#[test]
fn a_wrong_entry_of_email_is_named() {
    let good = "server = \"mail.example.org\"\nfrom = \"info@example.org\"\n";
    let wrong = |text: &str, password: Option<&str>| {
        let settings: EmailSettings = toml::from_str(text).unwrap();
        Email::new(&settings, password).unwrap_err()
    };
    let also = |line: &str| format!("{good}{line}");
    for (text, entry) in [
        (
            good.replace("mail.example.org", " "),
            "`recalls.email.server`",
        ),
        (good.replace("info@", "piet piet@"), "`recalls.email.from`"),
        (also("reply_to = \"piet\""), "`recalls.email.reply_to`"),
        (also("user = \"robot\""), "`recalls.email.user`"),
        (also("tls = \"none\""), "`recalls.email.tls`"),
    ] {
        let text = wrong(&text, None);
        assert!(text.contains(entry), "{text}");
        for hidden in HIDDEN {
            assert!(!text.contains(hidden), "{text}");
        }
    }
    assert!(toml::from_str::<EmailSettings>(&also("to = [\"piet@example.org\"]")).is_err());
    let settings: EmailSettings = toml::from_str(&also("user = \"robot\"")).unwrap();
    let email = Email::new(&settings, Some("hunter2")).unwrap();
    let text = format!("{settings:?} {email:?}");
    for hidden in ["robot", "info@", "hunter2"] {
        assert!(!text.contains(hidden), "{text}");
    }
}

fn sms_settings(toml: &str) -> SmsSettings {
    toml::from_str(toml).unwrap()
}

fn sms(toml: &str, key: Option<&str>) -> Sms {
    Sms::new(&sms_settings(toml), key).unwrap()
}

const SMS: SmsMessage<'static> = SmsMessage {
    id: "recall/7",
    to: "+32470123456",
    text: "Beste Piet \"& Zn\",\n100% {key} + thé?",
};

/// As JSON, with these lines more.
fn json_sms(gateway: &Gateway, more: &str) -> Sms {
    let (url, body) = (gateway.url("/send"), r#"{"to":"{to}","text":"{text}"}"#);
    sms(&format!("url = '{url}'\nbody = '{body}'\n{more}"), None)
}

#[tokio::test]
async fn an_sms_arrives_once_encoded_for_each_place() {
    let gateway = Gateway::start();
    let url = gateway.url("/v1/{id}/send?source=1");
    let body = r#"{"messages": [{"to": "{to}", "text": "{text}", "ref": "{id}"}], "more": {}}"#;
    let more =
        "[headers]\nAuthorization = 'Bearer {key}'\nX-Number = '{to_digits}'\nX-Text = '{text}'";
    let with_json = sms(
        &format!("url = '{url}'\nbody = '{body}'\n{more}"),
        Some("hunter2"),
    );
    assert_eq!(with_json.send(&SMS).await, Outcome::Sent);
    let url = gateway.url("/form");
    let body = "to={to}&text={text}&key={key}";
    let kind = "content_type = 'application/x-www-form-urlencoded; charset=utf-8'";
    let with_form = sms(
        &format!("url = '{url}'\nbody = '{body}'\n{kind}"),
        Some("hunter+2"),
    );
    assert_eq!(with_form.send(&SMS).await, Outcome::Sent);
    let url = gateway.url("/get?to={to}&text={text}");
    let with_get = sms(&format!("url = '{url}'\nmethod = 'GET'"), None);
    assert_eq!(with_get.send(&SMS).await, Outcome::Sent);
    let url = gateway.url("/plain/{to_digits}");
    let kind = "content_type = 'text/plain'";
    let with_text = sms(&format!("url = '{url}'\nbody = '{{text}}'\n{kind}"), None);
    assert_eq!(with_text.send(&SMS).await, Outcome::Sent);

    let calls = gateway.calls();
    let [json, form, get, plain] = calls.as_slice() else {
        panic!("{calls:?}");
    };
    assert_eq!(json.line, "POST /v1/recall%2F7/send?source=1");
    assert_eq!(json.headers["authorization"], "Bearer hunter2");
    assert_eq!(json.headers["x-number"], "32470123456");
    let line = "Beste Piet \"& Zn\", 100% {key} + thé?";
    assert_eq!(json.headers["x-text"], line);
    assert_eq!(json.headers["content-type"], "application/json");
    let body: serde_json::Value = serde_json::from_str(&json.body).unwrap();
    let message = serde_json::json!({"to": SMS.to, "text": SMS.text, "ref": SMS.id});
    assert_eq!(body, serde_json::json!({"messages": [message], "more": {}}));

    assert_eq!(form.line, "POST /form");
    let kind = "application/x-www-form-urlencoded; charset=utf-8";
    assert_eq!(form.headers["content-type"], kind);
    let fields: Vec<_> = url::form_urlencoded::parse(form.body.as_bytes()).collect();
    let expected = [("to", SMS.to), ("text", SMS.text), ("key", "hunter+2")];
    assert_eq!(
        fields,
        expected.map(|(name, value)| (name.into(), value.into()))
    );

    let (path, query) = get.line.split_once('?').unwrap();
    assert_eq!(path, "GET /get");
    let text = "Beste%20Piet%20%22%26%20Zn%22%2C%0A100%25%20%7Bkey%7D%20%2B%20th%C3%A9%3F";
    assert_eq!(query, format!("to=%2B32470123456&text={text}"));
    assert_eq!(plain.line, "POST /plain/32470123456");
    assert_eq!(plain.body, SMS.text);
}

#[tokio::test]
async fn what_became_of_an_sms_is_said_by_what_the_gateway_did() {
    let gateway = Gateway::start();
    let sms = json_sms(&gateway, "");
    for (status, kind) in [
        (200, "sent"),
        (202, "sent"),
        (204, "sent"),
        (302, "unclear: "),
        (307, "unclear: "),
        (400, "refused: "),
        (401, "refused: "),
        (404, "refused: "),
        (408, "not now: "),
        (422, "refused: "),
        (425, "not now: "),
        (429, "not now: "),
        (500, "unclear: "),
        (502, "unclear: "),
        (503, "not now: "),
        (504, "unclear: "),
    ] {
        gateway.does(Does::Answers(status, String::new()));
        let before = gateway.calls().len();
        let told = told(&sms.send(&SMS).await);
        assert!(told.starts_with(kind), "{status}: {told}");
        assert!(
            kind == "sent" || told.contains(&status.to_string()),
            "{told}"
        );
        // A redirect is not followed, and nothing is sent a second time.
        assert_eq!(gateway.calls().len(), before + 1);
    }
    for text in ["", "HTTP/1.1 200", "Beste Piet\r\n\r\n"] {
        gateway.does(Does::Writes(text.to_owned()));
        let told = told(&sms.send(&SMS).await);
        assert_eq!(
            told,
            "unclear: the SMS gateway did not answer, and may have taken the message"
        );
    }
    let message = SmsMessage { to: "piet", ..SMS };
    let told = told(&sms.send(&message).await);
    assert_eq!(told, "refused: the phone number of the customer is none");
}

#[tokio::test]
async fn an_answer_must_have_the_text_that_stands_for_success() {
    let gateway = Gateway::start();
    let sms = json_sms(&gateway, "success = '\"status\":\"queued\"'");
    let good = r#"{"status":"queued"}"#;
    let head = "HTTP/1.1 200 .\r\ncontent-length: 999\r\n\r\n";
    for (does, kind) in [
        (Does::Answers(200, good.to_owned()), "sent"),
        (
            Does::Answers(200, r#"{"error":"piet"}"#.to_owned()),
            "unclear: ",
        ),
        (Does::Answers(200, String::new()), "unclear: "),
        (Does::Answers(400, good.to_owned()), "refused: "),
        // It breaks off, after the text and before it.
        (Does::Writes(format!("{head}{good}")), "sent"),
        (Does::Writes(format!("{head}{{")), "unclear: "),
        // More than is read.
        (
            Does::Answers(200, " ".repeat(64 * 1024) + good),
            "unclear: ",
        ),
    ] {
        gateway.does(does);
        let told = told(&sms.send(&SMS).await);
        assert!(told.starts_with(kind), "{kind} {told}");
    }
}

#[tokio::test]
async fn a_gateway_that_is_not_there_has_taken_nothing_and_one_that_hangs_may_have() {
    let mut gateway = Gateway::start();
    gateway.does(Does::Hangs);
    let sms = json_sms(&gateway, "");
    let sending = tokio::spawn(async move { sms.send(&SMS).await });
    gateway.hangs().await;
    // Nothing else happens any more, so the clock runs to the end of patience at once.
    tokio::time::pause();
    let hung = told(&sending.await.unwrap());
    tokio::time::resume();
    assert!(hung.starts_with("unclear: "), "{hung}");

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    gateway.port = listener.local_addr().unwrap().port();
    drop(listener);
    let nobody = told(&json_sms(&gateway, "").send(&SMS).await);
    assert!(nobody.starts_with("not now: "), "{nobody}");
}

#[test]
#[allow(clippy::too_many_lines)] // A table.
fn a_wrong_entry_of_sms_is_named() {
    const URL: &str = "url = 'https://hunter2.example.org/send'\n";
    const BODY: &str = "body = '{\"to\": \"{to}\", \"text\": \"{text}\"}'\n";
    let url = |url: &str| format!("url = '{url}'\n{BODY}");
    let also = |more: &str| format!("{URL}{BODY}{more}");
    let body = |body: &str| format!("{URL}body = '{body}'\n");
    for (text, key, expected) in [
        (url("robot"), None, "`recalls.sms.url` is no URL: "),
        (
            url("http://robot.example.org/"),
            None,
            "`recalls.sms.url` is not https: ",
        ),
        (
            url("ftp://localhost/"),
            None,
            "`recalls.sms.url` is not https: ",
        ),
        (
            url("https://{id}.example.org/"),
            None,
            "`recalls.sms.url` has a place to fill in before its path: ",
        ),
        (
            url("https://example.org:{id}/"),
            None,
            "`recalls.sms.url` has a place to fill in before its path: ",
        ),
        (
            url("https://{key}@example.org/"),
            Some("a"),
            "`recalls.sms.url` has a place to fill in before its path: ",
        ),
        (
            url("https://example.org/{name}"),
            None,
            "`recalls.sms.url` has `{name}`, which is not known: ",
        ),
        (
            body(r#"{"to": "{to}"}"#),
            None,
            "`[recalls.sms]` has no `{text}`: ",
        ),
        (
            body(r#"{"text": "{text}"}"#),
            None,
            "`[recalls.sms]` has no `{to}`: ",
        ),
        (
            body(r#"{"to": {to}, "text": "{text}"}"#),
            None,
            "`recalls.sms.body` is no JSON: ",
        ),
        (
            body("to={to}&text={text}"),
            None,
            "`recalls.sms.body` is no JSON: ",
        ),
        (
            body(r#"{"to": "{number}"}"#),
            None,
            "`recalls.sms.body` has `{number}`, which is not known: ",
        ),
        (
            also("method = 'GET'"),
            None,
            "`recalls.sms.body` is set and the method is GET",
        ),
        (
            also("content_type = 'text/xml'"),
            None,
            "`recalls.sms.content_type` is none ",
        ),
        (
            also("headers.X-Key = '{kee}'"),
            None,
            "`recalls.sms.headers.X-Key` has `{kee}`, ",
        ),
        (
            also("headers.'X Key' = ''"),
            None,
            "`recalls.sms.headers.X Key` is no name of a header: ",
        ),
        (
            also("headers.X-Key = \"hunter2\\n\""),
            None,
            "`recalls.sms.headers.x-key` has a control character: ",
        ),
        (
            also("headers.Content-type = 'a/b'"),
            None,
            "`recalls.sms.headers.Content-type` is not a header to set: ",
        ),
        (
            also("headers.X-Key = '{key}'"),
            None,
            "`[recalls.sms]` has `{key}`, and SMS_KEY is missing: ",
        ),
        (
            also("headers.X-Key = '{key}'"),
            Some("hunter2\nhunter2"),
            "SMS_KEY has a line break ",
        ),
        (
            also(""),
            Some("hunter2"),
            "SMS_KEY is set, and `[recalls.sms]` has no `{key}`: ",
        ),
    ] {
        let problem = Sms::new(&sms_settings(&text), key).unwrap_err();
        assert!(
            problem.starts_with(expected),
            "{text}\n{problem}\n{expected}"
        );
        for hidden in HIDDEN {
            assert!(!problem.contains(hidden), "{problem}");
        }
    }
    for text in [
        also("methud = 'GET'"),
        also("method = 'PUT'"),
        BODY.to_owned(),
    ] {
        assert!(toml::from_str::<SmsSettings>(&text).is_err(), "{text}");
    }
    let settings = sms_settings(&also("headers.X-Key = 'robot{key}'"));
    let text = format!(
        "{settings:?} {:?}",
        Sms::new(&settings, Some("hunter2")).unwrap()
    );
    for hidden in ["robot", "hunter2"] {
        assert!(!text.contains(hidden), "{text}");
    }
}

fn letters(more: &str) -> Letters {
    let toml = format!("from = ['Verhuur <Jansen>', 'Kerkstraat 1', '9000 Gent']\n{more}");
    let settings: LetterSettings = toml::from_str(&toml).unwrap();
    Letters::new(&settings).unwrap()
}

const DATE: &str = "Gent, 1 januari 2026";

fn piet() -> Vec<String> {
    ["Piet & Zn <b>", " ", "Dorp 1", "8000 Brugge"]
        .map(str::to_owned)
        .to_vec()
}

#[test]
fn each_letter_has_its_page_and_is_escaped() {
    let address = piet();
    let letter = Letter {
        language: "nl",
        address: &address,
        date: DATE,
        text: "Beste <script>Piet</script>,\r\n\r\nTot dan.\nEn \"daar\".  \n\n\n\nAn\n",
    };
    let html = letters("").html(&[letter; 3]);
    assert_eq!(html.matches("<section lang=\"nl\">").count(), 3);
    let from =
        "<address class=\"from\">Verhuur &lt;Jansen&gt;<br>Kerkstraat 1<br>9000 Gent</address>";
    let to = "<address class=\"to\">Piet &amp; Zn &lt;b&gt;<br>Dorp 1<br>8000 Brugge</address>";
    let text = "<p class=\"date\">Gent, 1 januari 2026</p><p>Beste &lt;script&gt;Piet&lt;/script&gt;,</p>\
                <p>Tot dan.<br>En &quot;daar&quot;.</p><p>An</p>";
    assert!(
        html.contains(&format!("{from}{to}{text}</section>")),
        "{html}"
    );
    assert!(html.contains("page-break-after: always") && html.contains("size: A4"));
    assert!(
        html.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""),
        "{html}"
    );
    assert!(html.contains("<body>"));
    assert!(
        letters("window = 'left'")
            .html(&[])
            .contains("<body class=\"left\">")
    );
}

#[test]
fn many_letters_are_one_file() {
    let address = piet();
    let text = "Beste Piet,\n\nTot dan.";
    let letter = Letter {
        language: "nl",
        address: &address,
        date: DATE,
        text,
    };
    let html = letters("").html(&vec![letter; 1_000]);
    assert_eq!(html.matches("<section").count(), 1_000);
    assert_eq!(html.matches("<style>").count(), 1);
}

#[test]
fn a_wrong_entry_of_letters_is_named() {
    for (text, expected) in [
        ("from = []", "`recalls.letter.from` is empty: "),
        ("from = [' ']", "`recalls.letter.from` is empty: "),
        (
            "from = ['An']\nchromium = '/nowhere/chromium'",
            "`recalls.letter.chromium` is no file: ",
        ),
    ] {
        let settings: LetterSettings = toml::from_str(text).unwrap();
        let problem = Letters::new(&settings).unwrap_err();
        assert!(problem.starts_with(expected), "{problem}");
    }
    assert!(toml::from_str::<LetterSettings>("from = []\nto = []").is_err());
}

#[tokio::test]
async fn chromium_makes_a_pdf_with_the_pages_of_each_letter() {
    let letters = letters("");
    let Some(chromium) = letters.chromium() else {
        println!("skipped: chromium is not installed");
        return;
    };
    let address = piet();
    let letter = |text| Letter {
        language: "nl",
        address: &address,
        date: DATE,
        text,
    };
    let long = "Beste Piet,\n\n".repeat(100);
    let html = letters.html(&[letter("Tot dan."), letter(&long), letter("Tot dan.")]);
    let pdf = pdf(&html, chromium).await.unwrap();
    let text = String::from_utf8_lossy(&pdf);
    // 200 lines do not fit on two pages, and fit on six.
    let pages = text.matches("/Type /Page\n").count();
    assert!((5..=8).contains(&pages), "{pages} pages");
}

/// A program that stands in for Chromium, and says where its folder and its process are.
#[cfg(unix)]
fn stand_in(folder: &std::path::Path, does: &str) -> std::path::PathBuf {
    let file = folder.join("chromium");
    let said = folder.join("said");
    let script = format!(
        "#!/bin/sh\n{{ echo $$; env; echo \"$@\"; }} > {0}.new; mv {0}.new {0}\n{does}\n",
        said.display()
    );
    std::fs::write(&file, script).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&file, mode).unwrap();
    file
}

#[cfg(unix)]
#[tokio::test]
async fn a_chromium_that_does_not_work_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for (does, expected) in [
        ("exit 3", "no PDF: Chromium has ended with exit status: 3"),
        ("exit 0", "no PDF: Chromium has written none"),
    ] {
        let chromium = stand_in(folder.path(), does);
        assert_eq!(pdf("Beste Piet", &chromium).await.unwrap_err(), expected);
        assert!(!private_folder(folder.path()).exists());
    }
    let nowhere = folder.path().join("nowhere");
    let problem = pdf("Beste Piet", &nowhere).await.unwrap_err();
    assert!(
        problem.starts_with("no PDF: Chromium does not start, check `recalls.letter.chromium`: "),
        "{problem}"
    );
}

/// The folder that a stand-in was given.
#[cfg(unix)]
fn private_folder(folder: &std::path::Path) -> std::path::PathBuf {
    let said = std::fs::read_to_string(folder.join("said")).unwrap();
    let home = said.lines().find_map(|line| line.strip_prefix("HOME="));
    let home = std::path::PathBuf::from(home.unwrap());
    assert!(said.contains("/letters.html"), "{said}");
    // Nothing of this process but where programs are.
    assert!(!said.contains("CARGO_"), "{said}");
    home
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_chromium_that_hangs_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let chromium = stand_in(folder.path(), "exec sleep 1000");
    let making = tokio::spawn(async move { pdf("Beste Piet", &chromium).await });
    while !folder.path().join("said").exists() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let home = private_folder(folder.path());
    let mode = std::fs::metadata(&home).unwrap().permissions();
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777,
        0o700
    );
    tokio::time::pause();
    let problem = making.await.unwrap().unwrap_err();
    assert!(
        problem.starts_with("no PDF: Chromium took more than 3 minutes, and is killed"),
        "{problem}"
    );
    let said = std::fs::read_to_string(folder.path().join("said")).unwrap();
    let process = std::path::Path::new("/proc").join(said.lines().next().unwrap());
    assert!(!process.exists());
    assert!(!home.exists());
}

#[test]
fn the_sample_of_the_settings_is_good_once_it_is_no_comment() {
    let sample = include_str!("../service.toml");
    let begin = sample.find("# [recalls]").unwrap();
    let lines = sample[begin..]
        .lines()
        .take_while(|line| line.starts_with('#'));
    let lines = lines.map(|line| line.trim_start_matches('#').trim_start());
    let text = lines.collect::<Vec<_>>().join("\n");
    let text = text.replace("chromium = ", "# ");
    let mut text: std::collections::BTreeMap<String, RecallSettings> =
        toml::from_str(&text).unwrap();
    let settings = text.remove("recalls").unwrap();
    let recalls = Recalls::new(&settings, "Jansen", Some("hunter2"), Some("hunter2")).unwrap();
    assert_eq!(recalls.rules.len(), 2);
    let senders = Senders::new(&settings, Some("hunter2"), Some("hunter2")).unwrap();
    assert!(senders.email.is_some() && senders.sms.is_some() && senders.letters.is_some());
    // A secret without an entry, and an entry without its secret.
    let none = RecallSettings::default();
    let problem = Senders::new(&none, None, Some("hunter2")).unwrap_err();
    assert!(
        problem.starts_with("SMS_KEY is set and `[recalls.sms]` is missing: "),
        "{problem}"
    );
    let problem = Senders::new(&settings, None, Some("hunter2")).unwrap_err();
    assert!(
        problem.starts_with("`recalls.email.user` is set "),
        "{problem}"
    );
    Senders::new(&none, Some("hunter2"), None).unwrap();
}
