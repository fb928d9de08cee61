// The kinds of pages, one address of each: what holds for every page is
// checked on these.

/** Pages of the shipped catalogue. */
export const PAGES = [
  '/',
  '/?sel=mistral-7b-v0.1',
  '/?by=gene&gene=attention',
  '/?family=llama&params=1B..10B',
  '/?view=outline&root=bert-base',
  '/?branch=encoder-only&family=llama',
  '/models?family=palm&sort=-params',
  '/models/mistral-7b-v0.1',
  '/models/gpt2-xl',
  '/families',
  '/families/llama',
  '/organisations/google',
  '/genes',
  '/genes/position',
  '/figures',
  '/compare',
  '/compare?m=llama-2-70b&m=llama-65b',
  '/runs',
  '/runs/1',
  '/search?q=brrt',
  '/sources',
  '/sources/own-knowledge',
  '/errors',
  '/models?family=llama&nonsense=1',
  '/models/mistrall',
  '/?k=0',
];

/** Of these, what is answered by a refusal. */
export const REFUSED = ['/models/mistrall', '/?k=0'];
