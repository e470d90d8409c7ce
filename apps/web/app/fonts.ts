import localFont from 'next/font/local';

/**
 * Inter's Latin letters: preloaded, with a fallback of the same metrics, and `optional`, so that
 * text never moves. If the font does not load in time, the browser shows the page in the fallback
 * font and uses Inter on the next page. Other scripts are in fonts.css and load when a page needs
 * them.
 */
export const inter = localFont({
  src: '../../../node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
  weight: '100 900',
  style: 'normal',
  display: 'optional',
  preload: true,
  adjustFontFallback: 'Arial',
  variable: '--font-inter',
  declarations: [
    {
      prop: 'unicode-range',
      value:
        'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD',
    },
  ],
});
