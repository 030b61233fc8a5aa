//! What the program counts, as Prometheus reads it. No label holds personal data: all their values are in this file or
//! names of outcomes.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use customer_sync::OutcomeKind;
use customer_sync::recalls::Channel;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::messages::Outcome;

/// The `Content-Type` of [`Metrics::text`].
pub const CONTENT_TYPE: &str = prometheus_text::CONTENT_TYPE;

/// Up to the timeout of a call with its retries.
const CALL_SECONDS: [f64; 11] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0];

/// Ten customers take seconds, ten thousand take hours.
const FULL_PASS_SECONDS: [f64; 9] = [
    5.0, 15.0, 60.0, 300.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 21_600.0,
];

/// What a call may come to.
const CALL_OUTCOMES: [&str; 6] = ["2xx", "3xx", "4xx", "429", "5xx", "none"];

/// What a message may come to.
const MESSAGE_OUTCOMES: [&str; 4] = ["sent", "refused", "not_now", "unclear"];

type Labels<const N: usize> = [(&'static str, &'static str); N];

/// A service that is called.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Service {
    /// Planyo, where the customers are read.
    Planyo,
    /// Billit, where the customers are written.
    Billit,
}

impl Service {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Planyo, Self::Billit];

    /// The value of the label.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Planyo => "planyo",
            Self::Billit => "billit",
        }
    }
}

/// What became of a notification that was received.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Notification {
    /// It put a customer into the inbox.
    Taken,
    /// Its customer was in the inbox already.
    Coalesced,
    /// It did not prove that it comes from the service.
    Refused,
    /// It could not be understood.
    Unreadable,
    /// It is about something that is not synced.
    Ignored,
    /// There was no room for it, and its sender was asked to try again.
    TurnedAway,
}

impl Notification {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Taken,
        Self::Coalesced,
        Self::Refused,
        Self::Unreadable,
        Self::Ignored,
        Self::TurnedAway,
    ];

    /// The value of the label.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Coalesced => "coalesced",
            Self::Refused => "refused",
            Self::Unreadable => "unreadable",
            Self::Ignored => "ignored",
            Self::TurnedAway => "turned_away",
        }
    }
}

/// All metrics of the program. Each name begins with `planyo_billit_`.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    customers: Family<Labels<1>, Counter>,
    messages: Family<Labels<2>, Counter>,
    calls: Family<Labels<2>, Counter>,
    call_seconds: Family<Labels<1>, Histogram>,
    full_pass_seconds: Histogram,
    notifications: Family<Labels<1>, Counter>,
    inbox_customers: Gauge,
    inbox_failing: Gauge,
    inbox_lag_seconds: Gauge<f64, AtomicU64>,
    full_pass_age_seconds: Gauge<f64, AtomicU64>,
    undecided_customers: Gauge,
    alerts_open: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Metrics that have counted nothing. Each counter is there from the start with 0, so that its first increase is seen.
    #[must_use]
    pub fn new() -> Self {
        let histogram: fn() -> Histogram = || Histogram::new(CALL_SECONDS);
        let call_seconds = Family::new_with_constructor(histogram);
        let mut metrics = Self {
            registry: Registry::with_prefix("planyo_billit"),
            customers: Family::default(),
            messages: Family::default(),
            calls: Family::default(),
            call_seconds,
            full_pass_seconds: Histogram::new(FULL_PASS_SECONDS),
            notifications: Family::default(),
            inbox_customers: Gauge::default(),
            inbox_failing: Gauge::default(),
            inbox_lag_seconds: Gauge::default(),
            full_pass_age_seconds: Gauge::default(),
            undecided_customers: Gauge::default(),
            alerts_open: Gauge::default(),
        };
        metrics.start_at_zero();
        metrics.set_full_pass_age(None);
        metrics.register();
        metrics
    }

    fn start_at_zero(&self) {
        for kind in OutcomeKind::ALL {
            drop(self.customers.get_or_create(&[("outcome", kind.name())]));
        }
        for service in Service::ALL {
            let service = ("service", service.name());
            drop(self.call_seconds.get_or_create(&[service]));
            for outcome in CALL_OUTCOMES {
                drop(self.calls.get_or_create(&[service, ("outcome", outcome)]));
            }
        }
        for channel in ["email", "sms"] {
            for outcome in MESSAGE_OUTCOMES {
                let labels = [("channel", channel), ("outcome", outcome)];
                drop(self.messages.get_or_create(&labels));
            }
        }
        for result in Notification::ALL {
            drop(
                self.notifications
                    .get_or_create(&[("result", result.name())]),
            );
        }
    }

    fn register(&mut self) {
        // The encoder ends each text with a full stop, and the name of each counter with `_total`.
        let registry = &mut self.registry;
        let help = "Customers by what a run did with them";
        registry.register("customers", help, self.customers.clone());
        let help = "Messages to customers by channel and by what became of them";
        registry.register("messages", help, self.messages.clone());
        let help = "Attempts of calls by service and HTTP status, none if there was no answer";
        registry.register("calls", help, self.calls.clone());
        let help = "How long an attempt of a call took";
        registry.register("call_seconds", help, self.call_seconds.clone());
        let help = "How long a run of all customers took";
        registry.register("full_pass_seconds", help, self.full_pass_seconds.clone());
        let help = "Notifications received, by what became of them";
        registry.register("notifications", help, self.notifications.clone());
        let help = "Customers that are due to be synced because of a notification";
        registry.register("inbox_customers", help, self.inbox_customers.clone());
        let help = "Customers of the inbox whose last sync failed";
        registry.register("inbox_failing", help, self.inbox_failing.clone());
        let help = "How long the oldest customer of the inbox has waited";
        registry.register("inbox_lag_seconds", help, self.inbox_lag_seconds.clone());
        let help = "How long ago the last run of all customers ended, NaN if none has";
        let age = self.full_pass_age_seconds.clone();
        registry.register("full_pass_age_seconds", help, age);
        let help = "Customers that wait for the decision of a person";
        let undecided = self.undecided_customers.clone();
        registry.register("undecided_customers", help, undecided);
        let help = "Conditions that somebody should know of and that hold now";
        registry.register("alerts_open", help, self.alerts_open.clone());
    }

    /// A run has done this with a customer.
    pub fn outcome(&self, kind: OutcomeKind) {
        self.customers
            .get_or_create(&[("outcome", kind.name())])
            .inc();
    }

    /// This became of a message to a customer.
    pub fn message(&self, channel: Channel, outcome: &Outcome) {
        let channel = match channel {
            Channel::Email => "email",
            Channel::Sms => "sms",
            _ => "letter",
        };
        self.messages
            .get_or_create(&[("channel", channel), ("outcome", outcome.name())])
            .inc();
    }

    /// A call was answered with this HTTP status after this time, or not at all.
    pub fn call(&self, service: Service, status: Option<u16>, took: Duration) {
        let outcome = match status {
            None => "none",
            Some(429) => "429",
            Some(..300) => "2xx",
            Some(300..400) => "3xx",
            Some(400..500) => "4xx",
            Some(500..) => "5xx",
        };
        let service = ("service", service.name());
        self.calls
            .get_or_create(&[service, ("outcome", outcome)])
            .inc();
        self.call_seconds
            .get_or_create(&[service])
            .observe(took.as_secs_f64());
    }

    /// A run of all customers has ended after this time.
    pub fn full_pass(&self, took: Duration) {
        self.full_pass_seconds.observe(took.as_secs_f64());
    }

    /// A notification was received.
    pub fn notification(&self, result: Notification) {
        self.notifications
            .get_or_create(&[("result", result.name())])
            .inc();
    }

    /// How many customers are in the inbox, how many of them failed last, and how long the oldest has waited; no time if
    /// the inbox is empty.
    pub fn set_inbox(&self, customers: usize, failing: usize, lag: Duration) {
        self.inbox_customers.set(count(customers));
        self.inbox_failing.set(count(failing));
        self.inbox_lag_seconds.set(lag.as_secs_f64());
    }

    /// How long ago the last run of all customers ended; `None` if none has. Set it right before [`text`](Self::text).
    pub fn set_full_pass_age(&self, age: Option<Duration>) {
        let age = age.map_or(f64::NAN, |age| age.as_secs_f64());
        self.full_pass_age_seconds.set(age);
    }

    /// How many customers wait for the decision of a person.
    pub fn set_undecided(&self, customers: usize) {
        self.undecided_customers.set(count(customers));
    }

    /// How many conditions hold that somebody should know of.
    pub fn set_alerts_open(&self, conditions: usize) {
        self.alerts_open.set(count(conditions));
    }

    /// All of them, in the text format of Prometheus.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a `String` does not fail.
        let _ = prometheus_text::encode(&mut text, &self.registry);
        text
    }
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_says_what_each_metric_is_and_what_was_counted() {
        let metrics = Metrics::new();
        metrics.outcome(OutcomeKind::Created);
        metrics.outcome(OutcomeKind::Created);
        metrics.call(Service::Planyo, Some(200), Duration::from_millis(300));
        metrics.call(Service::Billit, Some(429), Duration::from_secs(2));
        metrics.call(Service::Billit, Some(404), Duration::from_secs(2));
        metrics.call(Service::Billit, Some(503), Duration::from_secs(2));
        metrics.call(Service::Billit, None, Duration::from_secs(30));
        metrics.full_pass(Duration::from_secs(70));
        metrics.notification(Notification::TurnedAway);
        metrics.set_inbox(3, 1, Duration::from_millis(1_500));
        metrics.set_undecided(12);
        metrics.set_alerts_open(2);
        let text = metrics.text();
        for line in [
            "# TYPE planyo_billit_customers_total counter",
            "planyo_billit_customers_total{outcome=\"created\"} 2",
            "planyo_billit_customers_total{outcome=\"failed\"} 0",
            "planyo_billit_calls_total{service=\"planyo\",outcome=\"2xx\"} 1",
            "planyo_billit_calls_total{service=\"billit\",outcome=\"429\"} 1",
            "planyo_billit_calls_total{service=\"billit\",outcome=\"4xx\"} 1",
            "planyo_billit_calls_total{service=\"billit\",outcome=\"5xx\"} 1",
            "planyo_billit_calls_total{service=\"billit\",outcome=\"none\"} 1",
            "# TYPE planyo_billit_call_seconds histogram",
            "planyo_billit_call_seconds_count{service=\"billit\"} 4",
            "planyo_billit_call_seconds_bucket{service=\"planyo\",le=\"0.25\"} 0",
            "planyo_billit_call_seconds_bucket{service=\"planyo\",le=\"0.5\"} 1",
            "planyo_billit_full_pass_seconds_sum 70.0",
            "planyo_billit_notifications_total{result=\"turned_away\"} 1",
            "planyo_billit_notifications_total{result=\"taken\"} 0",
            "# TYPE planyo_billit_inbox_customers gauge",
            "planyo_billit_inbox_customers 3",
            "planyo_billit_inbox_failing 1",
            "planyo_billit_inbox_lag_seconds 1.5",
            "planyo_billit_full_pass_age_seconds NaN",
            "planyo_billit_undecided_customers 12",
            "planyo_billit_alerts_open 2",
        ] {
            assert!(text.lines().any(|have| have == line), "{line}\n{text}");
        }
        let is_comment = |kind: &str| text.lines().filter(|line| line.starts_with(kind)).count();
        assert_eq!((is_comment("# HELP "), is_comment("# TYPE ")), (12, 12));

        metrics.set_full_pass_age(Some(Duration::from_secs(90)));
        let line = "planyo_billit_full_pass_age_seconds 90.0";
        assert!(metrics.text().lines().any(|have| have == line));
    }
}
