"""The analyzer that asks a chat model."""
