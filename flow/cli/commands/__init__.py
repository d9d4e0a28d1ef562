"""One module for each command. Heavy imports stand inside functions, so that help is instant."""
