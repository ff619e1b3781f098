// Makes signatures.json and requests.json with npm `stripe` 23.1.0, which knows nothing of the Rust
// that is tested against them: `npm i stripe@23.1.0`, then `node make.mjs`.
import fs from 'node:fs';
import Stripe from 'stripe';

const here = new URL('.', import.meta.url);
const write = (name, value) =>
  fs.writeFileSync(new URL(name, here), JSON.stringify(value, null, 2) + '\n');

// Signatures. None of the secrets is one.
const sign = (payload, secret, timestamp) => ({
  payload, secret, timestamp,
  header: Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp }),
});
write('signatures.json', [
  sign('{"id":"evt_1","object":"event"}', 'whsec_test_first', 1793232000),
  sign('{"id":"evt_1","object":"event"}', 'whsec_test_second', 1793232000),
  sign('{\n  "id": "evt_2",\n  "text": "Grüße, 東京 \\u0000"\n}', 'whsec_test_first', 1793232001),
  sign('not json at all', 'whsec_with+/=chars', 1),
  sign('{}', 'x'.repeat(200), 4102444800),
]);

// Requests: what the library sends, caught before the network.
let caught;
class Answer extends Stripe.HttpClientResponse {
  constructor() { super(200, {}); }
  getRawResponse() { return {}; }
  toStream() { return null; }
  toJSON() { return Promise.resolve({ data: [], has_more: false }); }
}
class Client extends Stripe.HttpClient {
  getClientName() { return 'caught'; }
  makeRequest(_host, _port, path, method, headers, body) {
    caught = { method, path, body: body || null, version: headers['Stripe-Version'],
      key: headers['Idempotency-Key'] ?? null, account: headers['Stripe-Account'] ?? null,
      type: headers['Content-Type'] ?? null };
    return Promise.resolve(new Answer());
  }
}
const stripe = new Stripe('sk_test_none', { httpClient: new Client(), maxNetworkRetries: 0 });
const requests = {};
const record = async (name, promise) => { await promise; requests[name] = caught; };
const metadata = { tenant: 'ten_market', order: 'ord_1', account: 'acc_7', quote: 'quo_9' };
const key = (idempotencyKey) => ({ idempotencyKey });

await record('checkout_payment', stripe.checkout.sessions.create({
  mode: 'payment', ui_mode: 'hosted_page',
  success_url: 'https://market.example/done?s={CHECKOUT_SESSION_ID}&a=b',
  cancel_url: 'https://market.example/cart',
  customer: 'cus_1', customer_update: { address: 'auto', name: 'auto', shipping: 'auto' },
  billing_address_collection: 'required',
  shipping_address_collection: { allowed_countries: ['DE', 'AT'] },
  phone_number_collection: { enabled: true }, tax_id_collection: { enabled: true },
  automatic_tax: { enabled: true }, allowed_payment_method_types: ['card', 'sepa_debit'],
  line_items: [
    { quantity: 2, adjustable_quantity: { enabled: true, minimum: 1, maximum: 5 },
      metadata: { line: '0' },
      price_data: { currency: 'eur', unit_amount: 1190, tax_behavior: 'inclusive',
        product_data: { name: 'Album & “Bücher” 50%', description: 'a+b=c', tax_code: 'txcd_10401100' } } },
    { quantity: 1, price_data: { currency: 'eur', unit_amount: 500, product_data: { name: 'Tokens' } } },
  ],
  expires_at: 1793240000, locale: 'de', client_reference_id: 'ord_1', metadata,
  payment_intent_data: { metadata, application_fee_amount: 119 },
  invoice_creation: { enabled: true, invoice_data: { metadata } },
}, { ...key('checkout:quo_9'), stripeAccount: 'acct_1' }));
await record('checkout_subscription', stripe.checkout.sessions.create({
  mode: 'subscription', ui_mode: 'embedded_page', return_url: 'https://saas.example/back',
  customer_email: 'ada+test@example.com',
  line_items: [{ quantity: 3, price_data: { currency: 'jpy', unit_amount: 900, tax_behavior: 'exclusive',
    recurring: { interval: 'month', interval_count: 1 }, product_data: { name: 'Plan' } } }],
  client_reference_id: 'ord_1', metadata,
  subscription_data: { metadata, application_fee_percent: 2.5 },
}, key('checkout:quo_9')));
const session = ['line_items', 'line_items.data.taxes',
  'payment_intent.latest_charge', 'invoice', 'subscription'];
await record('session', stripe.checkout.sessions.retrieve('cs_1', { expand: session }));
await record('session_expire', stripe.checkout.sessions.expire('cs_1'));
await record('payment', stripe.paymentIntents.create({ amount: 500, currency: 'isk', customer: 'cus_1',
  automatic_payment_methods: { enabled: true }, metadata }, key('pay:quo_9')));
await record('payment_cancel', stripe.paymentIntents.cancel('pi_1', { cancellation_reason: 'abandoned' }));
await record('payment_intent', stripe.paymentIntents.retrieve('pi_1', { expand: ['latest_charge'] }));
await record('refund', stripe.refunds.create({ payment_intent: 'pi_1', amount: 250,
  reason: 'requested_by_customer', refund_application_fee: true, metadata }, key('refund:r1')));
await record('refund_get', stripe.refunds.retrieve('re_1'));
await record('charge', stripe.charges.retrieve('ch_1', { expand: ['refunds'] }));
await record('dispute', stripe.disputes.retrieve('du_1'));
await record('subscription', stripe.subscriptions.retrieve('sub_1'));
await record('invoice', stripe.invoices.retrieve('in_1', { expand: ['payments'] }));
await record('tax_rate', stripe.taxRates.retrieve('txr_1'));
await record('account', stripe.accounts.retrieve('acct_1'));
await record('payout', stripe.payouts.retrieve('po_1'));
await record('customer', stripe.customers.create({ email: 'ada@example.com', name: 'Ada L',
  preferred_locales: ['de'], metadata: { tenant: 'ten_market', account: 'acc_7' } }, key('customer:acc_7')));
await record('portal', stripe.billingPortal.sessions.create({ customer: 'cus_1',
  return_url: 'https://saas.example/', locale: 'fr' }));
await record('quantity', stripe.subscriptions.update('sub_1', {
  items: [{ id: 'si_1', quantity: 4 }], proration_behavior: 'always_invoice',
  payment_behavior: 'error_if_incomplete', metadata: { paid: '5/4/1795824000' } }, key('quantity:x')));
await record('usage', stripe.billing.meterEvents.create({ event_name: 'tokens', identifier: 'use_1',
  timestamp: 1793232000, payload: { stripe_customer_id: 'cus_1', value: '1200' } }, key('usage:use_1')));
await record('events', stripe.events.list({ limit: 100, created: { gte: 1793232000 }, starting_after: 'evt_9' }));
write('requests.json', requests);
