"""Finding in processes beside the one that answers: what is asked of them, how, and what becomes of one that fails."""
