// Large values in memory, as the runtime's R2 binding speaks to it: as much of that as takes a file
// in and looks at it. Metadata is JSON before the value, and a header says how long it is.
const SIZE = "cf-r2-metadata-size";
const objects = new Map();
const encoder = new TextEncoder();

function missing() {
  const error = { version: 1, v4code: 10007, message: "The specified key does not exist." };
  return new Response(null, { status: 404, headers: { "cf-r2-error": JSON.stringify(error) } });
}

function answer(object, value = new Uint8Array()) {
  const metadata = encoder.encode(JSON.stringify(object.metadata));
  const headers = { [SIZE]: String(metadata.length), "content-type": "application/json" };
  return new Response(new Blob([metadata, value]), { headers });
}

async function put(request) {
  const body = new Uint8Array(await request.arrayBuffer());
  const size = Number(request.headers.get(SIZE));
  const asked = JSON.parse(new TextDecoder().decode(body.subarray(0, size)));
  if (asked.method !== "put") return new Response(null, { status: 501 });
  const value = body.slice(size);
  const version = crypto.randomUUID();
  const metadata = {
    name: asked.object, version, size: value.length, etag: version, uploaded: Date.now(),
    httpFields: asked.httpFields ?? {}, customFields: asked.customFields ?? [], checksums: {},
  };
  const object = { metadata, value };
  objects.set(asked.object, object);
  return answer(object);
}

export default {
  async fetch(request) {
    if (request.method === "PUT") return put(request);
    const asked = JSON.parse(request.headers.get("cf-r2-request"));
    const object = objects.get(asked.object);
    if (object === undefined) return missing();
    if (asked.method === "head") return answer(object);
    const offset = Number(asked.range?.offset ?? 0);
    const length = Number(asked.range?.length ?? object.value.length - offset);
    const metadata = { ...object.metadata, range: { offset, length } };
    return answer({ metadata }, object.value.subarray(offset, offset + length));
  },
};
