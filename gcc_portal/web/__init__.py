"""How pages look: form renderer, template tags, navigation, pages that explain a refusal."""
