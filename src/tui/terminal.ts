import { MOUSE_OFF, MOUSE_ON } from './mouse.ts'

/** What the screen needs of the terminal beyond what Ink asks for: no line ever wraps, no cursor, and the mouse if wanted. */
export function enterScreen(mouse: boolean): string {
  return `\u001b[?7l\u001b[?25l${mouse ? MOUSE_ON : ''}`
}

/** Undoes `enterScreen` and everything that Ink asks a terminal for; harmless where nothing was changed. */
export const LEAVE_SCREEN = `${MOUSE_OFF}\u001b[?2026l\u001b[?2004l\u001b[0m\u001b[?7h\u001b[?25h`
export const ENTER_ALTERNATE_SCREEN = '\u001b[?1049h'
export const LEAVE_ALTERNATE_SCREEN = '\u001b[?1049l'
