//! What is asked of a shop, and what is looked at in each answer.

use super::shop::Shop;
use crate::{
    client,
    load::{Result, ask_many},
};
use bytes::Bytes;
use http::{Method, Request};
use memchr::memmem;
use serde_json::json;
use std::fmt::{self, Display};

/// Where a chat is asked for.
pub const CHAT: &str = "/v1/chat/completions";
/// Connections of the second half of the loads.
pub const CONNECTIONS: usize = 16;
/// Products whose prices are asked for at once, and products of a page.
const PRICED: usize = 10;
const PAGE: usize = 20;
/// A step through all products that comes back only after all of them: a prime.
const STEP: usize = 7_919;

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A link to a file of an album, by people who bought it.
    Link,
    /// An event that is recorded, about a payment that belongs to nothing here.
    Event,
    /// An event that pays an order of tokens: the session is fetched again, and the tokens go to
    /// the account.
    PaidEvent,
    /// What some products cost in a country.
    Pricing,
    /// A page of products, anywhere in the list.
    Products,
    /// A new cart with a product.
    Cart,
    /// A quote of a cart.
    Quote,
    /// A chat of the account with the ledger.
    Chat,
}

/// What is asked, on so many connections.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Load {
    pub kind: Kind,
    pub connections: usize,
}

const fn load(kind: Kind, connections: usize) -> Load {
    Load { kind, connections }
}

/// In the order of the table.
pub const LOADS: [Load; 16] = [
    load(Kind::Link, 1),
    load(Kind::Link, CONNECTIONS),
    load(Kind::Event, 1),
    load(Kind::Event, CONNECTIONS),
    load(Kind::PaidEvent, 1),
    load(Kind::PaidEvent, CONNECTIONS),
    load(Kind::Pricing, 1),
    load(Kind::Pricing, CONNECTIONS),
    load(Kind::Products, 1),
    load(Kind::Products, CONNECTIONS),
    load(Kind::Cart, 1),
    load(Kind::Cart, CONNECTIONS),
    load(Kind::Quote, 1),
    load(Kind::Quote, CONNECTIONS),
    load(Kind::Chat, 1),
    load(Kind::Chat, CONNECTIONS),
];

impl Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.kind {
            Kind::Link => "`POST /downloads/link`",
            Kind::Event => "`POST /webhooks/stripe`, recorded",
            Kind::PaidEvent => "`POST /webhooks/stripe`, pays an order",
            Kind::Pricing => "`GET /public/pricing`",
            Kind::Products => "`GET /public/products`",
            Kind::Cart => "`POST /cart`",
            Kind::Quote => "`POST /cart/{id}/quote`",
            Kind::Chat => "a metered chat",
        };
        write!(f, "{name} | {}", self.connections)
    }
}

impl Kind {
    /// How many requests a round measures.
    pub const fn count(self, connections: usize) -> usize {
        match (self, connections) {
            (Self::PaidEvent, 1) => 100,
            (Self::PaidEvent, _) => 320,
            (_, 1) => 200,
            _ => 720,
        }
    }

    /// How many requests go before them, which are not measured.
    pub const fn warm_up(self, connections: usize) -> usize {
        match self {
            // Each takes an order.
            Self::PaidEvent => connections,
            // The first ones spend the lots that were bought since the last ones.
            Self::Chat => 16 * connections,
            _ => 4 * connections,
        }
    }

    /// So many requests, none of which was made before where that matters.
    ///
    /// # Errors
    /// When what they need cannot be prepared.
    pub async fn requests(self, shop: &mut Shop, count: usize) -> Result<Vec<Request<Bytes>>> {
        let host = shop.tenant.host.clone();
        let first = shop.asked;
        shop.asked += count;
        let numbers = first..first + count;
        match self {
            Self::Link => numbers.map(|number| link(shop, number)).collect(),
            Self::Event => {
                let events = numbers.map(|number| payment_event(&shop.made(number)));
                events.map(|event| shop.webhook(&event)).collect()
            }
            Self::PaidEvent => {
                let buyer = shop.teller.clone();
                let events = shop.sell(&vec![buyer; count], &shop.pack.clone()).await?;
                events.iter().map(|event| shop.webhook(event)).collect()
            }
            Self::Pricing => numbers
                .map(|number| {
                    let of = |index| shop.product(STEP * (PRICED * number + index));
                    let products: Vec<_> = (0..PRICED).map(of).collect();
                    open(
                        &host,
                        &format!("/public/pricing?country=DE&products={}", products.join(",")),
                    )
                })
                .collect(),
            Self::Products => numbers
                .map(|number| {
                    // Not so near to the end that the page would not be full.
                    let after = shop.products.get(STEP * number % (shop.products.len() - PAGE));
                    let after = after.ok_or("a shop has products")?;
                    open(&host, &format!("/public/products?country=DE&limit={PAGE}&cursor={after}"))
                })
                .collect(),
            Self::Cart => numbers.map(|number| shop.cart(number)).collect(),
            Self::Quote => {
                let carts = numbers.map(|number| shop.cart(number)).collect::<Result<_>>()?;
                let carts = ask_many(shop.server.address, carts, CONNECTIONS).await?;
                let quote = |cart: &Bytes| shop.quote(cart, &shop.teller);
                carts.iter().map(quote).collect()
            }
            Self::Chat => {
                let chat = client::chat(&host, CHAT, &shop.teller, false)?;
                Ok(vec![chat; count])
            }
        }
    }

    /// Whether an answer is all that it should be.
    pub fn is_whole(self) -> fn(&[u8]) -> bool {
        match self {
            Self::Link => |body| has(body, b"\"dlToken\":") && has(body, b"\"permissionHash\":"),
            Self::Event | Self::PaidEvent => |body| has(body, b"\"received\":true"),
            Self::Pricing => |body| count(body, b"\"minor\":") == PRICED,
            Self::Products => |body| count(body, b"\"minor\":") == PAGE,
            Self::Cart => |body| has(body, b"\"lines\":[{"),
            Self::Quote => |body| has(body, b"\"id\":\"quo_"),
            Self::Chat => client::is_whole_answer,
        }
    }
}

fn has(body: &[u8], text: &[u8]) -> bool {
    memmem::find(body, text).is_some()
}

fn count(body: &[u8], text: &[u8]) -> usize {
    memmem::find_iter(body, text).count()
}

/// A link for one of those who bought the album, each of whom comes from an address of their own.
fn link(shop: &Shop, number: usize) -> Result<Request<Bytes>> {
    let buyer = number % shop.buyers.len();
    let token = shop.buyers.get(buyer).ok_or("a shop has buyers")?;
    let asset = shop.assets.get(number % shop.assets.len()).ok_or("an album has files")?;
    let body = json!({ "assetId": asset, "deviceId": "bench" });
    let body = Bytes::from(body.to_string());
    from(client::post(&shop.tenant.host, "/downloads/link", token, body)?, buyer)
}

/// A request from one of the 16 million addresses of `10.0.0.0/8`.
///
/// # Errors
/// Never: an address is a header's value.
pub fn from(mut request: Request<Bytes>, number: usize) -> Result<Request<Bytes>> {
    let [.., a, b, c] = number.to_be_bytes();
    let address = format!("10.{a}.{b}.{c}");
    // The one is how Cloudflare says it, the other is how a proxy in front of Spin does.
    for name in ["cf-connecting-ip", "x-forwarded-for"] {
        let address = address.parse().map_err(|_| "not a header")?;
        request.headers_mut().insert(name, address);
    }
    Ok(request)
}

/// A request of anybody.
fn open(host: &str, path: &str) -> Result<Request<Bytes>> {
    let request = Request::builder().method(Method::GET).uri(path).header("host", host);
    request.header("accept", "*/*").body(Bytes::new()).map_err(|e| e.to_string())
}

/// What Stripe says of a payment that has succeeded (<https://docs.stripe.com/api/events/object>).
fn payment_event(name: &str) -> Bytes {
    let payment = json!({
        "id": format!("pi_{name}"), "object": "payment_intent", "amount": 1100,
        "amount_capturable": 0, "amount_received": 1100, "capture_method": "automatic_async",
        "created": 1_793_231_000, "currency": "eur", "customer": null, "description": null,
        "latest_charge": format!("ch_{name}"), "livemode": false, "metadata": {},
        "payment_method_types": ["card"], "receipt_email": null, "status": "succeeded",
    });
    let event = json!({
        "id": format!("evt_{name}"), "object": "event", "api_version": stripe::API_VERSION,
        "created": 1_793_231_000, "data": { "object": payment }, "livemode": false,
        "pending_webhooks": 1, "request": { "id": null, "idempotency_key": null },
        "type": "payment_intent.succeeded",
    });
    Bytes::from(event.to_string())
}
