"""Use cases of the partners app, one function each, in one module for each subject."""
