"""Evaluation tasks, their runs, and the engine that works them off."""
