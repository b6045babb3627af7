//! English.

use super::{Lang, Texts};
use crate::known::Source;
use crate::model::{BannerLevel, Condition, HostState, IncidentState, ReportState, Symptom, WorkState};

fn plural(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

fn duration(seconds: i64) -> String {
    let minutes = seconds / 60;
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, 0) => "less than a minute".to_owned(),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

pub(super) const TEXTS: Texts = Texts {
    lang: Lang::En,
    skip: "Skip to the content",
    pages: "Pages",
    nav_now: "Now",
    nav_history: "History",
    nav_providers: "Clouds",
    nav_servers: "Servers",
    nav_subscribe: "Subscribe",
    nav_about: "About",
    describe: |name| format!("How {name} is doing: what works, what does not, and what is being done about it."),
    language: "Language",
    theme: "Colours",
    theme_auto: "As the system",
    theme_light: "Light",
    theme_dark: "Dark",
    feeds: "Feeds and API",
    team: "For the team",
    live_on: "This page follows what happens",
    live_off: "Not connected: reload the page to see what is new",
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    months_short: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],

    source: |source| match source {
        Source::Communications => "Announcements and states",
        Source::Incidents => "Reports by people",
        Source::Csp => "Cloud providers",
        Source::Inventory => "Servers",
    },
    silent_since: |source, time, ago| format!("{source}: no answer since {time} ({ago}). What you see is from then."),
    never_heard: |source| format!("{source}: no answer yet, so nothing is known."),
    storage_gone: "This page cannot reach its own storage. It goes on from memory, and remembers nothing new.",
    ago: |seconds| if seconds < 60 { "just now".to_owned() } else { format!("{} ago", duration(seconds)) },

    condition: |condition| match condition {
        Condition::Operational => "Works",
        Condition::Notice => "Works, with a notice",
        Condition::Maintenance => "Under maintenance",
        Condition::Unknown => "Unknown",
        Condition::Degraded => "Degraded",
        Condition::Partial => "Partial outage",
        Condition::Major => "Major outage",
    },
    overall_now: |condition| match condition {
        Condition::Operational => "Everything works.",
        Condition::Notice => "Everything works; there is something to know.",
        Condition::Maintenance => "Planned work is under way.",
        Condition::Unknown => "We do not know how things are.",
        Condition::Degraded => "Some things are slow or fail now and then.",
        Condition::Partial => "Some things do not work.",
        Condition::Major => "There is a major outage.",
    },
    overall_then: |condition| match condition {
        Condition::Operational | Condition::Notice => "When we last heard, everything worked.",
        Condition::Maintenance => "When we last heard, planned work was under way.",
        Condition::Unknown => "We do not know how things are.",
        Condition::Degraded => "When we last heard, some things were slow or failed.",
        Condition::Partial => "When we last heard, some things did not work.",
        Condition::Major => "When we last heard, there was a major outage.",
    },
    as_of: "As of",
    working: |working, all| {
        if working == all {
            plural(all, "service, and it works", "services, and all of them work")
        } else {
            format!("{working} of {} work as they should", plural(all, "service", "services"))
        }
    },
    no_services: "No service is listed yet.",
    reported_now: "People report more problems than usual with:",
    banner_word: |level| match level {
        BannerLevel::Info => "Note",
        BannerLevel::Warning => "Attention",
        BannerLevel::Critical => "Urgent",
    },

    open_incidents: "What goes on",
    state: |state| match state {
        IncidentState::Investigating => "Investigating",
        IncidentState::Identified => "Identified",
        IncidentState::Monitoring => "Monitoring",
        IncidentState::Resolved => "Resolved",
    },
    began: "Began",
    ended: "Ended",
    lasted: |seconds| format!("lasted {}", duration(seconds)),
    affects: "Affects",
    updates: "What was told",
    nothing_told: "Nothing was told yet.",
    back: "Back to how things are now",
    incident: "Incident",

    works: "Planned work",
    work_state: |state| match state {
        WorkState::Scheduled => "Scheduled",
        WorkState::InProgress => "In progress",
        WorkState::Verifying => "Verifying",
        WorkState::Completed => "Completed",
    },
    from: "From",
    until: "until",

    services: "Services",
    other_services: "Other services",
    days_ago: "90 days ago",
    today: "Today",
    bars_label: |name, uptime| format!("{name}, the last 90 days: {uptime}"),
    uptime: |share| format!("{share} % up"),
    uptime_seen: |days| format!("{} watched", plural(days, "day", "days")),
    no_uptime: "No data yet",
    days_table: "Day by day",
    days_caption: |name| format!("{name}: the last 90 days (UTC)"),
    day: "Day",
    worst: "At worst",
    outage: "Outage",
    watched: "Watched",
    no_data: "No data",
    minutes: |seconds| if seconds == 0 { "none".to_owned() } else { duration(seconds) },
    day_range: |first, last| format!("{first} to {last}"),
    legend: "One bar is one day: the higher it stands, the worse the day was.",
    legend_no_data: "A flat mark is a day of which we have no data: it counts for nothing, and never as a good one.",

    have_problem: "I have a problem",
    what_is_wrong: "What is wrong? One tap is enough.",
    symptom: |symptom| match symptom {
        Symptom::Unreachable => "It does not answer",
        Symptom::Slow => "It is slow",
        Symptom::Error => "It shows an error",
        Symptom::Login => "I cannot log in",
        Symptom::Data => "Something is missing or wrong",
        Symptom::Other => "Something else",
    },
    report_privacy: "No account. Your address is not stored: it becomes a number that means nothing tomorrow.",
    report_state: |state| match state {
        ReportState::None => "Reports as usual",
        ReportState::Possible => "Perhaps a problem",
        ReportState::Problems => "Many report problems",
    },
    reports_in_a_day: |count| {
        plural(usize::try_from(count).unwrap_or(usize::MAX), "report", "reports") + " in 24 hours"
    },
    curve_label: |name, count| format!("{name}, reports in the last 24 hours: {count}"),
    curve_usual: "Usual",
    curve_reports: "Reports",
    curve_table: "The numbers, hour by hour",
    curve_caption: |name| format!("{name}: reports in the last 24 hours (UTC)"),
    hour: "Hour",
    hours_ago: "24 hours ago",
    now: "Now",
    reported: "Thank you. It counts.",
    reported_text: |name| {
        format!("Your report on {name} is in the curve now. The people who look after it see it, too.")
    },
    reported_again: "We know already. Thank you.",
    reported_again_text: |name| {
        format!(
            "You reported {name} a moment ago. A person counts once in a quarter of an hour, so that the curve is honest."
        )
    },
    too_many: "That was a lot of reports.",
    too_many_text: "From your network there came as many as we take in an hour. Please come back later.",
    not_taken: "That did not arrive.",
    not_taken_text: "What takes your form does not answer right now. That may well be a part of the problem: please try again in a minute.",
    bad_form: "That is no form of ours.",
    bad_form_text: "Something in it is missing, or unknown here. Please go back and choose again.",
    foreign_form: "This form came from another site.",
    foreign_form_text: "To be safe, we take forms from our own pages only. Please use the one that is here.",

    providers: "The clouds beneath",
    providers_text: "How the cloud providers are, by their own status pages, which we read once a minute. What we cannot read or believe we show as unknown, and never as well.",
    providers_all_well: |count| {
        if count == 1 {
            "The one that we watch is well, by its own account.".to_owned()
        } else {
            format!("All {count} that we watch are well, by their own account.")
        }
    },
    providers_unknown: |count| {
        if count == 1 { "Of one we do not know.".to_owned() } else { format!("Of {count} we do not know.") }
    },
    providers_more: "All cloud providers",
    no_providers: "No provider is watched yet.",
    provider_says: "It says:",
    not_reachable: "Its status page did not answer at our last try.",
    not_parsed: "Its status page answered something that cannot be read.",
    not_fresh: "What it said is too old to be believed.",
    known_as_of: "Known as of",

    servers: "Servers",
    servers_text: "The machines, as the inventory has them. Their addresses are not for the public.",
    no_servers: "There is no server in the inventory.",
    host_state: |state| match state {
        HostState::Up => "Up",
        HostState::Down => "Down",
        HostState::Maintenance => "Under maintenance",
        HostState::Unknown => "Unknown",
    },
    server: "Server",
    is: "State",
    tags: "Tags",
    about_it: "What it is",
    servers_shown: |shown, all| {
        if shown == all { plural(all, "server", "servers") } else { format!("{shown} of {all} servers") }
    },
    not_known_yet: "Nothing is known yet: what would tell us has not answered.",

    history: "History",
    history_text: "What went wrong, what was planned, and what was told of it. The newest first.",
    nothing_ever: "Nothing was ever told. That is good news, or the beginning.",
    planned_work: "Planned work",

    subscribe: "Be told",
    subscribe_text: "A mail when something breaks, when we know more, and when it is over. Nothing else.",
    email: "Your mail address",
    only_services: "Only these, if you choose any:",
    send: "Send me a mail to confirm",
    subscribe_privacy: "We first send one mail, to ask whether it was you. Without your yes, nothing more comes. Every mail has a link that ends it at once, and then the address is forgotten.",
    other_ways: "Other ways",
    feed_text: "For a feed reader:",
    api_text: "For programs, as status pages commonly answer:",
    mail_sent: "Look into your mailbox.",
    mail_sent_text: "If the address can be written to, a mail is on its way. Follow the link in it, and you are subscribed.",
    bad_email: "That is no mail address we can write to.",
    bad_email_text: "Please look at it again: it should be like zoe@example.org.",
    confirm: "Do you want to be told?",
    confirm_text: "With one click you get mails from this page.",
    confirm_button: "Yes, subscribe me",
    confirmed: "You are subscribed.",
    confirmed_text: "We write when there is something to say.",
    bad_link: "This link is not good any more.",
    bad_link_text: "Links are good for three days, and once. Please ask for another one.",
    unsubscribe: "No more mails?",
    unsubscribe_text: "With one click the subscription ends, and we forget the address.",
    unsubscribe_button: "End the subscription",
    unsubscribed: "Done. No more mails.",
    unsubscribed_text: "Your address is forgotten. You can come back whenever you like.",

    about: "About this page",
    about_paragraphs: &[
        "This page tells you how our services are doing: what people in charge announce, what our instruments see, what people like you report, and what the clouds beneath say of themselves.",
        "It keeps what it last heard. When everything behind it is down, it still answers, and says how old its knowledge is. It never takes silence for good news.",
    ],
    about_bars: "How the bars are made",
    about_bars_text: &[
        "Several times a minute we ask how each service is, and add up for how long it was so. A bar shows the worst that a day (UTC) saw; the higher it stands, the worse it was.",
        "Up means: neither a partial nor a major outage. The share is worked out from the time in which we watched. Time in which we did not watch, because we were down ourselves, is no data: it makes no day better.",
    ],
    about_reports: "How reports are counted",
    about_reports_text: &[
        "One person counts once per service in a quarter of an hour. A curve is compared with the same quarter in the weeks before: only what stands out from its own past is called a problem.",
    ],
    about_privacy: "What we know of you",
    about_privacy_text: &[
        "To read, nothing: no account, no counter, nothing from other sites. If you choose a language or colours, your browser remembers it in a cookie that says just that.",
        "If you send a form, your network address becomes a number with a secret that is made anew each day and never written down. The number limits how many forms come from one place; the next day nobody can tell what it was.",
    ],
    about_sources: "Who tells us",
    source_column: "Source",
    heard_column: "Last heard",
    answers_now: "Answers now",
    never: "Never yet",
    badges: "Badges",
    badges_text: "For a page or a README: a picture that says how a service is.",

    not_found: "There is nothing here.",
    not_found_text: "The address may be old, or mistyped. What you look for may be among these:",
};
