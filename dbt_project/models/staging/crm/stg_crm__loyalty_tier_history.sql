-- One row per tier that a member held (member_id, valid_from): its latest version.
{{ latest_version('crm', 'loyalty_tier_history') }}
