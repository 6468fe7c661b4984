"""GraphQL over HTTP, server-sent events and WebSockets: how an operation comes in and its answer goes out."""
