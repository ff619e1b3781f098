//! From what Stripe says to statements that merge it into what is known.

use crate::store::{
    connected::Cause,
    order::{Billed, Orders, Tax, Unpaid},
    payment::{InvoiceLine, InvoiceTax, NewInvoice, NewSubscription, Told},
};
use kernel::{Money, TenantId, UnixMillis};
use ports::Statement;
use std::collections::BTreeMap;
use stripe::{
    Fact,
    facts::{
        ChargeState, InvoiceFact, PaymentState, PayoutState, SessionFact, SessionState,
        SubscriptionFact, TaxFact,
    },
    object::TaxRate,
};

/// What a batch is about.
pub struct Applying<'a> {
    pub tenant: &'a TenantId,
    pub now: UnixMillis,
    /// What made us hear of it: an event, or a request of ours.
    pub cause: Cause<'a>,
    pub livemode: bool,
    /// The rates of taxes that invoices name, by their ids.
    pub rates: &'a BTreeMap<String, TaxRate>,
}

impl Applying<'_> {
    fn orders(&self) -> Orders<'_> {
        Orders { tenant: self.tenant }
    }

    fn told(&self) -> Told<'_> {
        Told { tenant: self.tenant, now: self.now }
    }

    /// The statements for these facts, with everything that follows from them.
    pub fn batch(&self, facts: &[Fact]) -> Vec<Statement> {
        let mut batch = Vec::new();
        for fact in facts {
            self.fact(fact, &mut batch);
        }
        batch.extend(self.orders().follow_up(self.cause.id, self.now));
        batch
    }

    fn fact(&self, fact: &Fact, batch: &mut Vec<Statement>) {
        let (told, orders) = (self.told(), self.orders());
        match fact {
            Fact::Session(session) => self.session(session, batch),
            Fact::Payment(payment) => {
                let order = payment.metadata.order.as_ref().map(|id| id.as_str());
                let account = payment.metadata.account.as_ref().map(|id| id.as_str());
                let charge = payment.charge.as_deref();
                let id = payment.payment_intent.as_str();
                let rank = payment.state.rank();
                batch.push(told.payment(id, order, account, charge, payment.amount, rank));
                self.settle(id, batch);
                if let (Some(order), PaymentState::Canceled) = (order, payment.state) {
                    batch.push(orders.give_up(&Unpaid {
                        order: order.to_owned(),
                        session: None,
                        payment: Some(id.to_owned()),
                    }));
                } else if let (Some(order), PaymentState::Succeeded) = (order, payment.state) {
                    batch.extend(orders.empty_cart(order));
                }
                if let Some(order) = order {
                    let succeeded = PaymentState::Succeeded.rank();
                    batch.push(orders.pay_by_intent(order, id, self.now, succeeded));
                }
            }
            // A payment is its intent; a charge is one attempt, and tells the rest.
            Fact::Charge(charge) => {
                if let (Some(id), ChargeState::Succeeded) = (&charge.payment_intent, charge.state) {
                    let order = charge.metadata.order.as_ref().map(|id| id.as_str());
                    let account = charge.metadata.account.as_ref().map(|id| id.as_str());
                    let rank = PaymentState::Succeeded.rank();
                    let name = Some(charge.charge.as_str());
                    batch.push(told.payment(id, order, account, name, charge.amount, rank));
                    self.settle(id, batch);
                }
            }
            Fact::Refund(refund) => {
                if let Some(id) =
                    refund.payment_intent.as_deref().filter(|_| refund.amount.minor > 0)
                {
                    batch.push(told.refund(&refund.refund, id, refund.amount, refund.state));
                    self.settle(id, batch);
                }
            }
            Fact::Dispute(dispute) => {
                if let Some(id) = &dispute.payment_intent {
                    let (amount, state) = (dispute.amount, dispute.state);
                    batch.push(told.dispute(&dispute.dispute, id, amount, state, &dispute.reason));
                    self.settle(id, batch);
                }
            }
            Fact::Subscription(subscription) => self.subscription(subscription, batch),
            Fact::Invoice(invoice) => self.invoice(invoice, batch),
            Fact::Account(account) => batch.push(told.connected(account, self.cause)),
            Fact::CouldCharge(account) => batch.push(told.could_charge(account)),
            // Money that has arrived is for nobody to look at.
            Fact::Payout(payout) => {
                if payout.state == PayoutState::Failed {
                    batch.push(told.payout_failed(payout));
                }
            }
        }
    }

    /// What of a payment went back is added up again, and its order looked at.
    fn settle(&self, payment: &str, batch: &mut Vec<Statement>) {
        batch.push(self.told().settle(payment));
        batch.push(self.orders().touch_by_payment(payment));
    }

    fn session(&self, session: &SessionFact, batch: &mut Vec<Statement>) {
        let Some(order) = session.metadata.order.as_ref().map(|id| id.as_str()) else { return };
        let orders = self.orders();
        batch.push(orders.touch(order));
        // By its payment everything else knows the purchase: it comes before the order is paid.
        if let Some(payment) = &session.payment_intent {
            batch.push(orders.set_payment(order, payment));
        }
        if let SessionState::Unpaid | SessionState::Paid = session.state {
            batch.extend(orders.empty_cart(order));
        }
        match session.state {
            SessionState::Open | SessionState::Unpaid => {}
            SessionState::Expired | SessionState::Failed => {
                batch.push(orders.cancel(order, &session.session));
            }
            SessionState::Paid => {
                self.billed(order, session, batch);
                batch.push(orders.pay(order, &session.session, self.now));
            }
        }
    }

    /// What Stripe has billed, which may be other quantities than were asked for, and has taxes.
    fn billed(&self, order: &str, session: &SessionFact, batch: &mut Vec<Statement>) {
        let (Some(total), Some(lines)) = (session.total, &session.lines) else { return };
        let orders = self.orders();
        let mut taxes: Vec<Tax> = Vec::new();
        let (mut net_minor, mut tax_minor) = (0_i64, 0_i64);
        for line in lines {
            let line_tax: i64 = line.taxes.iter().map(|tax| tax.amount.minor).sum();
            net_minor = net_minor.saturating_add(line.subtotal.minor);
            tax_minor = tax_minor.saturating_add(line_tax);
            if let Some(n) = line.reference.as_ref().and_then(|n| n.parse().ok()) {
                let (quantity, total_minor) = (line.quantity, line.subtotal.minor);
                batch.push(
                    orders.billed_line(
                        order,
                        Billed { n, quantity, total_minor, tax_minor: line_tax },
                    ),
                );
            }
            for tax in &line.taxes {
                add(&mut taxes, tax_of(&tax.rate, tax.rate.inclusive, tax.amount));
            }
        }
        for (n, tax) in (1..).zip(taxes.iter().filter(|tax| tax.amount_minor > 0)) {
            batch.push(orders.put_tax(order, n, tax));
        }
        let payment = session.payment_intent.as_deref();
        batch.push(orders.billed(order, net_minor, tax_minor, total.minor, payment));
    }

    fn subscription(&self, fact: &SubscriptionFact, batch: &mut Vec<Statement>) {
        let metadata = &fact.metadata;
        let (Some(order), Some(account)) = (&metadata.order, &metadata.account) else { return };
        let first = fact.items.first();
        batch.push(self.told().subscription(&NewSubscription {
            id: &fact.subscription,
            account: account.as_str(),
            order: order.as_str(),
            customer: fact.customer.as_deref().unwrap_or_default(),
            status: &fact.status,
            rank: fact.state.rank(),
            quantity: first.and_then(|item| item.quantity).unwrap_or(1).max(0),
            item: first.map(|item| item.item.as_str()),
            period_start: fact.period_start.unwrap_or(UnixMillis(0)),
            period_end: fact.period_end.unwrap_or(UnixMillis(0)),
            cancel_at_period_end: fact.cancel_at_period_end,
            told_at: fact.version,
        }));
        batch.push(self.orders().touch(order.as_str()));
    }

    fn invoice(&self, fact: &InvoiceFact, batch: &mut Vec<Statement>) {
        let metadata = &fact.metadata;
        let (Some(order), Some(account)) = (&metadata.order, &metadata.account) else { return };
        let lines: Vec<_> = fact
            .lines
            .iter()
            .map(|line| InvoiceLine {
                id: line.line.clone(),
                name: line.description.clone().unwrap_or_default(),
                quantity: line.quantity,
                amount_minor: line.amount.minor,
                tax_minor: line.taxes.iter().map(|tax| tax.amount.minor).sum(),
                taxes: line.taxes.iter().map(|tax| self.invoice_tax(tax)).collect(),
                period_start_ms: line.period.map_or(0, |(start, _)| start.0),
                period_end_ms: line.period.map_or(0, |(_, end)| end.0),
                is_proration: line.proration,
            })
            .collect();
        let payment = fact.payment_intents.first().map(String::as_str);
        let invoice = NewInvoice {
            id: &fact.invoice,
            account: account.as_str(),
            order: order.as_str(),
            subscription: fact.subscription.as_deref(),
            payment,
            number: fact.number.as_deref(),
            status: fact.state.as_str(),
            rank: fact.state.rank(),
            subtotal: fact.subtotal,
            tax_minor: fact.taxes.iter().map(|tax| tax.amount.minor).sum(),
            total_minor: fact.total.minor,
            hosted_url: fact.hosted_url.as_deref(),
            pdf_url: fact.pdf_url.as_deref(),
            lines: &lines,
            livemode: self.livemode,
            created_at: fact.created_at.unwrap_or(self.now),
        };
        batch.push(self.told().invoice(&invoice));
        if let Some(payment) = payment {
            let rank = PaymentState::Succeeded.rank();
            batch.push(self.told().payment_of(&invoice, payment, fact.paid, rank));
            self.settle(payment, batch);
        }
        batch.push(self.orders().touch(order.as_str()));
    }

    fn invoice_tax(&self, tax: &TaxFact) -> InvoiceTax {
        let rate = tax.rate.as_ref().and_then(|id| self.rates.get(id));
        let Tax { label, country, percentage, .. } =
            rate.map(|rate| tax_of(rate, tax.inclusive, tax.amount)).unwrap_or(Tax {
                label: "Tax".to_owned(),
                country: String::new(),
                percentage: String::new(),
                inclusive: tax.inclusive,
                amount_minor: 0,
            });
        InvoiceTax {
            label,
            percentage,
            country,
            inclusive: tax.inclusive,
            amount_minor: tax.amount.minor,
            taxable_minor: tax.taxable.map(|money| money.minor),
        }
    }
}

fn tax_of(rate: &TaxRate, inclusive: bool, amount: Money) -> Tax {
    Tax {
        label: rate.display_name.clone(),
        country: rate.country.clone().unwrap_or_default(),
        percentage: rate.effective_percentage.clone().unwrap_or_else(|| rate.percentage.clone()),
        inclusive,
        amount_minor: amount.minor,
    }
}

/// Adds a tax to those of the same rate.
fn add(taxes: &mut Vec<Tax>, tax: Tax) {
    let is_same = |other: &&mut Tax| {
        (&other.label, &other.country, &other.percentage, other.inclusive)
            == (&tax.label, &tax.country, &tax.percentage, tax.inclusive)
    };
    match taxes.iter_mut().find(is_same) {
        Some(other) => other.amount_minor = other.amount_minor.saturating_add(tax.amount_minor),
        None => taxes.push(tax),
    }
}
