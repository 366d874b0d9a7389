// The server of browser.html: it gives the page, and signs URLs for it.
//
//   npm install aws4
//   export KEY_ID=gallery KEY_SECRET=9f2c4be1d07a3586c4f1b02e7d9a6853e1c07b42
//   node browser-server.mjs http://127.0.0.1:9000 8080       and open http://127.0.0.1:8080/?key=a.jpg
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { signedUrl } from './fetch-sigv4.mjs';

const [origin, port = '8080'] = process.argv.slice(2);
const page = await readFile(new URL('browser.html', import.meta.url));

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  if (pathname === '/') return response.setHeader('content-type', 'text/html').end(page);
  if (pathname !== '/exif-url') return response.writeHead(404).end();
  // Here check that your user may see this image: everybody who gets the URL can use it for 15 minutes.
  const url = signedUrl(origin, searchParams.get('key') ?? '', 'exif/style/flat');
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ url }));
});
server.listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
