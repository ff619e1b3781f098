// How a case is played: on a stage of its own, at the end of which no page may have complained.
import { after, test } from "node:test";
import { quit, Stage } from "./world.mjs";

const CASE_MS = 180_000;

/** A case. */
export function scene(name, play) {
  test(name, { timeout: CASE_MS }, async () => {
    const stage = new Stage();
    try {
      await play(stage);
      stage.assertQuiet();
    } finally {
      await stage.close();
    }
  });
}

after(quit);
