import { describe, expect, test } from 'vitest';
import { postgresUrl } from '../../../../src/infrastructure/config/postgres-url.js';

function problemOf(url: string): string | undefined {
  return postgresUrl.safeParse(url).error?.issues[0]?.message;
}

describe('DATABASE_URL', () => {
  test.each([
    'postgres://localhost/app',
    'postgresql://user:password@db.example.com:5432/app',
    'postgresql://user:password@db.example.com:5432/app?sslmode=verify-full',
    'postgresql://user:password@/app?host=/cloudsql/project:region:instance',
    'postgresql://user:pass%23w%2Ford%3F@/app?host=/var/run/postgresql&port=5433',
    'postgresql://user@%2Fvar%2Frun%2Fpostgresql/app',
    'postgresql:///app?host=/tmp',
    'postgresql://user:*,*@host/app%2Ctoo',
    'postgresql:///app',
    'postgresql://user@[::1]:5432/app',
    'postgresql://user:p@ss:w@host/app',
    'postgresql://user:p%40ss@host/app?application_name=a@b',
    'postgresql://host/app?user=name@server&password=x',
    'postgresql://host:5432?user=name@server',
    'postgresql://?host=/cloudsql/project:region:instance&user=name@project.iam',
    'postgres://user:password@host/app?sslmode=no-verify',
    'postgres://user:password@host/app?ssl=true',
    'postgres://user:password@host/app?ssl=no-verify',
    'postgres://user:password@host/app?uselibpqcompat=true&sslmode=require',
    'postgres://user:password@host/app?pgbouncer=true&schema=public',
  ])('accepts %s', (url) => {
    expect(problemOf(url)).toBeUndefined();
  });

  test.each([
    'postgresql://user:pa#ss@host/app',
    'postgresql://user:12#34@host/app',
    'postgresql://user:pa/ss@host/app',
    'postgresql://user:12/34@host/app',
    'postgresql://user:pa?ss@host/app',
    'postgresql://user:12?a=3@host/app',
    'postgresql://user:12?34@host/app',
    'postgresql://user:p@ss/word@host:5432/app',
    'postgresql://user:p@ss?word@host:5432/app',
    'postgresql://user:p#@host/app',
    'postgresql://user:password@host/app#',
    'postgresql://user:pa[ss/]@host/app',
  ])('suggests percent-encoding for %s without quoting the password', (url) => {
    const problem = problemOf(url);
    expect(problem).toMatch(/percent-encoded.*# as %23/);
    expect(problem).not.toContain('ss@');
  });

  test.each([
    ['postgresql://user:password@a.example,b.example/app', /more than one host/],
    ['postgresql://user:password@a.example:5432,b.example:5433/app', /more than one host/],
    ['postgresql://user:password@/app?host=/one,/two', /more than one host/],
    ['postgresql://user:password@*:5432/app', /wildcard/],
    ['postgresql://*.example.com/app', /wildcard/],
    ['postgresql:///app?host=*', /wildcard/],
    ['postgresql://host/app,postgresql://other/app', /comma in the database’s name/],
    ['postgresql://host:port/app', /port is not a number/],
    ['postgresql://host:70000/app', /port is not a number/],
    ['postgresql://host/app?port=http', /port that is not a number/],
    ['postgresql://host/app?sslmode=on', /unknown sslmode.*verify-full/],
    ['postgresql://host/app?sslmode=allow', /unknown sslmode/],
    ['postgresql://host/app?sslmode=Require', /unknown sslmode/],
    ['postgresql://host/app?ssl=yes', /unknown value of ssl.*sslmode/],
    ['postgresql://host/app?ssl=require', /unknown value of ssl/],
    ['postgresql:///?host=/tmp&dbname=app', /dbname.*after the host/],
    ['postgresql://host/app?sslrootcert=/does/not/exist.pem', /file that cannot be read/],
    ['postgresql://host/app?uselibpqcompat=true&sslmode=verify-ca', /without sslrootcert/],
    ['"postgresql://host/app"', /quotes/],
    ["'postgresql://host/app'", /quotes/],
    ['mysql://host/app', /not a PostgreSQL URL/],
    ['postgresql:host/app', /not a PostgreSQL URL/],
    ['host=localhost dbname=app', /not a PostgreSQL URL/],
  ])('refuses %s', (url, problem) => {
    expect(problemOf(url)).toMatch(problem);
  });
});
