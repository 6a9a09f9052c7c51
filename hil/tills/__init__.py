"""Whoever asks a terminal for something and sees how that ended: control port, ECR link, hands."""
