//! The tenants and their domains.

use super::{
    DOMAIN_LIST, DOMAIN_OWNER, DOMAIN_PUT, TENANT_BY_HANDLE, TENANT_BY_ID, TENANT_CHANGE,
    TENANT_COUNT, TENANT_INSERT, TENANT_LIST,
};
use kernel::{TenantId, UnixMillis};
use ports::Statement;
use tenant::{Handle, Host};

pub fn insert(id: &TenantId, handle: &Handle, record: String, now: UnixMillis) -> Statement {
    Statement::new(
        TENANT_INSERT,
        [id.as_str().into(), handle.as_str().into(), record.into(), now.0.into()],
    )
}

pub fn by_handle(handle: &Handle) -> Statement {
    Statement::new(TENANT_BY_HANDLE, [handle.as_str().into()])
}

pub fn by_id(id: &TenantId) -> Statement {
    Statement::new(TENANT_BY_ID, [id.as_str().into()])
}

pub fn put_domain(host: &Host, tenant: &TenantId, now: UnixMillis) -> Statement {
    Statement::new(DOMAIN_PUT, [host.as_str().into(), tenant.as_str().into(), now.0.into()])
}

pub fn domain_owner(host: &Host) -> Statement {
    Statement::new(DOMAIN_OWNER, [host.as_str().into()])
}

/// The tenants that were made before one, newest first: id, record, and when they were made.
pub fn list(before: &str, limit: u32) -> Statement {
    Statement::new(TENANT_LIST, [before.into(), i64::from(limit).into()])
}

/// The domains of a tenant.
pub fn domains(tenant: &TenantId, limit: u32) -> Statement {
    Statement::new(DOMAIN_LIST, [tenant.as_str().into(), i64::from(limit).into()])
}

/// How many tenants there are.
pub fn count() -> Statement {
    Statement::new(TENANT_COUNT, [])
}

/// Another record for a tenant.
pub fn change(id: &TenantId, record: String) -> Statement {
    Statement::new(TENANT_CHANGE, [id.as_str().into(), record.into()])
}
