// The worker's entry: what worker-build makes, without the classes and the proxies that it puts
// around every request. They make the instance anew after a panic, which the bindings do by
// themselves as well (`__wbg_reset_state`), and cost a tenth of a small request's time.
import { DurableObject } from "cloudflare:workers";
import Worker from "../../build/index.js";

const { fetch: answer, lookAfter, migrateShard, runInShard } = Worker.prototype;

/** One shard's database. It is called rather than fetched, and answers without waiting. */
export class Shard extends DurableObject {
  #isMigrated = false;

  run(statements) {
    if (!this.#isMigrated) {
      const refusal = migrateShard(this.ctx);
      if (refusal !== undefined) return refusal;
      this.#isMigrated = true;
    }
    return runInShard(this.ctx, statements);
  }
}

export default {
  fetch(request, env, ctx) {
    return answer.call({ env, ctx }, request);
  },

  scheduled(_event, env, ctx) {
    return lookAfter(env, ctx);
  },
};
