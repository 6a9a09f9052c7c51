"""Gherkin as QA writes it: sentences in both languages, their values, and the stage on which they are played."""
