"""The commands of the command line beside those of rag.cli: one module for each."""
