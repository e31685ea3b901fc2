import type { Step } from '../test/helpers/image.ts'
import type { Tree } from '../test/helpers/layer.ts'
import { dir, symlink } from '../test/helpers/layer.ts'
import { binaries, files } from './content.ts'

const PYTHON = 'usr/local/lib/python3.9'
const INSTALL = 'set -eux; apt-get update; apt-get install -y --no-install-recommends'
const CLEAN = 'rm -rf /var/lib/apt/lists/*'

/** What every Python base image sets. */
export const PYTHON_ENV = [
  'PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'LANG=C.UTF-8',
  'PYTHON_VERSION=3.9.19',
]

const passwd = 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n'
const release = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n'

const debian: Tree = {
  bin: symlink('usr/bin'),
  'dev/': dir(),
  'etc/debian_version': '12.5\n',
  'etc/group': 'root:x:0:\nnogroup:x:65534:\n',
  'etc/os-release': symlink('../usr/lib/os-release'),
  'etc/passwd': passwd,
  lib: symlink('usr/lib'),
  'proc/': dir(),
  'root/.bashrc': 'PS1="\\u@\\h:\\w# "\n',
  'root/': dir({ mode: 0o700 }),
  'sys/': dir(),
  'tmp/': dir({ mode: 0o1777 }),
  ...binaries({ 'usr/bin/bash': 6000, 'usr/bin/dash': 1500, 'usr/bin/apt-get': 1200, 'usr/bin/dpkg': 2000 }),
  ...binaries({ 'usr/lib/x86_64-linux-gnu/libc.so.6': 7600, 'usr/lib/x86_64-linux-gnu/libstdc++.so.6': 8800 }),
  'usr/lib/os-release': release,
  ...files({ 'var/lib/dpkg/status': 5200 }),
  'var/lib/apt/lists/': dir(),
}

const debianExtras: Tree = files({
  'usr/share/doc/bash/changelog.Debian.gz': 1800,
  'usr/share/doc/perl/changelog.gz': 2400,
  'usr/share/locale/de/LC_MESSAGES/coreutils.mo': 3000,
  'usr/share/locale/fr/LC_MESSAGES/coreutils.mo': 3000,
  'usr/share/man/man1/bash.1.gz': 1600,
})

/** Layers of buildpack-deps that only the full image has. */
const fullTools: readonly Step[] = [
  [
    `RUN /bin/sh -c ${INSTALL} ca-certificates curl gnupg netbase wget; ${CLEAN} # buildkit`,
    {
      ...files({ 'etc/ssl/certs/ca-certificates.crt': 4400 }),
      ...binaries({ 'usr/bin/curl': 1500, 'usr/bin/gpg': 3600, 'usr/bin/wget': 2200 }),
    },
  ],
  [
    `RUN /bin/sh -c ${INSTALL} git mercurial openssh-client subversion procps; ${CLEAN} # buildkit`,
    {
      ...binaries({ 'usr/bin/git': 11000, 'usr/bin/ssh': 3300, 'usr/bin/svn': 4000 }),
      ...files({ 'usr/lib/python3/dist-packages/mercurial/commands.py': 9000 }),
    },
  ],
  [
    `RUN /bin/sh -c ${INSTALL} autoconf automake bzip2 g++ gcc libc6-dev libssl-dev make; ${CLEAN} # buildkit`,
    {
      ...binaries({
        'usr/bin/x86_64-linux-gnu-g++-12': 4400,
        'usr/bin/x86_64-linux-gnu-gcc-12': 4400,
        'usr/bin/x86_64-linux-gnu-ld.bfd': 6000,
        'usr/bin/make': 1200,
        'usr/libexec/gcc/x86_64-linux-gnu/12/cc1': 30000,
        'usr/libexec/gcc/x86_64-linux-gnu/12/cc1plus': 32000,
      }),
      'usr/bin/gcc': symlink('x86_64-linux-gnu-gcc-12'),
      ...files({
        'usr/include/openssl/ssl.h': 2600,
        'usr/include/stdio.h': 900,
        'usr/lib/x86_64-linux-gnu/libc.a': 14000,
        'usr/lib/x86_64-linux-gnu/libcrypto.a': 18000,
      }),
    },
  ],
]

const python: Tree = {
  ...binaries({ 'usr/local/bin/python3.9': 1400, 'usr/local/lib/libpython3.9.so.1.0': 12000 }),
  ...files({
    [`${PYTHON}/asyncio/base_events.py`]: 2900,
    [`${PYTHON}/json/decoder.py`]: 1200,
    [`${PYTHON}/site-packages/pip/__init__.py`]: 350,
    [`${PYTHON}/site-packages/setuptools/__init__.py`]: 700,
    [`${PYTHON}/typing.py`]: 3200,
  }),
}

const pythonTests: Tree = files({
  [`${PYTHON}/config-3.9-x86_64-linux-gnu/libpython3.9.a`]: 15000,
  [`${PYTHON}/test/test_unicode.py`]: 6000,
})

const links: Tree = {
  'usr/local/bin/python': symlink('python3'),
  'usr/local/bin/python3': symlink('python3.9'),
  'usr/local/bin/pip': '#!/usr/local/bin/python3.9\n',
}

/** How `python:3.9` is built: on Debian with compilers, headers and version control. */
export const fullBase: readonly Step[] = base({ ...debian, ...debianExtras }, fullTools, { ...python, ...pythonTests })

/** How `python:3.9-slim` is built: the interpreter and little else. */
export const slimBase: readonly Step[] = base(
  debian,
  [
    [
      `RUN /bin/sh -c ${INSTALL} ca-certificates netbase tzdata; ${CLEAN} # buildkit`,
      files({ 'etc/ssl/certs/ca-certificates.crt': 4400, 'usr/share/zoneinfo/Etc/UTC': 114 }),
    ],
  ],
  python,
)

function base(system: Tree, tools: readonly Step[], interpreter: Tree): readonly Step[] {
  return [
    ["# debian.sh --arch 'amd64' out/ 'bookworm' '@1715558400'", system],
    ...tools,
    ['ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['ENV LANG=C.UTF-8'],
    ['ENV PYTHON_VERSION=3.9.19'],
    ['RUN /bin/sh -c set -eux; ./configure --enable-shared; make -j "$(nproc)"; make install # buildkit', interpreter],
    ['RUN /bin/sh -c set -eux; ln -svT python3 /usr/local/bin/python # buildkit', links],
    ['CMD ["python3"]'],
  ]
}
