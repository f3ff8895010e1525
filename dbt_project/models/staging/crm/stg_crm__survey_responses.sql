-- One row per answered question of a survey (response_id, question_code): its latest version.
{{ latest_version('crm', 'crm_survey_responses') }}
