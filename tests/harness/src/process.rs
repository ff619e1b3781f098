use crate::Result;
use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread::sleep,
    time::{Duration, Instant},
};

/// Where ports for tests are looked for.
const FIRST_PORT: u32 = 20_000;
const PORTS: u32 = 10_000;

/// A program that runs in the background, with all that it has started. Ends when dropped.
pub struct Process {
    name: String,
    child: Child,
    log: Option<PathBuf>,
}

impl Process {
    /// Starts a program whose output goes to a file.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(name: &str, command: &mut Command, log: &Path) -> Result<Self> {
        let file = File::create(log).map_err(|e| format!("{}: {e}", log.display()))?;
        let again = file.try_clone().map_err(|e| e.to_string())?;
        let mut process = Self::spawn(name, command.stdout(file).stderr(again))?;
        process.log = Some(log.to_owned());
        Ok(process)
    }

    /// Starts a program whose output the caller has arranged.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn spawn(name: &str, command: &mut Command) -> Result<Self> {
        // A group of its own, so that whatever it starts ends with it.
        let child = command.process_group(0).stdin(Stdio::null()).spawn();
        let child = child.map_err(|e| format!("{name} cannot be started: {e}"))?;
        Ok(Self { name: name.to_owned(), child, log: None })
    }

    /// Shows piped output as it comes, without the lines that hold any of `noise`.
    pub fn show(&mut self, noise: &'static [&'static str]) {
        let out = self.child.stdout.take().map(|out| Box::new(out) as Box<dyn Read + Send>);
        let err = self.child.stderr.take().map(|err| Box::new(err) as Box<dyn Read + Send>);
        for output in [out, err].into_iter().flatten() {
            std::thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(std::result::Result::ok) {
                    if !noise.iter().any(|noise| line.contains(noise)) {
                        println!("{line}");
                    }
                }
            });
        }
    }

    /// Whether it has ended, and what it said last.
    ///
    /// # Errors
    /// When it has.
    pub fn check(&mut self) -> Result<()> {
        match self.child.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => {
                let log = self.log.as_ref().map(std::fs::read_to_string);
                let log = log.and_then(std::result::Result::ok).unwrap_or_default();
                let tail: Vec<_> = log.lines().rev().take(30).collect();
                let tail: Vec<_> = tail.into_iter().rev().collect();
                Err(format!("{} has ended ({status}):\n{}", self.name, tail.join("\n")))
            }
            Err(error) => Err(error.to_string()),
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it and all that it has started, at once: they get no chance to finish anything.
    pub fn kill(&mut self) {
        self.signal(Signal::SIGKILL);
        // It has ended; how does not matter.
        let _ = self.child.wait();
    }

    /// The processes that it has started and that run a program of a name, children's children too.
    #[must_use]
    pub fn descendants(&self, program: &str) -> Vec<i32> {
        let runs = |id: &u32| {
            let name = std::fs::read_to_string(format!("/proc/{id}/comm"));
            name.is_ok_and(|name| name.trim() == program)
        };
        let family = self.family().into_iter().skip(1).filter(runs);
        family.filter_map(|id| i32::try_from(id).ok()).collect()
    }

    /// Its id, and behind it those of all that it has started.
    #[must_use]
    pub fn family(&self) -> Vec<u32> {
        let mut family = vec![self.child.id()];
        let mut looked = 0;
        while let Some(parent) = family.get(looked).copied() {
            // A child belongs to the thread that started it.
            let threads = std::fs::read_dir(format!("/proc/{parent}/task"));
            for thread in threads.into_iter().flatten().flatten() {
                let children = std::fs::read_to_string(thread.path().join("children"));
                let children = children.unwrap_or_default();
                family.extend(children.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
            }
            looked += 1;
        }
        family
    }

    fn signal(&self, signal: Signal) {
        if let Ok(id) = i32::try_from(self.child.id()) {
            // Fails when it has ended already.
            let _ = killpg(Pid::from_raw(id), signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal(Signal::SIGTERM);
        let patience = Instant::now() + Duration::from_secs(5);
        while Instant::now() < patience {
            if !matches!(self.child.try_wait(), Ok(None)) {
                break;
            }
            sleep(Duration::from_millis(20));
        }
        self.kill();
    }
}

/// Starts a program that stays when this one has ended.
///
/// # Errors
/// When it cannot be started.
pub fn leave_running(name: &str, command: &mut Command, log: &Path) -> Result<()> {
    let file = File::create(log).map_err(|e| format!("{}: {e}", log.display()))?;
    let again = file.try_clone().map_err(|e| e.to_string())?;
    command.process_group(0).stdin(Stdio::null()).stdout(file).stderr(again);
    command.spawn().map(drop).map_err(|e| format!("{name} cannot be started: {e}"))
}

/// A port that nobody listens on.
///
/// Below those that systems give to connections of their own accord: such a port could be taken
/// by one before a server listens on it.
///
/// # Errors
/// When there is none.
pub fn free_port() -> Result<u16> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    for _ in 0..PORTS {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        // Programs that run at the same time begin at different places.
        let offset = std::process::id().wrapping_mul(97).wrapping_add(step) % PORTS;
        let port = u16::try_from(FIRST_PORT + offset).map_err(|e| e.to_string())?;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    Err("no port is free".into())
}

/// Asks a local server for a path; the status and the body.
///
/// # Errors
/// When nobody answers.
pub fn get(address: SocketAddr, host: &str, path: &str) -> Result<(u16, String)> {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    let answer = ask().map_err(|e| format!("{address}{path}: {e}"))?;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Ok((status.unwrap_or(0), body.to_owned()))
}

/// Waits until a server answers a path with 200.
///
/// # Errors
/// When it does not in time, or the process has ended.
pub fn wait_for(
    process: &mut Process,
    address: SocketAddr,
    path: &str,
    patience: Duration,
) -> Result<()> {
    let end = Instant::now() + patience;
    loop {
        if get(address, "127.0.0.1", path).is_ok_and(|(status, _)| status == 200) {
            return Ok(());
        }
        process.check()?;
        if Instant::now() > end {
            return Err(format!("{} does not answer {path} on {address}", process.name));
        }
        // Short, because the bench measures by it how long a server takes to start.
        sleep(Duration::from_millis(5));
    }
}
