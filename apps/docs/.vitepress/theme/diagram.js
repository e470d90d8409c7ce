import { defineComponent, h, onMounted, ref } from 'vue';

// Mermaid's own theme variables accept no custom properties; its CSS does, and follows the theme.
const colours = `
  .node rect, .node polygon, .node circle, rect.actor, .labelBox { fill: var(--card); stroke: var(--border); }
  .cluster rect, .note { fill: var(--muted); stroke: var(--border); }
  .label, .nodeLabel, .edgeLabel, .cluster-label span, .cluster text { color: var(--foreground); }
  text.actor > tspan, .messageText, .loopText, .loopText > tspan, .labelText, .labelText > tspan,
  .noteText, .noteText > tspan { fill: var(--foreground); stroke: none; }
  .edgeLabel, .edgeLabel p, .labelBkg { background-color: var(--background); color: var(--muted-foreground); }
  .flowchart-link, .messageLine0, .messageLine1, .actor-line, .loopLine { stroke: var(--muted-foreground); }
  .marker, .arrowMarkerPath, #arrowhead path { fill: var(--muted-foreground); stroke: var(--muted-foreground); }
`;

/** A Mermaid diagram, drawn in the browser in the page's colours; its source until then. */
export default defineComponent({
  props: { code: { type: String, required: true } },
  setup(props) {
    const svg = ref('');
    const text = decodeURIComponent(props.code);

    const draw = async () => {
      const { default: mermaid } = await import('mermaid');
      mermaid.initialize({
        startOnLoad: false,
        securityLevel: 'strict',
        theme: 'base',
        themeCSS: colours,
        fontFamily: 'inherit',
      });
      const id = `diagram-${Math.random().toString(36).slice(2)}`;
      svg.value = (await mermaid.render(id, text)).svg;
    };
    onMounted(draw);

    return () =>
      svg.value === ''
        ? h('pre', { class: 'diagram' }, h('code', text))
        : h('figure', { class: 'diagram', innerHTML: svg.value });
  },
});
