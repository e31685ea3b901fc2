import { file, type Node } from '../test/helpers/layer.ts'
import { binaries, files } from './content.ts'

/** What the application's Python needs. */
export const REQUIREMENTS = 'fastapi==0.111.0\npsycopg2-binary==2.9.9\nuvicorn==0.29.0\n'

/** The application itself, beneath its working directory. */
export const source: Readonly<Record<string, Node>> = {
  'app/app.py': file('from shop.api import app\n\n__all__ = ["app"]\n'),
  'app/requirements.txt': file(REQUIREMENTS),
  ...files({ 'app/shop/__init__.py': 60, 'app/shop/api.py': 2400, 'app/shop/orders.py': 3100 }),
}

/** The installed packages, beneath a directory such as `usr/local/lib/python3.9/site-packages`. */
export function sitePackages(folder: string): Readonly<Record<string, Node>> {
  return {
    ...files({
      [`${folder}/fastapi/applications.py`]: 5200,
      [`${folder}/fastapi/routing.py`]: 5600,
      [`${folder}/pydantic/main.py`]: 4300,
      [`${folder}/uvicorn/main.py`]: 2000,
    }),
    ...binaries({
      [`${folder}/psycopg2/_psycopg.cpython-39-x86_64-linux-gnu.so`]: 9000,
      [`${folder}/pydantic_core/_pydantic_core.cpython-39-x86_64-linux-gnu.so`]: 14000,
    }),
  }
}
