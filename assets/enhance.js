// Small progressive enhancements of the pages. Loaded by portal.js.
