// What Maven calls: `node build.mjs build` or `node build.mjs test`. Does nothing when nothing changed since it last did it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`node: ${process.versions.node} (expected: >= 20.19; Debian: apt install nodejs npm, or nodejs.org)`);
  process.exit(1);
}

const files = (path) => (statSync(path).isDirectory() ? readdirSync(path).sort().flatMap((name) => files(join(path, name))) : [path]);

function digest(paths) {
  const hash = createHash('sha256');
  for (const file of paths.filter(existsSync).flatMap(files)) hash.update(file).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}

const same = (stamp, value) => existsSync(stamp) && readFileSync(stamp, 'utf8') === value;

function npm(...args) {
  const { status } = spawnSync('npm', args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}

const locked = digest(['package-lock.json', '.npmrc']);
const installed = join('node_modules', '.vagus');
if (!same(installed, locked)) {
  npm('ci', '--no-audit', '--no-fund', '--ignore-scripts');
  writeFileSync(installed, locked);
}

const verb = process.argv[2];
const sources = digest(['src', 'package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts', 'build.mjs']);
const done = join('target', `${verb}.stamp`);
if (!same(done, sources) || (verb === 'build' && !existsSync('target/classes/io/vagus/console/index.html'))) {
  npm('run', '--silent', verb);
  mkdirSync('target', { recursive: true });
  writeFileSync(done, sources);
}
