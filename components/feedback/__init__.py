"""What people say of predictions, made into the next span."""
