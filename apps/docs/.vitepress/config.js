import { join } from 'node:path';
import { defineConfig } from 'vitepress';
import { buildSidebar } from '../src/sidebar.js';

/** GitHub's anchors, so that links work in both places. */
const slugify = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

const sidebar = buildSidebar();

export default defineConfig({
  title: 'Populatte',
  description: 'Every signed-in user, already in your database.',
  lang: 'en',
  srcDir: '.content',
  outDir: 'dist',
  ignoreDeadLinks: 'localhostLinks',
  head: [['link', { rel: 'icon', href: '/icon.svg', type: 'image/svg+xml' }]],
  vite: {
    // The design tokens come from the web app.
    server: { fs: { allow: [join(import.meta.dirname, '../../..')] } },
    build: { chunkSizeWarningLimit: 2_000 },
  },
  markdown: {
    anchor: { slugify },
    config: (markdown) => {
      // Otherwise, Vue would evaluate `{{ … }}` in code spans.
      markdown.renderer.rules.code_inline = (tokens, index) =>
        `<code v-pre>${markdown.utils.escapeHtml(tokens[index].content)}</code>`;
      const { fence } = markdown.renderer.rules;
      markdown.renderer.rules.fence = (tokens, index, ...rest) => {
        const { info, content } = tokens[index];
        if (info.trim() !== 'mermaid') return fence(tokens, index, ...rest);
        return `<Diagram code="${encodeURIComponent(content)}" />`;
      };
    },
  },
  themeConfig: {
    logo: '/icon.svg',
    nav: [
      { text: 'Start', link: '/guides/run' },
      { text: 'Guides', link: '/guides/add-an-endpoint' },
      { text: 'Operations', items: sidebar.find(({ text }) => text === 'Operate').items },
      { text: 'Error codes', link: '/errors' },
    ],
    sidebar,
    search: { provider: 'local', options: { detailedView: true } },
    outline: { level: [2, 3] },
    docFooter: { prev: 'Previous', next: 'Next' },
    notFound: { quote: 'Check the address, or search.', linkText: 'Go home' },
  },
});
