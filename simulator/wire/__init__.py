"""Bytes to values and back: the UnionPay direct-POS dialect of ISO 8583."""
