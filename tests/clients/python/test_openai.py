"""OpenAI's own client for Python, against a tenant's host."""

import asyncio
import json
import unittest
import uuid

import openai
from openapi_spec_validator import OpenAPIV31SpecValidator
from world import PORT, SANDBOX, Tenant, ask

QUESTION = {
    "model": "demo-echo",
    "max_tokens": 50,
    "messages": [{"role": "user", "content": "one two three four five"}],
}


class Client(unittest.TestCase):
    """The synchronous client."""

    def test_an_answer_comes_whole(self):
        tenant = Tenant()
        with openai.OpenAI(**tenant.options()) as client:
            answer = client.chat.completions.create(**QUESTION)
        self.assertEqual(answer.choices[0].message.content, "one two three four five")
        self.assertEqual(answer.usage.total_tokens, 10)
        self.assertEqual(tenant.settled(), 992)

    def test_an_answer_streams(self):
        tenant = Tenant()
        with openai.OpenAI(**tenant.options()) as client:
            with client.chat.completions.stream(
                **QUESTION, stream_options={"include_usage": True}
            ) as stream:
                final = stream.get_final_completion()
        self.assertEqual(final.choices[0].message.content, "one two three four five")
        self.assertEqual(final.choices[0].finish_reason, "stop")
        self.assertEqual(final.usage.completion_tokens, 5)
        self.assertEqual(tenant.settled(), 992)

    def test_a_tool_is_called(self):
        tool = {"type": "function", "function": {"name": "look_up", "parameters": {"type": "object"}}}
        with openai.OpenAI(**Tenant().options()) as client:
            with client.chat.completions.stream(**QUESTION, tools=[tool]) as stream:
                call = stream.get_final_completion().choices[0].message.tool_calls[0]
        self.assertEqual(call.function.name, "look_up")
        self.assertEqual(json.loads(call.function.arguments), {"echo": "one two three four five"})

    def test_a_provider_that_breaks_off_makes_the_stream_raise(self):
        words = []
        with openai.OpenAI(**Tenant().options()) as client:
            question = {**QUESTION, "model": "fault-cut"}
            with self.assertRaises(openai.APIError) as raised:
                for chunk in client.chat.completions.create(**question, stream=True):
                    words.append(chunk.choices[0].delta.content or "")
        self.assertEqual("".join(words), "one two three")
        self.assertEqual(raised.exception.code, "provider_broke_off")

    def test_problems_arrive_as_the_clients_own_errors(self):
        tenant, poor = Tenant(), Tenant(welcome_tokens=0)
        cases = [
            (tenant.options(api_key="wrong"), {}, openai.AuthenticationError, "invalid_credentials"),
            (poor.options(), {}, openai.APIStatusError, "insufficient_tokens"),
            (tenant.options(), {"model": "none"}, openai.NotFoundError, "model_not_found"),
            (tenant.options(), {"top_p": 2}, openai.UnprocessableEntityError, "invalid_field"),
            (
                tenant.options(), {"model": "fault-error-500"},
                openai.InternalServerError, "provider_unavailable",
            ),
        ]
        for options, changes, kind, code in cases:
            with self.subTest(code), openai.OpenAI(**options) as client:
                with self.assertRaises(kind) as raised:
                    client.chat.completions.create(**{**QUESTION, **changes})
                self.assertEqual(raised.exception.code, code)

    def test_models_are_listed(self):
        with openai.OpenAI(**Tenant().options()) as client:
            names = [model.id for model in client.models.list()]
        self.assertIn("demo-echo", names)


class AsyncClient(unittest.IsolatedAsyncioTestCase):
    """The asynchronous client."""

    async def test_many_streams_at_once_stay_apart_and_one_that_leaves_pays_its_part(self):
        tenant = Tenant(welcome_tokens=100_000)
        user = str(uuid.uuid4())

        async def whole(client, text):
            question = {**QUESTION, "messages": [{"role": "user", "content": text}]}
            words = []
            async for chunk in await client.chat.completions.create(**question, stream=True):
                words.append(chunk.choices[0].delta.content or "")
            return "".join(words)

        async def leaving(client):
            question = {
                "model": "demo-slow", "max_tokens": 1000, "user": user,
                "messages": [{"role": "user", "content": "word " * 400}],
            }
            async with await client.chat.completions.create(**question, stream=True) as stream:
                async for chunk in stream:
                    if chunk.choices[0].delta.content:
                        return

        texts = [f"this is answer {n}" for n in range(20)]
        async with openai.AsyncOpenAI(**tenant.options()) as client:
            answers = await asyncio.gather(*(whole(client, text) for text in texts), leaving(client))
        self.assertEqual(answers[:-1], texts)
        seen = ask(f"{SANDBOX}/seen/{user}?until=left")
        self.assertEqual(seen["state"], "left")
        paid = 100_000 - tenant.settled()
        self.assertGreater(paid, 300)
        self.assertLess(paid, 1000)


class Description(unittest.TestCase):
    """What the platform says of itself."""

    def test_the_description_is_openapi_3_1(self):
        document = ask(f"http://family.localhost:{PORT}/openapi.json")
        OpenAPIV31SpecValidator(document).validate()
        self.assertIn("/v1/chat/completions", document["paths"])


if __name__ == "__main__":
    unittest.main()
