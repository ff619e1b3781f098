//! Answers in OpenAI's words, for providers that have others.

use crate::{Chunk, Completion, Usage, teller::Call};
use serde::Serialize;
use serde_json::{Value, json};

/// What every piece of one answer says of it.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// The provider's name of the answer.
    pub id: String,
    /// The provider's name of the model.
    pub model: String,
    /// When it was asked for, in seconds since 1970, UTC.
    pub created_s: i64,
}

/// What a piece adds to an answer.
#[derive(Debug, Default, Serialize)]
pub struct Delta<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_content: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<[CallDelta<'a>; 1]>,
}

/// What a piece adds to a call of a tool. Its first piece names the call and the tool.
#[derive(Debug, Serialize)]
pub struct CallDelta<'a> {
    pub index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'a str>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    pub function: FunctionDelta<'a>,
    /// What the provider wants back with the call, and OpenAI has no word for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_content: Option<Value>,
}

#[derive(Debug, Serialize)]
pub struct FunctionDelta<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    pub arguments: &'a str,
}

/// A whole answer, put together from its parts.
#[derive(Debug, Default)]
pub struct Message {
    pub text: String,
    pub refusal: String,
    pub reasoning: String,
    /// In OpenAI's words.
    tool_calls: Vec<Value>,
    /// What the model wrote in them.
    called: String,
}

impl Message {
    /// How many tools have been called.
    pub fn calls(&self) -> usize {
        self.tool_calls.len()
    }

    /// Adds a call of a tool.
    pub fn call(&mut self, head: &Head, call: Call<'_>) {
        let Call { id, name, arguments, extra_content } = call;
        let id = head.call_id(id, self.calls());
        let function = json!({ "name": name, "arguments": arguments });
        let mut call = json!({ "id": id, "type": "function", "function": function });
        if let (Some(extra), Some(call)) = (extra_content, call.as_object_mut()) {
            call.insert("extra_content".into(), extra);
        }
        self.tool_calls.push(call);
        self.called.push_str(name);
        self.called.push_str(arguments);
    }

    /// The `chat.completion` that consists of this message.
    pub fn complete(self, head: &Head, finish_reason: &str, usage: Option<Usage>) -> Completion {
        let json = head.completion(&self, finish_reason, &usage.unwrap_or_default());
        let text = [self.called, self.text, self.refusal, self.reasoning].concat();
        Completion { json, text, usage }
    }
}

impl Head {
    /// The provider's name of a call, or one that no other call of the answer has.
    pub fn call_id(&self, given: Option<&str>, index: usize) -> String {
        let given = given.filter(|id| !id.is_empty());
        given.map_or_else(|| format!("call_{}_{index}", self.id), str::to_owned)
    }

    /// A piece of the answer, in which the model wrote `text`.
    pub fn piece(&self, delta: &Delta<'_>, finish_reason: Option<&str>, text: &str) -> Chunk {
        #[derive(Serialize)]
        struct Choice<'a> {
            index: u32,
            delta: &'a Delta<'a>,
            finish_reason: Option<&'a str>,
        }
        let json = self.write(&[Choice { index: 0, delta, finish_reason }], None);
        let is_output = finish_reason.is_some() || !text.is_empty();
        Chunk { json, text: text.to_owned(), is_output }
    }

    /// The piece that tells the usage and nothing else.
    pub fn usage(&self, usage: &Usage) -> Chunk {
        let json = self.write::<()>(&[], Some(usage_json(usage)));
        Chunk { json, text: String::new(), is_output: false }
    }

    fn write<T: Serialize>(&self, choices: &[T], usage: Option<Value>) -> Vec<u8> {
        #[derive(Serialize)]
        struct Wire<'a, T> {
            id: &'a str,
            object: &'static str,
            created: i64,
            model: &'a str,
            choices: &'a [T],
            #[serde(skip_serializing_if = "Option::is_none")]
            usage: Option<Value>,
        }
        let chunk = Wire {
            id: &self.id,
            object: "chat.completion.chunk",
            created: self.created_s,
            model: &self.model,
            choices,
            usage,
        };
        // Texts, numbers and maps with string keys: this cannot fail.
        serde_json::to_vec(&chunk).unwrap_or_default()
    }

    fn completion(&self, message: &Message, finish_reason: &str, usage: &Usage) -> Vec<u8> {
        let Message { text, refusal, reasoning, tool_calls, .. } = message;
        let no_text = text.is_empty() && !(tool_calls.is_empty() && refusal.is_empty());
        let refusal = Some(refusal).filter(|refusal| !refusal.is_empty());
        let mut said = json!({
            "role": "assistant", "content": (!no_text).then_some(text), "refusal": refusal,
        });
        if let Some(said) = said.as_object_mut() {
            if !reasoning.is_empty() {
                said.insert("reasoning_content".into(), reasoning.as_str().into());
            }
            if !tool_calls.is_empty() {
                said.insert("tool_calls".into(), tool_calls.clone().into());
            }
        }
        let choice = json!({
            "index": 0, "message": said, "finish_reason": finish_reason, "logprobs": null,
        });
        let completion = json!({
            "id": self.id, "object": "chat.completion", "created": self.created_s,
            "model": self.model, "choices": [choice], "usage": usage_json(usage),
        });
        completion.to_string().into_bytes()
    }
}

fn usage_json(usage: &Usage) -> Value {
    json!({
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens.saturating_add(usage.output_tokens),
        "prompt_tokens_details": { "cached_tokens": usage.cached_input_tokens },
        "completion_tokens_details": { "reasoning_tokens": usage.reasoning_tokens },
    })
}
