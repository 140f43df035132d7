# Archive of {{RELEASE}}
{{BLANK}}
{{#SIMULATED}}
**Simulated clock: every date in this document is the date of a simulated clock.**
{{BLANK}}
{{/SIMULATED}}
- **Release:** {{RELEASE}}
{{#TITLE_GIVEN}}
- **Title:** {{TITLE}}
{{/TITLE_GIVEN}}
- **Classification:** {{CLASS}}
{{#STATE_GIVEN}}
- **State:** {{STATE}}
{{/STATE_GIVEN}}
- **Exported:** {{EXPORTED}}
{{#PRODUCT_GIVEN}}
- **Written by:** portcullisd {{PRODUCT}}
{{/PRODUCT_GIVEN}}
{{BLANK}}
This folder holds what was submitted, approved, decided and recorded about the release until it was exported. Documents
ending in .json are the originals, the others show the same content.
{{#VERIFICATION}}
{{BLANK}}
## How to check it
{{BLANK}}
{{#COMMAND}}
    {{TEXT}}
{{/COMMAND}}
{{/VERIFICATION}}
{{BLANK}}
## Files
{{BLANK}}
| File | What | Bytes | SHA-256 |
|---|---|---:|---|
{{#FILE}}
| {{PATH}} | {{WHAT}} | {{BYTES}} | {{SHA256}} |
{{/FILE}}
