/** A run under hands, and its past: what the screen looks at. The door for benches; it reaches neither a terminal nor a wall clock. */
export { Session } from "./session.ts"
