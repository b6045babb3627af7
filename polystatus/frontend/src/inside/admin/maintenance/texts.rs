//! What the pages of planned work say.

use crate::inside::admin::says::says;

says! {
    lead: "Work that is planned. It begins and ends by itself at its times; who follows its services is told.",
        "Les travaux prévus. Ils commencent et finissent d’eux-mêmes à leur heure ; qui suit leurs services en est averti.";
    none: "Nothing is planned.", "Rien n’est prévu.";
    current: "Planned, or going on", "Prévus ou en cours";
    past: "Over", "Terminés";
    what: "What", "Quoi";
    when: "When (UTC)", "Quand (UTC)";
    state: "State", "État";
    services: "What is affected", "Ce qui est touché";
    plan: "Plan work", "Prévoir des travaux";
    title: "What is done, in one line", "Ce qui est fait, en une ligne";
    message: "What there is to say of it", "Ce qu’il y a à en dire";
    message_hint: "Readers of the page and subscribers get it as it stands here.", "Le public et les personnes abonnées le reçoivent tel quel.";
    from: "From (UTC)", "Du (UTC)";
    until: "Until (UTC)", "Au (UTC)";
    no_time: "must be a date and a time, such as 2026-11-22T18:30", "doit être une date et une heure, comme 2026-11-22T18:30";
    plan_button: "Announce it", "L’annoncer";
    planned: "“{}” is announced.", "« {} » est annoncé.";
    edit: "Change it", "Modifier";
    changed: "“{}” was changed.", "« {} » a été modifié.";
    progress: "How far it is", "Où en sont les travaux";
    say_now: "What to say with it", "Ce qu’il faut dire avec";
    say_hint: "Empty: the page says that it has begun, or ended.", "Vide : la page dit que cela commence, ou finit.";
    begin: "It begins now", "Cela commence";
    verify: "It is done, and looked at", "C’est fait, on vérifie";
    resume: "Back to work", "Reprendre les travaux";
    complete: "It is over", "C’est terminé";
    moved: "“{}”: {}.", "« {} » : {}.";
    only_say: "Say this, and nothing else changes", "Dire ceci, sans rien changer d’autre";
    said: "It is on the page.", "C’est sur la page.";
    call_off: "Call it off", "Annuler les travaux";
    call_off_title: "Call “{}” off?", "Annuler « {} » ?";
    call_off_text: "It is over before it began, and who was told of it is told that too. What is over stays over: if it comes after all, it is announced as new.",
        "Ils sont terminés avant d’avoir commencé, et les personnes averties l’apprennent. Ce qui est terminé le reste : s’ils ont lieu quand même, il faudra les annoncer à nouveau.";
    called_off: "“{}” was called off.", "« {} » a été annulé.";
    told: "What was told", "Ce qui a été dit";
}
