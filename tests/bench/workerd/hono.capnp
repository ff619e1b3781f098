# workerd by itself, with the worker of tests/bench/peers/hono.js as esbuild has bundled it.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "hono", worker = .hono),
    (name = "internet", network = (allow = ["public", "local"])),
  ],
  sockets = [(name = "hono", http = (), service = "hono")],
);

const hono :Workerd.Worker = (
  modules = [(name = "hono.js", esModule = embed "../../../.tools/peers/hono.js")],
  compatibilityDate = "2026-10-01",
  bindings = [
    (name = "ISSUER", fromEnvironment = "ISSUER"),
    (name = "AUDIENCE", fromEnvironment = "AUDIENCE"),
    (name = "OPENAI_API_BASE", fromEnvironment = "OPENAI_API_BASE"),
  ],
);
