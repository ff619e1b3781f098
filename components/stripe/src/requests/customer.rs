//! Customers and their portal.

use crate::{
    IdempotencyKey, Metadata, Request,
    form::Form,
    object::{Customer, PortalSession},
    request::check_id,
};
use kernel::FieldError;

/// A customer to make ([create](https://docs.stripe.com/api/customers/create)).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Create {
    /// Where invoices go.
    pub email: Option<String>,
    /// Who it is.
    pub name: Option<String>,
    /// The language of invoices and mails, such as `de`.
    pub locale: Option<String>,
    /// Whose it is: the tenant and the account.
    pub metadata: Metadata,
}

/// Makes a customer. The key is to be made of the account, so that it has one customer.
#[must_use]
pub fn create(customer: &Create, key: &IdempotencyKey) -> Request<Customer> {
    let mut form = Form::new();
    let mut fields = form.fields();
    fields
        .maybe("email", customer.email.as_ref())
        .maybe("name", customer.name.as_ref())
        .list("preferred_locales", customer.locale.as_ref());
    customer.metadata.write(&mut fields);
    Request::post("/v1/customers", form).with_idempotency_key(key)
}

/// Opens the portal, where customers change cards, quantities and subscriptions
/// ([create](https://docs.stripe.com/api/customer_portal/sessions/create)).
///
/// # Errors
/// A [`FieldError`] for what is no customer's id.
pub fn portal(
    customer: &str,
    return_url: &str,
    locale: Option<&str>,
) -> Result<Request<PortalSession>, FieldError> {
    let mut form = Form::new();
    form.fields()
        .put("customer", check_id("customer", customer)?)
        .put("return_url", return_url)
        .maybe("locale", locale);
    Ok(Request::post("/v1/billing_portal/sessions", form))
}
