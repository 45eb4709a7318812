"""What LocalStack needs to run without Docker: an executor for Lambda functions, and repairs of its own services."""
