// Stripe's own client for JavaScript, against the sandbox that stands in for Stripe. What it
// reads here is what the platform reads there.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { once } from "node:events";
import { test } from "node:test";
import Stripe from "stripe";
import { stripeAccount, thrown } from "./world.mjs";

const SECRET = "whsec_of_a_test";

const album = {
  quantity: 2,
  price_data: {
    currency: "eur", unit_amount: 1190, tax_behavior: "inclusive",
    product_data: { name: "Album" },
  },
};
const places = {
  success_url: "http://shop.example/done?session={CHECKOUT_SESSION_ID}",
  cancel_url: "http://shop.example/cart",
};
const plan = (amount) => ({
  quantity: 1,
  price_data: {
    currency: "usd", unit_amount: amount, recurring: { interval: "month" },
    product_data: { name: "Plan" },
  },
});

/** An endpoint for webhooks, which keeps what Stripe's client has verified. */
async function receiver(t, answer = () => 200) {
  const events = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const event =
      new Stripe("sk_test_").webhooks.constructEvent(body, request.headers["stripe-signature"], SECRET);
    const status = answer(event);
    if (status < 300) events.push(event);
    response.writeHead(status).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return { events, url: `http://127.0.0.1:${server.address().port}/webhooks` };
}

test("a purchase is paid, told of and refunded", async (t) => {
  const { stripe, lever } = stripeAccount();
  const { events, url } = await receiver(t);
  await lever("endpoints", { url, secret: SECRET });
  const customer = await stripe.customers.create({ email: "a@example.com", name: "A" });
  const session = await stripe.checkout.sessions.create({
    mode: "payment", customer: customer.id, customer_update: { address: "auto" },
    line_items: [{ ...album, adjustable_quantity: { enabled: true, maximum: 5 } }],
    automatic_tax: { enabled: true }, metadata: { order: "ord_1" },
    payment_intent_data: { metadata: { order: "ord_1" } },
    invoice_creation: { enabled: true }, ...places,
  });
  assert.match(session.url, /\/stripe\/pay\/cs_test_/);
  const [line] = (await stripe.checkout.sessions.listLineItems(session.id)).data;
  const quantities = { [line.id]: 3 };
  await lever("pay", { session: session.id, country: "DE", quantities });
  const paid = await stripe.checkout.sessions.retrieve(session.id, {
    expand: ["line_items", "payment_intent.latest_charge", "invoice"],
  });
  assert.equal(paid.payment_status, "paid");
  assert.equal(paid.amount_total, 3570);
  assert.equal(paid.total_details.amount_tax, 570);
  assert.equal(paid.line_items.data[0].quantity, 3);
  assert.equal(paid.payment_intent.metadata.order, "ord_1");
  assert.equal(paid.invoice.status, "paid");
  assert.equal(paid.invoice.total_taxes[0].amount, 570);
  assert.equal(paid.invoice.total_excluding_tax, 3000);

  const charge = paid.payment_intent.latest_charge;
  const payment_intent = paid.payment_intent.id;
  await stripe.refunds.create({ payment_intent, amount: 1000 });
  await lever("refund", { payment: session.id });
  const error = await thrown(() => stripe.refunds.create({ payment_intent }));
  assert.equal(error.code, "charge_already_refunded");
  assert.equal((await stripe.charges.retrieve(charge.id)).amount_refunded, 3570);
  assert.equal((await stripe.refunds.list({ payment_intent })).data.length, 2);

  const { deliveries } = await lever("deliveries?until=idle");
  assert.ok(deliveries.every(({ status }) => status === 200));
  const types = events.map(({ type }) => type);
  assert.deepEqual(types.slice(0, 6), [
    "customer.created", "customer.updated", "payment_intent.created", "charge.succeeded",
    "payment_intent.succeeded", "checkout.session.completed",
  ]);
  const refunds = events.filter(({ type }) => type === "charge.refunded");
  assert.deepEqual(refunds.map(({ data }) => data.object.amount_refunded), [1000, 3570]);
  assert.equal(refunds[1].data.previous_attributes.amount_refunded, 1000);

  const listed = await stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 200 });
  assert.deepEqual(listed.map(({ id }) => id).reverse(), events.map(({ id }) => id));
  const one = await stripe.events.list({ type: "checkout.session.*", created: { gte: 1 }, limit: 1 });
  assert.equal(one.data[0].data.object.id, session.id);
});

test("a key makes a request once, and mistakes are named", async () => {
  const { stripe } = stripeAccount();
  const idempotencyKey = randomUUID();
  const create = (email) => stripe.customers.create({ email }, { idempotencyKey });
  const [first, second] = [await create("a@example.com"), await create("a@example.com")];
  assert.equal(first.id, second.id);
  assert.equal(second.lastResponse.headers.get("idempotent-replayed"), "true");
  const conflict = await thrown(() => create("b@example.com"));
  assert.ok(conflict instanceof Stripe.errors.StripeIdempotencyError, String(conflict));
  assert.equal(conflict.statusCode, 400);

  const wrong = (changes) => () => stripe.checkout.sessions.create({
    mode: "payment", line_items: [album], ...places, ...changes,
  });
  const cases = [
    [wrong({ colour: "red" }), "colour", "parameter_unknown"],
    [wrong({ line_items: [{ ...album, size: 1 }] }), "line_items[0][size]", "parameter_unknown"],
    [wrong({ line_items: [{ price: "price_x", quantity: 1 }] }), "line_items[0][price]", "resource_missing"],
    [wrong({ ui_mode: "embedded_page" }), "success_url", undefined],
    [wrong({ mode: "subscription" }), "line_items", undefined],
    [wrong({ success_url: undefined }), "success_url", "parameter_missing"],
    [() => stripe.customers.retrieve("cus_x"), "id", "resource_missing"],
    [
      () => stripe.paymentIntents.create({ amount: 1234, currency: "ugx" }),
      "amount", "invalid_charge_amount",
    ],
  ];
  for (const [work, param, code] of cases) {
    const error = await thrown(work);
    assert.ok(error instanceof Stripe.errors.StripeInvalidRequestError, String(error));
    assert.deepEqual([error.param, error.code], [param, code]);
  }
});

test("a card is declined, and another pays", async () => {
  const { stripe } = stripeAccount();
  const intent = await stripe.paymentIntents.create({ amount: 500, currency: "usd" });
  const confirm = (payment_method) =>
    stripe.paymentIntents.confirm(intent.id, { payment_method });
  const error = await thrown(() => confirm("pm_card_chargeDeclined"));
  assert.ok(error instanceof Stripe.errors.StripeCardError);
  assert.equal(error.payment_intent.status, "requires_payment_method");
  assert.equal((await confirm("pm_card_visa")).status, "succeeded");
  const charges = await stripe.charges.list({ payment_intent: intent.id });
  assert.deepEqual(charges.data.map(({ status }) => status), ["succeeded", "failed"]);
});

test("a subscription renews, is past due, is paid again and ends", async () => {
  const { stripe, lever } = stripeAccount();
  const start = Date.UTC(2026, 0, 31) / 1000;
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: start });
  const customer = await stripe.customers.create({ email: "a@example.com", test_clock: clock.id });
  const session = await stripe.checkout.sessions.create({
    mode: "subscription", customer: customer.id, line_items: [plan(900)],
    subscription_data: { metadata: { tenant: "ten_1" } }, ...places,
  });
  await lever("pay", { session: session.id });
  const { subscription: id } = await stripe.checkout.sessions.retrieve(session.id);
  const read = () => stripe.subscriptions.retrieve(id, { expand: ["latest_invoice.payments"] });
  const begun = await read();
  assert.equal(begun.status, "active");
  assert.equal(begun.items.data[0].current_period_end, Date.UTC(2026, 1, 28) / 1000);
  assert.equal(begun.latest_invoice.payments.data[0].status, "paid");

  const advance = (...date) =>
    stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: Date.UTC(...date) / 1000 });
  await stripe.subscriptions.update(id, {
    items: [{ id: begun.items.data[0].id, quantity: 3 }], proration_behavior: "none",
  });
  await advance(2026, 2, 1);
  const renewed = await read();
  assert.equal(renewed.latest_invoice.amount_paid, 2700);
  assert.equal(renewed.latest_invoice.billing_reason, "subscription_cycle");
  assert.equal(renewed.items.data[0].current_period_end, Date.UTC(2026, 2, 31) / 1000);

  await lever("card", { customer: customer.id, declines: true });
  await advance(2026, 3, 1);
  assert.equal((await read()).status, "past_due");
  await lever("card", { customer: customer.id, declines: false });
  await advance(2026, 3, 5);
  assert.equal((await read()).status, "active");
  await stripe.subscriptions.update(id, { cancel_at_period_end: true });
  await advance(2026, 4, 1);
  const ended = await read();
  assert.equal(ended.status, "canceled");
  assert.equal(ended.ended_at, Date.UTC(2026, 3, 30) / 1000);
  const invoices = await stripe.invoices.list({ subscription: id });
  assert.deepEqual(invoices.data.map(({ amount_paid }) => amount_paid), [2700, 2700, 900]);
});

test("usage is metered once and billed", async () => {
  const { stripe, lever } = stripeAccount();
  const frozen_time = Date.UTC(2026, 0, 1) / 1000;
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time });
  const customer = await stripe.customers.create({ test_clock: clock.id });
  const meter = await stripe.billing.meters.create({
    display_name: "Tokens", event_name: "tokens", default_aggregation: { formula: "sum" },
  });
  const price = await stripe.prices.create({
    currency: "usd", unit_amount: 2, product_data: { name: "Tokens" },
    recurring: { interval: "month", usage_type: "metered", meter: meter.id },
  });
  const session = await stripe.checkout.sessions.create({
    mode: "subscription", customer: customer.id, ...places,
    line_items: [{ price: price.id }],
  });
  await lever("pay", { session: session.id });
  const report = (identifier) => stripe.billing.meterEvents.create({
    event_name: "tokens", identifier, payload: { stripe_customer_id: customer.id, value: "25" },
  });
  await report("one");
  assert.equal((await thrown(() => report("one"))).param, "identifier");
  await report("two");
  await stripe.invoiceItems.create({
    customer: customer.id, amount: 700, currency: "usd", description: "Top-up",
  });
  await stripe.testHelpers.testClocks.advance(clock.id, {
    frozen_time: Date.UTC(2026, 1, 2) / 1000,
  });
  const [invoice] = (await stripe.invoices.list({ customer: customer.id })).data;
  assert.equal(invoice.total, 800);
  assert.deepEqual(invoice.lines.data.map(({ quantity }) => quantity), [50, 1]);
});

test("a dispute takes the money and may give it back", async () => {
  const { stripe, lever } = stripeAccount();
  const intent = await stripe.paymentIntents.create({
    amount: 500, currency: "usd", payment_method: "pm_card_visa", confirm: true,
  });
  const { id } = await lever("dispute", { payment: intent.id });
  const refused = await thrown(() => stripe.refunds.create({ payment_intent: intent.id }));
  assert.equal(refused.code, "charge_disputed");
  await lever("close_dispute", { dispute: id, won: true });
  assert.equal((await stripe.disputes.retrieve(id)).status, "won");
  const { data } = await stripe.events.list({ type: "charge.dispute.*" });
  assert.deepEqual(data.map(({ type }) => type.split(".")[2]), [
    "closed", "funds_reinstated", "funds_withdrawn", "created",
  ]);
});

test("connected accounts have their own books and endpoint", async (t) => {
  const { stripe, lever } = stripeAccount();
  const { events, url } = await receiver(t);
  await lever("endpoints", { url, secret: SECRET, connect: true });
  const account = await stripe.accounts.create({ country: "DE", type: "express" });
  const link = await stripe.accountLinks.create({
    account: account.id, type: "account_onboarding",
    refresh_url: "http://a.example/again", return_url: "http://a.example/back",
  });
  assert.match(link.url, /\/stripe\/onboard\/acct_/);
  await lever("account", { account: account.id, charges_enabled: true, payouts_enabled: true });
  const of = { stripeAccount: account.id };
  const product = await stripe.products.create({ name: "Theirs" }, of);
  await thrown(() => stripe.products.retrieve(product.id));
  assert.equal((await stripe.products.retrieve(product.id, {}, of)).name, "Theirs");
  await lever("payout", { account: account.id, amount: 100, currency: "eur" });
  await lever("deliveries?until=idle");
  assert.deepEqual(events.map(({ type }) => type), [
    "account.updated", "product.created", "payout.created", "payout.paid",
  ]);
  assert.ok(events.every((event) => event.account === account.id));
});

test("the relay duplicates, drops, holds and repeats until it is heard", async (t) => {
  const { stripe, lever } = stripeAccount();
  let isDeaf = false;
  const { events, url } = await receiver(t, () => (isDeaf ? 500 : 200));
  await lever("endpoints", { url, secret: SECRET });
  await lever("chaos", { hold: true }, "PUT");
  for (const name of ["a", "b", "c"]) await stripe.products.create({ name });
  const { held } = await lever("deliveries");
  assert.equal(held.length, 3);
  const [a, b, c] = held;
  await lever("deliver", { order: [c, a, a] });
  assert.deepEqual(events.map(({ id }) => id), [c, a, a]);
  isDeaf = true;
  const { deliveries } = await lever("deliver", {});
  assert.deepEqual(deliveries.map(({ event, status }) => [event, status]), [[b, 500]]);
  isDeaf = false;
  await lever("deliver", { seed: 1 });
  assert.equal(events.at(-1).id, b);

  events.length = 0;
  await lever("chaos", { duplicate: 1, reorder: 4, drop: 4, seed: 3 }, "PUT");
  isDeaf = true;
  const names = ["d", "e", "f", "g"];
  await Promise.all(names.map((name) => stripe.products.create({ name })));
  isDeaf = false;
  const report = await lever("deliveries?until=idle");
  assert.equal(report.deliveries.filter(({ error }) => error === "dropped").length, 1);
  assert.equal(events.length, 6);
  assert.equal(new Set(events.map(({ id }) => id)).size, 3);
});
