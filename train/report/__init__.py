"""Pictures of a training, and the page that shows what a model can do. Nothing here is imported before it is needed."""
