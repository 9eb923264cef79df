/** What benches use of the tools. */
export { openPty, type Pty } from "./pty.ts"
