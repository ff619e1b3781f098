//! The tenants and their domains.

use super::{DOMAIN_OWNER, DOMAIN_PUT, TENANT_BY_HANDLE, TENANT_BY_ID, TENANT_INSERT};
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
