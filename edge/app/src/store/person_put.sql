-- What the issuer has said at the latest sign-in.
INSERT INTO person (tenant_id, account_id, issuer, subject, name, email, locale, email_verified, created_at_ms, signed_in_at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)
ON CONFLICT (tenant_id, account_id) DO UPDATE SET
  name = excluded.name, email = excluded.email, locale = excluded.locale,
  email_verified = excluded.email_verified, signed_in_at_ms = excluded.signed_in_at_ms
