"""Looking everything over: what is wrong, and what to do. Nothing is changed or given away."""
