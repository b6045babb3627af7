//! A certificate for `localhost`, of an authority that nobody trusts who was not told to.

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::tools;

/// The files of a certificate and of its authority, gone with this value.
#[derive(Debug)]
pub struct Certificate(TempDir);

impl Certificate {
    /// Make both, with the `openssl` of Debian's package.
    ///
    /// # Panics
    /// When it is not installed.
    pub fn of_localhost() -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let certificate = Self(folder);
        let new = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
        // two of them and not one that signs itself: a client refuses a server that shows the certificate of an authority
        certificate
            .openssl(&format!("req -x509 {new} -days 2 -subj /CN=nobody -keyout authority.key -out authority.pem"));
        certificate.openssl(&format!("req {new} -subj /CN=localhost -keyout server.key -out request.pem"));
        std::fs::write(certificate.file("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n")
            .expect("it is a folder");
        certificate.openssl(
            "x509 -req -days 2 -extfile names -in request.pem -CA authority.pem -CAkey authority.key -set_serial 1 -out server.pem",
        );
        certificate
    }

    fn openssl(&self, arguments: &str) {
        let program = tools::of_debian("openssl", "openssl");
        let said = Command::new(program).args(arguments.split(' ')).current_dir(self.0.path()).output();
        let said = said.expect("openssl can be started");
        assert!(said.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&said.stderr));
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// For `SSL_CERT_FILE`: who trusts this authority trusts the server.
    pub fn authority(&self) -> PathBuf {
        self.file("authority.pem")
    }

    /// What the server shows.
    pub fn chain(&self) -> PathBuf {
        self.file("server.pem")
    }

    /// What the server keeps for itself.
    pub fn key(&self) -> PathBuf {
        self.file("server.key")
    }
}
