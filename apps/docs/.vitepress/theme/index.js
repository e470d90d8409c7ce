import { useRoute } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import { nextTick, onMounted, watch } from 'vue';
import Diagram from './diagram.js';
import '../../../web/app/tokens.css';
import './style.css';

/* global document */

/** The sidebar is longer than most windows. Its own position is kept while the page's link is visible. */
async function revealPage() {
  await nextTick();
  document.querySelector('.VPSidebar .is-link.is-active')?.scrollIntoView({ block: 'nearest' });
}

export default {
  extends: DefaultTheme,
  enhanceApp: ({ app }) => {
    app.component('Diagram', Diagram);
  },
  setup() {
    const route = useRoute();
    onMounted(() => {
      watch(() => route.path, revealPage, { immediate: true, flush: 'post' });
    });
  },
};
