"""What all pages share: form renderer, template tags, navigation, lists, downloads, and pages for refusals."""
