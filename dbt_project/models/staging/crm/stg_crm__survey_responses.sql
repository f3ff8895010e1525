{{ latest_version('crm', 'crm_survey_responses') }}
