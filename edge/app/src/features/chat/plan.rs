//! Which models may answer a request, in which order, and the most that any of them can cost.

use crate::{
    app::{Call, Cx, Platform, entropy},
    functions::Functions,
    problem::Problem,
    settings::{Settings, Usable},
};
use kernel::FieldError;
use ledger::{Entry, Estimate};
use model::{
    Route, Summary, Target, Timeouts, Tokenizer, UpstreamRequest,
    routing::{self, Health},
};

/// What may be done to answer a request.
pub struct Plan<'a> {
    /// Never empty. The first can do what the request asks for; of the others it shows when their
    /// turn comes.
    pub candidates: Vec<Candidate<'a>>,
    /// What is set aside: enough for any of them.
    pub entry: Entry,
    /// The same in tokens of a model.
    pub tokens: u64,
    /// The longest that any of them may take.
    pub timeouts: Timeouts,
}

/// A model that may answer.
pub struct Candidate<'a> {
    pub name: &'a str,
    pub usable: Usable<'a>,
    pub prompt_tokens: u64,
    pub tokenizer: Tokenizer,
    pub output_tokens_max: u32,
    /// What it is asked first, when that has been written already.
    request: Option<UpstreamRequest>,
}

impl<'a> Plan<'a> {
    /// Looks for models that can answer.
    ///
    /// # Errors
    /// [`Problem::ModelNotFound`], or what is wrong with the request for the first of them when
    /// it is wrong for all.
    pub fn of<P: Platform>(
        call: &Call<P>,
        settings: &'a Settings,
        chat: &<P::Functions as Functions>::Chat,
        summary: &Summary,
    ) -> Result<Self, Problem> {
        let unknown = || Problem::ModelNotFound(summary.model.clone());
        let names = match call.tenant.offers_model(&summary.model) {
            true => names(&call.cx, settings, &summary.model),
            false => Vec::new(),
        };
        let mut candidates: Vec<Candidate<'a>> = Vec::with_capacity(names.len());
        let mut refused = None;
        for name in names {
            let Some(usable) = settings.model(name) else { continue };
            let fits = Candidate::fitting(name, usable, summary).and_then(|mut candidate| {
                if candidates.is_empty() {
                    candidate.request = Some(candidate.write(call, chat)?);
                }
                Ok(candidate)
            });
            match fits {
                Ok(candidate) => candidates.push(candidate),
                Err(problem) => refused = refused.or(Some(problem)),
            }
        }
        if candidates.is_empty() {
            return Err(refused.unwrap_or_else(unknown));
        }
        let too_much = |_| FieldError::new("max_tokens", "is more than can be paid for");
        let entries = candidates.iter().map(|candidate| candidate.entry(summary));
        let entries = entries.collect::<Result<Vec<_>, _>>().map_err(too_much)?;
        let entry = entries.into_iter().max_by_key(|entry| entry.amount).ok_or_else(unknown)?;
        let tokens = candidates.iter().map(|candidate| candidate.tokens(summary)).max();
        let timeouts = candidates.iter().map(|c| c.usable.provider.timeouts);
        let timeouts = timeouts.max_by_key(|timeouts| timeouts.total_ms).unwrap_or_default();
        Ok(Self { candidates, entry, tokens: tokens.unwrap_or(0), timeouts })
    }
}

impl<'a> Candidate<'a> {
    fn fitting(name: &'a str, usable: Usable<'a>, summary: &Summary) -> Result<Self, Problem> {
        let most = usable.model.output_tokens_max;
        let output_tokens_max = match summary.output_limit {
            None => most,
            Some(limit) if limit.tokens <= most => limit.tokens,
            Some(limit) => {
                let message = format!("must be at most {most} for this model");
                return Err(FieldError::new(limit.field, message).into());
            }
        };
        let tokenizer = usable.model.tokenizer(usable.provider.format);
        let prompt_tokens = summary.prompt.tokens(tokenizer, usable.model.image_tokens);
        Ok(Self { name, usable, prompt_tokens, tokenizer, output_tokens_max, request: None })
    }

    /// What the provider is asked. Written anew for each attempt, since a signature is.
    ///
    /// # Errors
    /// [`Problem::Unsupported`].
    pub fn write<P: Platform>(
        &self,
        call: &Call<P>,
        chat: &<P::Functions as Functions>::Chat,
    ) -> Result<UpstreamRequest, Problem> {
        let Usable { model, provider, access } = self.usable;
        let target = Target {
            base_url: &access.base_url,
            api_key: access.api_key.as_ref().map(ports::Secret::expose),
            aws: access.aws.as_ref(),
            now: call.cx.clock_now(),
            model: &model.upstream_model,
            output_tokens_max: self.output_tokens_max,
            output_limit_field: provider.output_limit_field,
        };
        let request = P::Functions::upstream_request(provider.format, chat, &target);
        request.map_err(Problem::Unsupported)
    }

    /// As [`Candidate::write`], or what was written before.
    pub fn request<P: Platform>(
        &mut self,
        call: &Call<P>,
        chat: &<P::Functions as Functions>::Chat,
    ) -> Result<UpstreamRequest, Problem> {
        match self.request.take() {
            Some(request) => Ok(request),
            None => self.write(call, chat),
        }
    }

    fn entry(&self, summary: &Summary) -> Result<Entry, ledger::AmountError> {
        ledger::reserve(&Estimate {
            prompt_tokens: self.tokenizer.hold(self.prompt_tokens),
            output_tokens_max: self.output_tokens_max,
            choices: summary.choices,
            multiplier: self.usable.model.multiplier,
        })
    }

    fn tokens(&self, summary: &Summary) -> u64 {
        let output = u64::from(self.output_tokens_max) * u64::from(summary.choices);
        self.tokenizer.hold(self.prompt_tokens).saturating_add(output)
    }
}

/// The models that a name stands for, in the order in which they are asked.
fn names<'a, P: Platform>(cx: &Cx<P>, settings: &'a Settings, asked: &str) -> Vec<&'a str> {
    let catalogue = &settings.catalogue;
    if let Some(route) = catalogue.routes.get(asked) {
        return ordered(cx, settings, route).chain(names_of(&route.fallback)).collect();
    }
    let Some((name, model)) = catalogue.models.get_key_value(asked) else { return Vec::new() };
    std::iter::once(name.as_str()).chain(names_of(&model.fallback)).collect()
}

fn names_of(names: &[String]) -> impl Iterator<Item = &str> {
    names.iter().map(String::as_str)
}

/// The equals of a route, best first.
fn ordered<'a, P: Platform>(
    cx: &Cx<P>,
    settings: &'a Settings,
    route: &'a Route,
) -> impl Iterator<Item = &'a str> {
    let healths: Vec<Option<Health>> = route
        .among
        .iter()
        .map(|among| cx.app.health.with(&among.model, |health| health.cloned()))
        .collect();
    let equals: Vec<_> = route
        .among
        .iter()
        .zip(&healths)
        .map(|(among, health)| {
            let price = settings.catalogue.models.get(&among.model).map(|m| &m.price_nanousd);
            routing::Candidate {
                weight: among.weight,
                price_nanousd: price.map_or(u64::MAX, |p| p.input.saturating_add(p.output)),
                health: health.as_ref(),
            }
        })
        .collect();
    let [a, b, c, d, e, f, g, h, ..] = entropy(&cx.host);
    let chance = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
    let order = routing::order(route.prefer, &equals, chance, cx.now);
    order.into_iter().filter_map(|index| route.among.get(index)).map(|a| a.model.as_str())
}
