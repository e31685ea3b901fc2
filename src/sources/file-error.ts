import { UserError } from '../errors.ts'

const REASONS: Readonly<Record<string, string>> = {
  ENOENT:
    'there is no such file or directory; check the path, or save the image first with "docker save -o image.tar IMAGE"',
  EACCES: 'permission denied; check who may read it',
  EPERM: 'permission denied; check who may read it',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is no directory; check the path',
  EMFILE: 'too many files are open; raise the limit of open files',
  ENOSPC: 'no space is left on the device',
  EIO: 'the device reported an input/output error',
  ELOOP: 'its symbolic links run in a circle',
  ENAMETOOLONG: 'its name is too long',
  ERR_STREAM_PREMATURE_CLOSE: 'it was closed before its end; let whatever writes it finish, and try again',
}

/**
 * The sentence for a failed access to a file of the user's, with `reasons` before the usual ones; what is no system error
 * is a bug and stays one.
 */
export function fileError(name: string, cause: unknown, reasons: Readonly<Record<string, string>> = {}): unknown {
  const known = { ...REASONS, ...reasons }
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
  if (cause instanceof UserError || code === undefined || !(code in known || /^E[A-Z0-9]+$/.test(code))) return cause
  return new UserError(`${name} cannot be used: ${known[code] ?? code}`, { cause })
}
