//! `cargo xtask`: everything that is done with the project, and all of its set-up.

mod assets;
mod bench;
mod browser;
mod build;
mod fuzz;
mod lint;
mod setup;
mod shell;
mod test;
mod toolchain;
mod up;
mod world;

use harness::{Result, Runtime, TokenOptions, mint};
use lexopt::{Arg, Parser, ValueExt};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <command>

  up [workers|spin] [--port N]   set up, build and run the platform with its demo tenants
  test [unit|components|contract|http|crash|clients|browser]... [workers|spin]
                                 set up what is missing and run all tests, or some
  build [workers|spin|components|probes]... [--sandbox]
                                 build all, or some; and start the sandbox and the demo issuer,
                                 which end with the program that asked for the build
  fuzz [target]... [--seconds N] run all fuzz targets, or some, for a minute each
  bench                          measure, and print a table
  bench peers [--write]          the same beside others that could stand in Postern's place, which
                                 are installed for it; --write keeps it in docs/benchmarks.md
  bench money                    what selling takes, with some data and with ten times as much
  bench pages [--port N]         how fast pages are, at the edge and in a browser, and how large
  shots [--port N]               screenshots of every page, into target/shots; of a platform that
                                 runs here already, or of one that is started for it
  lint                           formatting, clippy natively and for both wasm targets, and types
                                 of the browser's scripts
  setup                          only set up
  token [--tenant family] [--account demo] [--profile mia] [--role admin]...
        [--scope 'chat account:read'] [--operator] [--ttl-seconds N]
                                 mint a token of development's issuer
  sandbox [--port 8790]          run the sandbox of outside services by itself
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = Parser::from_env();
    let command = match arguments.next().map_err(|e| e.to_string())? {
        Some(Arg::Value(command)) => command.string().map_err(|e| e.to_string())?,
        _ => {
            print!("{USAGE}");
            return Ok(());
        }
    };
    let options = Options::read(&mut arguments)?;
    match command.as_str() {
        "up" => up::up(options.runtime()?, options.port.unwrap_or(8787)),
        "test" => test::test(&options.words),
        "build" => {
            build::build(&options.words)?;
            if options.sandbox { up::services_beside_parent() } else { Ok(()) }
        }
        "fuzz" => fuzz::fuzz(&options.words, options.seconds.unwrap_or(fuzz::SECONDS)),
        "bench" => bench::bench(&options.words, options.write, options.port),
        "shots" => browser::shots(options.port),
        "lint" => lint::lint(),
        "setup" => setup::for_tests().map(drop),
        "token" => {
            println!("{}", mint(&options.token)?);
            Ok(())
        }
        "sandbox" => up::sandbox(options.port.unwrap_or(up::SANDBOX_PORT)),
        other => Err(format!("there is no command `{other}`\n\n{USAGE}")),
    }
}

/// What stands behind the command.
#[derive(Default)]
struct Options {
    words: Vec<String>,
    port: Option<u16>,
    seconds: Option<u32>,
    sandbox: bool,
    write: bool,
    token: TokenOptions,
}

impl Options {
    fn read(arguments: &mut Parser) -> Result<Self> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next().map_err(|e| e.to_string())? {
            let name = match argument {
                Arg::Value(word) => {
                    options.words.push(word.string().map_err(|e| e.to_string())?);
                    continue;
                }
                Arg::Long("sandbox") => {
                    options.sandbox = true;
                    continue;
                }
                Arg::Long("write") => {
                    options.write = true;
                    continue;
                }
                Arg::Long("operator") => {
                    options.token.tenant = "postern".into();
                    options.token.account = "operators".into();
                    options.token.roles.push("admin".into());
                    continue;
                }
                Arg::Long(name) => name.to_owned(),
                Arg::Short(name) => return Err(format!("there is no option -{name}\n\n{USAGE}")),
            };
            let value = arguments.value().and_then(ValueExt::string).map_err(|e| e.to_string())?;
            let number = || value.parse().map_err(|_| format!("--{name} takes a number"));
            match name.as_str() {
                "port" => options.port = Some(number()?),
                "seconds" => {
                    options.seconds = Some(value.parse().map_err(|_| "--seconds takes a number")?);
                }
                "ttl-seconds" => {
                    options.token.ttl_seconds =
                        value.parse().map_err(|_| "--ttl-seconds takes a number")?;
                }
                "tenant" => options.token.tenant = value,
                "account" => options.token.account = value,
                "profile" => options.token.profile = Some(value),
                "role" => options.token.roles.push(value),
                "scope" => options.token.scope = Some(value),
                _ => return Err(format!("there is no option --{name}\n\n{USAGE}")),
            }
        }
        Ok(options)
    }

    fn runtime(&self) -> Result<Runtime> {
        match self.words.first().map(String::as_str) {
            None | Some("workers") => Ok(Runtime::Workers),
            Some("spin") => Ok(Runtime::Spin),
            Some(other) => Err(format!("`{other}` is no runtime: workers or spin")),
        }
    }
}
