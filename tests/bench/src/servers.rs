//! What is measured: workerd by itself, with no wrangler before it, and the sandbox.

use crate::load::Result;
use harness::{Process, free_port, root, wait_for};
use std::{
    fs,
    net::SocketAddr,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// Linux counts a process's time in hundredths of a second, whatever the machine.
const TICK: Duration = Duration::from_millis(10);

/// A server that runs.
pub struct Server {
    process: Process,
    /// Where it listens.
    pub address: SocketAddr,
}

/// workerd, with three workers in it.
pub struct Workerd {
    /// Its process, and where Postern is.
    pub postern: Server,
    /// Where the least worker is.
    pub hello: SocketAddr,
    /// Where the one is that does for a request what any worker does.
    pub plain: SocketAddr,
    /// From its start until Postern answered for the first time.
    pub until_first_answer: Duration,
}

fn log(name: &str) -> Result<PathBuf> {
    let folder = root().join("target/logs");
    fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    Ok(folder.join(name))
}

fn local() -> Result<SocketAddr> {
    Ok(SocketAddr::from(([127, 0, 0, 1], free_port()?)))
}

/// Starts the sandbox, as fast as it gets.
///
/// # Errors
/// When it does not start.
pub fn sandbox() -> Result<Server> {
    let address = local()?;
    let mut command = Command::new(root().join("target/load/postern-sandbox"));
    let mut process = Process::start(
        "the sandbox",
        command.arg(address.to_string()),
        &log("bench-sandbox.log")?,
    )?;
    wait_for(&mut process, address, "/", PATIENCE)?;
    Ok(Server { process, address })
}

/// Starts workerd with empty databases.
///
/// # Errors
/// When it does not start.
pub fn workerd(sandbox: SocketAddr, key: &str) -> Result<Workerd> {
    let data = root().join("target/data/bench");
    // It may not be there, and whatever is left of it does no harm.
    let _ = fs::remove_dir_all(&data);
    fs::create_dir_all(&data).map_err(|e| e.to_string())?;
    let (hello, plain, postern) = (local()?, local()?, local()?);
    let mut command = Command::new(root().join("node_modules/.bin/workerd"));
    command.arg("serve").arg(root().join("tests/bench/workerd/config.capnp"));
    command.arg(format!("--socket-addr=hello={hello}"));
    command.arg(format!("--socket-addr=plain={plain}"));
    command.arg(format!("--socket-addr=postern={postern}"));
    command.arg(format!("--directory-path=data={}", data.display()));
    command.env("JWT_DEV_KEY", key).env("SANDBOX_API_BASE", format!("http://{sandbox}/openai/v1"));
    let began = Instant::now();
    let mut process = Process::start("workerd", &mut command, &log("bench-workerd.log")?)?;
    wait_for(&mut process, postern, "/healthz", PATIENCE)?;
    let until_first_answer = began.elapsed();
    let postern = Server { process, address: postern };
    Ok(Workerd { postern, hello, plain, until_first_answer })
}

impl Server {
    /// The processor time that it has used; `None` where the system does not tell.
    #[must_use]
    pub fn cpu(&self) -> Option<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id())).ok()?;
        // After the name, which stands in brackets and may hold spaces: user and system time are
        // fields 14 and 15 of the line (proc_pid_stat(5)).
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let mut ticks = || fields.next()?.parse::<u32>().ok();
        Some(TICK * (ticks()? + ticks()?))
    }

    /// The memory that it holds, in mebibytes.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn memory_mib(&self) -> Result<u64> {
        let id = self.process.id().to_string();
        let said = Command::new("ps").args(["-o", "rss=", "-p", &id]).output();
        let said = String::from_utf8_lossy(&said.map_err(|e| e.to_string())?.stdout).into_owned();
        let kib: u64 = said.trim().parse().map_err(|_| format!("ps said {said:?}"))?;
        Ok(kib / 1024)
    }
}
