/** A word of a text, and where it stands. */
export interface Word {
  readonly text: string
  readonly at: number
}

/** A command that installs what a project asks for. */
export interface InstallCommand {
  /** Its program. */
  readonly name: Word
  /** The word that says what it does; undefined where the program alone says it. */
  readonly verb: Word | undefined
  /** All behind the program. */
  readonly words: readonly Word[]
}

/** Some characters of a text, and what takes their place. */
export interface TextEdit {
  readonly at: number
  readonly length: number
  readonly text: string
}

/** How an installer is called. */
export interface Call {
  readonly program: RegExp
  /** The words that make it install a project. */
  readonly verbs: readonly string[]
  /** Whether it does so without one of them, too. */
  readonly bare?: true
  /** Options whose value is the next word. */
  readonly valued: RegExp
  /** Options that decide what is installed; a command with one of them is left as it is. */
  readonly choosing: RegExp
  /** Whether it installs packages that it names, for the system, which any later command may need. */
  readonly ofSystem?: true
  /** The command as it should be, for messages. */
  readonly lean: string
  /** What makes a command leave out what only development needs, or why nothing does; `requirements` are names of files. */
  readonly edit: (command: InstallCommand, requirements: readonly string[]) => TextEdit | string
}

/** The installers that can be told to leave out what only development needs, as their manuals say. */
export const INSTALLERS = {
  npm: {
    program: /^npm$/,
    verbs: ['ci', 'install', 'i', 'clean-install', 'install-clean'],
    valued: /^(?:-C|--(?:prefix|loglevel|cache|registry|userconfig|maxsockets|fetch-\S+))$/,
    choosing:
      /^(?:-[DwOPE]|--(?:location|save-\S+|include|omit|only|also|dev|production|workspaces?|package-lock-only|dry-run)(?:=.*)?)$/,
    lean: 'npm ci --omit=dev',
    edit: insert('--omit=dev'),
  },
  yarn: {
    program: /^yarn$/,
    verbs: ['install'],
    bare: true,
    valued: /^--(?:cwd|cache-folder|global-folder|modules-folder|registry|mutex|network-\S+)$/,
    choosing: /^--(?:production|prod|flat|focus)(?:=.*)?$/,
    lean: 'yarn install --production',
    edit: insert('--production'),
  },
  'yarn-berry': {
    program: /^yarn$/,
    verbs: ['install'],
    bare: true,
    valued: /^$/,
    // Only what checks the lock file can go: focus has no such options.
    choosing: /^-(?!-(?:immutable|immutable-cache|check-cache|inline-builds)$)/,
    lean: 'yarn workspaces focus --production',
    edit: ({ name, words }) => {
      const at = endOf(name)
      return { at, length: endOf(words.at(-1) ?? name) - at, text: ' workspaces focus --production' }
    },
  },
  pnpm: {
    program: /^pnpm$/,
    verbs: ['install', 'i'],
    valued: /^(?:-C|--(?:dir|store-dir|virtual-store-dir|modules-dir|reporter|loglevel|registry|network-concurrency))$/,
    choosing: /^(?:-[PDF]|--(?:prod|production|dev|filter|lockfile-only|no-optional)(?:=.*)?)$/,
    lean: 'pnpm install --prod',
    edit: insert('--prod'),
  },
  poetry: {
    program: /^poetry$/,
    verbs: ['install', 'sync'],
    valued: /^(?:-[CP]|--(?:directory|project))$/,
    choosing: /^(?:-E.*|--(?:with|without|only|no-dev|dev-only|all-groups|extras|all-extras)(?:=.*)?)$/,
    lean: 'poetry install --only main',
    edit: insert('--only main'),
  },
  uv: {
    program: /^uv$/,
    verbs: ['sync'],
    valued: /^(?:-p|--(?:python|directory|project|link-mode|cache-dir|index-url|default-index))$/,
    choosing:
      /^--(?:(?:no-|only-)?(?:dev|group)|all-groups|no-default-groups|(?:all-)?extras?|package|all-packages)(?:=.*)?$/,
    lean: 'uv sync --no-dev',
    edit: insert('--no-dev'),
  },
  pipenv: {
    program: /^pipenv$/,
    verbs: ['install', 'sync'],
    valued: /^--(?:python|pypi-mirror)$/,
    choosing: /^--(?:categories|dev-only|skip-lock)(?:=.*)?$/,
    lean: 'pipenv install --deploy',
    edit: ({ words }) => {
      const [dev, ...others] = words.filter(({ text }) => text === '--dev' || text === '-d')
      return dev === undefined || others.length > 0
        ? 'it is not told --dev, so something else installs them'
        : without(dev)
    },
  },
  pip: {
    program: /^pip[\d.]*$/,
    verbs: ['install'],
    valued:
      /^(?:-[rcitf]|--(?:requirement|constraint|index-url|extra-index-url|target|prefix|root|cache-dir|find-links|timeout|retries|progress-bar))$/,
    choosing: /^--(?:dry-run|no-deps|group)(?:=.*)?$/,
    lean: 'pip install -r requirements.txt',
    edit: ({ words }, requirements) => {
      const files = words.filter((_, i) => /^(?:-r|--requirement)$/.test(words[i - 1]?.text ?? ''))
      const [file, ...others] = files.filter(({ text }) => requirements.includes(text.replace(/^.*\//, '')))
      const option = file && words[words.indexOf(file) - 1]
      if (option === undefined || others.length > 0)
        return 'it names no one file of what development needs; leave out the file that does'
      return files.length > 1
        ? without(option, file)
        : 'it names nothing else; name the file of what is needed in its place'
    },
  },
  apt: {
    program: /^apt(?:-get)?$/,
    verbs: ['install'],
    valued: /^(?:-[otc]|--(?:option|target-release|config-file))$/,
    choosing:
      /^(?:-[oc]|--(?:option|config-file|(?:no-)?install-(?:recommends|suggests)|download-only|simulate)(?:=.*)?)$/,
    ofSystem: true,
    lean: 'apt-get install --no-install-recommends, with the names of those that are wanted',
    edit: insert('--no-install-recommends'),
  },
} as const satisfies Record<string, Call>

/** An option behind the word that installs, or with the word itself where the program alone stands for it. */
function insert(option: string): Call['edit'] {
  return ({ name, verb }) => {
    return { at: endOf(verb ?? name), length: 0, text: `${verb === undefined ? ' install' : ''} ${option}` }
  }
}

/** Without some words, and the space in front of them. */
function without(first: Word, last = first): TextEdit {
  return { at: first.at - 1, length: endOf(last) - first.at + 1, text: '' }
}

function endOf({ text, at }: Word): number {
  return at + text.length
}
