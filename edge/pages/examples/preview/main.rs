//! Renders every page, empty and full, in every locale, to the folder that is given: to be looked
//! at without a server of ours. Assets are named as they stand in `static/`.

mod samples;

use pages::Locale;
use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).ok_or("usage: preview FOLDER")?;
    for locale in Locale::ALL {
        let folder = Path::new(&folder).join(locale.as_str());
        fs::create_dir_all(&folder)?;
        for (name, html) in samples::all(locale)? {
            fs::write(folder.join(format!("{name}.html")), html)?;
        }
    }
    Ok(())
}
