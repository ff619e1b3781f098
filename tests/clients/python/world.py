"""What every client needs: tokens, tenants of one's own, the wallet."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import time
import urllib.request

PATIENCE_S = 20
PORT = os.environ["POSTERN_TEST_EDGE"].rsplit(":", 1)[1]
SANDBOX = "http://" + os.environ["POSTERN_TEST_SANDBOX"]


def mint(tenant, **changes):
    """A token of development's issuer."""
    now = int(time.time())
    claims = {
        "iss": "postern-dev", "aud": "postern", "tenant": tenant, "account": "acc_client",
        "profile": "prf_client", "iat": now, "exp": now + 3600, **changes,
    }

    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    header = {"alg": "HS256", "typ": "JWT"}
    signed = b".".join(part(json.dumps(value).encode()) for value in (header, claims))
    key = os.environ["JWT_DEV_KEY"].encode()
    return (signed + b"." + part(hmac.digest(key, signed, hashlib.sha256))).decode()


def ask(url, bearer=None, body=None):
    """A request with a JSON answer."""
    headers = {"content-type": "application/json"}
    if bearer:
        headers["authorization"] = f"Bearer {bearer}"
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, headers)) as response:
        return json.load(response)


class Tenant:
    """A tenant that nobody else uses."""

    def __init__(self, **changes):
        handle = f"client-{secrets.token_hex(8)}"
        record = {
            "handle": handle, "name": "A client", "app": "saas", "welcome_tokens": 1000, **changes,
        }
        operator = mint("ten_postern", account="acc_operators", roles=["admin"])
        made = ask(f"http://postern.localhost:{PORT}/admin/tenants", operator, record)
        self.base = f"http://{handle}.localhost:{PORT}"
        self.token = mint(made["id"])

    def options(self, **changes):
        """What makes OpenAI's client, unmodified, one of this tenant's."""
        return {"base_url": self.base + "/v1", "api_key": self.token, "max_retries": 0, **changes}

    def settled(self):
        """The wallet, once nothing is held."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            wallet = ask(self.base + "/me/balance", self.token)["balances"][0]
            if wallet["held"] == 0:
                return wallet["posted"]
            time.sleep(0.02)
        raise AssertionError("something is still held")
