//! What the pages of the users say.

use crate::inside::admin::says::says;

says! {
    lead: "Who can sign in here, and what they may do.", "Qui peut se connecter ici, et ce que chacun peut faire.";
    search: "Search", "Chercher";
    q: "Name or address contains", "Le nom ou l’adresse contient";
    role: "Role", "Rôle";
    any_role: "Any", "Tous";
    team: "Team", "Équipe";
    none: "Nobody matches.", "Personne ne correspond.";
    name: "Name", "Nom";
    email: "E-mail address", "Adresse e-mail";
    state: "State", "État";
    since: "Since", "Depuis";
    second_factor: "Second factor", "Second facteur";
    yes: "yes", "oui";
    no: "no", "non";
    pending: "not confirmed yet", "pas encore confirmé";
    invited: "invited", "invité";
    active: "active", "actif";
    disabled: "locked out", "bloqué";
    next: "More users", "Plus de comptes";
    invite: "Invite somebody", "Inviter quelqu’un";
    invite_text: "They get a mail with a link, and choose a password of their own.", "La personne reçoit un message avec un lien, et choisit son mot de passe.";
    invite_button: "Invite", "Inviter";
    was_invited: "{} was invited.", "{} a reçu une invitation.";
    you: "you", "vous";
    change_role: "What they may do", "Ce que cette personne peut faire";
    change_role_button: "Change the role", "Changer le rôle";
    role_title: "Make {} “{}”?", "{} : rôle « {} » ?";
    role_more: "From then on they may do more than now: whatever this role may do.", "Cette personne pourra faire plus qu’à présent : tout ce que permet ce rôle.";
    role_less: "From then on they may do less than now, also where they are signed in already.", "Cette personne pourra faire moins qu’à présent, y compris là où elle est déjà connectée.";
    role_changed: "{} is “{}” now.", "{} a maintenant le rôle « {} ».";
    roles_text: "Viewers look. Responders work on incidents. Managers also tell the public, and change services and flags. Administrators also decide who may do what.",
        "Lecture : regarder. Intervention : traiter les incidents. Responsable : aussi informer le public, et changer services et flags. Administration : aussi décider des droits.";
    access: "Access", "Accès";
    end_sessions: "End all sessions", "Fermer toutes les sessions";
    end_sessions_text: "For a device that was lost: they are signed out everywhere, and sign in again.", "Pour un appareil perdu : la personne est déconnectée partout, et se reconnecte.";
    sessions_ended: "{} is signed out everywhere.", "{} est déconnecté partout.";
    lock: "Lock out", "Bloquer";
    unlock: "Let in again", "Débloquer";
    was_locked: "{} cannot sign in any more.", "{} ne peut plus se connecter.";
    was_unlocked: "{} can sign in again.", "{} peut à nouveau se connecter.";
    delete: "Delete the account", "Supprimer le compte";
    delete_title: "Delete the account of {}?", "Supprimer le compte de {} ?";
    delete_text: "It cannot be brought back. What they have done stays in the history, under the number of the account.",
        "Il ne peut pas être rétabli. Ce que la personne a fait reste dans l’historique, sous le numéro du compte.";
    delete_rather: "If you only want nobody to sign in with it, lock it out instead.", "Pour seulement empêcher la connexion, bloquez-le plutôt.";
    deleted: "The account of {} is deleted.", "Le compte de {} est supprimé.";
    only_admins: "Changing this takes the role of an administrator.", "Pour changer cela, il faut le rôle d’administration.";
    yourself: "Your own role and access are for others to change. Everything else is in your account.",
        "Votre propre rôle et votre accès, d’autres les changent. Le reste est dans votre compte.";
}
