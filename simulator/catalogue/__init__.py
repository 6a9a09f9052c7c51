"""What is documented, as data: failures, remedies, response codes.  Imports nothing of this project."""
