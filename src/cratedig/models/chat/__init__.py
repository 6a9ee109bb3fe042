"""Chat models: one chain of providers for every question. It knows nothing of what is asked."""
