// Addresses as the site's links write them: keys sorted, what is empty left
// out, commas and colons readable. The server decides what is a default.

const READABLE: Record<string, string> = { "%2C": ",", "%3A": ":", "+": "%20" };

/** A path with pairs. */
export function address(path: string, pairs: Iterable<[string, string]>): string {
  const query = new URLSearchParams();
  for (const [key, value] of pairs) if (value.trim()) query.append(key, value);
  query.sort();
  const text = query.toString().replace(/%2C|%3A|\+/g, (code) => READABLE[code] ?? code);
  return text ? `${path}?${text}` : path;
}

/** This page's address with some of its keys changed; empty ones go. */
export function here(changes: Record<string, string>): string {
  const pairs = new URLSearchParams(location.search);
  for (const [key, value] of Object.entries(changes)) pairs.set(key, value);
  return address(location.pathname, pairs);
}

/** A value of this page's address. */
export function value(key: string): string {
  return new URLSearchParams(location.search).get(key) ?? "";
}
