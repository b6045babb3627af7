//! placeholder

pub(crate) fn install_crypto() {
    // an error says that another part of the process was first: that one serves as well
    let _ = rustls::crypto::ring::default_provider().install_default();
}
