import { useData } from 'vitepress';
import { defineComponent, h, onMounted, ref, watch } from 'vue';

/** A Mermaid diagram, drawn in the browser in the page's theme; its source until then. */
export default defineComponent({
  props: { code: { type: String, required: true } },
  setup(props) {
    const { isDark } = useData();
    const svg = ref('');
    const text = decodeURIComponent(props.code);

    const draw = async () => {
      const { default: mermaid } = await import('mermaid');
      mermaid.initialize({
        startOnLoad: false,
        securityLevel: 'strict',
        theme: isDark.value ? 'dark' : 'neutral',
        fontFamily: 'inherit',
      });
      const id = `diagram-${Math.random().toString(36).slice(2)}`;
      svg.value = (await mermaid.render(id, text)).svg;
    };
    onMounted(draw);
    watch(isDark, draw);

    return () =>
      svg.value === ''
        ? h('pre', { class: 'diagram' }, h('code', text))
        : h('figure', { class: 'diagram', innerHTML: svg.value });
  },
});
