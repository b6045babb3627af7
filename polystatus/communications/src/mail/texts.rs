//! What mails say, in French and in English. One file, so that both are seen side by side.

use crate::model::{Lang, MaintenanceStatus, PublicState, UserMail};

/// The texts of one language.
#[derive(Debug, Clone, Copy)]
pub struct Texts(pub Lang);

impl Texts {
    const fn pick(self, en: &'static str, fr: &'static str) -> &'static str {
        match self.0 {
            Lang::En => en,
            Lang::Fr => fr,
        }
    }

    /// How far the work on an incident is.
    pub const fn state(self, state: PublicState) -> &'static str {
        match state {
            PublicState::Investigating => self.pick("Investigating", "En cours d’analyse"),
            PublicState::Identified => self.pick("Identified", "Cause identifiée"),
            PublicState::Monitoring => self.pick("Monitoring", "Sous surveillance"),
            PublicState::Resolved => self.pick("Resolved", "Résolu"),
        }
    }

    /// Where planned work stands.
    pub const fn status(self, status: MaintenanceStatus) -> &'static str {
        match status {
            MaintenanceStatus::Scheduled => self.pick("Scheduled", "Planifiée"),
            MaintenanceStatus::InProgress => self.pick("In progress", "En cours"),
            MaintenanceStatus::Verifying => self.pick("Verifying", "En vérification"),
            MaintenanceStatus::Completed => self.pick("Completed", "Terminée"),
        }
    }

    /// What is said of planned work when it begins or ends and nobody says anything.
    pub const fn by_itself(self, status: MaintenanceStatus) -> &'static str {
        match status {
            MaintenanceStatus::Scheduled => self.pick("The work is planned.", "Les travaux sont prévus."),
            MaintenanceStatus::InProgress => self.pick("The work has begun.", "Les travaux ont commencé."),
            MaintenanceStatus::Verifying => self.pick(
                "The work is done, and is being watched.",
                "Les travaux sont faits, et nous en surveillons l’effet.",
            ),
            MaintenanceStatus::Completed => self.pick("The work is completed.", "Les travaux sont terminés."),
        }
    }

    /// Before the names of services.
    pub const fn affected(self) -> &'static str {
        self.pick("Affected:", "Services concernés :")
    }

    /// Before the times of planned work.
    pub const fn planned(self) -> &'static str {
        self.pick("Planned:", "Prévu :")
    }

    /// Before the address of a page.
    pub const fn more(self) -> &'static str {
        self.pick("More:", "Pour en savoir plus :")
    }

    /// Before the address that ends it.
    pub const fn unsubscribe(self) -> &'static str {
        self.pick(
            "You get this mail since you asked for it. To end that:",
            "Vous recevez ce message parce que vous l’avez demandé. Pour ne plus en recevoir :",
        )
    }

    /// The subject of a confirmation.
    pub fn confirm_subject(self, page: &str) -> String {
        match self.0 {
            Lang::En => format!("Confirm your subscription to {page}"),
            Lang::Fr => format!("Confirmez votre abonnement à {page}"),
        }
    }

    /// The text of a confirmation.
    pub fn confirm(self, page: &str, link: &str) -> String {
        match self.0 {
            Lang::En => format!(
                "Somebody, most likely you, wants mails about {page} to be sent to this address.\n\n\
                 If that is right, follow this link within three days:\n{link}\n\n\
                 Otherwise do nothing, and nothing more will come.\n"
            ),
            Lang::Fr => format!(
                "Quelqu’un, sans doute vous, souhaite recevoir à cette adresse les messages de {page}.\n\n\
                 Si c’est bien le cas, suivez ce lien dans les trois jours :\n{link}\n\n\
                 Sinon, ne faites rien : aucun autre message ne sera envoyé.\n"
            ),
        }
    }

    /// How a mail of the users service begins.
    pub fn hello(self, name: &str) -> String {
        match self.0 {
            Lang::En => format!("Hello {name},"),
            Lang::Fr => format!("Bonjour {name},"),
        }
    }

    /// The subject of a mail of the users service.
    pub const fn user_subject(self, mail: UserMail) -> &'static str {
        match mail {
            UserMail::Registered => self.pick("Confirm your address", "Confirmez votre adresse"),
            UserMail::RegisteredAgain => self.pick("You have an account already", "Vous avez déjà un compte"),
            UserMail::Invited => self.pick("An account for you", "Un compte pour vous"),
            UserMail::PasswordResetRequested => {
                self.pick("Choose another password", "Choisissez un autre mot de passe")
            }
            UserMail::PasswordChanged => self.pick("Your password was changed", "Votre mot de passe a été modifié"),
            UserMail::SecondFactorChanged => {
                self.pick("Your second factor was changed", "Votre second facteur a été modifié")
            }
        }
    }

    /// What a mail of the users service says, before its link.
    pub const fn user_text(self, mail: UserMail) -> &'static str {
        match mail {
            UserMail::Registered => self.pick(
                "somebody, most likely you, has registered with this address. To open the account, follow this link:",
                "quelqu’un, sans doute vous, s’est inscrit avec cette adresse. Pour ouvrir le compte, suivez ce lien :",
            ),
            UserMail::RegisteredAgain => self.pick(
                "somebody has tried to register with this address, which has an account already. If it was you: log in, \
                 or ask for another password. If it was not: there is nothing to do.",
                "quelqu’un a voulu s’inscrire avec cette adresse, qui a déjà un compte. Si c’était vous : connectez-vous, \
                 ou demandez un autre mot de passe. Sinon, il n’y a rien à faire.",
            ),
            UserMail::Invited => self.pick(
                "an account was made for you. To choose a password, follow this link:",
                "un compte a été créé pour vous. Pour choisir un mot de passe, suivez ce lien :",
            ),
            UserMail::PasswordResetRequested => self.pick(
                "somebody, most likely you, has forgotten the password of this account. To choose another, follow this \
                 link; otherwise do nothing, and the old one stays:",
                "quelqu’un, sans doute vous, a oublié le mot de passe de ce compte. Pour en choisir un autre, suivez ce \
                 lien ; sinon ne faites rien, et l’ancien reste valable :",
            ),
            UserMail::PasswordChanged => self.pick(
                "the password of your account was changed. If that was not you, ask for another one at once, and tell an \
                 administrator.",
                "le mot de passe de votre compte a été modifié. Si ce n’était pas vous, demandez-en un autre tout de \
                 suite, et prévenez un administrateur.",
            ),
            UserMail::SecondFactorChanged => self.pick(
                "the second factor of your account was added or taken away. If that was not you, change your password at \
                 once, and tell an administrator.",
                "le second facteur de votre compte a été ajouté ou retiré. Si ce n’était pas vous, changez tout de suite \
                 de mot de passe, et prévenez un administrateur.",
            ),
        }
    }

    /// Before the time until which a link is good.
    pub const fn good_until(self) -> &'static str {
        self.pick("It is good until", "Il est valable jusqu’au")
    }

    /// The title of the page that confirms, and its button.
    pub const fn confirm_page(self) -> (&'static str, &'static str, &'static str) {
        match self.0 {
            Lang::En => ("Confirm your subscription", "You asked for mails about what happens here.", "Confirm"),
            Lang::Fr => {
                ("Confirmez votre abonnement", "Vous avez demandé à recevoir les messages de cette page.", "Confirmer")
            }
        }
    }

    /// The title of the page that ends a subscription, and its button.
    pub const fn unsubscribe_page(self) -> (&'static str, &'static str, &'static str) {
        match self.0 {
            Lang::En => ("End your subscription", "No more mails will be sent to you.", "Unsubscribe"),
            Lang::Fr => ("Mettez fin à votre abonnement", "Plus aucun message ne vous sera envoyé.", "Se désabonner"),
        }
    }

    /// What is said when it was confirmed.
    pub const fn confirmed(self) -> (&'static str, &'static str) {
        match self.0 {
            Lang::En => ("Confirmed", "You will be told what happens here."),
            Lang::Fr => ("C’est confirmé", "Vous serez prévenu de ce qui se passe ici."),
        }
    }

    /// What is said when it was ended.
    pub const fn unsubscribed(self) -> (&'static str, &'static str) {
        match self.0 {
            Lang::En => ("Unsubscribed", "No more mails will be sent to you."),
            Lang::Fr => ("Désabonné", "Plus aucun message ne vous sera envoyé."),
        }
    }

    /// What is said of a link that is none, or none any more.
    pub const fn no_such_link(self) -> (&'static str, &'static str) {
        match self.0 {
            Lang::En => ("This link is not good any more", "Ask for another one on the page where you subscribe."),
            Lang::Fr => ("Ce lien n’est plus valable", "Demandez-en un autre sur la page où l’on s’abonne."),
        }
    }
}
