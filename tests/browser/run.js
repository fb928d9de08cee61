// Runs the browser tests: all files beside this one, or those named.
//
//   node run.js              all
//   node run.js axe hostile  these
//
// `cargo test --test it browser` starts the sites and calls this; the
// environment says where they are (`site.js`). One process and one browser
// serve all files, so that nothing is started twice.

import { readdirSync } from 'node:fs';

const all = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.test.js'))
  .map((name) => name.replace('.test.js', ''))
  .sort();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`there are no tests called ${unknown.join(', ')}: ${all.join(', ')}`);
  process.exit(2);
}
for (const name of wanted.length > 0 ? wanted : all) {
  await import(`./${name}.test.js`);
}
