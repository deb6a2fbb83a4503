import { defineConfig } from "vitest/config";
import { patience } from "../support/patience.ts";

/** The checks of the crash test, fed with what they must find. */
export default defineConfig({ test: { include: ["test/crash/**/*.test.ts"], ...patience } });
