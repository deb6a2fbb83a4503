import { takeCoverage } from "node:v8";
import { afterAll } from "vitest";

/** A setup file: what a test file has run goes to `NODE_V8_COVERAGE`. At its end a worker would not write it. */
afterAll(() => takeCoverage());
