//! What the page of the deliveries says.

use crate::inside::admin::says::says;

says! {
    lead: "What became of mails and calls: one line for each event and each recipient.",
        "Ce que sont devenus les messages et les appels : une ligne par événement et par destinataire.";
    of_event: "Only those of this event", "Seulement ceux de cet événement";
    event_hint: "Such as EVT-1JN7W800000000000.", "Par exemple EVT-1JN7W800000000000.";
    show: "Show", "Afficher";
    all: "All events", "Tous les événements";
    total: "In all", "En tout";
    queued: "Wait", "En attente";
    sending: "On the wire", "En route";
    sent: "Sent", "Envoyés";
    failed: "Given up", "Abandonnés";
    cancelled: "No longer wanted", "Annulés";
    not_complete: "Not every recipient has a line yet: reload in a moment.", "Tous les destinataires n’ont pas encore leur ligne : rechargez dans un instant.";
    none: "Nothing was to be sent.", "Rien n’était à envoyer.";
    event: "Event", "Événement";
    subject: "About", "Au sujet de";
    to: "To", "À";
    state: "State", "État";
    attempts: "Attempts", "Essais";
    when: "When", "Quand";
    due: "due", "prévu";
    word_queued: "waits", "en attente";
    word_sending: "on the wire", "en route";
    word_sent: "sent", "envoyé";
    word_failed: "given up", "abandonné";
    word_cancelled: "no longer wanted", "annulé";
    next: "More", "Suite";
}
