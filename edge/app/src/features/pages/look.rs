//! The colours of a tenant's pages.

use kernel::FieldError;
use pages::{AppKind, Colour, Palette, Theme};
use tenant::{App, Tenant};

/// The look and the words of an app.
pub const fn app_kind(app: App) -> AppKind {
    match app {
        App::Family => AppKind::Family,
        App::Stories => AppKind::Stories,
        App::Paybot => AppKind::Paybot,
        App::Saas => AppKind::Saas,
        App::Market => AppKind::Market,
        App::Platform => AppKind::Postern,
    }
}

/// The colours of a tenant: its own, or those of its app.
pub fn of(tenant: &Tenant) -> Theme {
    let own = tenant.theme.as_ref().and_then(|own| theme(own).ok());
    own.unwrap_or_else(|| app_kind(tenant.app).theme())
}

/// The colours of a tenant's record.
///
/// # Errors
/// A [`FieldError`] that names what is no colour. Whether they can be read is [`Theme::check`]'s.
pub fn theme(theme: &tenant::Theme) -> Result<Theme, FieldError> {
    let light = palette(&theme.light).map_err(|e| e.within("theme.light"))?;
    let dark = palette(&theme.dark).map_err(|e| e.within("theme.dark"))?;
    Ok(Theme { light, dark })
}

fn palette(palette: &tenant::Palette) -> Result<Palette, FieldError> {
    let colour = |name: &str, text: &String| {
        let colour = text.parse::<Colour>();
        colour.map_err(|_| FieldError::new(name, "must be a colour such as #0b6b62"))
    };
    Ok(Palette {
        accent: colour("accent", &palette.accent)?,
        on_accent: colour("on_accent", &palette.on_accent)?,
        surface: colour("surface", &palette.surface)?,
        text: colour("text", &palette.text)?,
    })
}
