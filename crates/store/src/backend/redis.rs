//! To come.
use chassis::ids::Ids;

use super::{BackendError, Committed, Since};
use crate::transaction::Transaction;
use crate::{Schema, Snapshot};

pub(crate) struct Redis;
#[derive(Clone)]
pub(crate) struct Side;
pub(crate) async fn open(_: &str, _: &'static str, _: &dyn Ids) -> Result<(Redis, Side), BackendError> {
    Err(BackendError::Unreachable("not yet".to_owned()))
}
impl Redis {
    pub async fn load(&mut self, _: &Schema) -> Result<Snapshot, BackendError> {
        Err(BackendError::Lost)
    }
    pub async fn commit(&mut self, _: u64, _: &[Transaction]) -> Result<Committed, BackendError> {
        Err(BackendError::Lost)
    }
    pub async fn since(&mut self, _: u64) -> Result<Since, BackendError> {
        Err(BackendError::Lost)
    }
    pub async fn others(&mut self, _: u64) {}
}
impl Side {
    pub async fn log(&self, _: &str, _: Option<u64>, _: usize) -> Result<Vec<(u64, String)>, BackendError> {
        Err(BackendError::Lost)
    }
    pub async fn pending(&self, _: usize) -> Result<Vec<(u64, String)>, BackendError> {
        Err(BackendError::Lost)
    }
    pub async fn count(&self) -> Result<u64, BackendError> {
        Err(BackendError::Lost)
    }
    pub async fn sent(&self, _: u64) -> Result<(), BackendError> {
        Err(BackendError::Lost)
    }
    pub async fn lease(&self, _: &str, _: &str, _: u32) -> Result<bool, BackendError> {
        Err(BackendError::Lost)
    }
}
