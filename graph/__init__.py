"""The GraphQL face: typed, thin resolvers over `actions` and `db`. No rule and no SELECT lives here."""
