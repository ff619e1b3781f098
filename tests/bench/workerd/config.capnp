# workerd by itself: Postern with a database on disk, and two plain workers beside it.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "hello", worker = .hello),
    (name = "plain", worker = .plain),
    (name = "kv", worker = .kv),
    (name = "r2", worker = .r2),
    (name = "data", disk = (writable = true)),
    (name = "internet", network = (allow = ["public", "local"])),
    (name = "postern", worker = .postern),
  ],
  sockets = [
    (name = "hello", http = (), service = "hello"),
    (name = "plain", http = (), service = "plain"),
    (name = "postern", http = (), service = "postern"),
  ],
);

const hello :Workerd.Worker = (
  modules = [(name = "hello.js", esModule = embed "hello.js")],
  compatibilityDate = "2026-10-01",
);

const plain :Workerd.Worker = (
  modules = [(name = "plain.js", esModule = embed "plain.js")],
  compatibilityDate = "2026-10-01",
);

const kv :Workerd.Worker = (
  modules = [(name = "kv.js", esModule = embed "kv.js")],
  compatibilityDate = "2026-10-01",
);

const r2 :Workerd.Worker = (
  modules = [(name = "r2.js", esModule = embed "r2.js")],
  compatibilityDate = "2026-10-01",
);

const postern :Workerd.Worker = (
  modules = [
    (name = "edge/cloudflare/entry.js", esModule = embed "../../../edge/cloudflare/entry.js"),
    (name = "build/index.js", esModule = embed "../../../build/index.js"),
    (name = "build/index_bg.wasm", wasm = embed "../../../build/index_bg.wasm"),
  ],
  compatibilityDate = "2026-10-01",
  durableObjectNamespaces = [
    (className = "Shard", uniqueKey = "postern", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "data"),
  bindings = [
    (name = "SHARDS", durableObjectNamespace = "Shard"),
    (name = "KV", kvNamespace = "kv"),
    (name = "BLOBS", r2Bucket = "r2"),
    (name = "POSTERN_ENV", text = "dev"),
    (name = "JWT_DEV_KEY", fromEnvironment = "JWT_DEV_KEY"),
    (name = "DATA_KEYS", fromEnvironment = "DATA_KEYS"),
    (name = "DOWNLOAD_KEYS", fromEnvironment = "DOWNLOAD_KEYS"),
    (name = "STRIPE_SECRET_KEY", fromEnvironment = "STRIPE_SECRET_KEY"),
    (name = "STRIPE_API_BASE", fromEnvironment = "STRIPE_API_BASE"),
    (name = "SANDBOX_API_BASE", fromEnvironment = "SANDBOX_API_BASE"),
  ],
);
