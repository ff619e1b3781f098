//! Who signs in, and the browsers in which they are signed in.

use super::{
    PERSON_PUT, SESSION_CONFIRM, SESSION_END, SESSION_END_OTHERS, SESSION_FIND, SESSION_INSERT,
    SESSION_LEASE, SESSION_LIST, SESSION_REISSUE, SESSION_ROTATE, SESSION_TOUCH,
};
use kernel::{AccountId, SessionId, TenantId, UnixMillis};
use ports::{Row, SqlError, Statement, Value};
use serde::Serialize;
use signin::{refresh, session::SessionHashes};

/// The sessions of one account.
#[derive(Clone, Copy)]
pub struct Sessions<'a> {
    pub tenant: &'a TenantId,
    pub account: &'a AccountId,
}

/// What an issuer says of somebody.
pub struct Person<'a> {
    pub issuer: &'a str,
    pub subject: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    pub locale: &'a str,
    /// Whether the issuer has seen that the person reads mail at the address.
    pub email_verified: bool,
}

/// A session to be stored.
pub struct NewSession<'a> {
    pub id: &'a SessionId,
    pub hashes: SessionHashes,
    pub device: &'a str,
    pub roles: &'a [String],
    /// The issuer's tokens, sealed.
    pub tokens: Option<&'a str>,
    pub access_until: UnixMillis,
    /// When the session ends in any case, if that is sooner than sessions do.
    pub ends_at: Option<UnixMillis>,
}

/// A session and whose it is.
#[derive(Clone, Debug)]
pub struct Found {
    pub id: SessionId,
    /// What its tokens' lives are decided by.
    pub row: refresh::Row,
    pub roles: Vec<String>,
    pub tokens: Option<String>,
    pub created_at: UnixMillis,
    pub seen_at: UnixMillis,
    pub name: String,
    pub email: String,
    pub locale: String,
    pub issuer: String,
    pub subject: String,
    pub email_verified: bool,
    /// When it ends in any case.
    pub ends_at: Option<UnixMillis>,
    /// What the person is by invitation.
    pub memberships: Vec<String>,
}

/// A session, for the one whose it is.
#[derive(Clone, Debug, Serialize)]
pub struct Listed {
    pub id: String,
    pub device: String,
    pub created_at_ms: i64,
    pub seen_at_ms: i64,
}

impl Sessions<'_> {
    fn statement<const N: usize>(&self, sql: &'static str, more: [Value; N]) -> Statement {
        let whose = [self.tenant.as_str().into(), self.account.as_str().into()];
        Statement { sql, params: whose.into_iter().chain(more).collect() }
    }

    pub fn put_person(&self, person: &Person<'_>, now: UnixMillis) -> Statement {
        let Person { issuer, subject, name, email, locale, email_verified } = *person;
        let texts = [issuer.into(), subject.into(), name.into(), email.into(), locale.into()];
        let [a, b, c, d, e] = texts;
        let verified = i64::from(email_verified).into();
        self.statement(PERSON_PUT, [a, b, c, d, e, verified, now.0.into()])
    }

    pub fn insert(&self, session: &NewSession<'_>, now: UnixMillis) -> Statement {
        let roles = serde_json::to_string(session.roles).unwrap_or_default();
        self.statement(
            SESSION_INSERT,
            [
                session.id.as_str().into(),
                session.hashes.session.as_slice().into(),
                session.hashes.generation.as_slice().into(),
                session.device.into(),
                roles.into(),
                session.tokens.map_or(Value::Null, Value::from),
                session.access_until.0.into(),
                now.0.into(),
                session.ends_at.map_or(Value::Null, |at| at.0.into()),
            ],
        )
    }

    pub fn find(&self, session: &[u8; 32]) -> Statement {
        self.statement(SESSION_FIND, [session.as_slice().into()])
    }

    /// The sessions that began and were used after the given moments and have not ended by now.
    pub fn list(
        &self,
        began: UnixMillis,
        used: UnixMillis,
        now: UnixMillis,
        limit: u32,
    ) -> Statement {
        let limit = i64::from(limit).into();
        self.statement(SESSION_LIST, [began.0.into(), used.0.into(), limit, now.0.into()])
    }

    pub fn end(&self, id: &SessionId, by: &'static str, now: UnixMillis) -> Statement {
        self.statement(SESSION_END, [id.as_str().into(), now.0.into(), by.into()])
    }

    pub fn end_others(&self, id: &SessionId, now: UnixMillis) -> Statement {
        self.statement(SESSION_END_OTHERS, [id.as_str().into(), now.0.into()])
    }

    pub fn touch(&self, id: &SessionId, now: UnixMillis) -> Statement {
        self.statement(SESSION_TOUCH, [id.as_str().into(), now.0.into()])
    }

    pub fn confirm(&self, found: &Found, now: UnixMillis) -> Statement {
        let generation = found.row.generation.into();
        self.statement(SESSION_CONFIRM, [found.id.as_str().into(), generation, now.0.into()])
    }

    /// Takes the right to ask the issuer, for a request with a token of the hash `presented`.
    pub fn lease(
        &self,
        found: &Found,
        until: UnixMillis,
        presented: &[u8; 32],
        now: UnixMillis,
    ) -> Statement {
        let read = found.row.lease_until.map_or(Value::Null, |at| at.0.into());
        let generation = found.row.generation.into();
        let presented = presented.as_slice().into();
        self.statement(
            SESSION_LEASE,
            [found.id.as_str().into(), generation, read, until.0.into(), presented, now.0.into()],
        )
    }

    /// The next generation of a session, whose lease ends at `lease`.
    pub fn rotate(&self, found: &Found, lease: UnixMillis, next: &Next<'_>) -> Statement {
        self.statement(
            SESSION_ROTATE,
            [
                found.id.as_str().into(),
                found.row.generation.into(),
                lease.0.into(),
                next.presented.as_slice().into(),
                next.hash.as_slice().into(),
                next.now.0.into(),
                next.access_until.0.into(),
                next.tokens.map_or(Value::Null, Value::from),
                next.roles.map_or(Value::Null, |roles| {
                    serde_json::to_string(roles).unwrap_or_default().into()
                }),
            ],
        )
    }

    /// Another newest token in place of one that was lost.
    pub fn reissue(
        &self,
        found: &Found,
        presented: &[u8; 32],
        hash: &[u8; 32],
        now: UnixMillis,
    ) -> Statement {
        let generation = found.row.generation.into();
        let (presented, hash) = (presented.as_slice().into(), hash.as_slice().into());
        let id = found.id.as_str().into();
        self.statement(SESSION_REISSUE, [id, generation, presented, hash, now.0.into()])
    }
}

/// What a session's next generation is.
pub struct Next<'a> {
    pub presented: &'a [u8; 32],
    pub hash: &'a [u8; 32],
    pub tokens: Option<&'a str>,
    /// What the person is by now, if the issuer has said so.
    pub roles: Option<&'a [String]>,
    pub access_until: UnixMillis,
    pub now: UnixMillis,
}

fn hash(bytes: &[u8]) -> Result<[u8; 32], SqlError> {
    bytes.try_into().map_err(|_| SqlError::Failed("a hash of another length".to_owned()))
}

impl TryFrom<&Row> for Found {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        let text = |index| Ok::<_, SqlError>(row.opt_text(index)?.unwrap_or_default().to_owned());
        let moment = |index| Ok::<_, SqlError>(row.opt_int(index)?.map(UnixMillis));
        let id = row.text(0)?.parse();
        Ok(Self {
            id: id.map_err(|_| SqlError::Failed("a session without a name".to_owned()))?,
            row: refresh::Row {
                generation: row.int(1)?,
                current: hash(row.blob(2)?)?,
                previous: (!row.is_null(3)).then(|| hash(row.blob(3)?)).transpose()?,
                rotated_at: UnixMillis(row.int(4)?),
                confirmed_at: moment(5)?,
                access_until: UnixMillis(row.int(6)?),
                attempts: row.int(7)?,
                lease_until: moment(8)?,
                revoked_at: moment(9)?,
            },
            roles: serde_json::from_str(row.text(10)?).unwrap_or_default(),
            tokens: row.opt_text(11)?.map(str::to_owned),
            created_at: UnixMillis(row.int(12)?),
            seen_at: UnixMillis(row.int(13)?),
            name: text(14)?,
            email: text(15)?,
            locale: text(16)?,
            issuer: text(17)?,
            subject: text(18)?,
            email_verified: row.int(19)? == 1,
            ends_at: moment(20)?,
            memberships: serde_json::from_str(row.text(21)?).unwrap_or_default(),
        })
    }
}

impl TryFrom<&Row> for Listed {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            id: row.text(0)?.to_owned(),
            device: row.text(1)?.to_owned(),
            created_at_ms: row.int(2)?,
            seen_at_ms: row.int(3)?,
        })
    }
}
