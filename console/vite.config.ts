import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const shipped = JSON.parse(readFileSync('package.json', 'utf8')).dependencies as object;

/** The licences of what is shipped, beside it. */
function notices(): Plugin {
  return {
    name: 'notices',
    generateBundle() {
      const texts = Object.keys(shipped).map((name) => `${name}\n\n${readFileSync(`node_modules/${name}/LICENSE`, 'utf8')}`);
      this.emitFile({ type: 'asset', fileName: 'assets/licences.txt', source: texts.join('\n\n----\n\n') });
    },
  };
}

/** Compressed once, here, when all is written; the server picks by Accept-Encoding. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    writeBundle({ dir }, bundle) {
      for (const fileName of Object.keys(bundle)) {
        if (/\.(js|css|html|json|svg)$/.test(fileName)) writeFileSync(`${dir}/${fileName}.gz`, gzipSync(readFileSync(`${dir}/${fileName}`), { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  root: 'src/main/web',
  base: '/',
  publicDir: false,
  build: {
    rolldownOptions: {
      input: ['src/main/web/index.html', 'src/main/web/docs.html'],
      // The editor's library changes seldom: who has it keeps it when the pages change.
      output: { codeSplitting: { groups: [{ name: 'editor', test: /node_modules\/(@codemirror|@lezer|@marijn|style-mod|crelt|w3c-keyname)\// }] } },
    },
    outDir: '../../../target/classes/io/vagus/console',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  plugins: [notices(), compressed()],
  test: { root: 'src/test/web' },
} as Parameters<typeof defineConfig>[0]);
