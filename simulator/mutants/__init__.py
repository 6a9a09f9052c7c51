"""Mutation test of the judge: every machine built wrong on every scenario that reaches it."""
