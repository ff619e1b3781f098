//! `componentize <module.wasm> <component.wasm>`: what a linker for components does, for modules
//! that import nothing. A crate of its own because only `build components` needs the encoder.

use std::{env, fs, process::ExitCode};
use wit_component::ComponentEncoder;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [module, component] = arguments.as_slice() else {
        eprintln!("usage: componentize <module.wasm> <component.wasm>");
        return ExitCode::from(2);
    };
    match encode(module, component) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{module}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn encode(module: &str, component: &str) -> Result<(), String> {
    let bytes = fs::read(module).map_err(|e| e.to_string())?;
    let encoder = ComponentEncoder::default().validate(true).module(&bytes);
    let encoded = encoder.and_then(|mut encoder| encoder.encode());
    let encoded = encoded.map_err(|e| format!("{e:#}"))?;
    fs::write(component, encoded).map_err(|e| e.to_string())
}
