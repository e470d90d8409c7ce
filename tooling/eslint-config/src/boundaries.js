import { fileURLToPath } from 'node:url';
import boundaries from 'eslint-plugin-boundaries';

/**
 * Resolves TypeScript's `.js` specifiers to `.ts` files. It is named by its full path, because its
 * short name (`typescript`) finds the compiler's package instead.
 */
const resolver = {
  'import/resolver': {
    [fileURLToPath(import.meta.resolve('eslint-import-resolver-typescript'))]: {
      alwaysTryTypes: true,
    },
  },
};

/** The import kinds that the rule checks: `import`, `import()`, `export … from` and `require`. */
const dependencyNodes = ['import', 'dynamic-import', 'export', 'require'];

const element = (type) => ({ element: { type } });
const anyElement = (...types) => ({ element: { types: { anyOf: types } } });
const external = (...sources) => ({ module: { origin: 'external', source: sources } });
const node = { module: { origin: 'core' } };
const nestModule = { file: { categories: 'nest module' } };

/** The module on which the API is built; the API's core must not import it. */
const syncModule = ['@populatte/nestjs-clerk-sync', '@populatte/nestjs-clerk-sync/internal'];

/**
 * Declares the layers of `apps/api/src` and their allowed imports (docs/architecture.md): core
 * imports core; infrastructure imports core and npm; presentation imports core, the contracts and
 * npm; both import `nestjs-clerk-sync`. Nest modules (`*.module.ts`) and the files next to the
 * layers wire the layers together, so they may import everything.
 *
 * @param {string} rootDir the API's folder
 * @returns {import('eslint').Linter.Config[]} a flat config to spread
 */
export function apiLayers(rootDir) {
  return layers(rootDir, {
    elements: [
      { type: 'core', pattern: 'src/core' },
      { type: 'infrastructure', pattern: 'src/infrastructure' },
      { type: 'presentation', pattern: 'src/presentation' },
      { type: 'root', pattern: 'src' },
    ],
    policies: [
      { from: element('core'), allow: { to: element('core') } },
      { from: element('infrastructure'), allow: { to: anyElement('core', 'infrastructure') } },
      { from: element('infrastructure'), allow: { to: external('!@populatte/**') } },
      { from: element('infrastructure'), allow: { to: external(...syncModule) } },
      { from: element('infrastructure'), allow: { to: node } },
      { from: element('presentation'), allow: { to: anyElement('core', 'presentation') } },
      { from: element('presentation'), allow: { to: external('!@populatte/**') } },
      { from: element('presentation'), allow: { to: external('@populatte/contracts') } },
      { from: element('presentation'), allow: { to: external(...syncModule) } },
      { from: element('presentation'), allow: { to: node } },
      ...[element('root'), nestModule].flatMap((from) => [
        { from, allow: { to: anyElement('root', 'core', 'infrastructure', 'presentation') } },
        { from, allow: { to: external('**') } },
        { from, allow: { to: node } },
      ]),
    ],
  });
}

/**
 * Declares what a package's `src/` may import besides itself. Everything else is refused.
 *
 * @param {string} rootDir the package's folder
 * @param {{ modules: string[], node?: boolean }} allowed names of npm packages and workspaces
 *   (micromatch patterns), and whether `node:` modules are allowed (default: no)
 * @returns {import('eslint').Linter.Config[]} a flat config to spread
 */
export function packageImports(rootDir, allowed) {
  return layers(rootDir, {
    elements: [{ type: 'package', pattern: 'src' }],
    policies: [
      { from: element('package'), allow: { to: element('package') } },
      ...(allowed.modules.length > 0
        ? [{ from: element('package'), allow: { to: external(...allowed.modules) } }]
        : []),
      ...(allowed.node === true ? [{ from: element('package'), allow: { to: node } }] : []),
    ],
  });
}

/**
 * Declares the folders of a package's `src/` as layers. A layer may import itself, the layers that
 * it lists, and the npm packages and `node:` modules that it lists. Everything else is refused, so
 * a list without cycles keeps the folders free of import cycles.
 *
 * @param {string} rootDir the package's folder
 * @param {Record<string, { layers?: string[], modules?: string[], node?: boolean }>} declared by
 *   folder below `src/`, with `.` for the files in `src/` itself: the folders that it may import,
 *   names of npm packages and workspaces (micromatch patterns), and whether `node:` modules are
 *   allowed (default: no)
 * @returns {import('eslint').Linter.Config[]} a flat config to spread
 * @example
 * packageLayers(import.meta.dirname, {
 *   domain: { modules: ['zod'] },
 *   server: { layers: ['domain'], modules: ['hono'], node: true },
 *   '.': { layers: ['domain', 'server'] },
 * });
 */
export function packageLayers(rootDir, declared) {
  const { '.': root, ...folders } = declared;
  return layers(rootDir, {
    // The first pattern that matches wins: the files in `src/` itself come last.
    elements: [
      ...Object.keys(folders).map((folder) => ({ type: folder, pattern: `src/${folder}` })),
      ...(root === undefined ? [] : [{ type: '.', pattern: 'src' }]),
    ],
    policies: Object.entries(declared).flatMap(
      ([layer, { layers: below = [], modules = [], node: usesNode = false }]) => [
        { from: element(layer), allow: { to: anyElement(layer, ...below) } },
        ...(modules.length > 0
          ? [{ from: element(layer), allow: { to: external(...modules) } }]
          : []),
        ...(usesNode ? [{ from: element(layer), allow: { to: node } }] : []),
      ],
    ),
  });
}

function layers(rootDir, { elements, policies }) {
  return [
    {
      files: ['src/**/*.{ts,tsx}'],
      plugins: { boundaries },
      settings: {
        ...resolver,
        'boundaries/root-path': rootDir,
        // Other workspaces are links to folders outside the root, which rules ignore by default.
        'boundaries/flag-as-external': {
          inNodeModules: true,
          unresolvableAlias: true,
          outsideRootPath: true,
          customSourcePatterns: ['@populatte/**'],
        },
        'boundaries/dependency-nodes': dependencyNodes,
        'boundaries/elements': elements,
        'boundaries/files': [{ category: 'nest module', pattern: 'src/**/*.module.ts' }],
      },
      rules: {
        'boundaries/dependencies': [
          'error',
          { default: 'disallow', checkAllOrigins: true, policies },
        ],
        'boundaries/no-unknown-files': 'error',
      },
    },
  ];
}
