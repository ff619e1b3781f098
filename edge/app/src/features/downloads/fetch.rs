//! `GET /d/{token}`: from a link to the bytes.
//!
//! The token is checked before anything is looked up. What it opens is looked at in one round trip,
//! and used in a second one, whose statements check everything again: between the two, a refund may
//! come, or somebody who is quicker. The bytes are reached for between them, so that no use is spent
//! on a file that cannot be read.

use super::{
    attempt::{Tried, limits},
    right::Cause,
    send::{self, Asked},
    whom::Whom,
    zip,
};
use crate::{
    app::Platform,
    problem::{DownloadProblem, Problem},
    shopper::Shopper,
    store::download::{Opened, Whose, read_attempts},
};
use download::{DownloadKeys, DownloadToken, Permission, Plan, TokenError};
use kernel::{AssetId, GrantId, UnixMillis};
use pages::Refusal;
use ports::{Body, Host, Sql, SqlError};

/// The constraints that refuse a use when another was quicker.
const GRANT_OVER: &str = "grant_over";
const GRANT_USED_UP: &str = "grant_used_up";
const USES_WITHIN_CAP: &str = "uses_within_cap";

/// Answers a link. `HEAD` looks and uses nothing.
///
/// # Errors
/// [`DownloadProblem`]; [`Problem::Sql`].
pub async fn fetch<P: Platform>(
    shopper: &Shopper<P>,
    is_head: bool,
) -> Result<http::Response<Body>, Problem> {
    let (cx, tenant) = (&shopper.cx, &shopper.tenant);
    let keys = cx.settings.download_keys()?;
    let text = shopper.params.first().map(String::as_str).unwrap_or_default();
    let opened = DownloadToken::open(text, keys, &tenant.id, cx.now);
    let (token, is_over) = match opened {
        Ok(token) => (token, false),
        // It was made here: whose it is can be read from it at any time before its end.
        Err(TokenError::Expired) => {
            let token = DownloadToken::open(text, keys, &tenant.id, UnixMillis(0));
            (token.map_err(|_| broken())?, true)
        }
        Err(TokenError::Malformed | TokenError::UnknownKey | TokenError::Forged) => {
            return Err(broken());
        }
    };
    let whom = Whom::of(keys, &token.account, shopper.whence.client, &shopper.headers, None)?;
    let whose = whom.whose(cx, tenant, &token.account);
    let sql = cx.host.sql(&shopper.shard());
    let tried = Tried { sql: &sql, whose: &whose, grant: Some(&token.grant), step: "fetch" };
    if is_over {
        return Err(tried.refuse(None, Cause::Refused(Refusal::LinkExpired)).await);
    }
    let looks = vec![whose.seen(Some(&token.grant), &limits()), whose.open(&token.grant)];
    let found = sql.batch(looks).await?;
    let of = |index: usize| found.get(index).map_or(&[][..], Vec::as_slice);
    let Some(opened) = Opened::read(of(1))?.filter(|opened| opened.account == token.account) else {
        return Err(tried.refuse(None, Cause::Refused(Refusal::LinkBroken)).await);
    };
    let asked = Asked::of(&shopper.headers, is_head, cx.settings.redirects());
    let plan = opened.single().map(|file| asked.plan(file));
    let resumes = plan.is_some_and(Plan::resumes) && opened.resumes_left.is_some_and(|n| n > 0);
    if !resumes && !is_head {
        // The parts in which somebody reads on are not counted, and so they are not refused.
        tried.judge(&read_attempts(of(0))?).await?;
    }
    if let Some((asset, cause)) = opened.refusal(keys, resumes, cx.now) {
        return Err(tried.refuse(asset.as_ref(), cause).await);
    }
    match plan {
        Some(Plan::NotModified | Plan::Unsatisfiable) => {
            return Ok(send::without_body(&opened, plan));
        }
        _ if is_head => return send::head(&opened, plan),
        _ => {}
    }
    let response = match (opened.single(), plan) {
        (Some(file), _) if cx.settings.redirects() => send::elsewhere(cx, file)?,
        (Some(file), Some(plan)) => send::stream(&cx.host, file, plan).await?,
        _ => zip::stream(&cx.host, &opened).await?,
    };
    let asset = opened.parts.first().filter(|_| opened.parts.len() == 1).map(|part| &part.asset);
    spend(&tried, keys, &token.grant, asset, resumes).await?;
    Ok(response)
}

/// A link that is not ours. Of whom it is cannot be known, so nothing is written down of it but the
/// log's line: nobody fills the table who is not known.
fn broken() -> Problem {
    DownloadProblem::Refused(Refusal::LinkBroken, None).into()
}

/// Uses a link, if everything still holds.
async fn spend<S: Sql>(
    tried: &Tried<'_, S>,
    keys: &DownloadKeys,
    grant: &GrantId,
    asset: Option<&AssetId>,
    resumes: bool,
) -> Result<(), Problem> {
    let whose: &Whose<'_> = tried.whose;
    let mut batch = whose.spend(grant, asset, resumes);
    batch.push(whose.open(grant));
    let cause = match tried.sql.batch(batch).await {
        Ok(results) => {
            let rows = results.last().map(Vec::as_slice).unwrap_or_default();
            match Opened::read(rows)? {
                Some(opened) if opened.is_used => return Ok(()),
                Some(opened) => opened.refusal(keys, false, whose.now).map(|(_, cause)| cause),
                None => None,
            }
            .unwrap_or(Cause::Refused(Refusal::LinkUsedUp))
        }
        Err(error) => Cause::Refused(refused_by_schema(error)?),
    };
    Err(tried.refuse(asset, cause).await)
}

/// What a constraint says that is there for the case that the statements are wrong.
fn refused_by_schema(error: SqlError) -> Result<Refusal, Problem> {
    [
        (GRANT_OVER, Refusal::LinkExpired),
        (GRANT_USED_UP, Refusal::LinkUsedUp),
        (USES_WITHIN_CAP, Refusal::UseLimit),
    ]
    .into_iter()
    .find(|(name, _)| error.is_constraint(name))
    .map(|(_, refusal)| refusal)
    .ok_or_else(|| error.into())
}

impl Opened {
    /// Why the link cannot be used, and the file because of which, if it is one.
    fn refusal(
        &self,
        keys: &DownloadKeys,
        resumes: bool,
        now: UnixMillis,
    ) -> Option<(Option<AssetId>, Cause)> {
        for part in &self.parts {
            let permission = Permission {
                account: self.account.clone(),
                asset: part.asset.clone(),
                entitlement: part.entitlement.clone(),
                expires_at: self.expires_at,
            };
            // A row that was changed behind our back opens nothing.
            let is_proven = permission.verify(keys, &part.proof, now).is_ok();
            let cause = if is_proven {
                part.refusal(resumes, now)
            } else {
                Some(Cause::Refused(Refusal::LinkBroken))
            };
            if let Some(cause) = cause {
                return Some((Some(part.asset.clone()), cause));
            }
        }
        let is_used_up = !resumes && self.uses_left <= 0;
        is_used_up.then_some((None, Cause::Refused(Refusal::LinkUsedUp)))
    }
}
