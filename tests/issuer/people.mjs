// Who can sign in. Any other name makes an ordinary member, so that a test can have a person of its
// own.

/** Where addresses of people who do not exist belong (RFC 2606). */
const MAIL = "example.com";

/** What a person may call themselves on the sign-in page. */
const LOGIN = /^[a-z][a-z0-9._-]{0,31}$/;

/** The demo's people, in the order of their buttons. */
export const people = [
  { login: "ada", name: "Ada Lindqvist", locale: "en-US", groups: ["admins", "members"] },
  { login: "mia", name: "Mia Carter", locale: "en-GB", groups: ["members"] },
  { login: "jonas", name: "Jonas Weber", locale: "de-DE", groups: ["members"] },
  { login: "camille", name: "Camille Laurent", locale: "fr-FR", groups: ["members"] },
  // An address that nobody has confirmed, and no group: what a new sign-up looks like.
  { login: "noor", name: "Noor Haddad", locale: "en-US", groups: [], email_verified: false },
];

/** The person behind a name; undefined if nobody can be called that. */
export function person(login) {
  const known = people.find((person) => person.login === login);
  if (known) return known;
  if (!LOGIN.test(login)) return undefined;
  const name = login.charAt(0).toUpperCase() + login.slice(1);
  return { login, name, locale: "en-US", groups: ["members"] };
}

/** What the issuer says of a person. */
export function claims({ login, name, locale, groups, email_verified = true }) {
  return {
    sub: login,
    name,
    preferred_username: login,
    locale,
    groups,
    email: `${login}@${MAIL}`,
    email_verified,
  };
}
