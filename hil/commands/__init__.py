"""The commands of the program that need processes, and the program itself."""
