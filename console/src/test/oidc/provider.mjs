// A real OpenID provider for OidcTest: listens at once, and knows its client when standard input names the redirect.
import http from 'node:http';
import readline from 'node:readline';
import Provider from 'oidc-provider';

const server = http.createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  readline.createInterface({ input: process.stdin }).once('line', (redirect) => {
    const provider = new Provider(issuer, {
      clients: [{ client_id: 'vagus', client_secret: 'a secret between the two', redirect_uris: [redirect], grant_types: ['authorization_code'], response_types: ['code'] }],
      pkce: { required: () => true },
      claims: { openid: ['sub'], profile: ['preferred_username', 'name'] },
      conformIdTokenClaims: false,
      cookies: { keys: ['of this run only'] },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id, name: `${id} of the provider` }) }),
    });
    server.on('request', provider.callback());
    console.log('serves');
  });
  console.log(issuer);
});
process.stdin.on('end', () => process.exit());
