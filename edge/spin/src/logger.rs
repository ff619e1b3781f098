//! The log: standard output and standard error, which Spin shows and keeps.

use log::{Level, LevelFilter, Log, Metadata, Record};

struct Stdio;

impl Log for Stdio {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= Level::Info
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        match record.level() {
            Level::Error | Level::Warn => eprintln!("{}", record.args()),
            _ => println!("{}", record.args()),
        }
    }

    fn flush(&self) {}
}

/// Sends the log there. Called with every request; the first one counts.
pub fn init() {
    if log::set_logger(&Stdio).is_ok() {
        log::set_max_level(LevelFilter::Info);
    }
}
