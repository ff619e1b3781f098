//! OpenAI's chat: what comes is what goes.

use super::{WrittenError, write_named};
use crate::{Chunk, Completion, Usage, write_event};

pub struct Writer;

impl super::Writer for Writer {
    fn whole(&mut self, completion: Completion) -> Vec<u8> {
        completion.json
    }

    fn chunk(&mut self, chunk: &Chunk, out: &mut Vec<u8>) {
        write_event(out, &chunk.json);
    }

    /// Those who asked for it have it in the chunks.
    fn usage(&mut self, _usage: Usage) {}

    fn keep_alive(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b":\n\n");
    }

    fn done(&mut self, out: &mut Vec<u8>) {
        write_event(out, b"[DONE]");
    }

    fn failed(&mut self, error: &WrittenError<'_>, out: &mut Vec<u8>) {
        write_named(out, "error", &error.openai());
    }
}
