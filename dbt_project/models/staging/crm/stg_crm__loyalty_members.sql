-- One row per membership (program_id, member_id): its latest version.
{{ latest_version(
    'crm',
    'loyalty_members',
    derived={'member_id_hmac': identifier_hmac('member_id', "'loyalty_no'")}
) }}
