//! What every page runs: it fetches the parts that stand on the page, tells moments in the
//! reader's own time, and sees to the page that is shown without a network.
//!
//! A part is a custom element. Where its module is stands in `data-module` on the element or above
//! it, since file names carry a hash of what is in them.

const root = document.documentElement;

/** How long the page without a network waits until it looks again, at first and at most. */
const LOOK_MS = 1_000;
const LOOK_MS_MAX = 30_000;

/**
 * Shows what was wanted once the server answers: a device says that it is online before it is, and
 * may be online while the server is out of reach.
 */
async function goOnWhenReachable() {
  for (let wait = LOOK_MS; ; wait = Math.min(wait * 2, LOOK_MS_MAX)) {
    await new Promise((resolve) => {
      setTimeout(resolve, wait);
      addEventListener("online", resolve, { once: true });
    });
    if (!navigator.onLine) continue;
    const answers = await fetch("/healthz", { cache: "no-store" }).then(({ ok }) => ok, () => false);
    if (answers) return location.reload();
  }
}

for (const part of document.querySelectorAll("chat-stream, live-meter, usage-chart, confirm-action, copy-text")) {
  const holder = part.closest("[data-module]");
  const url = holder instanceof HTMLElement ? holder.dataset["module"] : undefined;
  // A part that does not load leaves the page as the server made it, which is whole.
  if (url) import(new URL(url, document.baseURI).href).catch((error) => console.warn(url, error));
}

for (const time of document.querySelectorAll("time")) {
  const moment = new Date(time.dateTime);
  // A day without an hour is a day in UTC, wherever it is read.
  if (time.dateTime.length > 10 && !Number.isNaN(moment.valueOf())) {
    time.title = time.textContent ?? "";
    time.textContent = moment.toLocaleString(root.lang, { dateStyle: "medium", timeStyle: "short" });
  }
}

for (const link of document.querySelectorAll("[data-again]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    location.reload();
  });
  // Asked for by its own address, the page is what was wanted.
  if (location.pathname !== "/offline") void goOnWhenReachable();
}

if ("serviceWorker" in navigator && isSecureContext) {
  navigator.serviceWorker.register("/sw.js").catch((error) => console.warn("sw.js", error));
}
