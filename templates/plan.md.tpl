# Tenant Exposure Plan
{{BLANK}}
- **Release:** {{RELEASE}}
{{#TITLE_GIVEN}}
- **Title:** {{TITLE}}
{{/TITLE_GIVEN}}
- **Classification:** {{CLASS}}
- **Experimental Tenants:** {{TENANTS}}
- **Opt-in Method:** {{OPT_IN}}
- **Start Date:** {{START}}
- **Minimum Duration:** {{MINIMUM}}
{{#MAXIMUM_GIVEN}}
- **Maximum Duration:** {{MAXIMUM}}
{{/MAXIMUM_GIVEN}}
- **Owner:** {{OWNER}}
{{#APPROVAL}}
- **Approved By:** {{NAME}}, {{DATE}}{{#SELF_APPROVED}} (self-approved){{/SELF_APPROVED}}
{{/APPROVAL}}
{{#NOT_APPROVED}}
- **Approved By:** nobody
{{/NOT_APPROVED}}
{{BLANK}}
## Exit Criteria
{{BLANK}}
{{#CRITERION}}
- {{TEXT}}
{{/CRITERION}}
{{#NO_CRITERIA}}
- None
{{/NO_CRITERIA}}
{{#CONSENTS}}
{{BLANK}}
## Consents
{{BLANK}}
{{#CONSENT}}
- {{TENANT}}: {{TEXT}}
{{/CONSENT}}
{{/CONSENTS}}
{{BLANK}}
---
{{BLANK}}
Plan: revision {{REVISION}}, `sha256:{{CONTENT_HASH}}`
