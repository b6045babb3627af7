//! What the pages of the services say.

use crate::inside::admin::says::says;

says! {
    text: "What can break, as readers of the page know it. The order here is the order there.",
        "Ce qui peut tomber en panne, comme le public le connaît. L’ordre d’ici est celui de la page.";
    none: "There is no service yet. Add the first one below.", "Il n’y a encore aucun service. Ajoutez le premier ci-dessous.";
    order: "Order", "Ordre";
    name: "Name", "Nom";
    group: "Group", "Groupe";
    group_hint: "The heading under which it stands; empty for none.", "Le titre sous lequel il se trouve ; vide : aucun.";
    description: "What it does", "Ce qu’il fait";
    up: "Up", "Monter";
    down: "Down", "Descendre";
    edit: "Change", "Modifier";
    actions: "What can be done", "Actions possibles";
    add: "Add a service", "Ajouter un service";
    add_button: "Add it", "Ajouter";
    added: "“{}” is on the page.", "« {} » est sur la page.";
    changed: "“{}” was changed.", "« {} » a été modifié.";
    moved: "“{}” has another place.", "« {} » a changé de place.";
    half_moved: "The order was changed in part, and not all of it. Look at it, and move it again.",
        "L’ordre n’a été changé qu’en partie. Regardez-le, puis recommencez.";
    delete: "Take it off the page", "Retirer de la page";
    delete_title: "Take “{}” off the page?", "Retirer « {} » de la page ?";
    delete_text: "Nobody sees it any more, and what people have reported of it is forgotten.",
        "Plus personne ne le voit, et ce que le public en a signalé est oublié.";
    delete_undo: "You can add it again afterwards; the reports do not come back.",
        "Vous pourrez l’ajouter à nouveau ; les signalements, eux, ne reviennent pas.";
    deleted: "“{}” is off the page.", "« {} » n’est plus sur la page.";
    id: "Its address", "Son adresse";
    id_text: "Made of its first name. It never changes, so that links and reports stay what they are.",
        "Faite de son premier nom. Elle ne change jamais : les liens et les signalements restent ce qu’ils sont.";
}
