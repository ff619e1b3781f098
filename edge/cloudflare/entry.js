// The worker's entry: what worker-build makes, without the class and the proxies that its default
// export puts around every request. They make the instance anew after a panic, which the bindings
// do by themselves as well (`__wbg_reset_state`), and cost a tenth of a small request's time.
import Worker, { Shard } from "../../build/index.js";

const answer = Worker.prototype.fetch;

export { Shard };

export default {
  fetch(request, env, ctx) {
    return answer.call({ env, ctx }, request);
  },
};
