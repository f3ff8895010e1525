-- One row per referral (referral_id): its latest version.
{{ latest_version('crm', 'crm_referrals') }}
