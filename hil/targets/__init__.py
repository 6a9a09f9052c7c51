"""What features and checks are run against."""
