/** What a picture of the screen is made of: the door for tools, which need no live terminal. */
export { Canvas } from "./canvas.ts"
export { inkOf } from "./pen.ts"
export { colourOf, type ThemeName, themes, tokenOf } from "./theme.ts"
