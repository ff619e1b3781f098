//! What the machine needs before anything can be built. Each part does nothing when nothing is to
//! be done.

use crate::{
    shell::{ask, exists, quietly, step},
    toolchain::{self, Toolchain},
};
use base64ct::{Base64, Encoding};
use harness::{Result, root};
use std::{fs, net::ToSocketAddrs, path::Path, process::Command};

/// The oldest Node that npm and the project's own Node are installed with.
const NODE_MAJOR_MIN: u32 = 20;
/// The release of the `worker` crate, whose builder this is.
const WORKER_BUILD: &str = "0.8.7";
/// Who is measured beside Postern, and what pages are measured with.
const PEERS: &str = "tests/bench/peers";
const PAGES: &str = "tests/bench/pages";
/// What the tests need of PyPI: clients, and an S3 server.
const VENV: &str = ".tools/venv";
const CLIENTS: &str = "tests/clients/python/requirements.txt";
/// LiteLLM wants other versions of what the other clients want.
const LITELLM_VENV: &str = ".tools/litellm";
const LITELLM: &str = "tests/clients/python/requirements-litellm.txt";
const S3_SERVER: &str = "tests/contract/requirements.txt";

/// Set-up for building and running.
pub fn for_running() -> Result<Toolchain> {
    let toolchain = toolchain::ensure()?;
    node_packages()?;
    worker_tools()?;
    secrets()?;
    localhost_names()?;
    Ok(toolchain)
}

/// Set-up for all tests.
pub fn for_tests() -> Result<Toolchain> {
    let toolchain = for_running()?;
    python_packages(VENV, "clients", CLIENTS)?;
    python_packages(LITELLM_VENV, "litellm", LITELLM)?;
    Ok(toolchain)
}

/// Set-up for what only Spin needs: a server for its large values.
pub fn s3_server() -> Result<()> {
    python_packages(VENV, "s3-server", S3_SERVER)
}

/// Set-up for `cargo xtask bench peers`: what it measures beside Postern, in a folder of its own.
pub fn peers() -> Result<()> {
    npm_folder(PEERS, ".tools/peers", "Hono, jose, Portkey")?;
    // Its wheels are not for every machine; the bench does without and says so.
    let tensorzero = format!("{PEERS}/requirements.txt");
    if let Err(error) = python_packages(".tools/peers/venv", "tensorzero", &tensorzero) {
        println!("TensorZero will be skipped: {error}");
    }
    Ok(())
}

/// Set-up for `cargo xtask bench pages`.
pub fn pages() -> Result<()> {
    npm_folder(PAGES, ".tools/pages", "Lighthouse")
}

/// What a package.json of a bench names, in a folder of its own.
fn npm_folder(wanted: &str, folder: &str, names: &str) -> Result<()> {
    let (wanted, folder) = (root().join(wanted), root().join(folder));
    let (lock, installed) = (wanted.join("package-lock.json"), folder.join("package-lock.json"));
    let read =
        |path: &Path| fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()));
    if read(&installed) == read(&lock) && folder.join("node_modules").is_dir() {
        return Ok(());
    }
    step(&format!("npm packages: {names}"), || {
        fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(wanted.join(file), folder.join(file)).map_err(|e| e.to_string())?;
        }
        let mut npm = Command::new("npm");
        npm.current_dir(&folder).args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
        let outcome = quietly(&mut npm).map(drop);
        if outcome.is_err() {
            // So that the next run does not take it for done. It may not be there.
            let _ = fs::remove_file(&installed);
        }
        outcome
    })
}

fn node_packages() -> Result<()> {
    let version = ask("node", &["--version"]).unwrap_or_default();
    let major = version.trim_start_matches('v').split('.').next().and_then(|n| n.parse().ok());
    if major.is_none_or(|major: u32| major < NODE_MAJOR_MIN) {
        return Err(format!("Node {NODE_MAJOR_MIN} or later is needed; found {version:?}"));
    }
    let lock = root().join("package-lock.json");
    let installed = root().join("node_modules/.package-lock.json");
    if is_newer(&installed, &lock) {
        return Ok(());
    }
    step("npm packages", || {
        quietly(Command::new("npm").current_dir(root()).args(["ci", "--no-audit", "--no-fund"]))
            .map(drop)
    })
}

fn is_newer(file: &Path, than: &Path) -> bool {
    let time = |path: &Path| path.metadata().and_then(|meta| meta.modified()).ok();
    time(file).zip(time(than)).is_some_and(|(file, than)| file >= than)
}

/// `worker-build`, and the `wasm-bindgen` of the version that the lock file has.
fn worker_tools() -> Result<()> {
    let lock = fs::read_to_string(root().join("Cargo.lock")).map_err(|e| e.to_string())?;
    let bindgen = lock
        .split("[[package]]")
        .find(|package| package.contains("name = \"wasm-bindgen\"\n"))
        .and_then(|package| package.split("version = \"").nth(1)?.split('"').next())
        .ok_or("Cargo.lock has no wasm-bindgen")?;
    cargo_tool("wasm-bindgen-cli", bindgen)?;
    cargo_tool("worker-build", WORKER_BUILD)
}

/// A tool from crates.io, in the project's own folder. Built without optimisation, which takes a
/// third of the time; the tools have little to do.
fn cargo_tool(name: &str, version: &str) -> Result<()> {
    let tools = root().join(".tools");
    let installed = fs::read_to_string(tools.join(".crates.toml")).unwrap_or_default();
    if installed.contains(&format!("\"{name} {version} ")) {
        return Ok(());
    }
    step(&format!("{name} {version}"), || {
        let install = |locked: bool| {
            let mut cargo = Command::new("cargo");
            cargo.current_dir(root()).env_remove("CARGO").arg("install").arg("--root").arg(&tools);
            cargo.args(["--quiet", "--debug", "--force", &format!("{name}@{version}")]);
            cargo.env("CARGO_TARGET_DIR", tools.join("target"));
            if locked {
                cargo.arg("--locked");
            }
            quietly(&mut cargo).map(drop)
        };
        // A crate of the tool's own lock file may have been withdrawn since.
        install(true).or_else(|_| install(false))
    })
}

/// What opens the sandbox's Bedrock, which checks signatures as the real one does. No secrets.
const SANDBOX_SIGNS: [(&str, &str); 2] = [
    ("SANDBOX_BEDROCK_ACCESS_KEY_ID", "sandbox"),
    ("SANDBOX_BEDROCK_SECRET_ACCESS_KEY", "sandbox"),
];

/// Where the sandbox stands in for Stripe, and what opens it. With a real key in its place, the
/// address has to go, too.
const SANDBOX_STRIPE: [(&str, &str); 2] =
    [("STRIPE_SECRET_KEY", "sk_test_sandbox"), ("STRIPE_API_BASE", "http://127.0.0.1:8790/stripe")];

/// `.dev.vars` for wrangler and `.env` for Spin, with secrets that nobody else has. What stands
/// there already stays.
fn secrets() -> Result<()> {
    // Both files have the same: what stands in the first goes into the second.
    let kept = |name: &str, new: String| harness::dev_variable(name).unwrap_or(new);
    let named = || Ok::<_, String>(format!("dev={}", Base64::encode_string(&random_bytes()?)));
    let key = kept("JWT_DEV_KEY", random_hex()?);
    let data_keys = kept("DATA_KEYS", named()?);
    let download_keys = kept("DOWNLOAD_KEYS", named()?);
    let internal_key = kept("INTERNAL_KEY", random_hex()?);
    let webhook_secret = kept("STRIPE_WEBHOOK_SECRETS", format!("whsec_{}", random_hex()?));
    let variables = [
        ("POSTERN_ENV", "dev"),
        ("JWT_DEV_KEY", key.as_str()),
        ("DATA_KEYS", &data_keys),
        ("DOWNLOAD_KEYS", &download_keys),
        ("INTERNAL_KEY", &internal_key),
        ("STRIPE_WEBHOOK_SECRETS", &webhook_secret),
    ];
    let variables = variables.into_iter().chain(SANDBOX_STRIPE).chain(SANDBOX_SIGNS);
    let vars = variables.clone().map(|(name, value)| format!("{name}=\"{value}\""));
    let env = variables.map(|(name, value)| format!("SPIN_VARIABLE_{name}={value}"));
    add_lines(&root().join(".dev.vars"), vars)?;
    add_lines(&root().join(".env"), env)
}

/// Adds the variables to a file that it does not have.
fn add_lines(path: &Path, lines: impl Iterator<Item = String>) -> Result<()> {
    let mut text = fs::read_to_string(path).unwrap_or_default();
    let had = text.len();
    for line in lines {
        let name = line.split('=').next().unwrap_or_default();
        let is_set = |known: &str| known.trim().split('=').next() == Some(name);
        if !text.lines().any(is_set) {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            text.push_str(&line);
            text.push('\n');
        }
    }
    if text.len() == had {
        return Ok(());
    }
    println!("• {} with what it lacked … done", path.display());
    fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}

fn random_hex() -> Result<String> {
    Ok(random_bytes()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn random_bytes() -> Result<[u8; 32]> {
    use std::io::Read;
    let mut bytes = [0; 32];
    let mut random = fs::File::open("/dev/urandom").map_err(|e| e.to_string())?;
    random.read_exact(&mut bytes).map_err(|e| e.to_string())?;
    Ok(bytes)
}

/// Browsers and curl know that `*.localhost` is this machine; plain glibc does not.
fn localhost_names() -> Result<()> {
    let known = || "family.localhost:80".to_socket_addrs().is_ok();
    if known() {
        return Ok(());
    }
    if exists("apt-get") {
        let install = || {
            let install = toolchain::install(&["libnss-myhostname"]);
            install.unwrap_or_else(|| Err("installing it takes root".into()))
        };
        if step("names under localhost, by libnss-myhostname", install).is_ok() {
            return Ok(());
        }
    }
    let hosts = ["family", "stories", "paybot", "saas", "market", "postern"];
    let names: Vec<_> = hosts.iter().map(|host| format!("{host}.localhost")).collect();
    println!(
        "• Node and Python do not know the demo tenants' names. This line in /etc/hosts helps:"
    );
    println!("    127.0.0.1 {}", names.join(" "));
    Ok(())
}

fn python_packages(venv: &str, name: &str, requirements: &str) -> Result<()> {
    let venv = root().join(venv);
    let (wanted, stamp) = (root().join(requirements), venv.join(format!("{name}.txt")));
    let read = |path: &Path| fs::read_to_string(path).map_err(|e| e.to_string());
    if read(&stamp).is_ok_and(|installed| read(&wanted) == Ok(installed)) {
        return Ok(());
    }
    step(&format!("PyPI packages: {name}"), || {
        let python = venv.join("bin/python");
        if !python.is_file() {
            let make = || quietly(Command::new("python3").args(["-m", "venv"]).arg(&venv));
            // Debian keeps this part of Python in a package of its own.
            let packages = ["python3", "python3-venv"];
            make().or_else(|error| {
                toolchain::install(&packages).unwrap_or(Err(error)).and_then(|()| make())
            })?;
        }
        let mut pip = Command::new(python);
        quietly(pip.args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(&wanted))?;
        fs::copy(&wanted, &stamp).map(drop).map_err(|e| e.to_string())
    })
}
