//! French.

use super::{Lang, Texts};
use crate::known::Source;
use crate::model::{BannerLevel, Condition, HostState, IncidentState, ReportState, Symptom, WorkState};

/// In French, nought is singular.
fn plural(count: usize, one: &str, many: &str) -> String {
    if count < 2 { format!("{count} {one}") } else { format!("{count} {many}") }
}

fn duration(seconds: i64) -> String {
    let minutes = seconds / 60;
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, 0) => "moins d’une minute".to_owned(),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} j"),
        (days, hours, _) => format!("{days} j {hours} h"),
    }
}

pub(super) const TEXTS: Texts = Texts {
    lang: Lang::Fr,
    skip: "Aller au contenu",
    pages: "Pages",
    nav_now: "Maintenant",
    nav_history: "Historique",
    nav_providers: "Clouds",
    nav_servers: "Serveurs",
    nav_subscribe: "S’abonner",
    nav_about: "À propos",
    describe: |name| format!("Comment va {name} : ce qui marche, ce qui ne marche pas, et ce que l’on fait."),
    language: "Langue",
    theme: "Couleurs",
    theme_auto: "Comme le système",
    theme_light: "Clair",
    theme_dark: "Sombre",
    feeds: "Flux et API",
    team: "Pour l’équipe",
    live_on: "Cette page suit ce qui se passe",
    live_off: "Hors connexion : rechargez la page pour voir les nouvelles",
    months: [
        "Janvier",
        "Février",
        "Mars",
        "Avril",
        "Mai",
        "Juin",
        "Juillet",
        "Août",
        "Septembre",
        "Octobre",
        "Novembre",
        "Décembre",
    ],
    months_short: ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],

    source: |source| match source {
        Source::Communications => "Annonces et états",
        Source::Incidents => "Signalements",
        Source::Csp => "Fournisseurs de cloud",
        Source::Inventory => "Serveurs",
    },
    silent_since: |source, time, ago| {
        format!("{source} : pas de réponse depuis le {time} ({ago}). Ce que vous voyez date de ce moment.")
    },
    never_heard: |source| format!("{source} : pas encore de réponse ; on ne sait donc rien."),
    storage_gone: "Cette page n’atteint plus son propre stockage. Elle continue de mémoire, et ne retient rien de nouveau.",
    ago: |seconds| if seconds < 60 { "à l’instant".to_owned() } else { format!("il y a {}", duration(seconds)) },

    condition: |condition| match condition {
        Condition::Operational => "Fonctionne",
        Condition::Notice => "Fonctionne, avec une remarque",
        Condition::Maintenance => "En maintenance",
        Condition::Unknown => "Inconnu",
        Condition::Degraded => "Dégradé",
        Condition::Partial => "Panne partielle",
        Condition::Major => "Panne majeure",
    },
    overall_now: |condition| match condition {
        Condition::Operational => "Tout fonctionne.",
        Condition::Notice => "Tout fonctionne ; il y a une chose à savoir.",
        Condition::Maintenance => "Une maintenance prévue est en cours.",
        Condition::Unknown => "Nous ne savons pas où en sont les choses.",
        Condition::Degraded => "Certaines choses sont lentes ou échouent parfois.",
        Condition::Partial => "Certaines choses ne marchent pas.",
        Condition::Major => "Il y a une panne majeure.",
    },
    overall_then: |condition| match condition {
        Condition::Operational | Condition::Notice => "Aux dernières nouvelles, tout fonctionnait.",
        Condition::Maintenance => "Aux dernières nouvelles, une maintenance était en cours.",
        Condition::Unknown => "Nous ne savons pas où en sont les choses.",
        Condition::Degraded => "Aux dernières nouvelles, certaines choses étaient lentes ou échouaient.",
        Condition::Partial => "Aux dernières nouvelles, certaines choses ne marchaient pas.",
        Condition::Major => "Aux dernières nouvelles, il y avait une panne majeure.",
    },
    as_of: "Au",
    working: |working, all| {
        if working == all {
            plural(all, "service, et il fonctionne", "services, et tous fonctionnent")
        } else {
            format!("{working} sur {} fonctionnent comme il faut", plural(all, "service", "services"))
        }
    },
    no_services: "Aucun service n’est encore répertorié.",
    reported_now: "On signale plus de problèmes que d’habitude avec :",
    banner_word: |level| match level {
        BannerLevel::Info => "À noter",
        BannerLevel::Warning => "Attention",
        BannerLevel::Critical => "Urgent",
    },

    open_incidents: "Ce qui se passe",
    state: |state| match state {
        IncidentState::Investigating => "En cours d’analyse",
        IncidentState::Identified => "Cause identifiée",
        IncidentState::Monitoring => "Sous surveillance",
        IncidentState::Resolved => "Résolu",
    },
    began: "Début",
    ended: "Fin",
    lasted: |seconds| format!("durée : {}", duration(seconds)),
    affects: "Concerne",
    updates: "Ce qui a été dit",
    nothing_told: "Rien n’a encore été dit.",
    back: "Revenir à l’état actuel",
    incident: "Incident",

    works: "Travaux prévus",
    work_state: |state| match state {
        WorkState::Scheduled => "Planifié",
        WorkState::InProgress => "En cours",
        WorkState::Verifying => "En vérification",
        WorkState::Completed => "Terminé",
    },
    from: "Du",
    until: "au",

    services: "Services",
    other_services: "Autres services",
    days_ago: "Il y a 90 jours",
    today: "Aujourd’hui",
    bars_label: |name, uptime| format!("{name}, les 90 derniers jours : {uptime}"),
    uptime: |share| format!("{} % disponible", share.replace('.', ",")),
    uptime_seen: |days| plural(days, "jour observé", "jours observés"),
    no_uptime: "Pas encore de données",
    days_table: "Jour par jour",
    days_caption: |name| format!("{name} : les 90 derniers jours (UTC)"),
    day: "Jour",
    worst: "Au pire",
    outage: "Panne",
    watched: "Observé",
    no_data: "Pas de données",
    minutes: |seconds| if seconds == 0 { "aucune".to_owned() } else { duration(seconds) },
    day_range: |first, last| format!("du {first} au {last}"),
    legend: "Une barre est un jour : plus elle est haute, plus le jour fut mauvais.",
    legend_no_data: "Un trait à plat est un jour sans données : il ne compte pour rien, et jamais pour un bon jour.",

    have_problem: "J’ai un problème",
    what_is_wrong: "Qu’est-ce qui ne va pas ? Un geste suffit.",
    symptom: |symptom| match symptom {
        Symptom::Unreachable => "Ça ne répond pas",
        Symptom::Slow => "C’est lent",
        Symptom::Error => "Une erreur s’affiche",
        Symptom::Login => "Je ne peux pas me connecter",
        Symptom::Data => "Il manque quelque chose, ou c’est faux",
        Symptom::Other => "Autre chose",
    },
    report_privacy: "Sans compte. Votre adresse n’est pas conservée : elle devient un nombre qui ne dira plus rien demain.",
    report_state: |state| match state {
        ReportState::None => "Signalements habituels",
        ReportState::Possible => "Peut-être un problème",
        ReportState::Problems => "Beaucoup signalent un problème",
    },
    reports_in_a_day: |count| {
        plural(usize::try_from(count).unwrap_or(usize::MAX), "signalement", "signalements") + " en 24 heures"
    },
    curve_label: |name, count| format!("{name}, signalements des dernières 24 heures : {count}"),
    curve_usual: "Habituel",
    curve_reports: "Signalements",
    curve_table: "Les nombres, heure par heure",
    curve_caption: |name| format!("{name} : signalements des dernières 24 heures (UTC)"),
    hour: "Heure",
    hours_ago: "Il y a 24 heures",
    now: "Maintenant",
    reported: "Merci. Cela compte.",
    reported_text: |name| {
        format!("Votre signalement sur {name} est dans la courbe. Ceux qui s’en occupent le voient aussi.")
    },
    reported_again: "Nous le savons déjà. Merci.",
    reported_again_text: |name| {
        format!(
            "Vous avez signalé {name} il y a un instant. Une personne compte une fois par quart d’heure, pour que la courbe reste honnête."
        )
    },
    too_many: "Cela fait beaucoup de signalements.",
    too_many_text: "De votre réseau en sont venus autant que nous en prenons en une heure. Revenez plus tard, s’il vous plaît.",
    not_taken: "Ce n’est pas arrivé.",
    not_taken_text: "Ce qui reçoit votre formulaire ne répond pas en ce moment. Cela fait peut-être partie du problème : réessayez dans une minute, s’il vous plaît.",
    bad_form: "Ce n’est pas un de nos formulaires.",
    bad_form_text: "Il y manque quelque chose, ou quelque chose y est inconnu ici. Revenez en arrière et choisissez à nouveau, s’il vous plaît.",
    foreign_form: "Ce formulaire vient d’un autre site.",
    foreign_form_text: "Par prudence, nous ne prenons que les formulaires de nos propres pages. Utilisez celui qui est ici, s’il vous plaît.",

    providers: "Les clouds en dessous",
    providers_text: "Comment vont les fournisseurs de cloud, d’après leurs propres pages d’état, que nous lisons chaque minute. Ce que nous ne pouvons ni lire ni croire est montré comme inconnu, jamais comme bon.",
    providers_all_well: |count| {
        if count == 1 {
            "Le seul que nous observons va bien, à ce qu’il dit.".to_owned()
        } else {
            format!("Les {count} que nous observons vont bien, à ce qu’ils disent.")
        }
    },
    providers_unknown: |count| {
        if count == 1 {
            "De l’un, nous ne savons rien.".to_owned()
        } else {
            format!("De {count}, nous ne savons rien.")
        }
    },
    providers_more: "Tous les fournisseurs de cloud",
    no_providers: "Aucun fournisseur n’est encore observé.",
    provider_says: "Il dit :",
    not_reachable: "Sa page d’état n’a pas répondu à notre dernier essai.",
    not_parsed: "Sa page d’état a répondu quelque chose d’illisible.",
    not_fresh: "Ce qu’il a dit est trop vieux pour être cru.",
    known_as_of: "Connu au",

    servers: "Serveurs",
    servers_text: "Les machines, telles que l’inventaire les connaît. Leurs adresses ne sont pas publiques.",
    no_servers: "Il n’y a pas de serveur dans l’inventaire.",
    host_state: |state| match state {
        HostState::Up => "En marche",
        HostState::Down => "Arrêté",
        HostState::Maintenance => "En maintenance",
        HostState::Unknown => "Inconnu",
    },
    server: "Serveur",
    is: "État",
    tags: "Étiquettes",
    about_it: "Ce que c’est",
    servers_shown: |shown, all| {
        if shown == all { plural(all, "serveur", "serveurs") } else { format!("{shown} serveurs sur {all}") }
    },
    not_known_yet: "On ne sait encore rien : ce qui nous le dirait n’a pas répondu.",

    history: "Historique",
    history_text: "Ce qui a mal tourné, ce qui était prévu, et ce qui en a été dit. Le plus récent d’abord.",
    nothing_ever: "Rien n’a jamais été annoncé. C’est une bonne nouvelle, ou le début.",
    planned_work: "Travaux prévus",

    subscribe: "Être prévenu",
    subscribe_text: "Un message quand quelque chose casse, quand nous en savons plus, et quand c’est fini. Rien d’autre.",
    email: "Votre adresse électronique",
    only_services: "Seulement ceux-ci, si vous en choisissez :",
    send: "Envoyez-moi un message à confirmer",
    subscribe_privacy: "Nous envoyons d’abord un seul message, pour demander si c’était bien vous. Sans votre oui, rien de plus ne vient. Chaque message a un lien qui met fin à tout aussitôt ; l’adresse est alors oubliée.",
    other_ways: "Autrement",
    feed_text: "Pour un lecteur de flux :",
    api_text: "Pour les programmes, comme les pages d’état répondent d’ordinaire :",
    mail_sent: "Regardez dans votre boîte.",
    mail_sent_text: "Si l’on peut écrire à cette adresse, un message est en route. Suivez le lien qu’il contient, et vous êtes abonné.",
    bad_email: "Nous ne pouvons pas écrire à cette adresse.",
    bad_email_text: "Regardez-la encore, s’il vous plaît : elle devrait ressembler à zoe@example.org.",
    confirm: "Voulez-vous être prévenu ?",
    confirm_text: "En un clic, vous recevez les messages de cette page.",
    confirm_button: "Oui, abonnez-moi",
    confirmed: "Vous êtes abonné.",
    confirmed_text: "Nous écrivons quand il y a quelque chose à dire.",
    bad_link: "Ce lien n’est plus valable.",
    bad_link_text: "Les liens valent trois jours, et une fois. Demandez-en un autre, s’il vous plaît.",
    unsubscribe: "Plus de messages ?",
    unsubscribe_text: "En un clic, l’abonnement prend fin, et nous oublions l’adresse.",
    unsubscribe_button: "Mettre fin à l’abonnement",
    unsubscribed: "C’est fait. Plus de messages.",
    unsubscribed_text: "Votre adresse est oubliée. Vous pouvez revenir quand vous voulez.",

    about: "À propos de cette page",
    about_paragraphs: &[
        "Cette page vous dit comment vont nos services : ce qu’annoncent ceux qui en ont la charge, ce que voient nos instruments, ce que signalent des gens comme vous, et ce que disent d’eux-mêmes les clouds en dessous.",
        "Elle garde ce qu’elle a entendu en dernier. Quand tout est en panne derrière elle, elle répond encore, et dit l’âge de ce qu’elle sait. Elle ne prend jamais le silence pour une bonne nouvelle.",
    ],
    about_bars: "Comment les barres sont faites",
    about_bars_text: &[
        "Plusieurs fois par minute, nous demandons comment va chaque service, et additionnons combien de temps il en fut ainsi. Une barre montre le pire qu’un jour (UTC) a vu ; plus elle est haute, pire ce fut.",
        "Disponible veut dire : ni panne partielle, ni panne majeure. La part se calcule sur le temps où nous avons regardé. Le temps où nous n’avons pas regardé, parce que nous étions nous-mêmes en panne, est sans données : il ne rend aucun jour meilleur.",
    ],
    about_reports: "Comment les signalements sont comptés",
    about_reports_text: &[
        "Une personne compte une fois par service et par quart d’heure. Une courbe est comparée au même quart d’heure des semaines précédentes : seul ce qui dépasse son propre passé est appelé un problème.",
    ],
    about_privacy: "Ce que nous savons de vous",
    about_privacy_text: &[
        "Pour lire, rien : pas de compte, pas de compteur, rien d’autres sites. Si vous choisissez une langue ou des couleurs, votre navigateur le retient dans un cookie qui ne dit que cela.",
        "Si vous envoyez un formulaire, votre adresse réseau devient un nombre, avec un secret refait chaque jour et jamais écrit. Le nombre limite combien de formulaires viennent d’un même endroit ; le lendemain, personne ne peut dire ce qu’il était.",
    ],
    about_sources: "Qui nous renseigne",
    source_column: "Source",
    heard_column: "Dernière réponse",
    answers_now: "Répond maintenant",
    never: "Jamais encore",
    badges: "Badges",
    badges_text: "Pour une page ou un README : une image qui dit comment va un service.",

    not_found: "Il n’y a rien ici.",
    not_found_text: "L’adresse est peut-être ancienne, ou mal tapée. Ce que vous cherchez est peut-être parmi ces pages :",
};
