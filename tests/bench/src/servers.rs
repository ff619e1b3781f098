//! What is measured: workerd by itself, with no wrangler before it, and the sandbox.

use crate::load::Result;
use flate2::{Compression, write::GzEncoder};
use harness::{
    Build, Options, Platform, Process, Runtime, free_port, root, sandbox_variables, wait_for,
};
use std::{
    fs,
    io::Write,
    net::SocketAddr,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// Linux counts a process's time in hundredths of a second, whatever the machine.
const TICK: Duration = Duration::from_millis(10);

/// What seals sessions' tokens and makes links; nobody's secret.
const KEYS: &str = "bench=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// The platform's own account at the sandbox's Stripe, which nobody is paid by.
const STRIPE_KEY: &str = "sk_test_bench";

/// What is uploaded to Workers.
pub const BUNDLE: [&str; 3] = ["edge/cloudflare/entry.js", "build/index.js", "build/index_bg.wasm"];

/// A server that runs.
pub struct Server {
    process: Process,
    /// Where it listens.
    pub address: SocketAddr,
    /// From its start until it answered for the first time.
    pub until_first_answer: Duration,
}

/// workerd, with three workers in it.
pub struct Workerd {
    /// Its process, and where Postern is.
    pub postern: Server,
    /// Where the least worker is.
    pub hello: SocketAddr,
    /// Where the one is that does for a request what any worker does.
    pub plain: SocketAddr,
}

/// The file that a server's output goes to.
///
/// # Errors
/// When its folder cannot be made.
pub fn log(name: &str) -> Result<PathBuf> {
    let folder = root().join("target/logs");
    fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    Ok(folder.join(format!("bench-{name}.log")))
}

/// An address that nobody listens on.
///
/// # Errors
/// When there is none.
pub fn local() -> Result<SocketAddr> {
    Ok(SocketAddr::from(([127, 0, 0, 1], free_port()?)))
}

/// Starts the sandbox, as fast as it gets.
///
/// # Errors
/// When it does not start.
pub fn sandbox() -> Result<Server> {
    let address = local()?;
    let mut command = Command::new(root().join("target/load/postern-sandbox"));
    Server::start("sandbox", command.arg(address.to_string()), address, "/")
}

/// Starts workerd with empty databases, in a folder and with a log of that name.
///
/// # Errors
/// When it does not start.
pub fn workerd(name: &str, sandbox: SocketAddr, key: &str) -> Result<Workerd> {
    let data = empty_folder(&format!("bench-{name}"))?;
    let (hello, plain, postern) = (local()?, local()?, local()?);
    let mut command = Command::new(root().join("node_modules/.bin/workerd"));
    command.arg("serve").arg(root().join("tests/bench/workerd/config.capnp"));
    command.arg(format!("--socket-addr=hello={hello}"));
    command.arg(format!("--socket-addr=plain={plain}"));
    command.arg(format!("--socket-addr=postern={postern}"));
    command.arg(format!("--directory-path=data={}", data.display()));
    command.env("JWT_DEV_KEY", key).env("DATA_KEYS", KEYS).env("DOWNLOAD_KEYS", KEYS);
    command.env("STRIPE_SECRET_KEY", STRIPE_KEY);
    command.env("STRIPE_API_BASE", format!("http://{sandbox}/stripe"));
    command.env("SANDBOX_API_BASE", format!("http://{sandbox}/openai/v1"));
    let postern = Server::start(name, &mut command, postern, "/healthz")?;
    Ok(Workerd { postern, hello, plain })
}

/// Whether Spin can be measured here.
#[must_use]
pub fn has_spin() -> bool {
    Command::new("spin").arg("--version").output().is_ok()
}

/// Starts Spin with an empty database, in a folder and with a log of that name.
///
/// # Errors
/// When it does not start.
pub fn spin(name: &str, sandbox: SocketAddr, variables: Vec<(String, String)>) -> Result<Server> {
    let address = local()?;
    let options = Options {
        build: Build::Application,
        port: address.port(),
        data: Some(empty_folder(&format!("bench-{name}"))?),
        variables: [sandbox_variables(sandbox), variables].concat(),
        log: Some(log(name)?),
    };
    let began = Instant::now();
    let platform = Platform::start(Runtime::Spin, &options)?;
    Ok(Server::running(platform.process, address, began))
}

/// A folder for data, with nothing in it.
///
/// # Errors
/// When it cannot be made.
pub fn empty_folder(name: &str) -> Result<PathBuf> {
    let folder = root().join("target/data").join(name);
    // It may not be there, and whatever is left of it does no harm.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    Ok(folder)
}

/// How large files are together, in kibibytes.
pub struct Size {
    /// As they are.
    pub raw_kib: usize,
    /// Each compressed by itself.
    pub gzip_kib: usize,
}

/// The size of the project's files.
///
/// # Errors
/// When one cannot be read.
pub fn size(files: &[&str]) -> Result<Size> {
    let (mut raw, mut zipped) = (0, 0);
    for file in files {
        let bytes = fs::read(root().join(file)).map_err(|e| format!("{file}: {e}"))?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&bytes).map_err(|e| e.to_string())?;
        raw += bytes.len();
        zipped += gzip.finish().map_err(|e| e.to_string())?.len();
    }
    Ok(Size { raw_kib: raw / 1024, gzip_kib: zipped / 1024 })
}

impl Server {
    /// Starts a server and waits until it answers a path.
    ///
    /// # Errors
    /// When it does not.
    pub fn start(
        name: &str,
        command: &mut Command,
        address: SocketAddr,
        path: &str,
    ) -> Result<Self> {
        let began = Instant::now();
        let mut process = Process::start(name, command, &log(name)?)?;
        wait_for(&mut process, address, path, PATIENCE)?;
        Ok(Self::running(process, address, began))
    }

    /// One that was started elsewhere and has just answered for the first time.
    #[must_use]
    pub fn running(process: Process, address: SocketAddr, began: Instant) -> Self {
        Self { process, address, until_first_answer: began.elapsed() }
    }

    /// The processor time that it has used, with all that it has started; `None` where the system
    /// does not tell.
    #[must_use]
    pub fn cpu(&self) -> Option<Duration> {
        let ticks = |id: u32| {
            let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
            // After the name, which stands in brackets and may hold spaces: user and system time
            // are fields 14 and 15 of the line (proc_pid_stat(5)).
            let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
            let mut ticks = || fields.next()?.parse::<u32>().ok();
            Some(ticks()? + ticks()?)
        };
        let ticks: Option<Vec<_>> = self.process.family().into_iter().map(ticks).collect();
        Some(TICK * ticks?.into_iter().sum())
    }

    /// The memory that it holds, with all that it has started, in mebibytes.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn memory_mib(&self) -> Result<u64> {
        let ids: Vec<_> = self.process.family().iter().map(u32::to_string).collect();
        let said = Command::new("ps").args(["-o", "rss=", "-p", &ids.join(",")]).output();
        let said = String::from_utf8_lossy(&said.map_err(|e| e.to_string())?.stdout).into_owned();
        let kib: std::result::Result<Vec<u64>, _> =
            said.split_whitespace().map(str::parse).collect();
        let kib = kib.map_err(|_| format!("ps said {said:?}"))?;
        Ok(kib.into_iter().sum::<u64>() / 1024)
    }
}
