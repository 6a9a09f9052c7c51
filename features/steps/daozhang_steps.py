"""The sentences of the program; steps of one's own may stand beside this file."""

from hil.gherkin.matching import install

install()
