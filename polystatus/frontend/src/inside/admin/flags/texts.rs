//! What the pages of the flags say.

use crate::inside::admin::says::says;

says! {
    text: "Switches of the programs that ask for them. A change reaches them within a second.",
        "Les interrupteurs des programmes qui les consultent. Un changement les atteint en une seconde.";
    none: "There is no flag yet. Programs and scripts make them, with POST /admin/flags of the flags service.",
        "Il n’y a encore aucun flag. Les programmes et les scripts les créent, avec POST /admin/flags du service des flags.";
    flag: "Flag", "Flag";
    state: "State", "État";
    others: "Who is in no rule", "Hors de toute règle";
    changed: "Last change", "Dernier changement";
    actions: "What can be done", "Actions possibles";
    on: "On", "Activé";
    off: "Off", "Désactivé";
    killed: "Killed", "Coupé";
    switch_on: "Switch on", "Activer";
    switch_off: "Switch off", "Désactiver";
    is_on_now: "“{}” is on.", "« {} » est activé.";
    is_off_now: "“{}” is off.", "« {} » est désactivé.";
    in_code: "what stands in the code", "ce qui est dans le code";
    by: "by", "par";
    rollout: "Who is in no rule gets", "Hors de toute règle, on reçoit";
    rollout_text: "Who is in which part does not change while the parts grow: nobody is thrown back and forth.",
        "Chacun reste dans sa part tant que les parts grandissent : personne ne change sans cesse.";
    share_of: "Share of people who get “{}”", "Part des gens qui reçoivent « {} »";
    share_exact: "The same as a number, in per cent", "La même part en nombre, en pour cent";
    share_wrong: "must be a number from 0 to 100", "doit être un nombre de 0 à 100";
    part_of: "Parts of “{}”", "Parts de « {} »";
    parts_text: "Parts are shares of their sum: 1, 1 and 2 are a quarter, a quarter and a half.",
        "Les parts sont des fractions de leur somme : 1, 1 et 2 font un quart, un quart et une moitié.";
    parts_wrong: "must be whole numbers, and not all of them 0", "doivent être des nombres entiers, et pas tous 0";
    rolled_out: "“{}” has other parts now.", "« {} » a d’autres parts.";
    explain: "Why does somebody get what they get?", "Pourquoi quelqu’un reçoit-il ce qu’il reçoit ?";
    user: "Who", "Qui";
    user_hint: "The key that the program sends, such as a user's id.", "La clé que le programme envoie, comme l’identifiant d’une personne.";
    attributes: "What else is known of them", "Ce que l’on sait d’autre";
    attributes_hint: "One on each line, such as: role = beta", "Un par ligne, par exemple : role = beta";
    explain_button: "Explain", "Expliquer";
    gets: "They get “{}”.", "On reçoit « {} ».";
    gets_code: "They get what stands in the program's code.", "On reçoit ce qui est dans le code du programme.";
    why_static: "Everybody gets the same: there is no rule.", "Tout le monde reçoit la même chose : il n’y a pas de règle.";
    why_match: "A rule decides.", "Une règle décide.";
    why_default: "No rule concerns them.", "Aucune règle ne s’applique.";
    why_disabled: "The flag is off. Below is what its rules would say.", "Le flag est désactivé. Ci-dessous, ce que ses règles diraient.";
    step_rule: "Step", "Étape";
    step_condition: "Condition", "Condition";
    step_result: "Comes to", "Donne";
    step_then: "Then", "Alors";
    step_targets: "Single people", "Personnes seules";
    step_others: "All others", "Tous les autres";
    step_nth: "Rule {}", "Règle {}";
    decides: "decides", "décide";
    not_whole: "Some of it is left out: it is very long.", "Une partie est omise : c’est très long.";
    history: "History", "Historique";
    version: "Version", "Version";
    what: "What", "Quoi";
    who: "Who", "Qui";
    when: "When", "Quand";
    again: "Make it so again", "Rétablir cette version";
    rolled_back: "“{}” is again as in version {}.", "« {} » est à nouveau comme dans la version {}.";
    this_one: "now", "actuelle";
    action_created: "made", "créé";
    action_updated: "changed", "modifié";
    action_toggled: "switched", "basculé";
    action_killed: "killed", "coupé";
    action_restored: "restored", "rétabli";
    action_rolled_back: "rolled back", "version rétablie";
    action_imported: "imported", "importé";
    action_deleted: "deleted", "supprimé";
    kill: "Kill switch", "Coupe-circuit";
    kill_text: "For the night in which something burns: off at once, for everybody, whatever is planned, until it is restored.",
        "Pour la nuit où quelque chose brûle : coupé aussitôt, pour tout le monde, quoi qu’il soit prévu, jusqu’au rétablissement.";
    reason: "Why", "Pourquoi";
    kill_button: "Kill it", "Couper";
    was_killed: "“{}” is killed: it is off for everybody.", "« {} » est coupé : il est désactivé pour tout le monde.";
    killed_since: "Killed:", "Coupé :";
    restore: "Restore it", "Rétablir";
    was_restored: "“{}” is restored.", "« {} » est rétabli.";
    must_agree: "Somebody else must agree", "Quelqu’un d’autre doit être d’accord";
    must_agree_text: "Here nobody changes a flag alone. You can ask for this change; another manager then agrees to it, or refuses it.",
        "Ici, personne ne change un flag sans l’accord de quelqu’un. Vous pouvez demander ce changement ; une autre personne responsable l’accepte ou le refuse.";
    ask: "Ask for it", "Le demander";
    asked: "It was asked for: another manager can agree to it now.", "C’est demandé : une autre personne responsable peut maintenant l’accepter.";
    requests: "Changes that wait for somebody's agreement", "Changements en attente d’un accord";
    agree: "Agree", "Accepter";
    refuse: "Refuse", "Refuser";
    agreed: "You have agreed: it is done.", "Vous avez accepté : c’est fait.";
    refused: "You have refused it: nothing was changed.", "Vous avez refusé : rien n’a été changé.";
}
