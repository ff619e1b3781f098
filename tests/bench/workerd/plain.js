// What any worker does for a request of an API, and nothing else: it reads the head, logs a line and
// answers with a few headers.
const body = JSON.stringify({ object: "list", data: [{ id: "demo-echo" }, { id: "demo-slow" }] });

export default {
  fetch(request) {
    const head = { method: request.method, url: request.url };
    for (const [name, value] of request.headers) head[name] = value;
    const id = crypto.randomUUID();
    console.log(JSON.stringify({ request_id: id, method: head.method, route: "list", status: 200 }));
    return new Response(body, {
      headers: {
        "content-type": "application/json",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-request-id": id,
      },
    });
  },
};
