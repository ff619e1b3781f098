"""TensorZero's gateway, as its Python package brings it: the same Rust code that its container runs.

Says where it listens and serves until it is told to stop. The package starts this gateway for
OpenAI's Python client (`patch_openai_client`); here it is started without one.
"""

import signal
import sys

from tensorzero import _start_http_gateway

gateway = _start_http_gateway(
    config_file=sys.argv[1],
    clickhouse_url=None,
    postgres_url=None,
    valkey_url=None,
    async_setup=False,
)
print(gateway.base_url, flush=True)
signal.pause()
