DROP FUNCTION portcullis.exposure_drifts(portcullis.releases);
ALTER FUNCTION portcullis.exposure_differences(portcullis.releases) RENAME TO exposure_drifts;
