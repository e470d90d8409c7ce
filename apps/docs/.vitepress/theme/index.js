import DefaultTheme from 'vitepress/theme';
import Diagram from './diagram.js';
import '../../../web/app/tokens.css';
import './style.css';

export default {
  extends: DefaultTheme,
  enhanceApp: ({ app }) => {
    app.component('Diagram', Diagram);
  },
};
