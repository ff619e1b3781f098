// Key-value storage in memory, as the runtime's KV binding speaks to it.
const values = new Map();

export default {
  async fetch(request) {
    const url = new URL(request.url);
    const key = url.pathname;
    if (request.method === "GET") {
      const value = values.get(key);
      return value ? new Response(value) : new Response(null, { status: 404 });
    }
    if (request.method === "PUT") values.set(key, await request.arrayBuffer());
    if (request.method === "DELETE") values.delete(key);
    return new Response(null, { status: 204 });
  },
};
