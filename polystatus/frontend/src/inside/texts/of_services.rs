//! What services say of mistakes. They speak English; what people meet most is known in French.

/// As a sentence: with a capital and an end.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return String::new() };
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{}{end}", first.to_uppercase(), letters.as_str())
}

/// The same in French, where we know it.
pub(super) fn in_french(text: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(english, _)| text.starts_with(english)).map(|(_, french)| *french)
}

/// The beginning of what a service says, and the same in French. The longer one of two that begin alike comes first.
const KNOWN: [(&str, &str); 22] = [
    ("is required", "Ce champ est obligatoire."),
    ("must not be empty", "Ce champ est obligatoire."),
    ("must not be blank", "Ce champ est obligatoire."),
    ("must have at least 8 characters", "Il faut au moins 8 caractères."),
    ("is too easy to guess", "Ce mot de passe est trop facile à deviner."),
    ("is wrong: is the time right", "Ce code est faux : l’heure de votre téléphone est-elle juste ?"),
    ("is wrong, or was used before", "Ce code est faux, ou a déjà servi."),
    ("is wrong", "C’est faux."),
    ("is taken by another user", "Une autre personne utilise cette adresse."),
    (
        "is not good, or not any more, or the password",
        "Ce lien n’est plus valable, ou le mot de passe est un autre : inscrivez-vous à nouveau.",
    ),
    ("is not good, or not any more", "Ce lien n’est plus valable : demandez un autre message."),
    ("must be an e-mail address", "Ce n’est pas une adresse e-mail."),
    ("The e-mail address or the password is wrong", "L’adresse ou le mot de passe est faux."),
    ("The second factor is wrong", "Le code est faux."),
    ("You are not allowed", "Vous n’avez pas le droit de faire cela."),
    ("Too many", "C’est trop à la fois : attendez un peu, puis recommencez."),
    ("There is already a user with this e-mail address", "Un compte existe déjà avec cette adresse."),
    ("This is the last admin", "C’est la dernière personne qui administre : nommez-en d’abord une autre."),
    (
        "Nobody changes their own role",
        "Personne ne change son propre rôle : demandez à quelqu’un d’autre qui administre.",
    ),
    ("The storage cannot be reached", "Le stockage ne répond pas : rien n’a été changé."),
    ("There is a second factor already", "Il y a déjà un second facteur : retirez-le d’abord."),
    ("There is no second factor to confirm", "Il n’y a pas de second facteur à confirmer : recommencez."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_a_sentence() {
        assert_eq!(sentence("must be a date"), "Must be a date.");
        assert_eq!(sentence("Why?"), "Why?");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn the_longer_of_two_that_begin_alike_is_found() {
        assert_eq!(in_french("is wrong, or was used before"), Some("Ce code est faux, ou a déjà servi."));
        assert_eq!(in_french("something else"), None);
        for (place, (english, _)) in KNOWN.iter().enumerate() {
            let hidden = KNOWN[..place].iter().any(|(before, _)| english.starts_with(before));
            assert!(!hidden, "{english} is never found");
        }
    }
}
