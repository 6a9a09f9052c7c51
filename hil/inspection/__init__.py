"""Files that must not forget, looked at and exported without being changed, whoever has them open."""
