### American English: the first of the locales, which the others are compared with.
### `en-GB.ftl` holds only what the British write otherwise.

## On every page
skip = Skip to content
nav-main = Main
nav-account = Sections of this page
nav-admin = Administration
sign-in = Sign in
sign-out = Sign out
account = Account
playground = Playground
admin = Administration
language = Language
scheme = Color scheme
scheme-auto = As on this device
scheme-light = Light
scheme-dark = Dark
save = Save
cancel = Cancel
request = Request
pages = Pages of this list
first-page = Back to the newest
next-page = Older entries
none = none
copy = Copy
copied = Copied
copy-failed = Could not copy. Select the text instead.
usd-approx = approx. { $amount }
of = { $part } of { $whole }
go-home = Go to the home page
try-again = Try again
find = Find
name = Name
email = Email
when = When
created = Created
tokens = Tokens
tokens-count = { $count ->
    [one] { $count } token
   *[other] { $count } tokens
}
tokens-input = Input tokens
tokens-output = Output tokens
requests = Requests
requests-count = { $count ->
    [one] { $count } request
   *[other] { $count } requests
}

## What has just been done
notice-preferences-saved = Your preferences are saved.
notice-session-revoked = The device is signed out. It may take up to 30 seconds to notice.
notice-others-revoked = All other devices are signed out.
notice-key-revoked = The API key is revoked.
notice-tenant-created = The tenant is created.
notice-domain-put = The domain is added.
notice-granted = The tokens are granted.

## What is wrong with a field
fault-required = Please fill in this field.
fault-too-long = { $max ->
    [one] At most { $max } character fits here.
   *[other] At most { $max } characters fit here.
}
fault-malformed = This does not have the form that is described here.
fault-out-of-range = This number is too small or too large.
fault-taken = This is already taken.
fault-unknown-choice = Please choose from the list.
fault-other = This field { $message }.

## Home
home-what = What it does
home-plan = This is being built. What stands here is what it will do; what works today is below.
home-now-admin = Make tenants and give them domains, see their models and what administrators have done.
home-now = What you can do now
home-now-playground = Ask any of the models offered here, watch the answer arrive, and see what it took.
home-now-account = See your balance as it changes, what you used each day, your devices and your API keys.
home-now-api = Use the clients you know: the API speaks the dialects of OpenAI and Anthropic.
open-playground = Open the playground
open-account = Open your account
api-description = API description

home-family = AI chat the whole family can use
home-family-lead = Children ask, parents set the frame. Every question and every answer is checked before anyone reads it.
home-family-1 = Safe in both directions
home-family-1-text = Messages are moderated before they reach a model, and answers before they reach a child.
home-family-2 = Rules that guardians set
home-family-2-text = Decide who may use which model, when, and for how long, and pause a profile at any time.
home-family-3 = One wallet, clear costs
home-family-3-text = The family shares tokens. You see what each profile used, and nobody can spend more than there is.

home-stories = A drawing becomes a story
home-stories-lead = A child’s picture turns into an illustrated tale, read aloud, made for its age and in its language.
home-stories-1 = Start from anything
home-stories-1-text = A drawing, a photo, a recording or a few words are enough to begin.
home-stories-2 = Told and illustrated
home-stories-2-text = Text, pictures and narration are made together, and checked to be fit for children.
home-stories-3 = Costs stay in view
home-stories-3-text = Every step is metered and limited, so a story costs what it should and no more.

home-paybot = Payments in a conversation
home-paybot-lead = A friendly dialog asks for card details, checks each of them, and hands them to Stripe. Nothing sensitive is kept.
home-paybot-1 = One question at a time
home-paybot-1-text = The dialog asks for what is missing, explains what looks wrong, and lets people correct it.
home-paybot-2 = Card data passes through
home-paybot-2-text = Stripe turns the card into a token. The number appears in no log, no database and no prompt.
home-paybot-3 = Safe to repeat
home-paybot-3-text = A retry never charges twice, and every session ends by itself.

home-saas = A running start for your product
home-saas-lead = Sign-in, subscriptions, uploads and AI generation, already connected, so you can begin with what is yours.
home-saas-1 = People and sessions
home-saas-1-text = Sign in with your own identity provider, and sign out any device from one list.
home-saas-2 = Checkout and subscriptions
home-saas-2-text = Plans, trials and invoices through Stripe, kept in step by signed webhooks.
home-saas-3 = AI with a history
home-saas-3-text = Generate text with the model you choose, find it again later, and see what it took.

home-market = A home for creative work
home-market-lead = Music, books, video and prints from the people who make them, sold on their own domains.
home-market-1 = A store for each creator
home-market-1-text = Every creator has a catalog, a look and a domain of their own.
home-market-2 = Buy once, download safely
home-market-2-text = Signed links open what you bought, on every device, for as long as you own it.
home-market-3 = Prices for each country
home-market-3-text = You see the price in your own currency before you decide.

home-postern = The operators’ entrance
home-postern-lead = Postern runs apps as WebAssembly functions at the network’s edge. From here you look after them.
home-postern-1 = Tenants and domains
home-postern-1-text = Create a tenant, choose where its data is kept, and put it on its own domain.
home-postern-2 = Accounts and grants
home-postern-2-text = Look up an account, see its wallet and its operations, and grant tokens.
home-postern-3 = Models and their health
home-postern-3-text = See which models answer, what they cost, and which provider is in trouble.

## Sign-in
sign-in-again = Sign in again
sign-in-redirect-uri = This address is not registered
sign-in-redirect-uri-text = The sign-in provider does not know where to send you back to. An administrator can mend that by registering the address below.
sign-in-register = Redirect URI to register
sign-in-register-text = It must match exactly: scheme, host, port and path, without a slash at the end. “localhost” and “127.0.0.1” are two different hosts.
sign-in-denied = The sign-in was declined
sign-in-denied-text = You or the sign-in provider ended it. Nothing has been changed.
sign-in-expired = The sign-in took too long
sign-in-expired-text = It was begun a while ago, or in another browser. Please begin again here.
sign-in-mismatch = The answer does not fit the question
sign-in-mismatch-text = What came back from the sign-in provider does not belong to the sign-in that this browser began. For your safety it was not used.
sign-in-unreachable = The sign-in provider does not answer
sign-in-unreachable-text = That is usually over in a few minutes. You can try again.
sign-in-not-configured = Sign-in is not set up yet
sign-in-not-configured-text = No sign-in provider is configured here. An administrator has to add one.
sign-in-issuer-said = What the sign-in provider said
signed-out = You are signed out
signed-out-text = This device can no longer open your account.
signed-out-issuer = You may still be signed in at your sign-in provider.
sign-out-issuer = Sign out there too

## Account
profile = Profile
account-id = Account ID
member-since = Member since
balance = Balance
balance-available = tokens available
balance-held = tokens held
balance-posted = tokens posted
balance-meter = Share of your tokens that is available
balance-text = Held tokens are set aside for requests under way. What a request does not use becomes available again.
balance-stale = These numbers may be out of date.
usage = Usage
usage-total = { $tokens ->
    [one] { $tokens } token
   *[other] { $tokens } tokens
} in { $count ->
    [one] { $count } request
   *[other] { $count } requests
}
usage-caption = Tokens used each day, input and output together
usage-by-day = Usage by day, as a table
usage-by-model = By model
usage-empty = Nothing used yet
usage-empty-text = Once you ask a model, you will see here what it took, day by day.
day = Day
chart-explore = Explore this chart
chart-failed = The interactive chart could not be loaded.
transfers = Transfers
transfer = Transfer
transfer-post = Posted
transfer-reserve = Held
transfer-settle = Settled
transfer-void = Released
transfers-empty = No transfers yet
transfers-empty-text = Every token that comes in or goes out will be listed here.
sessions = Devices
sessions-text = Where you are signed in. Sign out any device that you do not know.
this-device = this device
unknown-device = Unknown device
signed-in-at = Signed in
last-seen = last seen
session-revoke-title = Sign out this device?
session-revoke-text = It stops working there within 30 seconds. You can sign in on it again at any time.
others-revoke = Sign out all other devices
others-revoke-title = Sign out all other devices?
others-revoke-text = You stay signed in here. Everywhere else you have to sign in again.
keys = API keys
keys-text = A key lets a program act for you. Treat it as you would a password.
keys-empty = No API keys
keys-empty-text = Create one to use the API from a program of yours.
key-create = Create an API key
key-name-hint = So that you recognize it later, for example the program that uses it.
key-revoke-title = Revoke “{ $name }”?
key-revoke-text = Programs that use this key are refused from then on. This cannot be undone.
scopes = Scopes
scope-chat = ask models and spend tokens
scope-account-read = read balance, usage and transfers
revoke = Revoke
revoked = revoked
last-used = last used
never-used = never used
new-key = Your new API key “{ $name }”
new-key-text = Copy it now and keep it somewhere safe. For security it is shown only this once.

## Playground
conversation = Conversation
prompt = Your message
prompt-placeholder = Ask something
model = Model
models-empty = No models yet
models-empty-text = No model is offered here. An administrator can change that.
chat-empty = Ask the first question
chat-empty-text = Choose a model below and write a message. The answer appears here.
chat-you = You
chat-model = Model
chat-send = Send
chat-stop = Stop
chat-clear = Start over
chat-keys = Enter sends, Shift + Enter starts a new line, Escape stops.
chat-available = { $count ->
    [one] You have { $count } token left.
   *[other] You have { $count } tokens left.
}
chat-waiting = The model is answering …
chat-done = The answer is complete.
chat-stopped = Stopped. You pay only for what was used.
chat-cut = The answer broke off. You can send your message again.
chat-spent = { $input } input tokens, { $output } output tokens
chat-offline = You are offline. Your message is still here; send it when you are connected again.
chat-failed = The model could not answer. Please try again, or choose another model.
chat-signed-out = Your session has ended. Please sign in again.
chat-no-tokens = You do not have enough tokens for this request.
chat-too-many = That was a little fast. Please wait a moment and send again.

## Administration
overview = Overview
tenants = Tenants
accounts = Accounts
models = Models
audit = Audit log
models-up = models answering
operations-day = requests in the last 24 hours
account-find = Look up an account
audit-latest = Latest changes
audit-all = Show the whole audit log
audit-text = Who changed what, and when. Entries cannot be changed or removed.
audit-empty = No entries yet
audit-empty-text = What administrators do will be listed here.
who = Who
action = Action
subject = Subject
handle = Handle
app = App
region = Region
built-in = built in
tenants-empty = No tenants yet
tenants-empty-text = Create the first one below.
tenant-create = Create a tenant
tenant-id = Tenant ID
tenant-name-hint = As people will read it.
tenant-handle-hint = Part of its address: a letter first, then lowercase letters, digits and hyphens.
tenant-region-hint = Where its data is kept. This cannot be changed later.
region-auto = Automatic: near the first request
region-wnam = Western North America
region-enam = Eastern North America
region-sam = South America
region-weur = Western Europe
region-eeur = Eastern Europe
region-apac = Asia and the Pacific
region-oc = Oceania
region-afr = Africa
region-me = Middle East
region-eu = European Union only
region-fedramp = FedRAMP data centers only
issuers = Issuers
issuers-none = None: nobody can sign in yet
domains = Domains
domain = Domain
domain-hint = Without scheme and port, for example shop.example.com. Its DNS must point to this platform.
domain-put = Add a domain
domains-empty = No domains of its own
domains-empty-text = The tenant can be reached by its handle. Add a domain to give it its own address.
accounts-text = Accounts are kept apart from each other, so they can be found by their ID only.
account-id-hint = Begins with acc_. People find it on their account page.
wallet = Wallet
grant = Grant tokens
grant-tokens-hint = A whole number above zero.
grant-note = Note
grant-note-hint = For the audit log, for example the reason.
grant-confirm = Grant these tokens?
grant-confirm-text = They are available at once. The grant appears in the ledger and in the audit log.
operations = Operations
operations-empty = No operations yet
operations-empty-text = Requests of models by this account will be listed here.
outcome = Outcome
outcome-done = done
outcome-left = left early
outcome-failed = failed
taken = Taken
cost = Cost
duration = Duration
models-text = Health is what this instance has seen lately. Prices are for a million tokens.
health = Health
health-up = answering
health-degraded = degraded
health-down = failing
health-unknown = not asked lately
provider = Provider
providers = Providers
providers-empty = No providers
providers-empty-text = Models need a provider in the configuration.
provider-key = Key
key-set = set
key-missing = missing
price-input = Input price
price-output = Output price
output-max = Output limit
format = Format
address = Address

## Problems
problem-detail = What exactly
problem-report = If you report this, please give this ID:
retry-after = { $seconds ->
    [one] It is worth trying again in { $seconds } second.
   *[other] It is worth trying again in { $seconds } seconds.
}
problem-400 = This request cannot be read
problem-400-text = Something about it is not as it should be. Going back and trying again usually helps.
problem-401 = Please sign in
problem-401-text = This page is only for people who are signed in, or your session has ended.
problem-402 = Not enough tokens
problem-402-text = Your balance does not cover this request. Your account shows what is available and what is held.
problem-403 = You have no access to this
problem-403-text = You are signed in, but this page is for others. An administrator can give you access.
problem-404 = There is nothing here
problem-404-text = The address may be mistyped, or what was here has moved or been removed.
problem-405 = This cannot be done here
problem-405-text = The page exists, but not for what was asked of it.
problem-409 = Someone was faster
problem-409-text = What you wanted to change has changed in the meantime, or already exists. Please look again.
problem-422 = Something is not filled in correctly
problem-422-text = Please go back and check what you entered.
problem-429 = Too many requests
problem-429-text = You have been asking faster than is allowed here. Nothing is lost; just wait a moment.
problem-500 = Something went wrong on our side
problem-500-text = It is not your fault, and it has been recorded. Please try again in a moment.
problem-502 = A service behind this one does not answer properly
problem-502-text = We passed your request on and got no usable answer. Please try again in a moment.
problem-503 = Not available right now
problem-503-text = This is usually over soon. Please try again in a moment.
problem-other = This did not work
offline = You are offline
offline-text = There is no connection to the network. What you were looking at is not lost; the page can be loaded again once you are connected.

## Invitations
invite = Invite somebody
invite-text = A link gives one person one role, once. It counts for a week, for whoever the issuer knows by this address.
invite-made = Send this link to the person. It is not shown again.
invite-email-hint = As the issuer has it, and has verified it.
invite-role-hint = For example admin.
invite-make = Make a link
role = Role
invitation = Invitation
invitation-text = { $tenant } invites you to be “{ $role }”.
invitation-until = It counts until
invitation-accept = Accept
notice-invitation-accepted = The invitation is accepted.

## The shop on every page
shop = Shop
my-products = My Products
invoices = Invoices
orders = My orders
nav-purchases = Your purchases
test-mode = Test mode: no money moves.
test-mode-text = Payments, orders and invoices here are for trying out only.
notice-added-to-cart = It is in your cart.
notice-cart-updated = Your cart is up to date.
notice-line-removed = It is no longer in your cart.
notice-coupon-applied = The coupon is applied.
notice-coupon-removed = The coupon is removed.
notice-country-saved = You now see the prices for your country.
notice-licence-accepted = The license is accepted. You can download now.

## Shop
product = Product
kind-digital = Download
kind-physical = Shipped to you
kind-tokens = Tokens
kind-top-up = Top-up
kind-subscription = Subscription
kind-bundle = Bundle
interval-days = { $count ->
    [one] per day
   *[other] every { $count } days
}
interval-weeks = { $count ->
    [one] per week
   *[other] every { $count } weeks
}
interval-months = { $count ->
    [one] per month
   *[other] every { $count } months
}
interval-years = { $count ->
    [one] per year
   *[other] every { $count } years
}
tax-included = incl. { $rate } { $label }
tax-included-some = incl. { $label }
tax-added = plus tax
cart-items = { $count ->
    [one] Cart: { $count } item
   *[other] Cart: { $count } items
}
country = Country
country-show = Show prices
country-hint = Currency, taxes and what can be delivered depend on it.
shop-empty = Nothing for sale yet
shop-empty-text = Nothing is offered in your country at the moment. Please look again later.
shop-first = Back to the first products
shop-next = More products
bundle-holds = In this bundle:
sold-out = Sold out
stock-few = Only { $count } left
quantity = Quantity
add-to-cart = Add to cart
open-shop = Go to the shop
trouble-sold-out = Someone was faster: something in your cart has just sold out. Nothing was charged.
trouble-busy = A lot is going on right now. Nothing was changed; please try again in a moment.
trouble-no-payments = Payments are not available right now. Your cart is kept; please try again later.
trouble-cart-changed = Your cart was changed elsewhere in the meantime. This is what it holds now.
trouble-payment-open = A payment for this cart is already under way. Finish it first, or turn back there to change the cart.
trouble-too-many-lines = This cart is full. Please pay for it first, or remove something.
trouble-subscription-alone = A subscription is paid for on its own. Please remove either it or the rest.
trouble-mixed-intervals = Subscriptions that are paid at different intervals need an order each. Please remove one of them.
trouble-too-little = This is too small an amount to be paid by card. Please add something.
trouble-not-sent-together = These goods are not sent to any one country together. Please remove one of them.

## Cart
cart = Cart
cart-empty = Your cart is empty
cart-empty-text = What you add in the shop waits for you here.
cart-lines = What is in your cart
unit-price = Unit price
line-total = Amount
quantity-of = Quantity of { $name }
update = Update
remove = Remove
price-before = Before:
price-now = Now:
prices-changed = Prices have changed since you last looked. You pay what stands here now.
line-sold-out = Sold out. Please remove it to go on.
line-left = Only { $count } left. Please choose fewer.
line-not-here = Not sold in your country. Please remove it to go on.
line-gone = No longer for sale. Please remove it to go on.
shop-on = Continue shopping
sums = Summary
coupon = Coupon code
coupon-apply = Apply
coupon-unknown = There is no such coupon. Please check how it is written.
coupon-expired = This coupon has expired.
coupon-not-yet = This coupon does not count yet.
coupon-used-up = This coupon has been used up.
coupon-used-by-you = You have already used this coupon.
coupon-below-minimum = This coupon counts from { $amount } on.
coupon-not-for-these = This coupon is not for anything in your cart.
coupon-not-here = This coupon is not for your country or currency.
coupon-not-together = This coupon cannot be combined with the one you have.
coupon-on-subscription = Coupons do not count for subscriptions.
coupon-again = This coupon is already applied.
coupon-sign-in = Please sign in first: this coupon is for certain customers.
subtotal = Subtotal
discount = Discount
rounding = Rounding
total = Total
recurring = Then { $amount } { $interval }, until you end it.
cart-sent = Something in your cart is shipped. You give the address when you pay.
checkout = Check out
checkout-text = You pay on Stripe’s page. Nothing is charged before you confirm there.
checkout-off = This cart cannot be paid for as it stands. The reason is given above.
checkout-sign-in = Sign in to check out
checkout-sign-in-text = Your cart is kept while you sign in.
payment-go-on = Go to the payment

## After a payment
return-paid = Thank you, it is paid
return-paid-text = What you bought is ready for you.
return-processing = Your payment is being confirmed
return-processing-text = You can safely leave this page. Nothing is charged twice, and what you bought appears under My Products by itself.
return-refresh = This page looks again by itself.
return-still = Stop that
return-slow = This takes a while with some ways to pay, up to a few days for a bank transfer. This page no longer looks by itself.
return-failed = The payment did not go through
return-failed-text = Nothing was charged. Your cart is kept, so you can try again or choose another way to pay.
return-cancelled = You have not paid
return-cancelled-text = You turned back before paying, and nothing was charged. Your cart is as you left it.
return-expired = The payment page has expired
return-expired-text = It was open for too long, and nothing was charged. Your cart is kept, so you can begin again.
return-refunded = This payment was refunded
return-refunded-text = The money goes back the way it came, usually within five to ten days.
return-sent = What is shipped to you is being prepared.
bought = What you bought
tokens-credited = { $count ->
    [one] { $count } token was added to your balance.
   *[other] { $count } tokens were added to your balance.
}
order = Order
open-products = Open My Products
open-invoice = View the invoice
open-orders = View my orders
look-again = Look again
back-to-cart = Back to the cart

## My Products
products-empty = You have not bought anything yet
products-empty-text = What you buy will be listed here, with its downloads.
entitlement-active = yours
entitlement-pending = payment pending
entitlement-pending-text = The payment is being confirmed. Downloads open by themselves once it is.
entitlement-suspended = suspended
entitlement-suspended-text = The payment for this is disputed. Until that is decided, it cannot be downloaded.
entitlement-refunded = refunded
entitlement-refunded-text = You got your money back for this, so it can no longer be downloaded.
entitlement-expired = expired
entitlement-expired-text = The time for which you bought this is over.
owned-since = since
owned-until = until
devices-used = { $used } of { $max } devices used
downloads-used = { $used } of { $max } downloads used
downloads-used-up = You have used all downloads of this. Please write to the seller if you need another.
download = Download
download-all = Download all as zip
licence-text = Before you download it, please read its license:
licence-accept = I have read the license and accept it.
licence-missed = Please tick this box to go on.
licence-go-on = Accept the license
licence-accepted = accepted
subscriptions = Subscriptions
subscription-active = active
subscription-trial = trial
subscription-past-due = payment failed
subscription-ending = ends soon
subscription-paused = paused
subscription-incomplete = payment pending
subscription-ended = ended
past-due-text = The last payment failed. Please check how you pay, so that the subscription goes on.
renews-on = next payment on
trial-until = free until
ends-on = ends on
ended-on = ended on
portal = Manage subscription
portal-hint = Change, pause or end it, and choose how you pay, on Stripe’s page.
window-of = Used in this period ({ $unit })
window-until = Starts again on
window-extra = plus { $count } extra ({ $unit })
window-80 = 80% of your plan is used.
window-90 = 90% of your plan is used. It may not last for the whole period.
window-100 = Your plan is used up for this period. Add a booster in the shop to go on now.
window-100-extra = Your plan is used up for this period. You are now using what you added.

## Orders
orders-empty = No orders yet
orders-empty-text = Every order will be listed here with how it stands.
number = Number
date = Date
status = Status
invoice = Invoice
invoice-of = View the invoice of order { $number }
view = View
order-open = to be paid
order-processing = payment pending
order-paid = paid
order-sent = shipped
order-failed = payment failed
order-cancelled = canceled
order-partly-refunded = partly refunded
order-refunded = refunded
order-disputed = disputed

## Invoices
invoices-empty = No invoices yet
invoices-empty-text = Every payment will have its invoice here.
open-as = Open
invoice-draft = draft
invoice-open = to be paid
invoice-paid = paid
invoice-void = void
invoice-uncollectible = not paid
invoice-partly-refunded = partly refunded
invoice-refunded = refunded
invoice-number = Invoice { $number }
invoice-lines = What is invoiced
seller = Seller
buyer = Buyer
tax-id = Tax ID: { $id }
issued = Issued
paid-on = Paid
due-on = Due
tax-rate = Tax rate
tax = Tax
tax-at = { $label } { $rate }
line-gross = Amount incl. tax
line-net = Amount excl. tax
refunded-on = Refunded on
remaining = Total after refunds
taxes = Taxes by rate
taxes-included = Taxes by rate, included in the total
net = Net
tax-amount = Tax amount
invoice-at-stripe = This invoice at Stripe
invoice-print = Your browser prints this page as an invoice.

## Why a download is refused
refused-not-bought = You do not own this yet
refused-not-bought-text = Only those who bought it can download it. If you did, please check that you are signed in with the same account.
refused-refunded = This was refunded
refused-refunded-text = You got your money back, so it can no longer be downloaded. You can buy it again in the shop.
refused-disputed = This is suspended for now
refused-disputed-text = The payment for it is disputed. If that is settled in the seller’s favor, or the dispute is withdrawn, you can download it again.
refused-expired = Its time is over
refused-expired-text = You had this for a limited time, which has ended. You can buy it again, or renew it.
refused-device-limit = Too many devices
refused-device-limit-text = This has already been downloaded to as many devices as it is for. Please use one of them, or write to the seller.
refused-use-limit = No downloads left
refused-use-limit-text = You have downloaded this as often as was agreed. Please write to the seller if you need it once more.
refused-licence = The license comes first
refused-licence-text = Please read and accept the license under My Products. After that, the download opens.
refused-link-used-up = This link has been used
refused-link-used-up-text = Each link works only a few times, so that nobody else can use it. You get a new one under My Products.
refused-link-expired = This link has expired
refused-link-expired-text = Links work for a short time only. You get a new one under My Products; what you bought is still yours.
refused-link-broken = This link is broken
refused-link-broken-text = Something of it got lost, perhaps when it was copied. You get a new one under My Products.
refused-too-many = Too many downloads just now
refused-too-many-text = There were more downloads in a short time than one person usually needs. Nothing is lost; please wait a moment.

## Countries
country-ae = United Arab Emirates
country-at = Austria
country-au = Australia
country-be = Belgium
country-bg = Bulgaria
country-bh = Bahrain
country-br = Brazil
country-ca = Canada
country-ca-ab = Canada, Alberta
country-ca-bc = Canada, British Columbia
country-ca-mb = Canada, Manitoba
country-ca-nb = Canada, New Brunswick
country-ca-nl = Canada, Newfoundland and Labrador
country-ca-ns = Canada, Nova Scotia
country-ca-nt = Canada, Northwest Territories
country-ca-nu = Canada, Nunavut
country-ca-on = Canada, Ontario
country-ca-pe = Canada, Prince Edward Island
country-ca-qc = Canada, Quebec
country-ca-sk = Canada, Saskatchewan
country-ca-yt = Canada, Yukon
country-ch = Switzerland
country-cy = Cyprus
country-cz = Czechia
country-de = Germany
country-dk = Denmark
country-ee = Estonia
country-es = Spain
country-fi = Finland
country-fr = France
country-gb = United Kingdom
country-gr = Greece
country-hk = Hong Kong
country-hr = Croatia
country-hu = Hungary
country-ie = Ireland
country-im = Isle of Man
country-in = India
country-is = Iceland
country-it = Italy
country-jp = Japan
country-kr = South Korea
country-li = Liechtenstein
country-lt = Lithuania
country-lu = Luxembourg
country-lv = Latvia
country-mc = Monaco
country-mt = Malta
country-mx = Mexico
country-nl = Netherlands
country-no = Norway
country-nz = New Zealand
country-pl = Poland
country-pt = Portugal
country-ro = Romania
country-se = Sweden
country-sg = Singapore
country-si = Slovenia
country-sk = Slovakia
country-tw = Taiwan
country-ug = Uganda
country-us = United States
country-za = South Africa
