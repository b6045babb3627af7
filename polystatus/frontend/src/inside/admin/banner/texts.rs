//! What the page of the banner says.

use crate::inside::admin::says::says;

says! {
    lead: "One sentence above every public page, for what everybody should know.",
        "Une phrase au-dessus de toutes les pages publiques, pour ce que tout le monde doit savoir.";
    up_now: "It is on the pages now.", "Il est sur les pages en ce moment.";
    not_now: "It is not shown now: its time is not yet, or is over.", "Il n’est pas affiché en ce moment : son heure n’est pas venue, ou est passée.";
    none: "There is no banner.", "Il n’y a pas de bandeau.";
    text: "What it says", "Ce qu’il dit";
    level: "How loud", "À quel point il ressort";
    info: "Worth knowing", "À savoir";
    warning: "Worth acting on", "Attention";
    critical: "Urgent", "Urgent";
    from: "From (UTC)", "Du (UTC)";
    from_hint: "Empty: at once.", "Vide : tout de suite.";
    until: "Until (UTC)", "Au (UTC)";
    until_hint: "Empty: until it is taken away.", "Vide : jusqu’à ce qu’il soit retiré.";
    no_time: "must be a date and a time, such as 2026-11-22T18:30", "doit être une date et une heure, comme 2026-11-22T18:30";
    preview: "Preview", "Aperçu";
    preview_title: "So it will look", "Il sera ainsi";
    put_up: "Put it up", "Afficher";
    was_put_up: "The banner is up.", "Le bandeau est affiché.";
    clear: "Take it away", "Retirer";
    cleared: "The banner was taken away.", "Le bandeau a été retiré.";
}
