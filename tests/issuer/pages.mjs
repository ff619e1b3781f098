// The issuer's pages: complete without JavaScript, and plainly a sandbox's.

const STYLE = `
:root { color-scheme: light dark; --ink: #1f2430; --soft: #565e6f; --paper: #f3f4f7; --card: #fff;
  --line: #c9cdd6; --fill: #3b4252; --on-fill: #fff; --mark: #8a4b00; --mark-paper: #fff3d6; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaf0; --soft: #aab1c0; --paper: #14171f; --card: #1e222d; --line: #444b5c;
    --fill: #d8dee9; --on-fill: #1b1f29; --mark: #ffd27a; --mark-paper: #3a2c10; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 26rem; margin: 0 auto; padding: 1.5rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .75rem; }
.sandbox { margin: 0 0 1.25rem; padding: .5rem .75rem; border-radius: .375rem; font-size: .9375rem;
  color: var(--mark); background: var(--mark-paper); }
h1 { margin: 0 0 .25rem; font-size: 1.375rem; line-height: 1.25; }
p { margin: 0 0 1.25rem; color: var(--soft); overflow-wrap: anywhere; }
p.error { color: #b3261e; }
@media (prefers-color-scheme: dark) { p.error { color: #ffb4ab; } }
ul { display: grid; gap: .5rem; margin: 0 0 1.25rem; padding: 0; list-style: none; }
button, input { width: 100%; min-height: 2.75rem; padding: .375rem .75rem; border-radius: .375rem;
  border: 1px solid var(--line); background: transparent; color: inherit; font: inherit; }
button { cursor: pointer; }
button:hover { border-color: var(--ink); }
:focus-visible { outline: 3px solid #5e81ac; outline-offset: 2px; }
.person { display: flex; justify-content: space-between; align-items: baseline; gap: .75rem;
  text-align: start; }
.person small { color: var(--soft); }
label { display: block; margin-bottom: .25rem; }
.other { display: grid; gap: .5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
.main { background: var(--fill); border-color: var(--fill); color: var(--on-fill); }
`;

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escape(text) {
  return String(text).replace(/[&<>"']/g, (char) => escapes[char]);
}

/** Shows a page, with nothing allowed on it that it does not need. */
function show(ctx, title, content, status = 200) {
  ctx.status = status;
  ctx.type = "html";
  // Nothing of `form-action`: browsers hold it against the redirects behind a form too.
  ctx.set("content-security-policy",
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
      + "frame-ancestors 'none'");
  ctx.set("cache-control", "no-store");
  ctx.body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="sandbox">Sandbox: demo sign-in, no real accounts</p>
<h1>${escape(title)}</h1>
${content}
</main>
</body>
</html>
`;
}

/** Where a person says who they are. */
export function signIn(ctx, { people, client, hint = "", refused }) {
  const button = ({ login, name, groups }) => `<li>
<button class="person" name="login" value="${escape(login)}">
<span>${escape(name)}</span> <small>${groups.includes("admins") ? "admin" : escape(login)}</small>
</button>
</li>`;
  const error = refused === undefined ? "" : `<p class="error" id="refused" role="alert">
Nobody can be called “${escape(refused)}”. A name begins with a letter; letters, digits, dots,
dashes and underscores follow.</p>`;
  const described = error ? ' aria-invalid="true" aria-describedby="refused"' : "";
  show(ctx, "Who are you?", `<p>Sign in to ${escape(client)}. There are no passwords here.</p>
<form method="post">
<ul>
${people.map(button).join("\n")}
</ul>
</form>
${error}
<form method="post" class="other">
<div>
<label for="login">Someone else</label>
<input id="login" name="login" value="${escape(refused ?? hint)}" required maxlength="32"
 autocomplete="username" autocapitalize="none" spellcheck="false"${described}>
</div>
<button class="main">Sign in</button>
</form>`, error ? 422 : 200);
}

/** Asks whether a session shall end, where nothing says who wants it. */
export function signOut(ctx, form) {
  show(ctx, "Sign out?", `<p>This ends your session with the demo's sign-in.</p>
${form}
<button class="main" form="op.logoutForm" name="logout" value="yes">Sign out</button>`);
}

/** What is shown when nobody waits for the person to come back. */
export function signedOut(ctx) {
  show(ctx, "You are signed out", "<p>You can close this page.</p>");
}

/** Says what an application has asked wrongly. The status is set already. */
export function failed(ctx, { error, error_description: description = "" }) {
  show(ctx, "That did not work", `<p><strong>${escape(error)}</strong>: ${escape(description)}</p>`,
    ctx.status);
}

/** The front page, for whoever looks. */
export function front(ctx, issuer) {
  show(ctx, "An OpenID Connect issuer", `<p>It signs people in to the demo tenants.
<a href="/.well-known/openid-configuration">What it says of itself</a></p>
<p>Issuer: <code>${escape(issuer)}</code></p>`);
}
