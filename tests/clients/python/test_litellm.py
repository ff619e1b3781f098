"""LiteLLM, which many programs ask all their providers through, against a tenant's host."""

import json
import os
import unittest

# What it knows of models' prices comes with it, and needs no network.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm  # noqa: E402
from world import Tenant  # noqa: E402

litellm.suppress_debug_info = True
FORMATS = ["", "-anthropic", "-gemini", "-bedrock", "-ollama", "-responses"]
ECHO = "one two three four five"
TOOL = {
    "type": "function",
    "function": {
        "name": "look_up",
        "parameters": {"type": "object", "properties": {"echo": {"type": "string"}}},
    },
}


def complete(tenant, model="demo-echo", **changes):
    """A completion by a server that speaks as OpenAI does."""
    options = {
        "model": model, "custom_llm_provider": "openai", "max_tokens": 50,
        "api_base": tenant.base + "/v1", "api_key": tenant.token,
        "num_retries": 0, "max_retries": 0,
        "messages": [{"role": "user", "content": ECHO}],
    }
    return litellm.completion(**{**options, **changes})


class LiteLlm(unittest.TestCase):
    """The synchronous functions."""

    def test_an_answer_comes_whole(self):
        for suffix in FORMATS:
            with self.subTest(suffix):
                model, tenant = "demo-echo" + suffix, Tenant()
                answer = complete(tenant, model)
                self.assertEqual(answer.choices[0].message.content, ECHO)
                self.assertEqual(answer.choices[0].finish_reason, "stop")
                self.assertEqual(answer.usage.total_tokens, 10)
                self.assertEqual(tenant.settled(), 992)

    def test_an_answer_streams(self):
        for suffix in FORMATS:
            with self.subTest(suffix):
                model, tenant = "demo-echo" + suffix, Tenant()
                options = {"stream": True, "stream_options": {"include_usage": True}}
                chunks = list(complete(tenant, model, **options))
                whole = litellm.stream_chunk_builder(chunks)
                self.assertEqual(whole.choices[0].message.content, ECHO)
                self.assertEqual(whole.usage.completion_tokens, 5)
                self.assertEqual(tenant.settled(), 992)

    def test_a_tool_is_called_and_its_result_is_heard(self):
        for suffix in FORMATS:
            with self.subTest(suffix):
                model, tenant = "demo-echo" + suffix, Tenant()
                said = complete(tenant, model, tools=[TOOL]).choices[0].message
                call = said.tool_calls[0]
                self.assertEqual(call.function.name, "look_up")
                self.assertEqual(json.loads(call.function.arguments), {"echo": ECHO})
                messages = [
                    {"role": "user", "content": ECHO},
                    said.model_dump(exclude_none=True),
                    {"role": "tool", "tool_call_id": call.id, "content": "the tool has answered"},
                ]
                answer = complete(tenant, model, tools=[TOOL], messages=messages)
                self.assertEqual(answer.choices[0].message.content, "the tool has answered")

    def test_problems_arrive_as_its_own_errors(self):
        tenant, poor = Tenant(), Tenant(welcome_tokens=0)
        busy = Tenant(limits={"requests_per_minute_per_key": 1})
        complete(busy)
        cases = [
            (tenant, {"api_key": "wrong"}, litellm.AuthenticationError, 401),
            (poor, {}, litellm.APIError, 402),
            (tenant, {"model": "none"}, litellm.NotFoundError, 404),
            (tenant, {"top_p": 2}, litellm.BadRequestError, 422),
            (busy, {}, litellm.RateLimitError, 429),
            (tenant, {"model": "fault-error-500"}, litellm.ServiceUnavailableError, 503),
        ]
        for owner, changes, kind, status in cases:
            with self.subTest(status):
                with self.assertRaises(kind) as raised:
                    complete(owner, **changes)
                self.assertEqual(raised.exception.status_code, status)

    def test_a_provider_that_breaks_off_makes_the_stream_raise(self):
        for suffix in FORMATS:
            with self.subTest(suffix):
                model, tenant = "fault-cut" + suffix, Tenant()
                words = []
                with self.assertRaises(litellm.exceptions.MidStreamFallbackError):
                    for chunk in complete(tenant, model, stream=True):
                        words.append(chunk.choices[0].delta.content or "")
                self.assertEqual("".join(words), "one two three")


if __name__ == "__main__":
    unittest.main()
