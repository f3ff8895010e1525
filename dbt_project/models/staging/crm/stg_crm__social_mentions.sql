-- One row per public mention of the brand (mention_id): its latest version.
{{ latest_version('crm', 'social_mentions', unused=['text', 'author_ref']) }}
