// Talking with a model: answers stream in, can be stopped, and cost what they used.
import assert from "node:assert/strict";
import { scene } from "./scene.mjs";
import { eventually, ready, settled, signIn, tenant, wallet, WELCOME } from "./world.mjs";

/** As many different words as are wanted; the demo models say them again, one after the other. */
function words(count) {
  return Array.from({ length: count }, (_, index) => `word${index}`).join(" ");
}

/** Writes down every state of the answer that is to come. */
async function watch(page) {
  await page.evaluate(() => {
    const seen = (window.seen = []);
    const note = () => {
      const answers = document.querySelectorAll(".turn:not(.turn-person) .turn-text");
      const text = answers[answers.length - 1]?.textContent;
      if (text !== undefined && text !== seen.at(-1)) seen.push(text);
    };
    const options = { childList: true, subtree: true, characterData: true };
    new MutationObserver(note).observe(document.querySelector("chat-stream"), options);
  });
}

async function send(page, text, model = "demo-slow") {
  await ready(page);
  await page.getByLabel("Model", { exact: true }).selectOption(model);
  await page.getByLabel("Your message").fill(text);
  await page.getByRole("button", { name: "Send" }).click();
}

/** The answer that comes, or came last. */
const answer = (page) => page.locator(".turn:not(.turn-person) .turn-text").last();

scene("an answer appears word by word, and tells what it took", async (stage) => {
  const page = await stage.page();
  await signIn(page, await tenant(), "robin", "/playground");
  await watch(page);
  const text = words(12);
  await send(page, text);
  await page.locator("[data-part=spent]").getByText("output tokens").waitFor();
  const seen = await page.evaluate(() => window.seen);
  assert.equal(seen.at(-1).trim(), text);
  assert.ok(seen.length >= 6, `it came in ${seen.length} pieces`);
  for (const [index, state] of seen.slice(1).entries()) assert.ok(state.startsWith(seen[index]));
  assert.match(await page.locator("[data-part=spent]").textContent(), /\d+ input tokens, \d+ output/);
  assert.match(await page.locator("[data-part=say]").textContent(), /The answer is complete\.$/);

  const { posted } = await settled(page);
  const left = `You have ${posted.toLocaleString("en-US")} tokens left.`;
  await page.locator("[data-part=available]").getByText(left).waitFor();
  assert.ok(posted < WELCOME);
});

scene("a conversation goes on, and can be started over", async (stage) => {
  const page = await stage.page();
  await signIn(page, await tenant(), "robin", "/playground");
  const asked = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/v1/chat/completions")) asked.push(request.postDataJSON());
  });
  for (const [index, text] of ["the first", "the second"].entries()) {
    await send(page, text, "demo-echo");
    await eventually(async () => await page.locator(".turn").count() === 2 * (index + 1)
      && await page.locator(".turn-live").count() === 0, "the answer is whole");
  }
  const said = asked.at(-1).messages.map(({ role, content }) => `${role}: ${content.trim()}`);
  assert.deepEqual(said.slice(0, 1), ["user: the first"]);
  assert.match(said[1], /^assistant: .*the first/);
  assert.deepEqual(said.slice(2), ["user: the second"]);
  await page.getByRole("button", { name: "Start over" }).click();
  assert.equal(await page.locator(".turn").count(), 0);
  await page.getByText("Ask the first question").waitFor();
});

const stops = {
  "the Stop button": (page) => page.getByRole("button", { name: "Stop" }).click(),
  "Escape": (page) => page.keyboard.press("Escape"),
};

for (const [name, stop] of Object.entries(stops)) {
  scene(`${name} stops half-way, and what was used is paid`, async (stage) => {
    const page = await stage.page();
    await signIn(page, await tenant(), "robin", "/playground");
    const text = words(400);
    await send(page, text);
    await answer(page).getByText("word4").waitFor();
    const { held } = await wallet(page);
    assert.ok(held > 0, "the worst case is set aside");
    await stop(page);
    await page.locator("[data-part=say]").getByText("You pay only for what was used.").waitFor();
    const came = (await answer(page).textContent()).trim();
    assert.ok(came !== "" && came.length < text.length / 2);
    assert.ok(text.startsWith(came.split(" ").slice(0, -1).join(" ")));

    const { posted, available } = await settled(page);
    const paid = WELCOME - posted;
    assert.equal(available, posted);
    // The question was read and a part of the answer written: more than nothing, and much less than
    // what was held for the whole.
    assert.ok(paid > 0 && paid < held, `${paid} of ${held}`);
    const used = await page.evaluate(async () => (await fetch("/me/usage?by=model")).json());
    assert.equal(used.data.reduce((sum, { tokens }) => sum + tokens, 0), paid);
    const written = used.data.reduce((sum, { output_tokens }) => sum + output_tokens, 0);
    assert.ok(written > 0 && written < 200, `${written} output tokens`);
    // The next question can be asked at once.
    await send(page, "again", "demo-echo");
    await answer(page).getByText("again").waitFor();
  });
}

scene("without tokens nothing is asked, and the question stays", async (stage) => {
  const page = await stage.page();
  stage.expect(402);
  await signIn(page, await tenant({ welcome_tokens: 0 }), "robin", "/playground");
  await send(page, "hello");
  const problem = page.getByRole("alert");
  await problem.getByText("You do not have enough tokens for this request.").waitFor();
  assert.equal(await page.getByLabel("Your message").inputValue(), "hello");
  assert.equal(await page.locator(".turn").count(), 0);
});

scene("an answer that breaks off says so", async (stage) => {
  const page = await stage.page();
  await signIn(page, await tenant(), "robin", "/playground");
  // Models that fail are not offered to people.
  const models = page.getByLabel("Model", { exact: true });
  await ready(page);
  await models.evaluate((select) => {
    select.add(new Option("fault-cut", "fault-cut", true, true));
  });
  await page.getByLabel("Your message").fill(words(10));
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("alert").getByText("The answer broke off.").waitFor();
  assert.match(await answer(page).textContent(), /^word0/);
});
