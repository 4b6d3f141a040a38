"""The pages of an organization's administration: fetched in scope, done by one verb, shown."""
